"""The ten-item test on the page: answered item by item, its file, and no answers before the end."""

import pytest

from seqviz.lesson import concept_test as test
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

LINK = pages.SHORT | {"view": "concept_test"}


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("form", test.FORMS)
def test_ten_answers_are_a_file_and_only_afterwards_told(form: test.Form) -> None:
    app = pages.open_app(LINK | {"lang": "zh"})
    app = pages.checked(app.text_input[0].set_value("ab").run())
    app = pages.checked(app.button(key=f"concept-{form}").click().run())
    for item in test.ordered(form):
        assert app.button(key="concept-next").disabled
        app = app.radio(key=f"concept-{form}-{item.id}").set_value(item.right).run()
        app = pages.checked(app.button(key="concept-next").click().run())
    told = [str(text.value) for text in app.main.markdown]
    assert (CHINESE("concept_test.score", {"right": 10, "count": 10}) in told) == (form == "after")
    assert any(test.items()[0].why["zh"] in text for text in told) == (form == "after")
    assert pages.has(app, "download_button", "concept-save")
    app = pages.checked(app.button(key="concept-anew").click().run())
    assert app.button(key="concept-before").disabled
    assert ENGLISH("concept_test.about") not in told
