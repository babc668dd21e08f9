"""What is packed of norms is what the evidence says of the layer that the step shows."""

from dataclasses import replace

import pytest

from seqviz.lesson.chapter import Asked, View
from seqviz.lesson.loaded import LoadedModels
from seqviz.lesson.norms import norms
from seqviz.lesson.scene import Scene
from tests.fixtures.explained import OPTIONS, TEXT, tiny_translators
from tests.lesson import small


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> LoadedModels:
    translators = tiny_translators(tmp_path_factory.mktemp("models"))
    return LoadedModels(lambda name: translators[name.partition("/")[2]])


def test_packed_norms_are_those_of_the_layer_shown(models: LoadedModels) -> None:
    asked = Asked(pair="de-en", system="transformer", text=TEXT, options=OPTIONS)
    scene = Scene(asked=asked, trace=models.decode(asked), view=View(), models=models)
    evidence = models._of(scene.asked).evidence(scene.trace).norms().layers
    assert len(evidence) > 1
    for layer in range(len(evidence)):
        found = norms(replace(scene, view=View(layer=layer + 1)))
        assert found is not None
        assert found["layer"] == layer + 1
        assert found["values"] == pytest.approx(evidence[layer], abs=5e-4)


def test_a_model_that_tells_none_has_none() -> None:
    assert norms(small.scene().by("none")) is None
