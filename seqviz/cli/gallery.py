"""``seqviz gallery``: a static site of trace files and chapters of the lesson."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from seqviz.catalog import Catalogue, find_models
from seqviz.cli import lines, options, printing
from seqviz.errors import ModelError
from seqviz.export.gallery import Site, write_site
from seqviz.lesson import Asked, Chapter, packed_chapter, read_chapter, shipped_chapters
from seqviz.lesson.loaded import LoadedModels
from seqviz.lesson.opened import ENDINGS, MOST_BYTES
from seqviz.options import DecodeOptions
from seqviz.tasks import TASKS
from seqviz.tasks.examples import EXAMPLES, Example
from seqviz.trace import Trace
from seqviz.trace.file import read_trace
from seqviz.translator import load
from seqviz.translator.devices import use_threads
from seqviz.words import LANGUAGES

BEST = "transformer"
"""The system that shows every example; the others show the first one of their pair."""
GREEDY = DecodeOptions(beam_size=1)

Work = Callable[[], None]


@click.command(name="gallery")
@click.option("--title", default="", help="Of the site. Default: one in the reader's language.")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="In which the files are written; each visitor's browser chooses its own.",
)
@options.device
@options.threads
@options.models
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    title: str,
    language: str,
    device: str,
    threads: int | None,
    models: Path | None,
    out: Path,
    files: tuple[Path, ...],
) -> None:
    """Make a site in the folder OUT: every trace in the viewer, every chapter to walk through.

    FILE is a trace file (.json, .json.gz) or a chapter (.yaml), whose sentences are decoded.
    Without FILE, the site shows the lesson, and the examples of the models that are here. Of two
    traces of one sentence that differ only in beam size, the greedy one is set against the other.

    The site needs no server program: open OUT/index.html, or put OUT on any static host.
    OUT/viewer.html?trace=ADDRESS shows a trace file from elsewhere. Given again, the command
    replaces what it wrote. Other files in OUT stay; where one is in the way, nothing is written.

    \b
    Examples:
      seqviz gallery site cold.json cold-greedy.json my-chapter.yaml
      seqviz gallery site traces/*.json.gz --title "Seminar, week 3"
      seqviz gallery site
    """  # noqa: D301 (click wants the character \b itself)
    use_threads(threads)
    loaded = LoadedModels(lambda name: load(name, device, models))
    site = Site(title=title, language=language)
    chapters = [file for file in files if _is_chapter(file)]
    works = [*_traces([file for file in files if not _is_chapter(file)], site)]
    works += [_lesson(chapter, site, loaded) for chapter in map(_chapter, chapters)]
    if not files:
        works += _examples(find_models(models), site, loaded)
        works += [_lesson(chapter, site, loaded) for chapter in shipped_chapters()]
    with printing.progress(len(works)) as progress:
        for done, work in enumerate(works, start=1):
            work()
            if progress:
                progress(done, len(works))
    content = site.files()
    write_site(out, content)
    size = sum(map(len, content.values())) / 1e6
    printing.say(f"{out / 'index.html'} ({printing.count(len(content), 'file')}, {size:.1f} MB)")


def _is_chapter(file: Path) -> bool:
    return file.name.lower().endswith(ENDINGS)


def _chapter(file: Path) -> Chapter:
    return read_chapter("\n".join(lines.from_file(file, most=MOST_BYTES)), str(file))


def _lesson(chapter: Chapter, site: Site, loaded: LoadedModels) -> Work:
    """A chapter, decoded and packed in every language."""
    return lambda: site.add_lesson(
        {language: packed_chapter(chapter, language, models=loaded) for language in LANGUAGES}
    )


def _traces(files: Sequence[Path], site: Site) -> Iterator[Work]:
    """Every trace; all are read and checked first, and none is kept meanwhile."""
    keys = {file: _key(read_trace(file)) for file in files}
    greedy = {key: file for file, (beam, key) in keys.items() if beam == 1}
    for file, (beam, key) in keys.items():
        yield partial(_add, site, file, greedy=greedy.get(key) if beam > 1 else None)


def _key(trace: Trace) -> tuple[int, object]:
    """Its beam size, and what it has in common with a search that only has another one."""
    usual = replace(trace.options, beam_size=1, n_best=1)
    return trace.options.beam_size, (
        trace.source.text,
        trace.model.fingerprint,
        usual,
        trace.forced,
    )


def _add(site: Site, file: Path, *, greedy: Path | None) -> None:
    other = None if greedy is None else read_trace(greedy)
    name = file.name.lower().removesuffix(".gz").removesuffix(".json")
    site.add_trace(read_trace(file), name, greedy=other)


def _examples(catalogue: Catalogue, site: Site, loaded: LoadedModels) -> Iterator[Work]:
    """Of every pair all examples by one system, and the first one by the others.

    Raises:
        ModelError: no model has any.
    """
    if not catalogue.entries:
        raise ModelError("no_models", {"folder": str(catalogue.folder)})
    # Sentences come before the synthetic tasks.
    for entry in sorted(catalogue.entries, key=lambda one: one.name.partition("/")[0] in TASKS):
        pair, _, system = entry.name.partition("/")
        examples = EXAMPLES.get(pair, ())
        for example in examples if system == BEST else examples[:1]:
            yield partial(_add_example, site, loaded, name=entry.name, example=example)


def _add_example(site: Site, loaded: LoadedModels, *, name: str, example: Example) -> None:
    pair, _, system = name.partition("/")
    beam, greedy = (
        loaded.decode(Asked(pair=pair, system=system, text=example.source, options=options))
        for options in (DecodeOptions(), GREEDY)
    )
    site.add_trace(beam, f"{pair}-{example.code}-{system}", greedy=greedy)
