"""How often SeqViz names the language of a sentence rightly, wrongly, or not at all.

    python data/languages/measure.py [PAIR.test.tsv.gz ...]

Without a file: sentences.tsv beside this one. With some, such as de-en.test.tsv.gz: all sentences
of both sides, however short; a wrong answer there is a false alarm on the page.
"""

import gzip
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from seqviz.text.languages import language_of

Named = tuple[str, str]


def named(arguments: list[str]) -> list[Named]:
    """Sentences with their languages."""
    if not arguments:
        text = Path(__file__).with_name("sentences.tsv").read_text(encoding="utf-8")
        return [(code, one) for code, one in (line.split("\t") for line in text.splitlines())]
    return [one for file in arguments for one in of_pair(Path(file))]


def of_pair(file: Path) -> Iterable[Named]:
    """Both sides of a file that is named after its pair."""
    codes = file.name.partition(".")[0].split("-")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield from zip(codes, line.rstrip("\n").split("\t"), strict=False)


def main() -> None:
    """Print a line a language."""
    sentences = named(sys.argv[1:])
    started = time.process_time()
    found = Counter((code, language_of(text)) for code, text in sentences)
    spent = 1e6 * (time.process_time() - started) / len(sentences)
    for code in dict.fromkeys(code for code, _ in sentences):
        total = sum(number for (own, _), number in found.items() if own == code)
        right, silent = found[code, code], found[code, ""]
        wrong = total - right - silent
        print(
            f"{code}: {total} sentences, right {right / total:.2%}, "
            f"silent {silent / total:.2%}, wrong {wrong} ({wrong / total:.2%})"
        )
    print(f"{spent:.0f} microseconds a sentence")


if __name__ == "__main__":
    main()
