"""Settings as the text of a link, and back. Knows nothing of the page that keeps them."""

from collections.abc import Mapping

from seqviz.views.session.settings import MOVED, SETTINGS, Value

MAX_LINK_CHARACTERS = 1_500
"""Of one setting; addresses have an end."""
MOST_WRITTEN, MOST_KEPT_CHARACTERS = 30, 20_000
"""Links that a session remembers, and characters of a value that was too long for one."""


def code_of(value: Value) -> str:
    """What stands for a value in a link."""
    return str(int(value)) if isinstance(value, bool) else str(value)


def read_link(link: Mapping[str, str]) -> tuple[dict[str, Value], list[str]]:
    """The value of every setting, its default where the link has none or none that exists.

    Returns:
        the values, and the codes of the settings whose value was refused.
    """
    values: dict[str, Value] = {}
    refused = []
    link = {**link, **MOVED.get(link.get("view", ""), {})}
    for code, setting in SETTINGS.items():
        values[code] = setting.default
        if code in link:
            try:
                values[code] = setting.parse(link[code])
            except (ValueError, OverflowError):
                refused.append(code)
    return values, refused


def written_link(
    values: Mapping[str, Value], usual: Mapping[str, Value] | None = None
) -> dict[str, str]:
    """The link of these settings; what is usual, empty or very long is left out.

    Args:
        values: of all settings.
        usual: what a page without a link shows, where that is not the setting's default.
    """
    left_out = too_long(values)
    usual = {code: setting.default for code, setting in SETTINGS.items()} | dict(usual or {})
    unusual = [code for code in values if code not in left_out and values[code] != usual[code]]
    codes = {code: code_of(values[code]) for code in unusual}
    return {code: text for code, text in codes.items() if text}


def too_long(values: Mapping[str, Value]) -> list[str]:
    """Codes of the settings that are too long for a link."""
    return [code for code, value in values.items() if len(code_of(value)) > MAX_LINK_CHARACTERS]


class WrittenLinks:
    """The last links that a session wrote, with what they could not hold: for Back and Forward."""

    def __init__(self) -> None:
        """None yet."""
        self._left_out: dict[tuple[tuple[str, str], ...], dict[str, Value]] = {}

    def keep(self, link: Mapping[str, str], left_out: Mapping[str, Value]) -> None:
        """Remember a link with the values that were too long for it."""
        self._left_out[tuple(link.items())] = {
            code: value
            for code, value in left_out.items()
            if len(code_of(value)) <= MOST_KEPT_CHARACTERS
        }
        for oldest in list(self._left_out)[:-MOST_WRITTEN]:
            del self._left_out[oldest]

    def left_out_of(self, link: Mapping[str, str]) -> dict[str, Value]:
        """What a link could not hold, where this session wrote it and not long ago."""
        return self._left_out.get(tuple(link.items()), {})
