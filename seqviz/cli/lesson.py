"""``seqviz lesson``: check the file of a chapter, open the page with it, write a handout."""

from collections.abc import Iterator
from pathlib import Path

import click

from seqviz.cli import lines, options, printing
from seqviz.cli.starting import PORT, Server, start
from seqviz.export.handout import handout
from seqviz.export.printed import pdf
from seqviz.files import write_whole
from seqviz.lesson import (
    Chapter,
    checked_chapter,
    packed_chapter,
    read_chapter,
    sentences_chapter,
    shipped_chapter,
    shipped_chapters,
)
from seqviz.lesson.loaded import LoadedModels
from seqviz.lesson.opened import ENDINGS, MOST_BYTES, VARIABLE
from seqviz.translator import load
from seqviz.translator.devices import use_threads
from seqviz.words import LANGUAGES

BAD_FILE = 2
MOST_TOLD = 100
"""Mistakes; what comes after them is counted."""


class WithFile(click.Group):
    """Takes the file of a chapter in place of a command: it is opened."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put "open" before a file."""
        if args and args[0].lower().endswith(ENDINGS):
            args = ["open", *args]
        return super().parse_args(ctx, args)


@click.group(name="lesson", cls=WithFile)
def command() -> None:
    """Check chapters of the lesson (YAML files, such as those in seqviz/lesson/chapters); hand out.

    \b
    Examples:
      seqviz lesson my-chapter.yaml
      seqviz lesson check my-chapter.yaml
      seqviz lesson handout lesson.html
    """  # noqa: D301 (click wants the character \b itself)


@command.command(name="check")
@click.option(
    "--decode",
    is_flag=True,
    help="Decode its sentences, too, and name the steps whose text does not hold for them.",
)
@options.device
@options.threads
@options.models
@click.argument("file", metavar="FILE.yaml", type=click.Path(path_type=Path))
def check(
    *, decode: bool, device: str, threads: int | None, models: Path | None, file: Path
) -> None:
    """Check a chapter: every mistake is a line, FILE:LINE: what is wrong and what to do.

    \b
    Examples:
      seqviz lesson check my-chapter.yaml
      seqviz lesson check --decode my-chapter.yaml
    """  # noqa: D301 (click wants the character \b itself)
    chapter = _checked(file)
    if decode:
        use_threads(threads)
        for line in _unlike(chapter, file, LoadedModels(lambda name: load(name, device, models))):
            printing.notice(printing.printable(line))
    printing.say(f"{file}: {printing.count(len(chapter.steps), 'step')}, nothing is wrong.")


@command.command(name="open")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True)
@click.argument("file", metavar="FILE.yaml", type=click.Path(path_type=Path))
def open_page(*, port: int, file: Path) -> None:
    """Check a chapter, and start the page with it; Ctrl+C stops it. "open" may be left out.

    The page reads the file anew whenever it is reloaded.

    \b
    Examples:
      seqviz lesson my-chapter.yaml
      seqviz lesson open --port 8600 my-chapter.yaml
    """  # noqa: D301 (click wants the character \b itself)
    chapter = _checked(file)
    link = f"?view=lesson&chapter={chapter.id}"
    start(Server(port=port, environment={VARIABLE: str(file.resolve())}, link=link))


def _checked(file: Path) -> Chapter:
    """A chapter that is right; else every mistake is a line, and the command ends."""
    text = "\n".join(lines.from_file(file, most=MOST_BYTES))
    chapter, mistakes = checked_chapter(text, str(file))
    for mistake in mistakes[:MOST_TOLD]:
        printing.say(printing.printable(str(mistake)), err=True)
    if len(mistakes) > MOST_TOLD:
        printing.say(f"{file}: {len(mistakes) - MOST_TOLD:,} more.", err=True)
    if chapter is None:
        raise click.exceptions.Exit(BAD_FILE)
    return chapter


@command.command(name="handout")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
@click.option(
    "--sentence",
    "sentences",
    multiple=True,
    help="Your own, in place of the chapters' own; those of a task keep theirs. Again for more: "
    "the first is shown in the chapters, all stand at the end with what each system makes of them.",
)
@click.option(
    "--chapter",
    "names",
    multiple=True,
    help="Its id, or a YAML file of yours; again for more. Without it: all shipped ones.",
)
@options.device
@options.threads
@options.models
@click.argument("out", metavar="OUT.html|OUT.pdf", type=click.Path(path_type=Path))
def write_handout(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    language: str,
    sentences: tuple[str, ...],
    names: tuple[str, ...],
    device: str,
    threads: int | None,
    models: Path | None,
    out: Path,
) -> None:
    """Write the lesson as one HTML file that needs no network, or as a PDF with every answer.

    A PDF is printed by an installed Chrome, Chromium or Edge, and needs the extra "figures".

    \b
    Examples:
      seqviz lesson handout lesson.html
      seqviz lesson handout --language zh --sentence 我喜欢这本书。 --chapter attention notes.pdf
    """  # noqa: D301 (click wants the character \b itself)
    chapters = [_chapter(name) for name in names] or list(shipped_chapters())
    use_threads(threads)
    loaded = LoadedModels(lambda name: load(name, device, models))
    first = next(iter(sentences), "")
    packed = [packed_chapter(one, language, models=loaded, own=first) for one in chapters]
    typed = [(one, sentence) for sentence in sentences for one in chapters]
    if (last := sentences_chapter(typed, language)) is not None:
        packed.append(packed_chapter(last, language, models=loaded))
    page = handout(packed, language=language)
    content = pdf(page) if out.suffix.lower() == ".pdf" else page.encode("utf-8")
    write_whole(out, content)
    printing.say(f"{printing.count(len(chapters), 'chapter')}, {len(content) / 1e6:.1f} MB → {out}")


def _chapter(name: str) -> Chapter:
    """A shipped one by its id, or that of a file."""
    found = shipped_chapter(name)
    if found is None:
        return read_chapter("\n".join(lines.from_file(Path(name))), name)
    return found


def _unlike(chapter: Chapter, file: Path, loaded: LoadedModels) -> Iterator[str]:
    """Steps that say something else of their own sentence than they were written to say."""
    for language in LANGUAGES:
        found = packed_chapter(chapter, language, models=loaded)
        held = {step["id"]: step["holds"] for step in found["steps"]}
        for step in chapter.steps:
            if not held.get(step.id):
                instead = "its 'otherwise' stands in" if step.id in held else "it is left out"
                yield f"{file}:{step.line}: in {language}, '{step.id}' does not hold: {instead}."
