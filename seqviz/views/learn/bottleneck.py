"""One vector for a whole sentence, or attention: a story in four steps."""

import math
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from seqviz import figures
from seqviz.analysis.bottleneck import Parting, parting
from seqviz.analysis.words import piece_label
from seqviz.catalog import ModelEntry
from seqviz.figures.bottleneck import ForcedLine
from seqviz.options import DecodeOptions
from seqviz.tasks.examples import EXAMPLES
from seqviz.trace import Trace
from seqviz.views.compare import length_curves, system_card, two_systems
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.views.session.language_names import pair_name
from seqviz.views.session.request import Request
from seqviz.views.shell import chart, side_by_side
from seqviz.views.shell import progress as decode
from seqviz.views.shell.guard import last_resort
from seqviz.views.shell.progress import Progress
from seqviz.views.sidebar.reference_field import reference_field
from seqviz.views.sidebar.systems_of import is_listed, nearest
from seqviz.words.numbers import number

FORCED = DecodeOptions(record_attention=False, distribution_size=0)
"""Nothing but the log-probabilities is needed."""
SCIENTIFIC = 1e6
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@last_resort
def render(trace: Trace, request: Request, w: Words) -> None:
    """Tell the story in four steps, with this sentence where these languages have both systems.

    No fragment: Streamlit lets only a run of the whole page interrupt one, and Cancel must.
    """
    st.html(side_by_side.STYLE + system_card.STYLE)
    st.markdown(w("bottleneck.about"))
    told = request if two_systems.are_both(two_systems.of_pair(request)) else _elsewhere(request, w)
    entries = two_systems.of_pair(told)
    pair = two_systems.choose(entries, w)
    _both(pair, told, w)
    st.subheader(w("bottleneck.forgets"), anchor=False)
    st.caption(w("bottleneck.forgets.about"))
    if told is request:
        reference = reference_field(trace.translation, w)
    else:
        reference = next(e.reference for e in EXAMPLES[entries[0].pair] if e.source == told.text)
    if reference:
        _along(pair, told, reference, w=w)
    if is_listed(told):
        _lengths(pair, told, w)
    state.write_link()


def _elsewhere(request: Request, w: Words) -> Request:
    """The nearest languages with both kinds of system and an example, or else the same."""

    def has_both(entry: ModelEntry) -> bool:
        alike = (each for each in cache.models().entries if each.pair == entry.pair)
        return entry.pair in EXAMPLES and two_systems.are_both([*alike])

    entry = nearest(request, has_both)
    if entry is None:
        return request
    examples = EXAMPLES[entry.pair]
    example = next((each for each in examples if each.code == "bottleneck"), examples[0])
    facts = {"pair": pair_name(entry.pair, w), "text": example.source}
    st.info(w.markdown("bottleneck.elsewhere", facts), icon=":material/info:")
    return replace(request, folder=entry.folder, text=example.source, options=DecodeOptions())


def _both(pair: Sequence[ModelEntry], request: Request, w: Words) -> None:
    """The two systems side by side: what each one sees of the source, and what it makes of it."""
    for column, entry in zip(st.columns(2, gap="medium"), pair, strict=False):
        kind = "attentive" if entry.attends else "bare"
        with column, st.container(border=True, height="stretch"):
            with st.container(key=f"result-{kind}"):
                st.subheader(w(f"bottleneck.{kind}.heading"), anchor=False)
            options = replace(request.options, beta=request.options.beta * entry.attends)
            found = decode.trace_for(replace(request, folder=entry.folder, options=options), w)
            if found is not None:
                with st.container(key=f"marked-system-{kind}"):
                    st.markdown(str(escape_markdown(found.translation)) or w("header.nothing"))
                system_card.picture(found, entry.system, w)


def _lengths(pair: Sequence[ModelEntry], request: Request, w: Words) -> None:
    """The same on a test set, and the way to more of it."""
    st.subheader(w("bottleneck.longer"), anchor=False)
    length_curves.draw(pair, request.folder.name, None, w=w)
    st.button(
        w("bottleneck.more"),
        key="to-lengths",
        icon=":material/show_chart:",
        on_click=state.put,
        args=("view", "lengths"),
    )


def _along(pair: Sequence[ModelEntry], request: Request, reference: str, *, w: Words) -> None:
    """Force the reference with one system or two, and draw and say where they part."""
    wanted = replace(request, options=FORCED)

    def force(progress: Progress) -> list[Trace]:
        return [
            cache.find_or_force(
                replace(wanted, folder=entry.folder),
                reference,
                on_step=progress.step,
                on_wait=progress.wait,
            )
            for entry in pair
        ]

    names = "-".join(entry.system for entry in pair)
    traces = decode.shown(f"bottleneck-{wanted.code}-{names}", force, w)
    if not traces:
        return
    lines = [_line(entry, trace, w) for entry, trace in zip(pair, traces, strict=True)]
    parted = parting(lines[0].log_probs, lines[1].log_probs) if len(lines) > 1 else None
    if parted is not None:
        with st.container(key="result-parting"):
            st.markdown(parting_text(parted, lines, w))
    chart.draw(figures.forced_picture(lines, parted, words=w.table), key="forced", w=w)
    behind = parted is not None and parted.gap < 0
    st.caption(w("bottleneck.bare_ahead" if behind else "bottleneck.one_sentence"))


def _line(entry: ModelEntry, forced: Trace, w: Words) -> ForcedLine:
    return ForcedLine(
        code=entry.system,
        name=w.name("system", entry.system),
        attends=entry.attends,
        pieces=forced.target_pieces(),
        log_probs=forced.log_probs(),
    )


def parting_text(parted: Parting, lines: Sequence[ForcedLine], w: Words) -> str:
    """Say in Markdown where the two part for good, and what it is worth in the end."""
    other, leader = lines if parted.gap >= 0 else reversed(lines)
    pieces = leader.pieces
    facts = {
        "leader": leader.name,
        "other": other.name,
        "gap": number(abs(parted.gap)),
        "factor": _factor(abs(parted.gap)),
        "step": None if parted.step is None else parted.step + 1,
        "piece": "" if parted.step is None else piece_label(pieces[parted.step]),
        "worst_step": parted.worst + 1,
        "worst": piece_label(pieces[parted.worst]),
        "loss": number(parted.loss),
    }
    if parted.step is not None:
        return w.markdown("bottleneck.part", facts)
    return w.markdown("bottleneck.together" if parted.gap else "bottleneck.equal", facts)


def _factor(gap: float) -> str:
    """How many times as probable: e to the gap, in two significant digits."""
    factor = math.exp(gap)
    if factor < SCIENTIFIC:
        return number(float(f"{factor:.2g}"), ",g")
    digits, power = f"{factor:.1e}".split("e")
    return f"{digits} · 10{str(int(power)).translate(SUPERSCRIPTS)}"
