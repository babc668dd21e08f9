"""A reference forced through the model: surprisal, where the search lost it, whose error it is."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st

from seqviz import figures
from seqviz.analysis.beam import fate_reason
from seqviz.analysis.reference import Exit, Rule, Verdict, reference_exit, reference_tokens, verdict
from seqviz.analysis.words import piece_label
from seqviz.figures import theme
from seqviz.trace import Trace
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import chart, side_by_side
from seqviz.views.shell import progress as decode
from seqviz.views.shell.guard import last_resort
from seqviz.views.shell.progress import Progress
from seqviz.views.sidebar.reference_field import reference_field
from seqviz.words.numbers import number


@last_resort
def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw the field for the reference, and what the model makes of it.

    No fragment: Streamlit lets only a run of the whole page interrupt one, and Cancel must.
    """
    st.caption(w("reference.about"))
    text = reference_field(trace.translation, w)
    found = forced(trace, request, text, w=w) if text else None
    if found is not None:
        _judge(found, trace, w)
    state.write_link()


def forced(trace: Trace, request: Request, text: str, *, w: Words) -> Trace | None:
    """The reference scored with the options of the search."""
    asked = replace(request, options=trace.options)

    def force(progress: Progress) -> Trace:
        return cache.find_or_force(asked, text, on_step=progress.step, on_wait=progress.wait)

    return decode.shown(f"force-{request.code}", force, w)


def _judge(forced: Trace, found: Trace, w: Words) -> None:
    if forced.model.unk in forced.target():
        st.warning(w("reference.unknown"), icon=":material/help:")
    left, given = reference_exit(forced, found), verdict(forced, found)
    draw, icon, words, notes = told(given, forced, found, w=w)
    with st.container(key="result-verdict"):
        draw(words, icon=f":material/{icon}:")
    for note in notes:
        st.caption(note)
    output = side_by_side.Card("output", _method(found, w), found.translation, _sums(found, w))
    reference = side_by_side.Card(
        "reference", w("reference.given"), forced.translation, _sums(forced, w)
    )
    side_by_side.render(output, reference, w)
    with st.container(key="result-exit"):
        st.markdown(exit_text(left, forced, found, w=w))
    chart.draw(figures.surprisal_picture(forced, left, words=w.table), key="surprisal", w=w)
    _say_instead(forced, w)
    st.caption(w("reference.one_segmentation"))


def _method(found: Trace, w: Words) -> str:
    if found.options.sampling is not None:
        return w("reference.output.sample", {"beam": found.options.beam_size})
    if found.options.beam_size == 1:
        return w("reference.output.greedy")
    return w("reference.output.beam", {"beam": found.options.beam_size})


def _sums(trace: Trace, w: Words) -> tuple[str, str]:
    best = trace.hypotheses
    facts = {
        "log_prob": number(best.log_probs[0]),
        "normaliser": number(best.normalisers[0]),
        "coverage": number(best.coverage_terms[0], ".3f"),
    }
    parts = "reference.parts.coverage" if best.coverage_terms[0] else "reference.parts"
    return side_by_side.sums(trace, w), w(parts, facts)


def told(
    given: Verdict, forced: Trace, found: Trace, *, w: Words
) -> tuple[Callable[..., object], str, str, list[str]]:
    """The verdict in words: how to draw it, its icon, its sentence, and what else is to be said."""
    reference, output = forced.hypotheses, found.hypotheses
    facts = {
        "margin": number(abs(given.score_margin), ".3f"),
        "reference": number(reference.scores[0], ".3f"),
        "output": number(output.scores[0], ".3f"),
    }
    if given.code == "same":
        return st.success, "check", w("reference.same", facts), []
    notes = []
    if given.rule is None and not given.agree:
        sums = {
            "reference": number(reference.log_probs[0]),
            "output": number(output.log_probs[0]),
        }
        notes.append(w("reference.disagree", sums))
    if given.same_text:
        notes.append(w("reference.same_text"))
    if given.rule is not None:
        reason = _rule_text(given.rule, forced, found, w=w)
        return st.info, "block", w("reference.ruled_out", facts | {"reason": reason}), notes
    words = w(f"reference.{given.code}" + ".sample" * (found.options.sampling is not None), facts)
    if given.code == "search_error":
        return st.warning, "search_off", words, notes
    return st.info, "psychology_alt", words, notes


def _rule_text(rule: Rule, forced: Trace, found: Trace, *, w: Words) -> str:
    """Say in Markdown which option rules the reference out."""
    pieces = forced.target_pieces()
    facts = {
        "step": rule.step + 1,
        "piece": piece_label(pieces[rule.step]),
        "count": len(pieces),
        "least": found.options.min_length,
        "limit": found.options.length_limit(len(found.source.ids)),
    }
    return w.markdown(f"reference.rule.{rule.code}", facts)


def exit_text(left: Exit, forced: Trace, found: Trace, *, w: Words) -> str:
    """Say in Markdown where the search lost the reference."""
    tokens = reference_tokens(forced)
    sampled = found.options.sampling is not None and left.code in ("unseen", "finished")
    reason = ""
    if left.code == "pruned" and left.rank is not None:
        reason = figures.reason_text(fate_reason(found, left.step, left.rank - 1), words=w.table)
    facts = {
        "step": left.step + 1,
        "piece": piece_label(tokens.pieces[left.step]),
        "prob": theme.probability(float(tokens.probs[left.step])),
        "rank": int(tokens.ranks[left.step]),
        "candidates": found.search.candidates,
        "place": None if left.hypothesis is None else left.hypothesis + 1,
        "reason": reason,
    }
    return w.markdown(f"reference.exit.{left.code}" + ".sample" * sampled, facts)


def _say_instead(forced: Trace, w: Words) -> None:
    """Where the model would have gone another way: the most surprising token."""
    tokens = reference_tokens(forced)
    step = int(np.argmax(tokens.surprisals))
    if tokens.ranks[step] == 1:
        return
    facts = {
        "step": step + 1,
        "piece": piece_label(tokens.pieces[step]),
        "surprisal": number(tokens.surprisals[step]),
        "rank": int(tokens.ranks[step]),
        "other": piece_label(tokens.other_pieces[step]),
        "other_prob": theme.probability(float(tokens.other_probs[step])),
    }
    st.markdown(w.markdown("reference.instead", facts))
