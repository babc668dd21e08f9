from dataclasses import replace
from pathlib import Path

import pytest

from seqviz.records.training import DevPoint, LossPoint, Start, TrainingRecord
from seqviz.training.architecture import describe_model
from seqviz.training.card import MOST_CORPORA, CardFacts, Sample, model_card
from seqviz.training.config import read_config, shipped_configs
from seqviz.training.corpora import find_corpus, licence_line
from seqviz.training.data import DataFile

SCORES: dict[str, object] = {
    "bleu": 53.456,
    "chrf": 66.7,
    "exact_match": 12.5,
    "bleu_signature": "nrefs:1|tok:13a",
    "chrf_signature": "nrefs:1|nc:6",
    "beam_size": 5,
    "length_normalisation": "average",
    "alpha": 1.0,
    "sentences": 1500,
}


def record(steps: int) -> TrainingRecord:
    """Measured every 100 steps; the best at 400."""
    return TrainingRecord(
        model="zh-en/dot",
        fingerprint="f" * 64,
        seed=1,
        device="cuda",
        metric="bleu",
        steps=8000,
        seconds=360.0,
        losses=(LossPoint(step=steps, epoch=4.56, seconds=300, loss=2.0, learning_rate=1e-3),),
        dev=tuple(
            DevPoint(step=step, seconds=step, loss=2.0, score=30.0 - abs(400 - step) / 1000)
            for step in range(100, steps + 1, 100)
        ),
        sentences=(),
        frames=(),
    )


@pytest.fixture
def facts() -> CardFacts:
    config = read_config("zh-en/dot")
    return CardFacts(
        config=config,
        model=config.settings.model,
        parameters=10_588_352,
        storage="int8",
        vocabulary="those that the pair had already",
        apart=False,
        files=(DataFile(name="zh-en.train.tsv.gz", lines=74309, sha256="a" * 64),),
        corpora={"tatoeba": 49142, "3am": 22369, "wiktionary": 5536},
        augmented={},
        unspelt=2,
        left_out=4,
        licence="",
        fingerprint="b" * 64,
        record=record(2000),
        command="seqviz train zh-en.dot.toml --device cuda --data DATA --threads 1",
        machine="NVIDIA H200",
        outcome=("The mean was no better.", "It stopped early."),
        scores=SCORES,
        samples=(Sample(source="走着瞧", reference="Wait and see.", translation="See.", chrf=30),),
        worst=(Sample(source="a|b", reference="<img src=x>", translation="*x* `y`", chrf=0.4),),
    )


def test_the_card_holds_what_was_measured(facts: CardFacts) -> None:
    card = model_card(facts)
    for words in (
        "# zh-en/dot: Chinese to English",
        "with dot-product attention (Luong et al. 2015): LSTM, 2 + 2 layers, width 384",
        "10,588,352 parameters, stored as int8",
        "| Tatoeba | 49,142 | CC BY 2.0 FR |",
        "| Wiktionary, via kaikki.org | 5,536 | CC BY-SA 4.0 | Wiktionary contributors",
        "Share-alike: Wiktionary, via kaikki.org.",
        "3AM: MIT is what its authors state; its English captions come from older",
        f"| zh-en.train.tsv.gz | 74,309 | {'a' * 64} |",
        "4 of the 77,047 training pairs were left out, for having more than 100 pieces",
        "Config `zh-en/dot`, SHA-256",
        "6.0 minutes, 2,000 of 8,000 steps, 4.6 epochs, seed 1; on NVIDIA H200.",
        "| 400 (best) | 6.7 | 2.000 | 30.00 |",
        "The mean was no better. It stopped early.",
        "zh-en.test.tsv.gz: 1,500 pairs, beam 5, length normalisation average, α 1",
        "| 53.46 | 66.70 | 12.50 |",
        "BLEU: `nrefs:1|tok:13a`",
        "| 走着瞧 | Wait and see. | See. | 30 |",
    ):
        assert words in card
    assert card.endswith("\n")


def test_what_was_gone_on_from_and_what_was_made_is_told(facts: CardFacts) -> None:
    earlier = record(600)
    start = Start(model="zh-en/dot", sha256="c" * 64, seconds=60.0, dev=earlier.dev)
    told = replace(
        facts,
        record=replace(earlier, started_from=start),
        augmented={"number": 20_000, "person": 2_953},
        licence="Trained on Tatoeba (CC BY 2.0 FR).",
    )
    card = model_card(told)
    for words in (
        f"Went on from `zh-en/dot`, weights of SHA-256 `{'c' * 64}`. Of those: Trained",
        "They took 1.0 minutes and 600 steps; best BLEU on the development set 30.00.",
        "22,953 more pairs (23 % of all) are made of these",
        "taken 20,000 for a number, 2,953 for a person. Names come from lists: Faker (MIT)",
        "4 of the 100,000 training pairs were left out",
    ):
        assert words in card
    assert "coined" not in card
    named = replace(told, config=read_config("fr-en/transformer.named"))
    assert "SeqViz itself; 80 % are coined, spelled" in model_card(named)


def test_a_long_curve_is_thinned_around_the_best(facts: CardFacts) -> None:
    card = model_card(replace(facts, record=record(3900)))
    rows = [line for line in card.splitlines() if line.endswith("0 |") and " 2.000 |" in line]
    assert 6 <= len(rows) <= 10
    assert any("400 (best)" in row for row in rows)
    assert rows[-1].startswith("| 3,900 ")


def test_no_text_is_markup(facts: CardFacts) -> None:
    card = model_card(facts)
    assert r"| a\|b | \<img src=x\> | \*x\* \`y\` | 0 |" in card
    hostile = replace(facts, corpora={"</td>|\u202e\n# x": 1, "": 2})
    assert "\n| \\</td\\>\\| \\# x | 1 | not known to SeqViz |" in model_card(hostile)


def test_nothing_in_a_config_ends_its_block(facts: CardFacts) -> None:
    text = "# ```` \n# <b>\nname = 1"
    card = model_card(replace(facts, config=replace(facts.config, text=text)))
    assert card.endswith(f"`````toml\n{text}\n`````\n")


def test_many_corpora_are_summed_up(facts: CardFacts) -> None:
    card = model_card(
        replace(facts, corpora={f"c{place}": 2 for place in range(MOST_CORPORA + 30)})
    )
    assert f"| c{MOST_CORPORA - 1} | 2 |" in card
    assert f"c{MOST_CORPORA} " not in card
    assert "| 30 more | 60 |" in card


def test_without_a_test_set_the_card_says_so(facts: CardFacts) -> None:
    card = model_card(replace(facts, scores={}, samples=(), worst=()))
    assert "No test set was named." in card
    assert "BLEU:" not in card


def test_a_model_without_failures_says_so(facts: CardFacts) -> None:
    card = model_card(replace(facts, worst=()))
    assert "Every sentence of the test set came out right" in card
    assert "Known failures" not in card


def test_terms_depend_on_the_pair() -> None:
    assert find_corpus("tatoeba", "zh-en").licence == "CC BY 2.0 FR"
    assert find_corpus("tatoeba", "de-en").licence == "CC BY 2.0"
    assert not find_corpus("tatoeba", "xx-yy").is_known


def test_the_licence_names_every_known_corpus_and_counts_the_others() -> None:
    line = licence_line(["tatoeba", "3am", "x", ""], "zh-en")
    assert "tatoeba.org, CC BY 2.0 FR" in line
    assert "© 2024 Maxy" in line
    assert line.endswith("2 more whose terms are not known to SeqViz.")
    assert licence_line(["date-iso"], "date-iso") == (
        "Trained on generated data; no licence is needed."
    )


@pytest.mark.parametrize("name", shipped_configs())
def test_every_shipped_shape_is_described(name: str) -> None:
    settings = read_config(name).settings
    words = describe_model(settings.model)
    assert f"width {settings.model.width}" in words
    assert ("source read backwards" in words) == ("reversed" in name.partition("/")[2])


def test_every_corpus_of_a_shipped_config_is_known() -> None:
    for path in shipped_configs().values():
        settings = read_config(path).settings
        pair = settings.name.partition("/")[0]
        assert all(find_corpus(name, pair).is_known for name in settings.data.corpora), path.name


def test_a_card_names_no_place(facts: CardFacts) -> None:
    assert str(Path(facts.config.file).parent) not in model_card(facts)
