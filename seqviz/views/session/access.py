"""Who may do what on this page: visitors of a public server may not bring files."""

import os

VARIABLE = "SEQVIZ_PUBLIC"


def is_public() -> bool:
    """Whether strangers visit this server, as ``SEQVIZ_PUBLIC=1`` says; read at every call."""
    return os.environ.get(VARIABLE, "") not in ("", "0")
