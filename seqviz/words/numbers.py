"""How every number is written that people read: on the page, in pictures, in their tables."""

from math import isnan

NONE = "–"
"""Stands where there is no number."""


def number(value: float, form: str = ".2f") -> str:
    """A number with a true minus sign, never "−0.00", as ``format`` writes it otherwise.

    Args:
        value: infinite ones are "∞", and what is no number is ``NONE``.
        form: of ``format``, such as ".2f", "+.3f", ",.0f", ".1%", "g".
    """
    if isnan(value):
        return NONE
    text = format(value, form).replace("inf", "∞")
    if not any(sign in "123456789∞" for sign in text):
        text = text.removeprefix("-")
    return text.replace("-", "−")
