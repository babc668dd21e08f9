"""The ten-item test on the page: answered item by item, its file, and a class summed up."""

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


@pytest.mark.usefixtures("tiny")
def test_a_class_is_summed_up_from_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    app = pages.open_app(LINK)

    def file(form: test.Form, right: int) -> tuple[str, bytes, str]:
        options = [
            item.right if place < right else item.right % 4 + 1
            for place, item in enumerate(test.items())
        ]
        given = [
            test.answered("ab", form, item, option=option, seconds=1)
            for item, option in zip(test.items(), options, strict=True)
        ]
        return f"{form}.csv", test.written(given).encode(), "text/csv"

    (field,) = app.main.file_uploader
    hostile = ("<b>x</b>.csv", b"\0,=1+1\n" * 99, "text/csv")
    app = pages.checked(field.set_value([hostile, file("before", 4), file("after", 8)]).run())
    (refused,) = app.error
    assert pages.plain(str(refused.value)).startswith("<b>x</b>.csv, line 2: ")
    assert ENGLISH("concept_test.respondents", {"count": 1}) in pages.captions(app)
    (table,) = app.table
    assert table.value.iloc[0].tolist() == [ENGLISH("concept_test.all"), "40%", "80%", "0.67"]
    monkeypatch.setenv("SEQVIZ_PUBLIC", "1")
    assert not pages.open_app(LINK).main.file_uploader, "strangers send no files"
