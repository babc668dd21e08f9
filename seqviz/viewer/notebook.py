"""The interactive card of a trace for notebooks: the viewer in a frame that can ask for nothing."""

from dataclasses import dataclass
from html import escape

from seqviz.trace import Trace
from seqviz.viewer.markup import as_json, policy, wrapped
from seqviz.viewer.pack import packed
from seqviz.viewer.program import PARTS, script, style
from seqviz.viewer.words import viewer_words
from seqviz.words import LANGUAGES

HEIGHT = 720
"""Pixels; a higher card scrolls."""


@dataclass(frozen=True)
class Card:
    """What a notebook shows as it is; ``html`` is the whole document in its frame."""

    html: str
    title: str
    height: int

    def _repr_html_(self) -> str:
        return (
            f'<iframe title="{escape(self.title)}" srcdoc="{escape(self.html)}" '
            f'sandbox="allow-scripts" style="width: 100%; height: {self.height}px; border: 0">'
            "</iframe>"
        )


def card(
    trace: Trace,
    *,
    greedy: Trace | None = None,
    language: str = LANGUAGES[0],
    height: int = HEIGHT,
) -> Card:
    """Attention, search tree and hypotheses of a trace, to click through in a notebook.

    It stands in a frame of its own, without network, and works in notebooks that are saved. The
    plain ``Trace`` shows a card that needs no JavaScript.

    Args:
        trace: the decoding.
        greedy: another decoding of the same sentence by the same model, to compare with.
        language: of its words, one of ``LANGUAGES``.
        height: in pixels.

    Raises:
        InputError: the two traces have no common ground.
        ValueError: the language is another one.
    """
    program, styles = wrapped(script("card")), style(*PARTS, "facts", "card")
    content = {"payload": packed(trace, greedy=greedy), "words": viewer_words(language)}
    html = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy(program, styles))}">'
        f"<style>{styles}</style></head><body>"
        f'<script type="application/json" id="data">{as_json(content)}</script>'
        f"<script>{program}</script></body></html>"
    )
    return Card(html, f"{trace.source.text} → {trace.translation}", height)
