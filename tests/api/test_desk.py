"""The desk without HTTP: batches that a caller gathers himself."""

from dataclasses import replace

import numpy as np
import pytest

from seqviz.api import bodies
from seqviz.api.bodies import Decode
from seqviz.api.desk import Desk
from seqviz.api.limits import Limits
from seqviz.api.shelf import Shelf
from seqviz.api.told import Told
from seqviz.errors import DecodingCancelled, InputError
from seqviz.options import DecodeOptions
from seqviz.options.intervention import Intervention
from seqviz.server.metrics import Metrics
from seqviz.trace import Trace
from seqviz.trace.file import trace_to_bytes
from tests.fixtures.api_server import DATE, SYSTEM

OPTIONS = DecodeOptions(beam_size=3)
TEXTS = (DATE, "24 December 1999", "1 May 2030")


def asked(text: str, told: Told | None = None) -> tuple[Decode, Told]:
    return Decode(model=SYSTEM, text=text), told or Told()


def left() -> Told:
    told = Told()
    told.leave()
    return told


def content(trace: object) -> bytes:
    assert isinstance(trace, Trace)
    return trace_to_bytes(replace(trace, milliseconds=0.0))


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    return Desk(shelf, Limits(), Metrics())


def test_one_search_is_that_of_the_translator(desk: Desk, shelf: Shelf) -> None:
    (found,) = desk.traces([asked(DATE)], OPTIONS)
    assert content(found) == content(shelf.translator(SYSTEM).translate(DATE, OPTIONS))


def test_searches_of_a_batch_come_in_their_order_and_are_kept(desk: Desk, shelf: Shelf) -> None:
    assert desk.kept(asked(DATE)[0], OPTIONS) is None
    found = desk.traces([asked(text) for text in TEXTS], OPTIONS)
    for text, trace in zip(TEXTS, found, strict=True):
        assert isinstance(trace, Trace)
        alone = shelf.translator(SYSTEM).translate(text, OPTIONS)
        assert trace.hypotheses.texts == alone.hypotheses.texts
        assert desk.kept(asked(text)[0], OPTIONS) is trace


def test_who_has_left_a_batch_ends_his_own_search_alone(desk: Desk) -> None:
    first, gone, last = desk.traces(
        [asked(TEXTS[0]), asked(TEXTS[1], left()), asked(TEXTS[2])], OPTIONS
    )
    assert isinstance(gone, DecodingCancelled)
    assert isinstance(first, Trace)
    assert isinstance(last, Trace)


def test_who_has_left_alone_is_an_error_and_no_exception(desk: Desk) -> None:
    (gone,) = desk.traces([asked(DATE, left())], OPTIONS)
    assert isinstance(gone, DecodingCancelled)


def test_evidence_about_long_sentences_is_refused(shelf: Shelf) -> None:
    desk = Desk(shelf, Limits(evidence_tokens=10), Metrics())
    asked = bodies.Evidence(model=SYSTEM, text=DATE, part="gradient")
    with pytest.raises(InputError, match="has 11") as caught:  # of the translation, EOS included
        desk.evidence(asked, DecodeOptions(), Told())
    assert caught.value.code == "evidence_long"
    assert desk.evidence(replace(asked, part="without_source"), DecodeOptions(), Told())
    for most in (11, None):
        free = Desk(shelf, Limits(evidence_tokens=most), Metrics())
        assert np.asarray(free.evidence(asked, DecodeOptions(), Told())).shape == (11, 9)


def test_edits_along_a_translation_are_work(desk: Desk, shelf: Shelf) -> None:
    target = shelf.translator(SYSTEM).translate(DATE, OPTIONS).target()
    mute = Intervention(kind="mute", sources=(0,))
    body = bodies.Shift(model=SYSTEM, text=DATE, target_ids=target)
    options = DecodeOptions(interventions=(mute,))
    work = 2 * (desk.length(asked(DATE)[0], OPTIONS) + len(target)) * len(target)
    with pytest.raises(InputError, match=f"is {work}, the limit") as caught:
        Desk(shelf, Limits(work=work - 1), Metrics()).shift(body, options, Told())
    assert caught.value.code == "too_much_work"
    found = Desk(shelf, Limits(work=work), Metrics()).shift(body, options, Told())
    assert found.kl.shape == (len(target),)


def test_a_length_is_that_of_the_source_and_too_much_work_is_refused(
    desk: Desk, shelf: Shelf
) -> None:
    body = asked(DATE)[0]
    assert desk.length(body, OPTIONS) == len(shelf.translator(SYSTEM).read(DATE, OPTIONS).ids)
    with pytest.raises(InputError, match="limit is 1") as caught:
        Desk(shelf, Limits(work=1), Metrics()).length(body, OPTIONS)
    assert caught.value.code == "too_much_work"
