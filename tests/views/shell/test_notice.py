"""What a trace says about itself, on the page."""

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.views.session.i18n import Words


def app(language: str) -> None:
    from seqviz.views.session.i18n import Words  # noqa: PLC0415 - the body of this function is a script
    from seqviz.views.shell.notice import show_notices  # noqa: PLC0415 - as above

    show_notices(
        (
            "unapplied:num_beams=4",
            "half_precision",
            "out_of_memory",
            "unchosen:target:de|f_r",
            "unapplied:a",
        ),
        Words(language),
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_settings_that_are_not_applied_are_named_together(language: str) -> None:
    found = AppTest.from_function(app, kwargs={"language": language}).run()
    assert not found.exception
    words = Words(language)
    assert [box.value for box in found.warning] == [
        words("notice.half_precision"),
        words("notice.out_of_memory"),
        words("notice.target_unchosen", {"choices": r"de\, f\_r"}),
    ]
    caption = words("notice.unapplied", {"settings": r"num\_beams\=4\, a"})
    assert [text.value for text in found.caption] == [caption]
