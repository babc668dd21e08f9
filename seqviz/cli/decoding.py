"""The decoding options of several commands, as they are declared, gathered into ``DecodeOptions``.

Click keeps their values in the context instead of handing two dozen arguments to each command.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, get_args, get_origin

import click

from seqviz.cli import printing
from seqviz.options import MAX_BEAM_SIZE, DecodeOptions, Sampling
from seqviz.options.declared import Option, options_of
from seqviz.options.editcode import decode_edits
from seqviz.options.intervention import Intervention
from seqviz.trace.notices import is_doubt, kind_of
from seqviz.training.columns import line_numbers
from seqviz.translator import Translator
from seqviz.translator.translation import Translation

Command = TypeVar("Command", bound=Callable[..., Any])

_KEPT = "seqviz.decoding"
_FLAGGED, _DRAWING = (
    tuple(one for one in options_of(record) if one.declared.flag)
    for record in (DecodeOptions, Sampling)
)
_APART: dict[str, dict[str, Any]] = {
    "--sample": {
        "metavar": "N",
        "type": click.IntRange(1, MAX_BEAM_SIZE),
        "help": "Draw N translations at random instead of searching.",
    },
    "--edit": {
        "metavar": "EDITS",
        "default": "",
        "help": "Edit the cross-attention. 'mute-j1,2' mutes source tokens 1 and 2 (from 0), "
        "'uniform', 'sharpen-t0.5', 'shuffle-r7' (seed), 'ablate-h2.3' (layer.head), "
        "'set-w0.2,0.8,…'; '-s4' only at step 4, '-h2.3' only that head; joined by '_'.",
    },
}
"""Flags that are spelled otherwise than one option of a decoding."""


def options(command: Command) -> Command:
    """Give a command all decoding options."""
    for flag, settings in reversed(list(_flags())):
        command = click.option(flag, expose_value=False, callback=_keep, **settings)(command)
    return command


def _flags() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every flag, and what click is told of it."""
    for one in _FLAGGED:
        yield one.declared.flag, _searching(one)
    yield from _APART.items()
    for one in _DRAWING:  # None: not given, which counts without --sample
        yield one.declared.flag, {"type": _type(one), "help": one.declared.help}


def _searching(one: Option) -> dict[str, Any]:
    settings: dict[str, Any] = {"help": one.declared.help, "default": one.default}
    if one.declared.metavar:
        settings["metavar"] = one.declared.metavar
        if get_origin(one.kind) is tuple:
            settings["multiple"] = True
    else:
        settings |= {"type": _type(one), "show_default": True}
    return settings


def _type(one: Option) -> click.Choice[str] | click.IntRange | click.FloatRange:
    """The values that click accepts."""
    if one.choices:
        return click.Choice(get_args(one.kind))
    low, high = one.declared.low or 0, one.declared.high or 0
    return click.FloatRange(low, high) if one.kind is float else click.IntRange(int(low), int(high))


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
    values = {one.name: kept[_parameter(one)] for one in _FLAGGED}
    sampling, samples = _sampling(kept), kept["sample"]
    if samples:
        values["beam_size"] = samples
    return DecodeOptions(
        **values,
        n_best=max(n_best, samples or 1),
        sampling=sampling,
        interventions=_edits(kept["edit"]),
    )


def _parameter(one: Option) -> str:
    """Under what click keeps its value."""
    return one.declared.flag.strip("-").replace("-", "_")


def _edits(code: str) -> tuple[Intervention, ...]:
    try:
        return decode_edits(code)
    except ValueError as error:
        context = click.get_current_context()
        reason = f"{str(error).removesuffix('.')}."
        raise click.BadParameter(reason, context, param_hint="--edit") from error


def _sampling(kept: dict[str, Any]) -> Sampling | None:
    found = {one.name: kept[_parameter(one)] for one in _DRAWING}
    values = {name: value for name, value in found.items() if value is not None}
    if kept["sample"] is not None:
        return Sampling(**values)
    if values:
        given = ", ".join(one.declared.flag for one in _DRAWING if one.name in values)
        raise click.UsageError(f"{given}: only with --sample.", click.get_current_context())
    return None


def say_about(translations: Sequence[Translation], *, numbers: Sequence[int]) -> None:
    """Say on stderr what went otherwise than asked, with the numbers of the lines.

    Args:
        translations: of some lines.
        numbers: of these lines.
    """
    cut = [
        number
        for number, found in zip(numbers, translations, strict=True)
        if not all(one.finished for one in (found, *found.alternatives))
    ]
    printing.say_cut_off(line_numbers(cut) if cut else "")
    say_unknown_lines(translations, numbers=numbers)


def say_unknown_lines(translations: Sequence[Translation], *, numbers: Sequence[int]) -> None:
    """As ``say_about``, without what was cut off."""
    codes = dict.fromkeys(code for found in translations for code in found.notices)
    printing.say_notices(code for code in codes if not is_doubt(code))
    doubts: dict[str, list[str]] = {}
    for doubt in filter(is_doubt, codes):
        doubts.setdefault(kind_of(doubt), []).append(doubt)
    for alike in doubts.values():
        about = zip(numbers, translations, strict=True)
        has = [number for number, found in about if not {*alike}.isdisjoint(found.notices)]
        printing.say_notices(alike, line_numbers(has))
    lacking = [
        (number, found.unknown)
        for number, found in zip(numbers, translations, strict=True)
        if found.unknown
    ]
    where = line_numbers([number for number, _ in lacking])
    printing.say_unknown((piece for _, found in lacking for piece in found), where)


def say_about_typed(translator: Translator, chosen: DecodeOptions) -> None:
    """Say on stderr what of an instruction and of a typed start the model does not know."""
    printing.say_unknown(translator.unknown_in_instruction(chosen), "--instruction")
    printing.say_unknown(translator.unknown_in_target(chosen.prefix_text), "--prefix")
