from dataclasses import replace
from html.parser import HTMLParser

from seqviz.viewer import card
from tests.fixtures.toy_traces import transformer_trace

HOSTILE = '"></iframe><script>alert(1)</script>'


class Frame(HTMLParser):
    """The tags of a card, and the document in its frame."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.document = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.document = dict(attrs).get("srcdoc") or self.document


def test_a_card_is_one_frame_whatever_was_translated() -> None:
    plain = transformer_trace()
    trace = replace(plain, source=replace(plain.source, text=HOSTILE))
    shown = card(trace, language="zh", height=300)
    frame = Frame(shown._repr_html_())
    assert frame.tags == ["iframe"]
    assert frame.document == shown.html
    assert Frame(frame.document).tags.count("script") == 2
    assert 'sandbox="allow-scripts"' in shown._repr_html_()
    assert "height: 300px" in shown._repr_html_()
    assert HOSTILE not in frame.document
