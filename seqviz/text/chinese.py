"""Chinese: from traditional to simplified characters, as the shipped systems learnt them."""

import lazy_loader  # type: ignore[import-untyped]  # it ships no types

opencc = lazy_loader.load("opencc")

_QUOTES = str.maketrans("「」『』妳牠", "“”‘’你它")


def simplified(text: str) -> str:
    """A text in simplified characters; one that is so already stays as it is.

    OpenCC converts by phrases, https://github.com/BYVoid/OpenCC; quotation marks and pronouns that
    it leaves alone are those of the training data here.
    """
    return str(opencc.OpenCC("t2s").convert(text)).translate(_QUOTES)
