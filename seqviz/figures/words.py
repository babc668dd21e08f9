"""The words of a figure whose caller names none: English.

Another language is ``seqviz.words.table`` of it.
"""

from seqviz.words import table

WORDS = table()
