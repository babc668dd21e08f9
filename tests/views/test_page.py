"""The page as a whole: first visit, views, languages, links, and whatever a visitor may type."""

from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.catalog import FOLDER_VARIABLE
from seqviz.options import DecodeOptions
from seqviz.tasks.examples import EXAMPLES
from seqviz.translator import load
from seqviz.views.page import RENDER
from seqviz.views.session import cache
from seqviz.views.session.i18n import Words
from seqviz.views.session.link import MAX_LINK_CHARACTERS
from seqviz.views.session.settings import GROUPS, SETTINGS, group_of
from seqviz.words.numbers import number
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH, SHORT

pytestmark = pytest.mark.usefixtures("tiny")

FIRST = EXAMPLES["de-en"][0]
VIEWS = tuple(RENDER)
SCRIPT = "<script>alert(1)</script><b>kalt</b> {0} {name} %s"
HOSTILE = (
    "*",
    "$x$ $$y$$ **kalt** :red[kalt] [a](http://b.invalid)",
    "# :material/home: 😀🇩🇪👩‍👩‍👧 ꙮ ꙮ",
    "مرحبا بالعالم \u202etlak\u202c ka\x00l\x07t\x1b[31m",
)


def test_a_first_visit_translates_the_first_example() -> None:
    app = pages.open_app()
    assert pages.source(app) == FIRST.source
    trace = load("de-en/transformer").translate(FIRST.source)
    assert pages.translation(app) == trace.translation
    assert pages.numbers(app) == {
        "Σ log p": number(trace.hypotheses.log_probs[0]),
        "Tokens": f"{len(trace.source.ids)} → {trace.hypotheses.lengths[0]}",
        "Time": pages.numbers(app)["Time"],
        "Device": "CPU",
    }
    assert pages.numbers(app)["Time"].endswith("s")
    assert app.session_state["reference"] == FIRST.reference
    assert pages.component(app, "watch")["payload"]["source"]["text"] == FIRST.source


def test_a_pair_without_examples_asks_for_a_sentence() -> None:
    app = pages.open_app({"pair": "eo-en"})
    assert not pages.is_translated(app)
    assert pages.messages(app) == [ENGLISH("error.empty_text")]
    assert not [box for box in app.selectbox if box.key == "example"]
    app.text_area(key="text").set_value("kalt")
    assert pages.is_translated(pages.submit(app))


HEADINGS = {
    "beam_sizes": "beam_sizes.heading",
}
"""What stands in a view whatever is shown; the others have tests of their own."""


def shows(app: AppTest, view: str, words: Words) -> bool:
    """Whether that view stands on the page, in that language."""
    names = ("log_prob", "tokens", "milliseconds", "device")
    group = app.segmented_control(key="group")
    views = [control.options for control in app.segmented_control if control.key == "view"]
    offered = [words(f"view.{code}") for code in GROUPS[group_of(view)]]
    return (
        group.value == group_of(view)
        and group.options == [words(f"group.{code}") for code in GROUPS]
        and views == ([offered] if len(offered) > 1 and group.value != "watch" else [])
        and pages.has(app, "bidi_component", "watch") == (group.value == "watch")
        and app.session_state["view"] == view
        and set(pages.numbers(app)) >= {words(f"header.{name}") for name in names}
        and (view not in HEADINGS or words(HEADINGS[view]) in pages.headings(app))
    )


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_shows_in_both_languages_and_a_change_keeps_everything_else(view: str) -> None:
    kept = {"beam": "3", "words": "0", "node": "1.2", "system": "none-reversed"}
    kept |= {"edits": "uniform-s0", "edit_mode": "score", "reference": "it was"}
    app = pages.open_app(SHORT | {"view": view} | kept)
    assert shows(app, view, ENGLISH)
    before = pages.link(app), pages.translation(app)
    pages.checked(app.segmented_control(key="lang").set_value("zh").run())
    assert shows(app, view, CHINESE)
    after = pages.link(app), pages.translation(app)
    assert after == (before[0] | {"lang": "zh"}, before[1])


def test_a_chinese_browser_gets_a_chinese_page_unless_the_link_says_otherwise() -> None:
    assert pages.open_app(locale="zh-CN").session_state["lang"] == "zh"
    assert pages.open_app({"lang": "en"}, locale="zh-CN").session_state["lang"] == "en"
    assert pages.open_app(locale="de-DE").session_state["lang"] == "en"


LINK = {
    "lang": "zh",
    "view": "tree",
    "pair": "de-en",
    "system": "transformer",
    "text": "es war & <b>kalt</b>",
    "part": "0",
    "reference": "it was cold",
    "beam": "3",
    "norm": "gnmt",
    "alpha": "2.0",
    "device": "cpu",
    "beta": "0.2",
    "min_length": "3",
    "max_length": "9",
    "stop": "first",
    "n_best": "2",
    "start": "it was",
    "banned": "es, he",
    "how": "sample",
    "samples": "3",
    "temperature": "0.8",
    "top_k": "20",
    "top_p": "0.9",
    "seed": "7",
    "source_language": "deu_Latn",
    "target_language": "eng_Latn",
    "instruction": "translate:",
    "whatif": "5-5.6.7",
    "kind": "decoder",
    "layer": "2",
    "head": "1",
    "hypothesis": "1",
    "words": "0",
    "raw": "1",
    "by": "norms fed",
    "step": "4",
    "source": "2",
    "pruned": "all",
    "layout": "rank",
    "window": "3",
    "node": "4.0",
    "numbers": "1",
    "why": "1",
    "rerank_norm": "none",
    "rerank_alpha": "0.5",
    "rerank_beta": "0.7",
    "edits": "uniform-s0",
    "edit_mode": "score",
    "train_with": "de-en/dot",
    "train_axis": "epoch",
    "train_log": "1",
    "train_sentence": "2",
    "train_stop": "5",
    "teacher_step": "3",
    "live_task": "number-words",
    "live_system": "additive",
    "length_metric": "chrf",
    "bare": "none-reversed",
    "attentive": "dot",
    "base": "additive",
    "chapter": "beam-search",
    "at": "grow",
    "sentence": "es war kalt",
    "run": "0123456789ab",
    "filter": "worst3 < -4",
    "order": "worst3",
    "marked": "1",
    "row": "7",
}


def test_a_link_holds_every_setting_and_comes_back_as_it_was() -> None:
    assert {*LINK, "own"} == set(SETTINGS)  # test_own_model.py has links to models from elsewhere
    for code, text in LINK.items():
        assert SETTINGS[code].parse(text) != SETTINGS[code].default
    app = pages.open_app(LINK)
    assert pages.link(app) == LINK
    assert not [message for message in pages.messages(app) if "链接" in message]
    for view in VIEWS:
        pages.turn_to(app, view)
        assert pages.link(app) == LINK | {"view": view}


OLD = (
    "lang=en&view=compare&pair=de-en&system=transformer&text=Ich+habe+gestern+in+der+Stadt+einen+"
    "alten+Freund+getroffen.&reference=I+met+an+old+friend+in+the+city+yesterday.&device=cpu&"
    "beam=4&norm=average&alpha=1.0&beta=0.0&stop=bound&min_length=0&max_length=0&n_best=1&"
    "temperature=1.0&top_k=0&top_p=1.0&seed=0&how=beam&samples=5&kind=cross&layer=0&head=0&"
    "all_layers=0&words=0&raw=0&step=2&pruned=next&layout=tree&window=1&edit_mode=redo&"
    "train_axis=step&train_log=0&train_sentence=0&train_stop=0&teacher_step=1&"
    "live_task=date-iso&live_system=dot&length_metric=bleu&bare=none-reversed&"
    "attentive=transformer&base=transformer"
)
"""As the page wrote its links until it had groups of views."""


def test_an_old_link_opens_what_it_says_and_a_new_one_holds_what_is_unusual() -> None:
    app = pages.open_app(dict(parse_qsl(OLD)))
    link = ENGLISH.table["page.link"].partition("{")[0]
    assert not [said for said in pages.messages(app) if said.startswith(link)]
    assert app.segmented_control(key="group").value == "watch"
    seen = {"view": "compare", "step": "2", "words": "0", "pruned": "next", "layout": "tree"}
    seen |= {"bare": "none-reversed", "attentive": "transformer", "base": "transformer"}
    unusual = seen | {"beam": "4"}
    assert pages.short_link(app) == unusual
    pages.checked(app.slider(key="beam").set_value(5).run())
    assert pages.short_link(app) == seen
    again = pages.open_app(unusual)
    assert pages.source(again) == FIRST.source
    assert again.session_state["reference"] == FIRST.reference
    pages.checked(app.pills(key="example").set_value("short").run())
    assert pages.short_link(app)["text"] == EXAMPLES["de-en"][1].source
    assert "reference" not in pages.short_link(app), "it goes with the example"


def test_a_damaged_link_falls_back_and_says_what_it_refused() -> None:
    app = pages.open_app(
        SHORT | {"beam": "99", "view": "Tree", "system": "nonsense", "kind": "<b>", "edits": "<b>"}
    )
    names = "view, beam size, attention type, attention edits, system"
    assert ENGLISH("page.link", {"names": names}) in pages.messages(app)
    assert app.session_state["beam"] == 5
    assert app.session_state["system"] == "transformer"
    assert pages.is_translated(app)
    app.run()
    assert ENGLISH("page.link", {"names": names}) not in pages.messages(app)


@pytest.mark.parametrize(
    "wrong",
    [{"device": "abacus", "layer": "9", "head": "7"}, {"pair": "xx-yy"}, {"system": "oracle"}],
)
def test_what_this_model_does_not_have_falls_back_and_is_said(wrong: dict[str, str]) -> None:
    app = pages.open_app(SHORT | {"system": "transformer"} | wrong)
    names = ", ".join(ENGLISH(f"setting.{code}") for code in wrong)
    assert pages.is_translated(app)
    assert ENGLISH("page.link", {"names": names}) in pages.messages(app)
    assert not wrong.items() & pages.link(app).items()


@pytest.mark.parametrize("node", ["9.9.9", "999999999999.0", "².²", "1.999"])
def test_a_node_that_does_not_exist_falls_back_and_is_said(node: str) -> None:
    app = pages.open_app(SHORT | {"view": "tree", "node": node})
    assert app.session_state["node"] == ""
    assert ENGLISH("page.link", {"names": ENGLISH("setting.node")}) in pages.messages(app)
    pages.checked(app.run())
    assert ENGLISH("page.link", {"names": ENGLISH("setting.node")}) not in pages.messages(app)


@pytest.mark.parametrize(
    ("code", "view"), [("step", "attention"), ("source", "attention"), ("window", "tree")]
)
def test_a_place_beyond_the_end_becomes_the_last_one_and_is_said(code: str, view: str) -> None:
    app = pages.open_app(SHORT | {"view": view, code: "500"})
    assert ENGLISH("page.link", {"names": ENGLISH(f"setting.{code}")}) in pages.messages(app)
    assert 0 < int(pages.link(app)[code]) < 500


GARBAGE = {
    "\ufffd\ufffd\x00": "\ufffd" * 50,
    "text\x00": "x",
    "**<b>": "<script>",
    "sort": "surprisal",
    "__class__": "0",
    "beam_size": "5",
}


def test_an_old_link_or_no_link_at_all_is_left_out_and_said() -> None:
    app = pages.open_app(GARBAGE | SHORT)
    assert pages.is_translated(app)
    assert not GARBAGE.keys() & pages.link(app).keys()
    (said,) = [c for c in pages.captions(app) if "settings that this page does not know" in c]
    assert "<b>" not in said
    assert "sort" in said
    assert "…" in said
    pages.checked(app.run())
    assert not [c for c in pages.captions(app) if "settings that this page does not know" in c]


@pytest.mark.parametrize("value", ["", "\x00\ufffd%ff\u202e", "9" * 400])
def test_a_link_of_nothing_but_nonsense_still_shows_the_page(value: str) -> None:
    typed = ("text", "reference", "start", "banned", "instruction", "sentence", "filter")
    # Other views look them up.
    later = ("train_with", "bare", "attentive", "base", "chapter", "at", "run", "order")
    app = pages.open_app({code: value for code in SETTINGS if code not in typed} | {"text": "kalt"})
    assert pages.is_translated(app)
    link = pages.link(app)
    for code in SETTINGS.keys() - {*typed, *later}:
        assert link.get(code) != value or not value


def test_an_empty_sentence_is_asked_for() -> None:
    app = pages.open_app(SHORT)
    for text in ("", "   ", " \n\t\u3000\u200b"):
        app.text_area(key="text").set_value(text)
        pages.submit(app)
        assert pages.messages(app) == [ENGLISH("error.empty_text")]
        assert not pages.is_translated(app)
        assert app.session_state["text"] == text
        assert app.session_state["system"] == "dot"


def too_long(code: str) -> str:
    return ENGLISH("page.link_too_long", {"names": ENGLISH(f"setting.{code}")})


@pytest.mark.parametrize("view", ["attention", "systems"])
def test_ten_thousand_characters_are_refused_in_one_sentence(view: str) -> None:
    app = pages.open_app(SHORT | {"view": view, "beam": "3"})
    app.text_area(key="text").set_value("kalt! " * 1_666)
    pages.submit(app)
    (message,) = pages.messages(app)
    assert message.startswith("The sentence has ")
    assert "512" in message
    assert not pages.is_translated(app)
    assert app.session_state["beam"] == 3
    assert too_long("text") in pages.captions(app)


def test_a_sentence_too_long_for_the_link_is_translated_and_said() -> None:
    text = "kalt".ljust(MAX_LINK_CHARACTERS)
    app = pages.open_app(SHORT | {"text": text, "beam": "1"})
    assert pages.link(app)["text"] == text
    app.text_area(key="text").set_value("kalt" + " " * MAX_LINK_CHARACTERS)
    pages.submit(app)
    assert pages.is_translated(app)
    assert "text" not in pages.short_link(app)
    assert too_long("text") in pages.captions(app)


@pytest.mark.parametrize(
    ("text", "views"),
    [(SCRIPT, VIEWS), *((text, VIEWS[at::4]) for at, text in enumerate(HOSTILE))],
)
def test_whatever_is_typed_is_shown_as_it_is(text: str, views: tuple[str, ...]) -> None:
    app = pages.open_app(SHORT | {"text": text, "view": views[0]})
    for view in views:
        if view != views[0]:
            pages.turn_to(app, view)
        if pages.is_translated(app):
            assert pages.source(app) == load("de-en/dot").read(text).text
        else:
            assert len(pages.messages(app)) == 1
        assert app.session_state["text"] == text
        assert app.session_state["system"] == "dot"


def test_a_cut_off_translation_is_called_so() -> None:
    app = pages.open_app(SHORT)  # random weights find no end
    assert ENGLISH("header.unfinished") in pages.messages(app)


def test_an_empty_translation_is_called_so() -> None:
    app = pages.open_app({"text": "es", "system": "transformer", "norm": "none"})
    assert pages.translation(app) == ENGLISH("header.nothing")
    assert pages.is_translated(pages.turn_to(app, "tree"))
    assert pages.is_translated(pages.turn_to(app, "compare"))
    assert ENGLISH("header.unfinished") not in pages.messages(app)


def test_without_models_the_page_says_where_to_put_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "nothing"))
    app = pages.open_app({"view": "tree", "text": "kalt"})
    assert pages.messages(app) == [ENGLISH("page.no_models")]
    assert pages.link(app)["text"] == "kalt"


@pytest.mark.parametrize("own", [False, True])
def test_a_model_replaced_in_its_folder_is_the_one_that_answers(
    own: bool, own_folder: Path
) -> None:
    folder = own_folder / "de-en" / "dot"
    app = pages.open_app(SHORT | ({"own": str(folder)} if own else {}))
    before = pages.translation(app)
    for name in ("settings.json", "model.safetensors"):
        (folder / name).write_bytes((folder.parent / "none-reversed" / name).read_bytes())
    cache._version_of_all.clear()  # a second has passed
    pages.checked(app.run())
    present = load(str(folder)).translate(SHORT["text"], DecodeOptions(max_length=8))
    assert pages.translation(app) == present.translation != before
    payload = pages.component(app, "watch")["payload"]
    assert not payload["attention"]["kinds"], "the card is still the old one's"
