"""A model card, in markdown, from the facts of a training. Every text in it is escaped.

Knows nothing of how the facts were found.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from seqviz.models.settings import RnnSettings, TransformerSettings
from seqviz.records.training import DevPoint, TrainingRecord
from seqviz.training.architecture import describe_model
from seqviz.training.augment.slots import Kind
from seqviz.training.config import Config
from seqviz.training.corpora import Corpus, find_corpus, language_name
from seqviz.training.data import DataFile

MOST_CORPORA = 40
"""Rows of the table; a third column may hold anything."""
MOST_POINTS = 8
"""Rows of the development curve."""
METRICS: Mapping[str, str] = {"bleu": "BLEU", "exact_match": "Exact match, %"}

_MARKUP = re.compile(r"([\\`*_{}\[\]<>|#~&$])")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A sentence of the test set, and what the model made of it."""

    source: str
    reference: str
    translation: str
    chrf: float
    """Of this sentence, 0 to 100."""


@dataclass(frozen=True, kw_only=True)
class CardFacts:
    """All that a card tells."""

    config: Config
    model: RnnSettings | TransformerSettings
    """With the vocabulary sizes that the pieces have."""
    parameters: int
    storage: str
    """Such as "float16"."""
    vocabulary: str
    """Where the pieces come from, a clause."""
    apart: bool
    """They are not those of the pair, but lie in the model's folder."""
    files: Sequence[DataFile]
    corpora: Mapping[str, int]
    """Training pairs of every corpus."""
    augmented: Mapping[Kind, int]
    """Pairs made of others besides, by what was replaced."""
    unspelt: int
    """Training pairs whose target the pieces cannot spell."""
    left_out: int
    """Others with too many tokens."""
    licence: str
    """Of the model that was gone on from, as its settings state it; empty: of none."""
    fingerprint: str
    """Of the pairs, hexadecimal."""
    record: TrainingRecord
    command: str
    machine: str
    """Processor and graphics card, threads, versions."""
    outcome: Sequence[str]
    """How it ended, a sentence each: best step, averaging, early stop."""
    scores: Mapping[str, object]
    """Of the test set, as in settings.json; empty: there is none."""
    samples: Sequence[Sample] = ()
    """A few sentences, spread over the test set."""
    worst: Sequence[Sample] = ()
    """Those with the lowest chrF."""


def model_card(facts: CardFacts) -> str:
    """The whole card, with a line feed at its end."""
    settings = facts.config.settings
    source, target = (
        language_name(code) for code in (settings.source_language, settings.target_language)
    )
    parts = [
        f"# {_text(settings.name)}: {_text(source)} to {_text(target)}",
        *_shape(facts),
        "## Data, licences, attribution",
        *_data(facts),
        "## Training",
        *_training(facts),
        "## Quality",
        *_quality(facts),
        "## Translations",
        *_samples(facts),
        "## Config",
        _fenced(facts.config.text),
    ]
    return "\n\n".join(parts) + "\n"


def _shape(facts: CardFacts) -> list[str]:
    sizes = f"{facts.model.source_vocabulary:,} and {facts.model.target_vocabulary:,}"
    where = "" if facts.apart else "../"
    return [
        describe_model(facts.model),
        f"{facts.parameters:,} parameters, stored as {facts.storage}. SentencePiece models of "
        f"{sizes} pieces (`{where}source.model`, `{where}target.model`; PAD 0, UNK 1, BOS 2, "
        f"EOS 3), {facts.vocabulary}. The source ends in EOS.",
    ]


def _data(facts: CardFacts) -> list[str]:
    pair = facts.config.settings.name.partition("/")[0]
    shown = [(find_corpus(name, pair), count) for name, count in facts.corpora.items()]
    rows = [
        (corpus.title, f"{count:,}", corpus.licence, corpus.attribution)
        for corpus, count in shown[:MOST_CORPORA]
    ]
    if rest := shown[MOST_CORPORA:]:
        rows.append((f"{len(rest)} more", f"{sum(count for _, count in rest):,}", "", ""))
    files = [(file.name, f"{file.lines:,}", file.sha256) for file in facts.files]
    longest = facts.config.settings.data.max_tokens
    return [
        table(("corpus", "training pairs", "licence", "attribution"), rows, right=(1,)),
        *_terms([corpus for corpus, _ in shown]),
        *([table(("file", "lines", "SHA-256"), files, right=(1,))] if files else []),
        *_augmented(facts),
        f"{facts.left_out:,} of the {_pairs(facts):,} training pairs were left out, for having "
        f"more than {longest} pieces on a side, {facts.unspelt:,} for a target that the pieces "
        f"cannot spell. SHA-256 of all pairs as the model read them: `{facts.fingerprint}`.",
    ]


def _pairs(facts: CardFacts) -> int:
    return sum(facts.corpora.values()) + sum(facts.augmented.values())


def _augmented(facts: CardFacts) -> list[str]:
    """What [augment] made."""
    if not facts.augmented:
        return []
    made = ", ".join(f"{count:,} for a {kind}" for kind, count in facts.augmented.items())
    return [
        f"{sum(facts.augmented.values()):,} more pairs ({100 * _share(facts):.0f} % of all) are "
        f"made of these: numbers, dates, times, prices, codes and names that stand on both sides "
        f"are replaced on both by others of their kind; taken {made}. Names come from lists: "
        f"Faker (MIT) and SeqViz itself{_coined(facts)}."
    ]


def _coined(facts: CardFacts) -> str:
    """How many names are in none of the lists, a clause; "": few."""
    share = 100 * facts.config.settings.augment.coined
    return f"; {share:.0f} % are coined, spelled like those of the lists" if share else ""


def _share(facts: CardFacts) -> float:
    return sum(facts.augmented.values()) / _pairs(facts)


def _terms(corpora: Iterable[Corpus]) -> list[str]:
    """What else has to be said of the corpora, share-alike above all."""
    known = list(corpora)
    sentences = []
    if titles := [corpus.title for corpus in known if corpus.share_alike]:
        sentences.append(f"Share-alike: {_text(', '.join(titles))}.")
    sentences += [f"{_text(corpus.title)}: {_text(corpus.note)}" for corpus in known if corpus.note]
    if any(not corpus.is_known for corpus in known):
        ask = "ask for the others where they are from."
        sentences.append(f"SeqViz knows terms by the names of corpora; {ask}")
    return sentences


def _training(facts: CardFacts) -> list[str]:
    record, optimiser = facts.record, facts.config.settings.optimiser
    done = max((point.step for point in record.dev), default=0)
    epochs = record.losses[-1].epoch if record.losses else 0.0
    batch = f"{optimiser.batch_tokens:,} tokens"
    if optimiser.accumulate > 1:
        batch = f"{optimiser.accumulate} times {batch}"
    return [
        f"```\n{facts.command}\n```",
        *_start(facts),
        f"{record.seconds / 60:.1f} minutes, {done:,} of {record.steps:,} steps, {epochs:.1f} "
        f"epochs, seed {record.seed}; on {_text(facts.machine)}. Adam, batches of "
        f"{batch}, highest learning rate {optimiser.learning_rate:g} "
        f"after {optimiser.warmup_steps:,} steps, {optimiser.schedule}, label smoothing "
        f"{optimiser.label_smoothing:g}, products in {optimiser.precision}. Config `"
        f"{facts.config.called}`, SHA-256 `{facts.config.sha256}`.",
        *_curve(record),
        *([" ".join(facts.outcome)] if facts.outcome else []),
    ]


def _start(facts: CardFacts) -> list[str]:
    """What was gone on from, and its own terms."""
    start = facts.record.started_from
    if start is None:
        return []
    sentences = [f"Went on from `{start.model}`, weights of SHA-256 `{start.sha256}`."]
    if facts.licence:
        sentences.append(f"Of those: {_text(facts.licence)}")
    if start.dev:
        best = max(start.dev, key=lambda point: point.score)
        sentences.append(
            f"They took {start.seconds / 60:.1f} minutes and {start.dev[-1].step:,} steps; best "
            f"{METRICS[start.metric]} on the development set {best.score:.2f}."
        )
    return [" ".join(sentences)]


def _curve(record: TrainingRecord) -> list[str]:
    """Some points of the development curve, the best and the last one among them."""
    if not record.dev:
        return []
    stride = -(-len(record.dev) // MOST_POINTS)
    best = best_point(record)
    shown = [
        point
        for place, point in enumerate(record.dev)
        if place % stride == 0 or point in (best, record.dev[-1])
    ]
    rows = [
        (
            f"{point.step:,}" + (" (best)" if point is best else ""),
            f"{point.seconds / 60:.1f}",
            f"{point.loss:.3f}",
            f"{point.score:.2f}",
        )
        for point in shown
    ]
    metric = f"{METRICS[record.metric]}, greedy"
    head = ("step", "minutes", "development loss, nats a token", metric)
    return [table(head, rows, right=(0, 1, 2, 3))]


def best_point(record: TrainingRecord) -> DevPoint:
    """The measurement with the highest score, the first of equals.

    Raises:
        ValueError: nothing was measured.
    """
    return max(record.dev, key=lambda point: point.score)


def _quality(facts: CardFacts) -> list[str]:
    scores, data = facts.scores, facts.config.settings.data
    if not scores:
        return ["No test set was named."]
    name = data.test or f"generated cases of {data.task}, never trained on"
    head = ("BLEU", "chrF", "exact match, %")
    row = [f"{scores[key]:.2f}" for key in ("bleu", "chrf", "exact_match")]
    return [
        f"{_text(name)}: {scores['sentences']:,} pairs, beam {scores['beam_size']}, length "
        f"normalisation {scores['length_normalisation']}, α {scores['alpha']:g}, as "
        f"`seqviz evaluate` computes them.",
        table(head, [row], right=(0, 1, 2)),
        f"BLEU: `{scores['bleu_signature']}`\\\nchrF: `{scores['chrf_signature']}`",
    ]


def _samples(facts: CardFacts) -> list[str]:
    if not facts.samples:
        return ["None, for no test set was named."]
    head = ("source", "reference", "translation", "chrF")
    failures = ["Every sentence of the test set came out right, to the letter."]
    if facts.worst:
        heading = "Known failures: those with the lowest chrF."
        failures = [heading, table(head, _rows(facts.worst), right=(3,))]
    return [
        "Spread over the test set:",
        table(head, _rows(facts.samples), right=(3,)),
        *failures,
    ]


def _rows(samples: Iterable[Sample]) -> list[tuple[str, ...]]:
    return [
        (found.source, found.reference, found.translation, f"{found.chrf:.0f}") for found in samples
    ]


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int]) -> str:
    """A table, its texts escaped; ``right`` names the columns of numbers."""
    rule = ["---:" if place in right else "---" for place in range(len(head))]
    lines = [list(head), rule, *([_text(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _text(text: str) -> str:
    """Text that markdown shows as it is, in one line."""
    return _MARKUP.sub(r"\\\1", " ".join(_UNSEEN.sub(" ", text).split()))


def _fenced(text: str) -> str:
    """A block of code that nothing in it can end."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return f"{fence}toml\n{text.rstrip()}\n{fence}"
