import pytest

from seqviz.views.session.access import VARIABLE, is_public


@pytest.mark.parametrize(
    ("value", "public"), [(None, False), ("", False), ("0", False), ("1", True), ("yes", True)]
)
def test_the_environment_says_whether_strangers_visit(
    value: str | None, public: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(VARIABLE, value)
    assert is_public() is public
