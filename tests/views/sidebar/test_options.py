"""The decoding options of the page: each reaches the search, the link, and the words below it."""

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.errors import InputError
from seqviz.options import DecodeOptions, Sampling
from seqviz.options.intervention import MAX_SEED
from seqviz.trace import Trace
from seqviz.translator import Translator, load
from seqviz.views.session.i18n import Words
from seqviz.views.session.settings import DECODING, OPTIONS, SETTINGS
from seqviz.views.watch import screen
from seqviz.words.numbers import number
from tests.views import pages
from tests.views.conftest import forget
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

LINK = {"text": "es war", "system": "dot"}


class Asked:
    """What the page asked the translators for, in order."""

    def __init__(self) -> None:
        self.options: list[DecodeOptions] = []
        self.traces: list[Trace] = []

    @property
    def last(self) -> DecodeOptions:
        return self.options[-1]


@pytest.fixture
def asks(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Listen to what the page asks for."""
    heard, translate = Asked(), Translator.translate

    def listen(self: Translator, text: str, options: DecodeOptions, **_: object) -> Trace:
        heard.options.append(options)
        heard.traces.append(translate(self, text, options))
        return heard.traces[-1]

    monkeypatch.setattr(Translator, "translate", listen)
    monkeypatch.setattr(screen, "QUICK_WORK", 0)  # nor is anything compared
    return heard


def under(app: AppTest) -> str:
    """The line below the translation that names unusual options; "" if there is none."""
    return str(app.container(key="asked").caption[0].value) if has_line(app) else ""


def has_line(app: AppTest) -> bool:
    return any(button.key == "reset-options" for button in app.button)


SLIDERS = {"beta": (0.3, "coverage penalty β = 0.3"), "beam": (3, "beam size 3")}
NUMBERS = {
    "min_length": (4, "at least 4 tokens"),
    "max_length": (9, "at most 9 tokens"),
    "n_best": (3, "3 best shown"),
}


def test_numbers_reach_the_search_the_link_and_the_line(asks: Asked) -> None:
    app = pages.open_app(LINK)
    assert under(app) == ""
    asked = SLIDERS | NUMBERS
    for code, (value, _) in asked.items():
        box = app.slider(key=code) if code in SLIDERS else app.number_input(key=code)
        box.set_value(value)
    assert len(asks.options) == 1  # nothing runs before Translate
    pages.submit(app)
    assert asks.last == DecodeOptions(beam_size=3, beta=0.3, min_length=4, max_length=9, n_best=3)
    link, line = pages.link(app), under(app)
    assert {code: link[code] for code in asked} == {code: str(n) for code, (n, _) in asked.items()}
    assert sorted(line.split(" · ")) == sorted(words for _, words in asked.values())
    pages.checked(app.segmented_control(key="lang").set_value("zh").run())
    assert {code: app.session_state[code] for code in asked} == {
        c: n for c, (n, _) in asked.items()
    }
    assert len(asks.options) == 2


@pytest.mark.parametrize("rule", ["first", "max_length"])
def test_the_stop_rule_reaches_the_search(asks: Asked, rule: str) -> None:
    app = pages.open_app(LINK)
    app.selectbox(key="stop").set_value(rule)
    pages.submit(app)
    assert asks.last.stop == rule
    assert under(app) == ENGLISH(f"figure.print.stop.{rule}")


def test_a_typed_start_and_banned_words_become_tokens(asks: Asked) -> None:
    app = pages.open_app(LINK)
    app.text_input(key="start").set_value(" h a ")
    app.text_input(key="banned").set_value("es, he  es、k")
    pages.submit(app)
    translator = load("de-en/dot")
    found = asks.traces[-1].options
    assert found.prefix == translator.prefix_ids("h a") != ()
    banned = [*translator.token_ids("es"), *translator.token_ids("he"), *translator.token_ids("k")]
    assert found.banned == tuple(banned)
    assert asks.traces[-1].target()[: len(found.prefix)] == found.prefix
    assert pages.translation(app).startswith("h a")
    assert under(app) == 'start given: "h a" · banned: es\\, he\\, k'
    assert (pages.link(app)["start"], pages.link(app)["banned"]) == (" h a ", "es, he  es、k")


def test_what_is_typed_is_text_in_the_line() -> None:
    app = pages.open_app(LINK | {"start": "*h* $a$ <b>"})
    assert under(app) == r'start given: "\*h\* \$a\$ \<b\>"'


def test_a_word_of_several_tokens_is_one_clear_message_and_can_be_taken_back() -> None:
    app = pages.open_app(LINK | {"banned": "xyzk"})
    with pytest.raises(InputError) as error:
        load("de-en/dot").token_ids("xyzk")
    assert pages.messages(app) == [ENGLISH.error(error.value)]
    pages.press(app, ENGLISH("asked.reset"))
    assert pages.is_translated(app)
    assert app.text_input(key="banned").value == ""


def test_lengths_that_contradict_each_other_are_one_clear_message() -> None:
    app = pages.open_app(LINK | {"min_length": "9", "max_length": "5"})
    facts = {"option": "max_length", "found": 5, "low": 9, "high": 512}
    assert pages.messages(app) == [ENGLISH.error(InputError("option_out_of_range", facts))]
    pages.press(app, ENGLISH("asked.reset"))
    assert pages.is_translated(app)
    assert not pages.messages(app) or pages.messages(app) == [ENGLISH("header.unfinished")]


def test_beta_needs_attention_and_says_so(asks: Asked) -> None:
    app = pages.open_app(LINK | {"system": "none-reversed", "beta": "0.5"})
    assert app.slider(key="beta").disabled
    assert ENGLISH("options.beta.none") in pages.captions(app)
    assert asks.last.beta == 0
    assert under(app) == ""
    pages.checked(app.selectbox(key="system").set_value("dot").run())
    assert not app.slider(key="beta").disabled
    assert asks.last.beta == 0.5


def test_only_what_counts_for_this_way_to_decode_is_offered() -> None:
    app = pages.open_app(LINK | {"beam": "3", "stop": "first"})
    keys = {str(one.key) for one in (*app.slider, *app.selectbox, *app.number_input)}
    assert keys >= {"beam", "alpha", "norm", "stop", "n_best"}
    assert not keys & {"samples", "temperature", "top_k", "top_p", "seed"}
    pages.checked(app.radio(key="how").set_value("sample").run())
    keys = {str(one.key) for one in (*app.slider, *app.selectbox, *app.number_input)}
    assert keys >= {"samples", "temperature", "top_k", "top_p", "seed", "alpha", "norm"}
    assert not keys & {"beam", "stop", "n_best"}
    pages.checked(app.radio(key="how").set_value("beam").run())
    assert (app.slider(key="beam").value, app.selectbox(key="stop").value) == (3, "first")


def test_a_change_translates_at_once(asks: Asked) -> None:
    app = pages.open_app(LINK)
    pages.checked(app.slider(key="beam").set_value(2).run())
    assert [options.beam_size for options in asks.options] == [5, 2]
    assert pages.link(app)["beam"] == "2"


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: str(words.language))
def test_a_stop_rule_fits_its_box(words: Words) -> None:
    for rule in OPTIONS["stop"].choices:
        assert len(words(f"options.stop.{rule}")) <= 20


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: str(words.language))
def test_limits_have_one_name(words: Words) -> None:
    for code in ("min_length", "max_length"):
        assert words(f"options.{code}").lower() == words(f"setting.{code}")


SAMPLING = {
    "how": "sample",
    "samples": "3",
    "temperature": "0.8",
    "top_k": "20",
    "top_p": "0.9",
    "seed": "7",
}


def test_sampling_is_asked_for(asks: Asked) -> None:
    app = pages.open_app(LINK)
    pages.checked(app.radio(key="how").set_value("sample").run())
    for code in ("samples", "temperature", "top_p"):
        app.slider(key=code).set_value(type(SETTINGS[code].default)(SAMPLING[code]))
    for code in ("top_k", "seed"):
        app.number_input(key=code).set_value(int(SAMPLING[code]))
    pages.checked(app.run())
    sampling = Sampling(temperature=0.8, top_k=20, top_p=0.9, seed=7)
    assert asks.last == DecodeOptions(beam_size=3, sampling=sampling)
    assert under(app) == "3 samples, temperature 0.8, seed 7 · top-k 20 · top-p 0.9"
    assert {code: pages.link(app)[code] for code in SAMPLING} == SAMPLING


@pytest.mark.parametrize(("seed", "following"), [(7, 8), (MAX_SEED, 1)])
def test_draw_again_takes_the_next_seed(asks: Asked, seed: int, following: int) -> None:
    app = pages.open_app(LINK | SAMPLING | {"seed": str(seed)})
    pages.press(app, ENGLISH("asked.draw"))
    assert asks.last.sampling == Sampling(temperature=0.8, top_k=20, top_p=0.9, seed=following)
    assert app.number_input(key="seed").value == following
    assert pages.link(app)["seed"] == str(following)
    assert pages.translation(app) == asks.traces[-1].translation


def others(app: AppTest) -> list[str]:
    return [line for text in app.container(key="others").text for line in text.value.split("\n")]


def test_all_samples_are_listed_with_their_scores(asks: Asked) -> None:
    app = pages.open_app(LINK | SAMPLING | {"samples": "9"})
    found = asks.traces[-1].hypotheses
    assert len(found) == 9
    assert others(app) == [
        f"{rank + 1}. {found.texts[rank] or ENGLISH('header.nothing')}  "
        f"({number(found.scores[rank], '.3f')})"
        for rank in range(1, 9)
    ]
    assert ENGLISH("header.others.samples") in pages.captions(app)
    assert ENGLISH("asked.draw") not in [b.label for b in pages.open_app(LINK).button]


def test_the_n_best_hypotheses_are_listed(asks: Asked) -> None:
    app = pages.open_app(LINK | {"n_best": "3"})
    found = asks.traces[-1].hypotheses
    assert [line.partition(" ")[0] for line in others(app)] == ["2.", "3."]
    assert others(app)[0].endswith(f"({number(found.scores[1], '.3f')})")


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: str(words.language))
def test_every_unusual_option_has_its_words_and_reset_takes_all_back(words: Words) -> None:
    unusual = {
        "beam": "3",
        "norm": "gnmt",
        "alpha": "0.6",
        "beta": "0.2",
        "min_length": "2",
        "max_length": "9",
        "stop": "first",
        "n_best": "2",
        "start": "h",
        "banned": "es",
    }
    app = pages.open_app(LINK | unusual | {"lang": words.language})
    line = under(app)
    assert line.count(" · ") == 8
    for fact in ("3", "GNMT", "0.6", "β = 0.2", "9", "h", "es"):
        assert fact in line
    assert words("figure.print.stop.first") in line
    pages.press(app, words("asked.reset"))
    assert not has_line(app)
    assert {code: app.session_state[code] for code in DECODING} == {
        code: SETTINGS[code].default for code in DECODING
    }
    assert app.session_state["text"] == LINK["text"]
    assert app.session_state["lang"] == words.language


def test_a_full_gpu_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    translate = Translator.translate

    def without_memory(self: Translator, text: str, options: DecodeOptions, **_: object) -> Trace:
        trace = translate(self, text, options)
        object.__setattr__(trace, "notices", ("out_of_memory",))
        return trace

    monkeypatch.setattr(Translator, "translate", without_memory)
    forget()
    assert ENGLISH("notice.out_of_memory") in pages.messages(pages.open_app(LINK))


def test_threads_stand_beside_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seqviz.views.session.cache.THREADS", 3)
    devices = "seqviz.views.sidebar.options.available_devices"
    monkeypatch.setattr(devices, lambda: ("cpu", "cuda"))
    assert "3" in str(pages.open_app(LINK).selectbox(key="device").help)
