"""The decoding options of several commands: declared once, gathered into ``DecodeOptions``.

Click keeps their values in the context instead of handing two dozen arguments to each command.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

import click

from seqviz.cli.options import DEFAULTS
from seqviz.options import (
    MAX_ALPHA,
    MAX_BEAM_SIZE,
    MAX_BETA,
    MAX_SAMPLING_TEMPERATURE,
    MAX_TARGET_TOKENS,
    MAX_TOP_K,
    MIN_SAMPLING_TEMPERATURE,
    DecodeOptions,
    LengthNormalisation,
    Sampling,
    StopRule,
)
from seqviz.options.editcode import decode_edits
from seqviz.options.intervention import Intervention

Command = TypeVar("Command", bound=Callable[..., Any])

_KEPT = "seqviz.decoding"
_SAMPLING = Sampling()


@dataclass(frozen=True)
class _Option:
    """One option: how it is written, what click is told of it."""

    names: tuple[str, ...]
    settings: dict[str, Any]


def _option(*names: str, settings: dict[str, Any]) -> _Option:
    return _Option(names, settings)


_OPTIONS = (
    _option(
        "--beam",
        settings={
            "type": click.IntRange(1, MAX_BEAM_SIZE),
            "default": DEFAULTS.beam_size,
            "show_default": True,
            "help": "Prefixes kept at every step; 1 is greedy decoding.",
        },
    ),
    _option(
        "--length-normalisation",
        settings={
            "type": click.Choice(get_args(LengthNormalisation)),
            "default": DEFAULTS.length_normalisation,
            "show_default": True,
            "help": "Divide the sum of log-probabilities by 1, by |Y|^α, or by ((5 + |Y|) / 6)^α.",
        },
    ),
    _option(
        "--alpha",
        settings={
            "type": click.FloatRange(0, MAX_ALPHA),
            "default": DEFAULTS.alpha,
            "show_default": True,
            "help": "α of the length normalisation.",
        },
    ),
    _option(
        "--beta",
        settings={
            "type": click.FloatRange(0, MAX_BETA),
            "default": DEFAULTS.beta,
            "show_default": True,
            "help": "Weight of the coverage penalty; needs attention.",
        },
    ),
    _option(
        "--min-length",
        settings={
            "type": click.IntRange(0, MAX_TARGET_TOKENS),
            "default": DEFAULTS.min_length,
            "show_default": True,
            "help": "Fewest tokens of a translation, its end counted.",
        },
    ),
    _option(
        "--max-length",
        settings={
            "type": click.IntRange(1, MAX_TARGET_TOKENS),
            "help": "Most tokens of a translation. Default: twice the source's plus 10.",
        },
    ),
    _option(
        "--stop",
        settings={
            "type": click.Choice(get_args(StopRule)),
            "default": DEFAULTS.stop,
            "show_default": True,
            "help": "Stop when no live prefix can win, after as many finished as the beam is wide, "
            "or at the maximum length.",
        },
    ),
    _option(
        "--prefix",
        settings={"metavar": "TEXT", "default": "", "help": "Start every translation with TEXT."},
    ),
    _option(
        "--ban",
        settings={
            "metavar": "TOKEN",
            "multiple": True,
            "help": "Never write this token; may be given several times.",
        },
    ),
    _option(
        "--edit",
        settings={
            "metavar": "EDITS",
            "default": "",
            "help": "Edit the cross-attention. 'mute-j1,2' mutes source tokens 1 and 2 (from 0), "
            "'uniform', 'sharpen-t0.5', 'shuffle-r7' (seed), 'ablate-h2.3' (layer.head), "
            "'set-w0.2,0.8,…'; '-s4' only at step 4, '-h2.3' only that head; joined by '_'.",
        },
    ),
    _option(
        "--sample",
        settings={
            "metavar": "N",
            "type": click.IntRange(1, MAX_BEAM_SIZE),
            "help": "Draw N translations at random instead of searching.",
        },
    ),
    _option(
        "--temperature",
        settings={
            "type": click.FloatRange(MIN_SAMPLING_TEMPERATURE, MAX_SAMPLING_TEMPERATURE),
            "help": "Of sampling: below 1 bolder differences, above 1 flatter. Default: 1.",
        },
    ),
    _option(
        "--top-k",
        settings={
            "type": click.IntRange(0, MAX_TOP_K),
            "help": "Of sampling: draw among the K most probable tokens only. Default: all.",
        },
    ),
    _option(
        "--top-p",
        settings={
            "type": click.FloatRange(0.01, 1),
            "help": "Of sampling: draw among the fewest tokens that hold this share of the "
            "probability. Default: all.",
        },
    ),
    _option(
        "--seed",
        settings={"type": click.IntRange(0, 2**31 - 1), "help": "Of sampling. Default: 0."},
    ),
    _option(
        "--source-language",
        settings={
            "metavar": "CODE",
            "default": "",
            "help": "Of the text, as the model spells it, such as deu_Latn; for models of several.",
        },
    ),
    _option(
        "--target-language",
        settings={
            "metavar": "CODE",
            "default": "",
            "help": "Of the translation; for models of several.",
        },
    ),
    _option(
        "--instruction",
        settings={
            "metavar": "TEXT",
            "default": "",
            "help": "Tell the model its task, as T5 wants it: 'translate English to German:'.",
        },
    ),
)


def options(command: Command) -> Command:
    """Give a command all decoding options."""
    for option in reversed(_OPTIONS):
        declare = click.option(*option.names, expose_value=False, callback=_keep, **option.settings)
        command = declare(command)
    return command


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    context.meta.setdefault(_KEPT, {})[parameter.name] = value
    return value


def chosen(*, n_best: int = 1) -> DecodeOptions:
    """The options of the command that runs.

    Raises:
        InputError: they do not go together.
        click.UsageError: an option of sampling without ``--sample``.
    """
    kept = click.get_current_context().meta[_KEPT]
    sampling = _sampling(kept)
    samples = kept["sample"]
    return DecodeOptions(
        beam_size=samples or kept["beam"],
        length_normalisation=kept["length_normalisation"],
        alpha=kept["alpha"],
        beta=kept["beta"],
        stop=kept["stop"],
        min_length=kept["min_length"],
        max_length=kept["max_length"],
        n_best=max(n_best, samples or 1),
        prefix_text=kept["prefix"],
        banned_words=kept["ban"],
        sampling=sampling,
        interventions=_edits(kept["edit"]),
        source_language=kept["source_language"],
        target_language=kept["target_language"],
        instruction=kept["instruction"],
    )


def _edits(code: str) -> tuple[Intervention, ...]:
    try:
        return decode_edits(code)
    except ValueError as error:
        context = click.get_current_context()
        raise click.BadParameter(f"{error}.", context, param_hint="--edit") from error


def _sampling(kept: dict[str, Any]) -> Sampling | None:
    values = {
        name: kept[name]
        for name in ("temperature", "top_k", "top_p", "seed")
        if kept[name] is not None
    }
    if kept["sample"] is not None:
        return Sampling(**values)
    if values:
        given = ", ".join(f"--{name.replace('_', '-')}" for name in values)
        raise click.UsageError(f"{given}: only with --sample.", click.get_current_context())
    return None
