"""One vector for a whole sentence, or attention: two systems along one reference."""

import math
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from seqviz import figures
from seqviz.analysis.bottleneck import Parting, halves, parting
from seqviz.analysis.words import piece_label
from seqviz.catalog import ModelEntry
from seqviz.figures.bottleneck import ForcedLine
from seqviz.options import DecodeOptions
from seqviz.trace import Trace
from seqviz.views.compare import two_systems
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import chart
from seqviz.views.shell import progress as decode
from seqviz.views.shell.guard import last_resort
from seqviz.views.shell.progress import Progress
from seqviz.views.sidebar.reference_field import reference_field
from seqviz.words.numbers import number

FORCED = DecodeOptions(record_attention=False, distribution_size=0)
"""Nothing but the log-probabilities is needed."""
SCIENTIFIC = 1e6
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@last_resort
def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw two systems of the pair along a reference.

    No fragment: Streamlit lets only a run of the whole page interrupt one, and Cancel must.
    """
    entries = two_systems.of_pair(request)
    st.caption(w("bottleneck.sentence.about"))
    pair = two_systems.choose(entries, w)
    reference = reference_field(trace.translation, w)
    if reference:
        _along(pair, request, reference, w=w)
    state.write_link()


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
        st.markdown(_parting_text(parted, lines, w))
    chart.draw(figures.forced_picture(lines, parted, words=w.table), key="forced", w=w)
    st.caption("  \n".join(_halves_text(line, w) for line in lines))
    behind = parted is not None and parted.gap < 0
    st.caption(w("bottleneck.bare_ahead" if behind else "bottleneck.one_sentence"))
    st.caption(w("reference.one_segmentation"))


def _line(entry: ModelEntry, forced: Trace, w: Words) -> ForcedLine:
    return ForcedLine(
        code=entry.system,
        name=w.name("system", entry.system),
        attends=entry.attends,
        pieces=forced.target_pieces(),
        log_probs=forced.log_probs(),
    )


def _parting_text(parted: Parting, lines: Sequence[ForcedLine], w: Words) -> str:
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


def _halves_text(line: ForcedLine, w: Words) -> str:
    first, second = halves(line.log_probs)
    values = {"first": first, "second": second}
    texts = {name: number(value) for name, value in values.items()}
    return w.markdown("bottleneck.halves", texts | {"name": line.name})
