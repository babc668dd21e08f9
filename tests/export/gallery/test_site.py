"""A site's files: one program for all pages, data that are no markup, nothing from elsewhere."""

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from seqviz.errors import InputError
from seqviz.export.gallery import Site
from seqviz.options import DecodeOptions, Sampling
from seqviz.trace import Trace
from seqviz.viewer import packed, script
from seqviz.viewer.markup import wrapped
from seqviz.viewer.reader import ROOM
from seqviz.words import LANGUAGES, table
from tests.fixtures.toy_traces import greedy_trace, rnn_trace, transformer_trace

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> $title {rank} \ud800"


def hostile() -> Trace:
    plain = transformer_trace()
    texts = (HOSTILE, *plain.hypotheses.texts[1:])
    return replace(
        plain,
        source=replace(plain.source, text=HOSTILE),
        hypotheses=replace(plain.hypotheses, texts=texts),
        model=replace(plain.model, name=HOSTILE),
    )


def chapter(name: str, language: str) -> dict[str, Any]:
    return {"chapter": name, "title": f"{name} {language} <b>", "steps": [{}, {}]}


def made(title: str = "", language: str = "en") -> dict[str, str]:
    site = Site(title=title, language=language)
    site.add_trace(rnn_trace(), "Cold & wet", greedy=greedy_trace())
    site.add_trace(hostile(), "cold-wet")
    for name in ("one", "two"):
        site.add_lesson({code: chapter(name, code) for code in LANGUAGES})
    return {path: content.decode() for path, content in site.files().items()}


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return made()


def data(page: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/json" id="data">(.*)</script>', page)
    assert len(found) == 1
    parsed: dict[str, Any] = json.loads(found[0])
    return parsed


def pages(files: dict[str, str]) -> dict[str, str]:
    return {path: text for path, text in files.items() if path.endswith(".html")}


def test_the_program_is_one_file_of_the_site(files: dict[str, str]) -> None:
    assert files["assets/seqviz.js"] == wrapped(script("gallery"))
    words = json.loads(files["assets/words.js"].removeprefix("globalThis.seqvizSite=").strip(";\n"))
    assert words["words"].keys() == set(LANGUAGES)
    assert words["words"]["zh"]["gallery.title"] == table("zh")["gallery.title"]
    for path, page in pages(files).items():
        root = "../" if "/" in path else ""
        assert re.findall(r"<script(?: src=\"([^\"]*)\")?>", page) == [
            f"{root}assets/words.js",
            f"{root}assets/seqviz.js",
        ]
        assert data(page)["root"] == root


def test_pages_ask_for_nothing_from_elsewhere(files: dict[str, str]) -> None:
    for path, page in pages(files).items():
        links = [unescape(link) for link in re.findall(r'(?:src|href)="([^"]*)"', page)]
        assert all(re.fullmatch(r"data:,|(?:\.\./)?[\w/-]+\.(?:js|css|html)", one) for one in links)
        connect = "'self' http: https:" if path == "viewer.html" else "'none'"
        assert "default-src 'none'; script-src 'self' file:; style-src 'self' file:" in page
        assert f"connect-src {connect}; base-uri 'none'; form-action 'none'" in page
        assert " style=" not in page


def test_what_a_stranger_wrote_is_text(files: dict[str, str]) -> None:
    for page in pages(files).values():
        assert "<img" not in page
        assert page.count("<script") == 3
    found = data(files["traces/cold-wet-2.html"])["trace"]
    assert found["source"]["text"] == HOSTILE.replace("\ud800", "\ufffd")


def test_a_traces_page_holds_what_the_offline_page_does(files: dict[str, str]) -> None:
    page = files["traces/cold-wet.html"]
    expected = json.loads(json.dumps(packed(rnn_trace(), greedy=greedy_trace(), room=ROOM)))
    assert data(page)["trace"] == expected
    assert expected["compare"] is not None
    assert "<title>Die Katze → the cat · SeqViz</title>" in page
    assert "<p><bdi>the cat</bdi></p>\n</noscript>" in page


def test_the_index_is_read_without_a_script(files: dict[str, str]) -> None:
    page = files["index.html"]
    cards = re.findall(r'<li><a href="([^"]*)"', page)
    assert cards == [
        *("lessons/one-en.html", "lessons/two-en.html"),
        *("traces/cold-wet.html", "traces/cold-wet-2.html"),
    ]
    assert set(cards) <= files.keys()
    assert '<p class="to" dir="auto">the cat</p>' in page
    assert 'aria-label="The search as a tree; steps: 3"' in page
    links = [json.loads(unescape(one)) for one in re.findall(r'data-links="([^"]*)"', page)]
    assert links[1] == {code: f"lessons/two-{code}.html" for code in LANGUAGES}
    assert {path for one in links for path in one.values()} <= files.keys()


def test_every_key_that_the_index_says_is_there(files: dict[str, str]) -> None:
    words = json.loads(files["assets/words.js"].removeprefix("globalThis.seqvizSite=").strip(";\n"))
    asked = re.findall(r'data-(?:say|label)="([^"]*)"', files["index.html"])
    assert len(set(asked)) >= 8
    for language in LANGUAGES:
        assert set(asked) <= words["words"][language].keys()


def test_a_lesson_is_a_page_in_every_language(files: dict[str, str]) -> None:
    for language in LANGUAGES:
        page = files[f"lessons/two-{language}.html"]
        found = data(page)
        assert f'<html lang="{language}">' in page
        assert found["chapter"] == chapter("two", language)
        assert found["menu"] == [
            [name, f"{name} {language} <b>", f"{name}-{language}.html"] for name in ("one", "two")
        ]
        assert found["languages"] == {code: f"two-{code}.html" for code in LANGUAGES}


def test_a_title_of_ones_own_and_another_language() -> None:
    page = made(title="Seminar <3", language="zh")["index.html"]
    assert "<title>Seminar &lt;3 · SeqViz</title>" in page
    assert "<h1>Seminar &lt;3</h1>" in page
    assert '<html lang="zh">' in page and ">课程</h2>" in page
    assert '<a href="lessons/one-zh.html"' in page and ">one zh &lt;b&gt;</p>" in page


@pytest.mark.parametrize(
    ("trace", "told"),
    [
        (rnn_trace(), "Beam size 2"),
        (greedy_trace(), "Greedy"),
        (replace(greedy_trace(), forced=True), "Given translation"),
        (
            replace(rnn_trace(), options=DecodeOptions(beam_size=2, sampling=Sampling())),
            "2 samples",
        ),
    ],
)
def test_a_card_says_how_it_was_decoded(trace: Trace, told: str) -> None:
    site = Site()
    site.add_trace(trace, "x")
    assert f">{told}</li>" in site.files()["index.html"].decode()


def test_names_are_files_on_every_system() -> None:
    site = Site()
    for name in ("../../etc", "CON: *?", "我", "我", "a" * 300):
        site.add_trace(rnn_trace(), name)
    found = [path.removeprefix("traces/") for path in site.files() if path.startswith("traces/")]
    assert found == ["etc.html", "con.html", "trace.html", "trace-2.html", f"{'a' * 60}.html"]


def test_a_chapter_given_twice_is_refused() -> None:
    site = Site()
    site.add_lesson({code: chapter("one", code) for code in LANGUAGES})
    with pytest.raises(InputError, match="'one' is given twice"):
        site.add_lesson({code: chapter("one", code) for code in LANGUAGES})
