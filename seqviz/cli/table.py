"""The table of commands, and a click group that loads a command's module when it is called.

The pattern is click's own: https://click.palletsprojects.com/en/stable/complex/#lazily-loading-subcommands
"""

from importlib import import_module

import click

COMMANDS = {
    "models": "List the models that are here.",
    "import": "Take over a model from elsewhere: Marian, NLLB, T5 and others.",
    "translate": "Translate sentences, one a line.",
    "trace": "Record how one sentence is translated, as a file.",
    "figure": "Draw a trace file as a picture for print.",
    "tables": "Write what a trace file holds as CSV tables.",
    "page": "Turn a trace file into a page that needs no network.",
    "show": "Print what a trace file holds.",
    "train": "Train a model from a config.",
    "score": "Score a translation of yours: search error or model error?",
    "evaluate": "Measure a model on a test set: BLEU, chrF and speed.",
    "beam-sizes": "Measure what every beam size does to a model's output.",
    "lengths": "Measure how a model translates short and long sentences.",
    "bench": "Measure the speed of the search against installed peers.",
}
"""Name to help line; the command is ``command`` in the module of that name, with _ for -."""
MODULES = {"import": "import_model"}
"""Of commands that cannot be the name of a module."""


class LazyGroup(click.Group):
    """A group that knows its commands' names and help lines, and loads the rest on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"seqviz.cli.{MODULES.get(cmd_name, cmd_name.replace('-', '_'))}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without loading anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
