"""The token ids of everything that a decoding found, and whether it is what there was to find."""

import numpy as np

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.record import Decoding
from seqviz.options import DecodeOptions
from tests.decoding import truth
from tests.fixtures.scripted_model import Ids, Script, ScriptedModel

EOS = 0
SOURCE = (5, 7, 0)


def targets(decoding: Decoding) -> list[Ids]:
    """Of every hypothesis, best first, each by its own walk back."""
    search = decoding.search
    found = []
    for step, candidate in zip(decoding.steps, decoding.candidates, strict=True):
        _, chosen = search.path(int(step), int(candidate))
        found.append(tuple(search.candidate_tokens[np.arange(len(chosen)), chosen].tolist()))
    return found


def task_of(script: Script, options: DecodeOptions) -> truth.Task:
    """What there is to find for SOURCE."""
    return truth.Task(script=script, source=SOURCE, options=options, eos=EOS)


def assert_plain(script: Script, options: DecodeOptions) -> None:
    """Our search finds for SOURCE what the plain one does."""
    assert_true(decode_beam(ScriptedModel(script), SOURCE, options), task_of(script, options))


def assert_true(decoding: Decoding, task: truth.Task, *, atol: float = 1e-4) -> None:
    """The same hypotheses, scores and end as those of the plain search."""
    expected, stopped = truth.beam(task)
    assert decoding.stopped_by == stopped
    assert targets(decoding) == [target for target, _, _ in expected]
    assert decoding.finished.tolist() == [finished for _, _, finished in expected]
    np.testing.assert_allclose(decoding.scores, [score for _, score, _ in expected], atol=atol)
