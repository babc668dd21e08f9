"""Codes of what a Trace has to say about itself, see ``Trace.notices``."""

from collections.abc import Iterable

OUT_OF_MEMORY = "out_of_memory"
"""The CPU took over."""
HALF_PRECISION = "half_precision"
"""It was too coarse for the model's numbers: float32 took over."""
_UNAPPLIED = "unapplied:"
_LONGEST = 60


def unapplied(setting: str) -> str:
    """The code for a setting of a model's makers that no search here obeys."""
    return f"{_UNAPPLIED}{setting}"


def unapplied_settings(codes: Iterable[str]) -> tuple[str, ...]:
    """The settings that these codes name."""
    found = (code.removeprefix(_UNAPPLIED) for code in codes if code.startswith(_UNAPPLIED))
    return tuple(dict.fromkeys(found))


def is_notice(code: str) -> bool:
    """Whether it is one of these codes, whoever wrote it."""
    setting = code.removeprefix(_UNAPPLIED)
    named = setting != code and setting.isidentifier() and len(setting) <= _LONGEST
    return named or code in (OUT_OF_MEMORY, HALF_PRECISION)
