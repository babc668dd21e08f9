"""Synthetic tasks: sequences that are no sentences, generated here and scored by exact match.

They show that sequence-to-sequence models turn any tokens into any others. Knows no model.
"""

from collections.abc import Mapping

from seqviz.tasks.dates import DATE_ISO
from seqviz.tasks.numerals import NUMBER_WORDS
from seqviz.tasks.reversal import WORD_REVERSED
from seqviz.tasks.task import TEST_PAIRS, TEST_SEED, Task, TaskPairs

__all__ = ["TASKS", "TEST_PAIRS", "TEST_SEED", "Task", "TaskPairs", "find_task"]

TASKS: Mapping[str, Task] = {task.name: task for task in (DATE_ISO, NUMBER_WORDS, WORD_REVERSED)}
"""By name, which is also that of the pair of languages."""


def find_task(source_language: str, target_language: str) -> Task | None:
    """The task that a model of these two learnt; None for languages that people speak."""
    return TASKS.get(f"{source_language}-{target_language}")
