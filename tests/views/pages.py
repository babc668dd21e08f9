"""The whole page in AppTest: how it is opened, and what it shows."""

import base64
import json
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from seqviz.catalog import models_folder
from seqviz.options import DecodeOptions
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.session.link import code_of
from seqviz.views.session.request import Request
from seqviz.views.session.settings import GROUPS, SETTINGS, group_of

APP = Path(__file__).parents[2] / "app.py"
ISOLATES = "\u2066\u2067\u2068\u2069"
ENGLISH, CHINESE = Words("en"), Words("zh")
SHORT = {"text": "kalt", "system": "dot", "max_length": "8"}
"""A link to a sentence that the tiny models read as four tokens, and answer with eight."""


def open_app(
    link: Mapping[str, str] | None = None, *, locale: str = "en-GB", settings: bool = True
) -> AppTest:
    """Open the page at a link, its settings or not, and check that it shows no exception."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.session_state[f"_{state.OPENED}"] = settings
    app.context = {"locale": locale}
    app.query_params.update(link or {})
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    """The same page, if it shows no exception, nor a view that was saved by the last resort."""
    assert not app.exception, app.exception
    assert not {words("page.error") for words in (ENGLISH, CHINESE)} & set(messages(app))
    return app


def work(app: AppTest) -> str:
    """What the page's own decoding is called when it is cancelled."""
    state = app.session_state
    request = Request(
        folder=models_folder() / state["pair"] / state["system"],
        text=state["text"],
        options=DecodeOptions(
            beam_size=state["beam"],
            length_normalisation=state["norm"],
            alpha=state["alpha"],
            max_length=state["max_length"] or None,
        ),
        device=state["device"],
    )
    return request.code


def turn_to(app: AppTest, view: str) -> AppTest:
    """Choose a view, in one run: another group opens as if that view was the last seen of it."""
    group = group_of(view)
    if app.session_state["view"] not in GROUPS[group]:
        app.session_state[f"_last_{group}"] = view
        checked(app.segmented_control(key="group").set_value(group).run())
    elif group == "watch":  # its views turn in the browser
        app.session_state["view"] = view
        checked(app.run())
    elif app.session_state["view"] != view:
        checked(app.segmented_control(key="view").set_value(view).run())
    assert app.session_state["view"] == view
    return app


def in_chinese(app: AppTest) -> AppTest:
    """The same page in Chinese, whose settings are open."""
    return checked(app.segmented_control(key="lang").set_value("zh").run())


def submit(app: AppTest) -> AppTest:
    """Press "Translate"."""
    return checked(app.form_submit_button[0].click().run())


def press(app: AppTest, label: str) -> AppTest:
    """Press the button with that label."""
    (button,) = (button for button in app.button if button.label == label)
    return checked(button.click().run())


def source(app: AppTest) -> str:
    """The sentence that stands above the views."""
    return _only_text(app, "source")


def translation(app: AppTest) -> str:
    """The translation that stands above the views."""
    return _only_text(app, "translation")


def _only_text(app: AppTest, container: str) -> str:
    (text,) = app.container(key=container).text
    return str(text.value)


def is_translated(app: AppTest) -> bool:
    """Whether there is a translation above the views."""
    return len(app.get("metric")) > 0


def numbers(app: AppTest) -> dict[str, str]:
    """The numbers above the views, by their name."""
    return {metric.label: str(metric.value) for metric in app.metric}


def messages(app: AppTest) -> list[str]:
    """Every message on the page, whatever its kind."""
    alerts = (*app.error, *app.warning, *app.info, *app.success)
    return [str(alert.value) for alert in alerts]


def captions(app: AppTest) -> list[str]:
    """Every caption on the page."""
    return [str(caption.value) for caption in app.caption]


def headings(app: AppTest) -> list[str]:
    """Every subheading below the sidebar."""
    return [str(heading.value) for heading in app.main.subheader]


def link(app: AppTest) -> dict[str, str]:
    """The settings that the page's address stands for: what it holds, and what is usual."""
    usual = {code: setting.default for code, setting in SETTINGS.items()}
    usual |= app.session_state["_usual"]
    values = {code: code_of(value) for code, value in usual.items()} | short_link(app)
    return {code: value for code, value in values.items() if value}


def short_link(app: AppTest) -> dict[str, str]:
    """What the page's address holds, or would hold were it written anew."""
    found = {code: "".join(value) for code, value in app.query_params.items()}
    opened, meant = app.session_state["_stands"]
    return cast(dict[str, str], meant) if found == opened else found


def figure(app: AppTest, key: str) -> dict[str, Any]:
    """The plotly figure under that key."""
    return cast(dict[str, Any], json.loads(_element(app, "plotly_chart", key).spec))


def component(app: AppTest, key: str) -> dict[str, Any]:
    """What travelled to the component under that key."""
    return cast(dict[str, Any], json.loads(_element(app, "bidi_component", key).json))


def has(app: AppTest, kind: str, key: str) -> bool:
    """Whether there is an element of that kind and key."""
    return bool(_elements(app, kind, key))


def _element(app: AppTest, kind: str, key: str) -> Any:
    (found,) = _elements(app, kind, key)
    return cast(Any, found).proto


def _elements(app: AppTest, kind: str, key: str) -> list[Any]:
    """Elements under that key, or under one that ends in a count of clicks."""
    name = re.compile(rf"{re.escape(key)}(-\w+-\d+-\d+)?")
    return [e for e in app.get(kind) if name.fullmatch(str(getattr(e, "key", None)))]


def labels(app: AppTest, axis: str, key: str = "attention") -> list[str]:
    """The tokens along an axis of a heatmap, as a reader sees them."""
    names = figure(app, key)["layout"][axis]["labelalias"]
    return [unescape(names[str(place)]).strip(ISOLATES) for place in range(len(names))]


def plain(markdown: str) -> str:
    """Markdown as a reader sees it: marks of differing words as [word], escapes undone."""
    marked = re.sub(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*", r"[\1]", markdown)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", marked)


def drawn(app: AppTest, key: str) -> NDArray[np.float64]:
    """The weights in a heatmap."""
    return decoded(figure(app, key)["data"][0]["z"])


def decoded(array: Any) -> NDArray[np.float64]:
    """Numbers of a figure, which plotly packs where they are many."""
    if not isinstance(array, dict):
        return np.array(array)
    numbers = np.frombuffer(base64.b64decode(array["bdata"]), np.dtype(array["dtype"]))
    return numbers.reshape([int(side) for side in array.get("shape", "-1").split(",")])
