"""``seqviz translate``: one translation a line."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import click

from seqviz.cli import decoding, lines, options, printing
from seqviz.cli.sentences import SentenceCommand
from seqviz.options import MAX_BEAM_SIZE, DecodeOptions, Precision
from seqviz.text.sentences import sentences_of
from seqviz.trace.notices import missing_in
from seqviz.translator import Translator, load
from seqviz.translator.devices import use_threads
from seqviz.translator.doubts import COMPARABLE
from seqviz.translator.translation import Translation, joined


@click.command(name="translate", cls=SentenceCommand)
@options.model
@decoding.options
@click.option(
    "--n-best",
    type=click.IntRange(1, MAX_BEAM_SIZE),
    default=1,
    show_default=True,
    help="Print so many translations of every line, best first, with line number and score.",
)
@click.option("--whole", is_flag=True, help="Translate a text of several sentences as one.")
@options.device
@options.precision
@options.threads
@options.strict
@options.as_json
@options.models
@click.argument("text", nargs=-1)
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    model: str,
    n_best: int,
    whole: bool,
    device: str,
    precision: Precision,
    threads: int | None,
    strict: bool,
    as_json: bool,
    models: Path | None,
    text: tuple[str, ...],
) -> None:
    """Translate every TEXT, or the lines of stdin; print one translation a line.

    Line n of the output belongs to line n of the input: a line that is too long or not UTF-8 is an
    error that names it, and nothing is translated; a blank line gives a blank line, and a notice on
    stderr. So do lines that the maximum length cut off, and characters that the model does not
    know. What would break or move a line becomes a space. A TEXT with spaces may begin with a dash;
    any other stands behind --.

    A line of several sentences is translated sentence by sentence, and the translations are joined;
    as one with --whole, or where a start, banned words, edits or more than one translation are
    asked for.

    With --json every line is an object: source, translation, log_prob, score, tokens, finished
    (false: cut off), unknown (a list of pieces of the source), missing_numbers and missing_names
    (those of the source that an English translation lacks), confidence (share of the model's
    development set of which it is less sure; null: nobody measured it), and sentences where there
    are several. With --n-best or --sample every translation is a line: number of the source line,
    score, text, parted by tabs.

    \b
    Examples:
      seqviz translate --model de-en/transformer "Es war sehr kalt."
      seqviz translate --model zh-en/dot --beam 1 我喜欢猫。
      seqviz translate --model de-en/transformer --prefix "The weather" "Es war sehr kalt."
      seqviz translate --model de-en/transformer --ban cold --n-best 3 "Es war sehr kalt."
      seqviz translate --model de-en/transformer --sample 5 --top-p 0.9 --seed 7 "Es war kalt."
      seqviz translate --model de-en/dot --json < sentences.txt > translations.jsonl
    """  # noqa: D301 (click wants the character \b itself)
    name = "the arguments" if text else "stdin"
    texts = [lines.from_argument(one, "the argument") for one in text] or lines.from_stdin()
    use_threads(threads)
    translator = load(model, device, models, precision=precision)
    chosen = decoding.chosen(n_best=n_best)
    read = partial(_sentences, translator, None if whole else chosen)
    places = lines.filled(
        texts,
        name,
        lambda one: [translator.read(part, chosen) for part in read(one)],
        strict=strict or bool(text),
    )
    parts = [read(texts[place]) for place in places]
    sources = [sentence for found in parts for sentence in found]
    with printing.progress(len(sources)) as on_progress:
        each = iter(translator.translate_all(sources, chosen, on_progress=on_progress))
    target = translator.entry.target_language
    translations = [joined([next(each) for _ in found], target) for found in parts]
    decoding.say_about(translations, numbers=[place + 1 for place in places])
    decoding.say_about_typed(translator, chosen)
    found = dict(zip(places, translations, strict=True))
    for place, source in enumerate(texts):
        if as_json:
            is_there = place in found
            content = _content(found[place], chosen, read(source)) if is_there else _nothing(chosen)
            printing.say(printing.json_line({"source": source, **content}))
        else:
            printing.say("\n".join(_printed(found.get(place), place + 1, chosen)))


def _sentences(translator: Translator, chosen: DecodeOptions | None, text: str) -> tuple[str, ...]:
    """What is translated by itself; options that are for one sentence leave a text whole."""
    if chosen is None or chosen.beyond(COMPARABLE):
        return (text,)
    entry = translator.entry
    language = chosen.source_language if entry.source_languages else entry.source_language
    return sentences_of(text, language)


def _printed(found: Translation | None, number: int, chosen: DecodeOptions) -> Iterator[str]:
    """The lines of one source line; None: it was blank."""
    if chosen.n_best == 1:
        yield printing.one_line(found.text) if found else ""
    elif found is None:
        yield f"{number}\t\t"
    else:
        for one in (found, *found.alternatives):
            yield f"{number}\t{one.score:.4f}\t{printing.one_line(one.text)}"


def _content(
    found: Translation, chosen: DecodeOptions, sources: Sequence[str] = ()
) -> dict[str, object]:
    content: dict[str, object] = {
        "translation": found.text,
        "log_prob": found.log_prob,
        "score": found.score,
        "tokens": found.tokens,
        "finished": found.finished,
        "unknown": found.unknown,
        "missing_numbers": missing_in(found.notices, "number"),
        "missing_names": missing_in(found.notices, "name"),
        "confidence": None if found.confidence is None else round(found.confidence, 4),
    }
    if found.sentences:
        each = zip(sources, found.sentences, strict=True)
        content["sentences"] = [{"source": text, **_content(one, chosen)} for text, one in each]
    if chosen.n_best > 1:
        content["alternatives"] = [_content(one, DecodeOptions()) for one in found.alternatives]
    return content


def _nothing(chosen: DecodeOptions) -> dict[str, object]:
    """What --json says of a blank line."""
    nothing = Translation(text="", log_prob=0.0, score=0.0, tokens=0, finished=True)
    return {**_content(nothing, chosen), "log_prob": None, "score": None}
