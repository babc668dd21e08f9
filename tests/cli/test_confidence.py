"""A model that knows how sure it usually is says when it is not."""

import json
from pathlib import Path

from seqviz.options import DecodeOptions
from seqviz.trace.notices import UNSURE, other_language
from seqviz.translator import Translator, load
from tests.cli.conftest import Run
from tests.fixtures.tiny_models import write_tiny_models

PAIRS = [("es war sehr kalt", "it was very cold"), ("der hund ist hier", "the dog is here")]
DOT = ("--model", "de-en/dot")


def unsure_of_all(folder: Path) -> None:
    """Let the model seem to have been surer on its development set than it can be."""
    file = folder / "de-en" / "dot" / "settings.json"
    settings = json.loads(file.read_text(encoding="utf-8"))
    settings["confidence"]["quantiles"] = [-1e-9] * len(settings["confidence"]["quantiles"])
    file.write_text(json.dumps(settings), encoding="utf-8")


def share(translator: Translator, text: str, options: DecodeOptions) -> float | None:
    """As a batch finds it; a recorded search has the same notices."""
    (found,) = translator.translate_all([text], options)
    assert translator.translate(text, options).notices == found.notices
    return found.confidence


def test_confidence_is_measured_kept_and_told(run: Run, tmp_path: Path, pairs_file: Path) -> None:
    folder = write_tiny_models(tmp_path)
    here = ("--models", str(folder))
    assert run("translate", *DOT, *here, "--json", PAIRS[0][0]).json()["confidence"] is None
    measured = run("confidence", *DOT, *here, str(pairs_file))
    assert measured.code == 0 and "2 sentences of test.tsv" in measured.out
    told = run("translate", *DOT, *here, "--json", PAIRS[0][0])
    assert told.json()["confidence"] > 0.9 and "Unsure" not in told.err
    unsure_of_all(folder)
    assert "Unsure" in (unsure := run("translate", *DOT, *here, PAIRS[0][0])).err
    assert "(line 1)." in unsure.err

    translator = load("de-en/dot", "cpu", folder)
    assert UNSURE in translator.translate(PAIRS[0][0]).notices
    assert share(translator, PAIRS[0][0], DecodeOptions(beam_size=2, alpha=0.5)) == 0
    assert share(translator, PAIRS[0][0], DecodeOptions(prefix_text="it")) is None
    (english,) = translator.translate("where did you put my keys").notices
    assert english == other_language("en", "de")
    assert share(translator, PAIRS[0][0], DecodeOptions(beta=0.2)) is None
    assert UNSURE not in translator.force(*PAIRS[0]).notices


def test_settings_of_others_are_not_written(run: Run, tmp_path: Path, pairs_file: Path) -> None:
    file = write_tiny_models(tmp_path) / "de-en" / "dot" / "settings.json"
    file.write_text(file.read_text().replace('"licence"', '"confidence": [], "licence"'))
    refused = run("confidence", *DOT, "--models", str(tmp_path), str(pairs_file)).refusal()
    assert "its confidence is no object" in refused
