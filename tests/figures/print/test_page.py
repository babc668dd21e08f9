import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.figures.print import page as paper
from seqviz.figures.print.page import CaptionEntry

SIZE = 12
TEXTS = st.text("ab ,.猫的。！」é\u0301مب", max_size=60).map(lambda text: " ".join(text.split()))


def page(*entries: CaptionEntry, title: str = "A title") -> go.Figure:
    margin = {"l": 60, "r": 16, "t": 50, "b": 10}
    figure = go.Figure(layout={"width": 400, "height": 300, "margin": margin})
    return paper.on_paper(figure, title=title, caption=entries)


@given(TEXTS, st.integers(30, 200))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    lines = paper.wrap(text, width, size=SIZE)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(paper.text_width(line, size=SIZE) <= width for line in lines)
    assert all(line == line.strip() for line in lines)


def test_lines_break_at_spaces_and_between_chinese_characters() -> None:
    assert paper.wrap("the black cat", 60, size=SIZE) == ["the black", "cat"]
    assert paper.wrap("猫猫猫猫猫。", 5 * SIZE, size=SIZE) == ["猫猫猫猫", "猫。"]


def test_a_word_wider_than_the_line_is_broken() -> None:
    lines = paper.wrap("a" * 50, 100, size=SIZE)
    assert len(lines) > 3
    assert "".join(lines) == "a" * 50


def test_shortened_text_fits_with_its_ellipsis() -> None:
    assert paper.shorten_to("cat", 100, size=SIZE) == "cat"
    cut = paper.shorten_to("W" * 40, 100, size=SIZE)
    assert cut.endswith("W…")
    assert paper.text_width(cut, size=SIZE) <= 100


def test_the_page_is_white_and_grows_by_its_caption() -> None:
    short = page(CaptionEntry("Sentence", "Die Katze"))
    long = page(CaptionEntry("Sentence", "Die Katze " * 20))
    assert short.layout.paper_bgcolor == "#FFFFFF"
    plots = [
        each.layout.height - each.layout.margin.t - each.layout.margin.b for each in (short, long)
    ]
    assert plots == pytest.approx([240, 240])
    lines = long.layout.annotations[1].text.count("<br>") + 1
    assert long.layout.height - short.layout.height == pytest.approx((lines - 1) * 12 * 1.3)
    assert "Noto Sans CJK SC" in short.layout.font.family


def test_title_and_caption_are_text_whatever_they_hold() -> None:
    figure = page(
        CaptionEntry("<i>", "<b>x</b> $y$ %{z} \u202e</svg>\n\ttwo"), title="<img src=x>\u0007"
    )
    labels, texts = figure.layout.annotations
    assert figure.layout.title.text == "<b>&lt;img src=x&gt;⟨U+0007⟩</b>"
    assert labels.text == "<b>&lt;i&gt;</b>"
    shown = "&lt;b&gt;x&lt;/b&gt; &#36;y&#36; %&#123;z&#125; ⟨U+202E⟩&lt;/svg&gt; two"
    assert texts.text == f"\u2066{shown}\u2069"


def test_every_line_of_a_right_to_left_text_runs_from_right_to_left() -> None:
    figure = page(CaptionEntry("S", "الكلب 2024 Park " * 8), CaptionEntry("T", "The dog"))
    *sentence, translation = figure.layout.annotations[1].text.split("<br>")
    assert len(sentence) > 1
    assert all(line[0] == "\u2067" and line[-1] == "\u2069" for line in sentence)
    assert translation == "\u2066The dog\u2069"


def test_labels_stand_beside_the_first_line_of_their_text() -> None:
    figure = page(CaptionEntry("One", "a " * 90), CaptionEntry("Two", ("b, ", "c")))
    labels, texts = (each.text.split("<br>") for each in figure.layout.annotations)
    assert len(labels) == len(texts)
    assert labels[-1] == "<b>Two</b>"
    assert texts[-1] == "\u2066b, c\u2069"


def test_facts_stay_in_one_line_each() -> None:
    facts = tuple(f"fact number {n}, " for n in range(12))
    texts = page(CaptionEntry("Facts", facts)).layout.annotations[1].text.split("<br>")
    assert len(texts) > 1
    assert all(line.count("fact number") == line.count(",") for line in texts)
