"""``seqviz trust``: which words of a translation come from the sentence, and how one may tell."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from seqviz.analysis.agreement import agreement
from seqviz.analysis.trust import Trust, word_trust
from seqviz.cli import decoding, lines, options, printing
from seqviz.cli.sentences import SentenceCommand
from seqviz.options import Precision
from seqviz.trace import Trace
from seqviz.translator import load
from seqviz.translator.devices import use_threads
from seqviz.translator.trust import trust_in
from seqviz.words import LANGUAGES, table


@click.command(name="trust", cls=SentenceCommand)
@options.model
@decoding.options
@options.device
@options.precision
@options.threads
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="The language of the sentence about attention.",
)
@options.as_json
@options.models
@click.argument("text")
@click.argument("target", required=False)
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    model: str,
    device: str,
    precision: Precision,
    threads: int | None,
    language: str,
    as_json: bool,
    models: Path | None,
    text: str,
    target: str | None,
) -> None:
    """Say of every word of a translation of TEXT how far it comes from TEXT.

    The translation is the model's own, or TARGET. Columns: log p of the word in nats; what it gains
    by the sentence, log p(y|x) − log p(y|∅); the share of the source (ALTI+); the layer of the
    decoder after which the word was the most probable one, "–" for never. Below: the translation
    after 0, 1, … layers of the encoder; whether attention, norms, gradients and occlusion put the
    source tokens in the same order (Spearman's ρ). A recurrent model has no shares and no layers.

    \b
    Examples:
      seqviz trust --model de-en/transformer "Der Quantenbulle frisst Zwiebelringe."
      seqviz trust --model de-en/transformer "Es war sehr kalt." "It was in 1983."
    """  # noqa: D301 (click wants the character \b itself)
    sentence = lines.from_argument(text, "TEXT")
    given = None if target is None else lines.from_argument(target, "TARGET")
    use_threads(threads)
    translator = load(model, device, models, precision=precision)
    chosen = decoding.chosen()
    if given is None:
        trace = translator.translate(sentence, chosen)
        printing.say_cut_off("the translation" if trace.cut_off() else "")
    else:
        trace = translator.force(sentence, given, chosen)
        printing.say_unknown(translator.unknown_in_target(given), "TARGET")
    printing.say_notices(trace.notices)
    printing.say_unknown(trace.unknown, "TEXT")
    decoding.say_about_typed(translator, chosen)
    told = trust_in(translator.evidence(trace))
    if as_json:
        printing.say(printing.json_line(_record(trace, told)))
    else:
        printing.say("\n".join(_lines(trace, told, language)))


def _record(trace: Trace, told: Trust) -> dict[str, object]:
    shares, lens = told.contributions, told.lens
    words, compared = word_trust(told.contrast, shares, lens), agreement(told.grids)
    tokens: list[dict[str, object]] = []
    for step, piece in enumerate(told.contrast.pieces):
        of_source = {way: _finite(grid[step]) for way, grid in told.grids.items()}
        token: dict[str, object] = {
            "piece": piece,
            "log_prob": _finite(told.contrast.with_source[step]),
            "log_prob_without_source": _finite(told.contrast.without_source[step]),
        }
        if shares is not None:
            token["source_share"] = _finite(shares.source_share[step])
            token["prefix"] = _finite(shares.prefix[step])
            of_source["contributions"] = _finite(shares.source[step])
        if lens is not None:
            token |= {"ranks": lens.ranks[step].tolist(), "probs": _finite(lens.probs[step])}
        tokens.append(token | {"of_source": of_source})
    return {
        "source": trace.source.text,
        "source_pieces": trace.source.pieces,
        "translation": trace.translation,
        "words": [{name: _finite(v) for name, v in asdict(word).items()} for word in words],
        "tokens": tokens,
        "by_encoder_layer": told.by_layer or (),
        "agreement": {
            "ways": compared.ways,
            "overall": _finite(compared.overall),
            "strongest": _finite(compared.strongest),
            "steps": _finite(compared.steps),
            "verdict": compared.verdict,
        },
    }


def _finite(value: object) -> object:
    """As JSON has it: numbers that are none are null."""
    plain = getattr(value, "tolist", lambda: value)()
    if isinstance(plain, list):
        return [_finite(one) for one in plain]
    return None if isinstance(plain, float) and not math.isfinite(plain) else plain


def _lines(trace: Trace, told: Trust, language: str) -> Iterator[str]:
    """Tables; words last, for their width is unknown."""
    yield printing.one_line(trace.translation)
    yield f"\n{'log p':>8} {'gain':>7} {'source':>6} {'layer':>5}  word"
    for word in word_trust(told.contrast, told.contributions, told.lens):
        share = "" if word.source_share is None else f"{word.source_share:.2f}"
        layer = {None: "", -1: "–"}.get(word.layer, str((word.layer or 0) + 1))
        numbers = f"{word.log_prob:8.3f} {word.contrast:7.3f} {share:>6} {layer:>5}"
        yield f"{numbers}  {printing.one_line(word.label)}"
    mean = "" if told.contributions is None else f"{told.contributions.source_share.mean():.2f}"
    yield f"{told.contrast.with_source.sum():8.3f} {told.contrast.total:7.3f} {mean:>6}".rstrip()
    if told.by_layer:
        yield "\nafter so many layers of the encoder"
    for layers, text in enumerate(told.by_layer or ()):
        yield f"{layers:8d}  {printing.one_line(text)}"
    compared = agreement(told.grids)
    ways = compared.ways
    yield "\nρ         " + " ".join(f"{way:>9}" for way in ways)
    for way, row in zip(ways, compared.overall, strict=True):
        yield f"{way:<9} " + " ".join(f"{found:9.2f}" for found in row)
    if (verdict := compared.verdict) is not None:
        yield f"\n{table(language)[f'agreement.{verdict}'].format_map(compared.tests())}"
