"""Gradient steps as JSON, before the first and after some, and where numbers end."""

from dataclasses import replace

import numpy as np

from seqviz.lesson.learning import learning, learnt
from tests.lesson.small import SmallModels, scene


def test_it_begins_at_the_token_that_the_model_finds_hardest() -> None:
    found = learning(scene(1))
    assert found is not None
    assert [found["tokens"][token] for token in found["target"]] == ["the", "cat"]
    assert (found["place"], found["rate"]) == (1, 0.001)
    assert (found["text"], found["right"]) == ("Die Katze", "the cat")
    assert (np.shape(found["probs"]), found["losses"]) == ((2, 8), [0.0])
    bare = scene(1)
    assert learning(replace(bare, asked=replace(bare.asked, reference=""))) is None


def test_after_the_last_step_its_numbers_stand_and_every_loss() -> None:
    steps = SmallModels().learn(scene(1).asked, (0.1, 0.1))
    found = learnt(steps)
    assert len(found["losses"]) == 3
    assert found["probs"][1][6] == 0.7
    lost = replace(steps, losses=np.array([0, 1, np.nan], np.float32))
    assert learnt(lost) == {"probs": None, "losses": None}
