"""The command line: exit codes, errors in one line, and the table of commands.

Commands are loaded when they are called, so that help and ``models`` answer without torch.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from traceback import walk_tb

import click

from seqviz.cli.printing import printable, say
from seqviz.errors import InputError, SeqVizError, lacks_memory

BAD_INPUT = 2
FAILED = 1
COMMANDS = {
    "app": "Serve the page: to yourself, a class, or strangers.",
    "models": "List the models that are here.",
    "get": "Fetch a strong model of the Hugging Face hub.",
    "import": "Take over a model from elsewhere: Marian, NLLB, T5 and others.",
    "translate": "Translate sentences, one a line.",
    "trace": "Record how one sentence is translated, as a file.",
    "figure": "Draw a trace file as a picture for print.",
    "tables": "Write what a trace file holds as CSV tables.",
    "explain": "Take one step of a trace file apart, with every number.",
    "page": "Turn a trace file into a page that needs no network.",
    "gallery": "Turn trace files and lessons into a static site.",
    "show": "Print what a trace file holds.",
    "train": "Train a model from a config.",
    "score": "Score a translation of yours: search error or model error?",
    "align": "Align words by attention, or compare with links drawn by people.",
    "heads": "Say what every head of the attention does on a test set.",
    "trust": "Say which words of a translation come from the sentence.",
    "inspect": "Find the sentences of a test set that may be wrong.",
    "evaluate": "Measure a model on a test set: BLEU, chrF and speed.",
    "beam-sizes": "Measure what every beam size does to a model's output.",
    "lengths": "Measure how a model translates short and long sentences.",
    "confidence": "Measure how sure a model is, so that it can say when it is not.",
    "validate": "Measure how good the flags on words are.",
    "bench": "Measure the speed of the search against installed peers.",
    "serve": "Serve the models over HTTP to programs and other machines.",
    "lesson": "Check or open a chapter of the lesson, or write a handout.",
}
"""Name to help line; the command is ``command`` in the module of that name, with _ for -."""
MODULES = {"import": "import_model"}
"""Of commands that cannot be the name of a module."""


class LazyGroup(click.Group):
    """A group that knows its commands' names and help lines, and loads the rest on demand.

    The pattern is click's own: https://click.palletsprojects.com/en/stable/complex/#lazily-loading-subcommands
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        name = f"seqviz.cli.{MODULES.get(cmd_name, cmd_name.replace('-', '_'))}"
        with loading():
            module = import_module(name)
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without loading anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="'seqviz COMMAND --help' explains a command, with examples.",
)
def commands() -> None:
    """See how sequence-to-sequence models translate.

    \b
    Examples:
      seqviz models
      seqviz translate --model de-en/transformer "Es war sehr kalt."
      seqviz trace --model de-en/additive --out cold.json "Es war sehr kalt."
    """  # noqa: D301 (click wants the character \b itself)


def main(arguments: list[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: the words after the program's name; None: those of the command line.

    Returns:
        0: done. 2: bad usage or bad input, said in one line on stderr. 1: anything else that is no
        fault of the program: interrupted, nobody reads the output any more, or the system refused
        something, which is said in one line, too.
    """
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = commands.main(arguments, prog_name=_program(), standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except (click.Abort, KeyboardInterrupt):
        return FAILED
    except (click.ClickException, SeqVizError) as error:
        return _complain(_reason(error), BAD_INPUT)
    except OSError as error:
        _forget_output()
        return FAILED if isinstance(error, BrokenPipeError) else _complain(_refusal(error), FAILED)
    except (MemoryError, RuntimeError, ImportError) as error:
        return _complain(_shortage(error), FAILED)


def _reason(error: click.ClickException | SeqVizError) -> str:
    if not isinstance(error, click.ClickException):
        return str(error)
    context = error.ctx if isinstance(error, click.UsageError) else None
    return error.format_message() + (f" See '{context.command_path} --help'." if context else "")


def _refusal(error: OSError) -> str:
    """What the system refused."""
    if error.strerror is None:  # the loader of libraries gives a text alone
        return f"A library cannot be loaded: {error}."
    where = "" if error.filename is None else f" ('{error.filename}')"
    return f"Input or output failed: {error.strerror}{where}."


def _shortage(error: Exception) -> str:
    """What this machine lacks.

    Raises:
        Exception: the error itself, which is a fault of the program.
    """
    if isinstance(error, ImportError):
        if (error.name or "").startswith("seqviz"):
            raise error
        return f"A library cannot be loaded: {(str(error).splitlines() or ['no reason'])[0]}."
    if not lacks_memory(error):
        raise error
    return str(InputError("out_of_memory"))


@contextmanager
def loading() -> Iterator[None]:
    """Load what a command needs.

    Raises:
        ImportError: whatever a library raised that cannot be loaded.
    """
    try:
        yield
    except Exception as error:
        if _is_left_to_main(error):
            raise
        raise ImportError(f"{error}") from error


def _is_left_to_main(error: Exception) -> bool:
    """Whether ``main`` can tell what ended an import; else it is a library that cannot be loaded.

    An error that the program itself raised is its own fault, which nothing hides.
    """
    *_, (frame, _) = walk_tb(error.__traceback__)
    ours = str(frame.f_globals.get("__name__")).partition(".")[0] == "seqviz"
    return ours or isinstance(error, OSError | ImportError) or lacks_memory(error)


def _open_closed_streams() -> None:
    """Let a stream that the caller closed lead nowhere, and no file get its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115 (it stays open)
            setattr(sys, name, stream)


def _forget_output() -> None:
    """Python flushes stdout once more at its end; let what is left go nowhere."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _program() -> str:
    """What was typed to come here: "seqviz", or "python -m seqviz"."""
    return "python -m seqviz" if os.path.basename(sys.argv[0]) == "__main__.py" else "seqviz"


def _complain(message: str, code: int) -> int:
    try:
        say(f"Error: {printable(message)}", err=True)
    except OSError:  # nobody can be told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    return code
