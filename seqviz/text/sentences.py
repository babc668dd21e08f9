"""A text's sentences: the shipped systems learnt from single ones. Knows no models."""

from sentencex import segment

from seqviz.text.languages import KNOWN

COMMAS = ",;:，、；：-–"
"""What a broken line may end in while its sentence goes on."""


def sentences_of(text: str, language: str) -> tuple[str, ...]:
    """The sentences of a text, without white space around them; the text itself if it has but one.

    Args:
        text: as typed; an end of a line ends a sentence, too, unless that plainly goes on.
        language: its code, of ISO 639-1; of one outside of ``KNOWN`` the text stays whole.
    """
    if language not in KNOWN:
        return (text,)
    found: list[str] = []
    for line in _whole_lines(text):
        for part in segment(language, line):
            if any(letter.isalnum() for letter in part) or not found:
                found.append(part)
            else:  # nothing to translate by itself, such as "…"
                found[-1] += part
    stripped = tuple(one.strip() for one in found if one.strip())
    return stripped if len(stripped) > 1 else (text,)


def _whole_lines(text: str) -> list[str]:
    """Lines; one that was broken in the middle of a sentence is joined to the one before."""
    found: list[str] = []
    for line in text.splitlines():
        if found and _goes_on(found[-1].rstrip(), line.lstrip()):
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


def _goes_on(before: str, after: str) -> bool:
    """Whether a sentence goes on: after a comma, or in small letters."""
    return bool(before) and (before[-1] in COMMAS or after[:1].islower())
