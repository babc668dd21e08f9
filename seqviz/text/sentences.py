"""A text's sentences: the shipped systems learnt from single ones. Knows no models."""

from sentencex import segment

from seqviz.text.languages import KNOWN


def sentences_of(text: str, language: str) -> tuple[str, ...]:
    """The sentences of a text, without white space around them; the text itself if it has but one.

    Args:
        text: as typed; an end of a line ends a sentence, too.
        language: its code, of ISO 639-1; of one outside of ``KNOWN`` the text stays whole.
    """
    if language not in KNOWN:
        return (text,)
    found: list[str] = []
    for line in text.splitlines():
        for part in segment(language, line):
            if any(letter.isalnum() for letter in part) or not found:
                found.append(part)
            else:  # nothing to translate by itself, such as "…"
                found[-1] += part
    stripped = tuple(one.strip() for one in found if one.strip())
    return stripped if len(stripped) > 1 else (text,)
