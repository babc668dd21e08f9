"""Checks of a model's settings before anything is built from them.

Settings come from files that anyone may have written; sizes are bounded here so that a wrong
number costs no memory.
"""

MAX_VOCABULARY = 1_000_000
MAX_WIDTH = 16_384
MAX_LAYERS = 64
MAX_POSITIONS = 65_536
MAX_SHOWN = 40


def check_size(name: str, value: object, high: int) -> None:
    """Refuse what is no whole number from 1 to ``high``.

    Raises:
        ValueError: names the setting, what was found and what is allowed.
    """
    if type(value) is not int or not 1 <= value <= high:
        raise ValueError(f"{name} is {_shown(value)}, but must be a whole number from 1 to {high}")


def check_id(name: str, value: object, vocabulary: int) -> None:
    """Refuse what is no id of the vocabulary.

    Raises:
        ValueError: names the setting, what was found and what is allowed.
    """
    if type(value) is not int or not 0 <= value < vocabulary:
        raise ValueError(f"{name} is {_shown(value)}, but must be an id from 0 to {vocabulary - 1}")


def check_share(name: str, value: object) -> None:
    """Refuse what is no number from 0 to 1, 1 excluded.

    Raises:
        ValueError: names the setting, what was found and what is allowed.
    """
    if not isinstance(value, int | float) or type(value) is bool or not 0 <= value < 1:
        raise ValueError(f"{name} is {_shown(value)}, but must be a number from 0 to below 1")


def check_flag(name: str, value: object) -> None:
    """Refuse what is neither True nor False.

    Raises:
        ValueError: names the setting and what was found.
    """
    if type(value) is not bool:
        raise ValueError(f"{name} is {_shown(value)}, but must be true or false")


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Refuse what is none of the choices.

    Raises:
        ValueError: names the setting, what was found and what is allowed.
    """
    if value not in choices:
        raise ValueError(f"{name} is {_shown(value)}, but must be one of: {', '.join(choices)}")


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= MAX_SHOWN else f"{shown[: MAX_SHOWN - 1]}…"
