"""Small systems beside others: every comparison says so by itself, from their parameters."""

import re
from pathlib import Path

import pytest

from seqviz.views.session.i18n import Words
from tests.fixtures.tiny_models import write_small_model
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH


@pytest.mark.parametrize("w", [ENGLISH, CHINESE], ids=lambda w: str(w.language))
@pytest.mark.parametrize("view", ["systems", "lengths", "bottleneck"])
def test_small_systems_say_so(own_folder: Path, view: str, w: Words) -> None:
    write_small_model(own_folder, "dot-small", "dot")
    write_small_model(own_folder, "none-small", "none")
    link = pages.SHORT | {"view": view, "lang": w.language, "bare": "none-small"}
    app = pages.open_app(link | {"attentive": "dot"})
    found = [pages.plain(text) for text in pages.captions(app)]
    name = w("system.none-small")
    assert any(name in text and re.search(r"\d\d ?%", text) for text in found), found
