"""What a learner does to a picture of the lesson, and what it leads to."""

from collections.abc import Mapping
from typing import Any

import pytest

from seqviz.lesson import Asked
from seqviz.lesson.loaded import LoadedModels
from seqviz.options.intervention import Intervention
from seqviz.translator import load
from seqviz.views.learn import acted
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from tests.fixtures.explained import OPTIONS, TEXT
from tests.fixtures.tiny_models import write_tiny_models

ENGLISH = Words("en")
MUTE = {"name": "mute", "source": 1, "end": 3}
GO_ON = {"name": "continue", "node": "1.2"}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> LoadedModels:
    folder = write_tiny_models(tmp_path_factory.mktemp("pretrained"))
    return LoadedModels(lambda name: load(name, "cpu", folder))


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A session without a page, which shows no progress."""
    values: dict[str, Any] = {}
    monkeypatch.setattr("streamlit.session_state", values)
    monkeypatch.setattr(acted, "Progress", Quiet)
    return values


class Quiet:
    """Progress that nobody sees."""

    step = wait = clear = staticmethod(lambda *_: None)

    def __init__(self, *_: object) -> None: ...


def asked(system: str) -> Asked:
    return Asked(pair="de-en", system=system, text=TEXT, options=OPTIONS)


def answer(models: LoadedModels, system: str, *acts: Mapping[str, Any]) -> Mapping[str, Any]:
    acted.note({"id": 7, "trace": asked(system).key, "acts": list(acts)})
    among = {asked(system).key: asked(system)}
    found = acted.answer(among, models_of=lambda *_: models, w=ENGLISH)
    assert found is not None
    return found


def test_things_are_done_one_on_the_picture_of_the_other(models: LoadedModels) -> None:
    first = asked("dot")
    found = acted.asked_with(first, [MUTE, GO_ON], models)
    muted = acted.asked_with(first, [MUTE], models)
    assert found.options.interventions == (Intervention(kind="mute", sources=(1, 2)),)
    assert muted.options.interventions == found.options.interventions
    search = models.decode(muted).search
    _, path = search.path(1, 2)
    assert found.options.prefix == tuple(search.candidate_tokens[range(2), path])
    assert models.decode(found).target()[:2] == found.options.prefix
    assert acted.asked_with(first, [], models) == first


def test_of_beam_sizes_the_last_one_counts(models: LoadedModels) -> None:
    first = asked("dot")
    sizes = [{"name": "beam", "beam": size} for size in (7, *range(1, 11), 2) * 4]
    found = acted.asked_with(first, [*sizes, MUTE], models)
    assert found.options.beam_size == 2
    assert len(found.options.interventions) == 1


def test_what_it_led_to_is_told_and_remembered(models: LoadedModels) -> None:
    found = answer(models, "dot", MUTE)
    after = models.decode(acted.asked_with(asked("dot"), [MUTE], models))
    assert found["id"] == 7
    assert found["trace"] != asked("dot").key
    assert found["packed"]["hypotheses"][0]["text"] == after.translation
    both = models.decode(asked("dot")).translation, after.translation
    for words, text in zip(found["marks"], both, strict=True):
        assert "".join(word for word, _ in words).split() == text.split()
    assert acted.answer({}, models_of=lambda *_: models, w=ENGLISH) is found


@pytest.mark.parametrize(
    ("system", "act"),
    [
        ("none-reversed", MUTE),  # it has no attention
        ("dot", {"name": "mute", "source": 90, "end": 99}),
        ("dot", {"name": "rm"}),
        ("dot", {"name": "beam", "beam": 11}),
        ("dot", {"name": "beam"}),
        ("dot", {"name": "continue", "node": "0.99"}),
        ("dot", {"name": "paint", "step": 0, "end": 1, "weights": [1.0]}),
    ],
)
def test_nonsense_is_refused(models: LoadedModels, system: str, act: Mapping[str, Any]) -> None:
    assert answer(models, system, act) == {
        "id": 7,
        "refused": ENGLISH("lesson.acted.refused"),
    }


def test_a_search_that_was_cancelled_is_not_begun_again(models: LoadedModels) -> None:
    acted.note({"id": 7, "trace": asked("dot").key, "acts": [MUTE]})
    state.cancel(acted.ACTED)
    among = {asked("dot").key: asked("dot")}
    found = acted.answer(among, models_of=lambda *_: models, w=ENGLISH)
    assert found is not None
    assert "cancelled" in found["refused"]
