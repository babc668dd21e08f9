"""``seqviz import``: take a model from elsewhere over into the folder of models."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from seqviz.catalog import ModelEntry, models_folder
from seqviz.cli import options, printing
from seqviz.foreign.importing import import_model
from seqviz.options import DecodeOptions
from seqviz.translator import Translator

FEW = 8
"""Codes of languages that are printed."""
TRIAL = DecodeOptions(beam_size=1, max_length=2, record_attention=False, distribution_size=0)
STAGES = {
    "read": "Reading the model …",
    "copy": "Copying its files …",
    "check": "Loading it and trying it …",
}


@click.command(name="import")
@click.option(
    "--name",
    metavar="PAIR/SYSTEM",
    help="What to call it. Default: from its own name, such as de-en/opus-mt.",
)
@click.option("--fresh", is_flag=True, help="Replace a model of that name.")
@options.models
@click.argument("source", metavar="FOLDER")
def command(*, source: str, name: str | None, fresh: bool, models: Path | None) -> None:
    """Take a model over: from FOLDER, a .zip archive, or OWNER/MODEL of the Hugging Face hub.

    Marian models (OPUS-MT) need nothing else; M2M100, NLLB, mBART, BART, T5, mT5 and umT5
    need seqviz[transformers]. The model is loaded and tried first; then config, tokenizer and
    weights are copied, the weights as safetensors. No code in FOLDER is ever run. A model works
    without this, too: --model FOLDER wherever a name does.

    \b
    Examples:
      seqviz import ~/opus-mt-de-en
      seqviz import Helsinki-NLP/opus-mt-en-zh
      seqviz import nllb.zip --name mul-mul/nllb --models my-models
    """  # noqa: D301 (click wants the character \b itself)
    folder = models or models_folder()
    entry = import_model(
        source,
        folder,
        check=check,
        name=name,
        fresh=fresh,
        on_stage=_say_stage,
    )
    printing.say(summary(entry, folder, named=models is not None))


def check(entry: ModelEntry) -> None:
    """Load a model and let it translate something.

    Raises:
        SeqVizError: it cannot.
    """
    Translator(entry, "cpu").translate("1", TRIAL)


def _say_stage(stage: str) -> None:
    if sys.stderr.isatty():
        printing.say(STAGES[stage], err=True)


def summary(entry: ModelEntry, folder: Path, *, named: bool) -> str:
    """What a model is, where it lies, and how to use it, in lines."""
    facts = [
        entry.family,
        f"{entry.parameters / 1e6:.1f} M parameters",
        f"{entry.bytes / 1e6:.1f} MB",
        f"licence {entry.licence or 'unknown'}",
    ]
    if entry.revision:
        facts.append(f"revision {entry.revision[:12]}")
    lines = [f"{entry.name}: {', '.join(facts)}, in {entry.folder}"]
    for side, codes in (("source", entry.source_languages), ("target", entry.target_languages)):
        if codes:
            lines.append(f"--{side}-language: {_few(codes)}")
    if entry.takes_instruction:
        tasks = " | ".join(entry.instructions[:FEW]) or '"translate English to German:"'
        lines.append(f"--instruction: such as {tasks}")
    where = f' --models "{folder}"' if named else ""
    lines.append(f'Use it: seqviz translate{where} --model {entry.name} "…"')
    if named:
        lines.append(f'On the page: SEQVIZ_MODELS="{folder}"')
    return "\n".join(map(printing.one_line, lines))


def _few(codes: Sequence[str]) -> str:
    more = f" … ({len(codes)} in all)" if len(codes) > FEW else ""
    return f"{', '.join(codes[:FEW])}{more}"
