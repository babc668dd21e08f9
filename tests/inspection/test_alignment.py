"""Alignments by attention: of translations, and measured on gold, all layers and heads at once."""

from dataclasses import asdict, replace
from itertools import product

import numpy as np
import pytest

from seqviz.aligned import MEASURES, ROWS, Reading
from seqviz.analysis.alignment import Agreement, agreement, rows_when_fed, word_links
from seqviz.analysis.gold import read_gold
from seqviz.errors import InputError
from seqviz.inspection.alignment import aligned, alignment_study, default_reading
from seqviz.translator import Translator
from tests.fixtures.explained import OPTIONS, TEXT
from tests.trace.test_file import ALIGNMENT

GOLD = read_gold(
    ["es war sehr kalt\tit was very cold\t0-0 1-1 2-2 3-3", "der hund\tthe dog\t0-0 1?1"],
    "gold.tsv",
)


def test_every_number_of_a_study_against_one_reading_at_a_time(
    translators: dict[str, Translator],
) -> None:
    translator, seen = translators["transformer"], list[tuple[int, int]]()
    study = alignment_study(
        translator, GOLD, "gold.tsv", on_progress=lambda *done: seen.append(done)
    )
    assert seen == [(1, 2), (2, 2)]
    assert (study.pairs, study.sure, study.possible, study.gold) == (2, 5, 6, "gold.tsv")
    assert [(one.measure, one.row) for one in study.grids] == [*product(MEASURES, ROWS)]
    counted = dict[Reading, Agreement]()
    for pair in GOLD:
        trace = translator.force(" ".join(pair.source), " ".join(pair.target))
        for one in study.choices():
            reading = Reading(layer=one.layer, head=one.head, measure=one.measure, row=one.row)
            found = aligned(translator, trace, reading)
            assert (found.source, found.target) == (pair.source, pair.target)
            links = np.full(len(pair.target), -1)
            for source, target in found.links:
                links[target] = source
            own = agreement(links, pair)
            counted[reading] = counted[reading] + own if reading in counted else own
    for one in study.choices():
        reading = Reading(layer=one.layer, head=one.head, measure=one.measure, row=one.row)
        assert one.error_rate == pytest.approx(counted[reading].error_rate, abs=1e-4)
        assert one.recall == pytest.approx(counted[reading].recall, abs=1e-4)
        precision = np.nan_to_num(counted[reading].precision)
        assert one.precision == pytest.approx(precision, abs=1e-4)
    assert len(counted) == 2 * 2 * 3 * 3


def test_a_norm_and_a_next_row_are_what_they_say(translators: dict[str, Translator]) -> None:
    translator = translators["additive"]
    trace = translator.force(TEXT, "it was very cold")
    norms = translator.evidence(trace).norms().heads[0, 0]
    plain = Reading(layer=0, head=None, measure="norm", row="step")
    found = {row: aligned(translator, trace, replace(plain, row=row)) for row in ROWS}
    words = len(found["step"].source), len(found["step"].target)
    assert words == (4, 4)
    for row, rows in zip(ROWS, (norms, rows_when_fed(norms)), strict=True):
        shares = [
            np.array([[word == group for word in range(4)] for group in groups], float)
            for groups in (_groups(trace.target_pieces()), _groups(trace.source.pieces))
        ]
        links = word_links(rows, *shares)
        assert found[row].links == {(s, t) for t, s in enumerate(links.tolist()) if s >= 0}


def _groups(pieces: tuple[str, ...]) -> list[int]:
    """The word of every piece by its "▁"; EOS is the fifth, which no word is."""
    return [*(np.cumsum([piece.startswith("▁") for piece in pieces[:-1]]) - 1).tolist(), 4]


def test_the_default_is_that_of_the_settings(translators: dict[str, Translator]) -> None:
    trace = translators["transformer"].translate(TEXT, OPTIONS)
    assert default_reading(trace).head is None and default_reading(trace).row == "step"
    measured = replace(trace.model, alignment=ALIGNMENT)
    found = default_reading(replace(trace, model=measured))
    assert found == Reading(layer=0, head=0, measure="norm", row="fed")


def test_what_cannot_be_aligned_is_refused(translators: dict[str, Translator]) -> None:
    with pytest.raises(InputError) as caught:
        alignment_study(translators["none-reversed"], GOLD, "gold.tsv")
    assert caught.value.code == "align_no_attention"
    long = replace(GOLD[0], source=("es",) * 600, line=7)
    with pytest.raises(InputError) as caught:
        alignment_study(translators["dot"], (*GOLD, long), "gold.tsv")
    assert (caught.value.code, caught.value.facts["line"]) == ("gold_pair", 7)
    trace = translators["dot"].translate(TEXT, OPTIONS)
    for place in ("layer", "head"):
        reading = Reading(**{**asdict(default_reading(trace)), place: 1})
        with pytest.raises(InputError) as caught:
            aligned(translators["dot"], trace, reading)
        assert caught.value.facts["option"] == place
