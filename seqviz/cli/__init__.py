"""The command line: exit codes, errors in one line, and the table of commands.

Commands are loaded when they are called, so that help and ``models`` answer without torch.
"""

import io
import os
import sys

import click

from seqviz.cli.lines import printable
from seqviz.cli.table import LazyGroup
from seqviz.errors import SeqVizError

BAD_INPUT = 2
FAILED = 1


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
        0: done. 2: bad usage or bad input, said in one line on stderr. 1: interrupted, or nobody
        reads the output any more.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = commands.main(arguments, prog_name=_program(), standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        hint = f" See '{error.ctx.command_path} --help'." if error.ctx else ""
        return _complain(error.format_message() + hint)
    except click.ClickException as error:
        return _complain(error.format_message())
    except SeqVizError as error:
        return _complain(str(error))
    except click.Abort:
        return FAILED
    except BrokenPipeError:
        # Python flushes stdout once more at its end; let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return int(code or 0)


def _program() -> str:
    """What was typed to come here: "seqviz", or "python -m seqviz"."""
    return "python -m seqviz" if os.path.basename(sys.argv[0]) == "__main__.py" else "seqviz"


def _complain(message: str) -> int:
    click.echo(f"Error: {printable(message)}", err=True)
    return BAD_INPUT
