"""Two systems on the sentences that pass the filter: which is better, and what words it gains."""

import hashlib
from collections.abc import Iterator, Sequence

import streamlit as st

from seqviz.analysis.significance import Significance
from seqviz.inspection.buckets import Bucket
from seqviz.inspection.compare import Comparison, Gain, both, comparison
from seqviz.inspection.features import TEXTS
from seqviz.server.kept import kept
from seqviz.server.store import Store
from seqviz.views.inspect.listed import Mask
from seqviz.views.inspect.runs import Run
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.words.numbers import number

WORK = "inspect_systems"
"""Under it a session remembers which sentences it asked to compare on."""


def render(run: Run, passed: Mask, w: Words) -> None:
    """Draw the panel where there is a second system; it counts once one asks."""
    if not run.frame["baseline"].notna().any():
        return
    rows = both(run.frame.loc[passed, ["number", *TEXTS]])
    with st.expander(w("inspect.systems"), icon=":material/compare_arrows:", expanded=True):
        if rows.empty:
            st.info(w("inspect.systems.none"), icon=":material/info:")
            return
        facts = {"sentences": f"{len(rows):,}", "model": run.model}
        st.caption(w.markdown("inspect.systems.about", facts))
        key = hashlib.sha256(f"{run.name} {run.changed}".encode() + passed.tobytes()).hexdigest()
        if state.remembered(WORK) != key:
            st.button(
                w("inspect.systems.run", facts),
                key="inspect-compare",
                icon=":material/compare_arrows:",
                on_click=state.remember,
                args=(WORK, key),
            )
            return
        with st.spinner(w("progress.working")), cache.visits().aside():
            language = run.languages[1]
            made = _store().find_or_make(key, lambda: comparison(rows, language=language))
        _significance(made.significance, w)
        columns = zip(st.columns(2), ("won", "lost"), zip(*made.gains, strict=True), strict=True)
        for column, code, lists in columns:
            with column:
                st.markdown(f"**{w(f'inspect.systems.{code}')}**")
                st.markdown("\n\n".join(" · ".join(_grams(one)) for one in lists if one) or "–")
        _buckets(made.buckets, w)


@kept()
def _store() -> Store[Comparison]:
    """What was compared last: to count a large test set anew takes seconds."""
    return Store(lambda _: 0, most=16, most_bytes=0)


def _significance(results: Sequence[Significance], w: Words) -> None:
    names = ("metric", "own", "difference", "bootstrap", "randomisation")
    heads = [w(f"inspect.systems.{name}") for name in names]
    heads.insert(2, w("inspect.column.baseline"))
    lines = [f"| {' | '.join(heads)} |", "|:--|--:|--:|--:|--:|--:|"]
    for one in results:
        ends = f"[{number(one.low, '+.1f')}, {number(one.high, '+.1f')}]"
        cells = [
            one.metric,
            number(one.score, ".1f"),
            number(one.baseline, ".1f"),
            f"{number(one.difference, '+.1f')} {ends}",
            number(one.p_bootstrap, ".3f"),
            number(one.p_randomisation, ".3f"),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    st.markdown("\n".join(lines))
    signatures = " · ".join(f"{one.metric} {one.signature}" for one in results)
    st.caption(w.markdown("inspect.systems.help", {"signatures": signatures}))


def _buckets(found: Sequence[Bucket], w: Words) -> None:
    """Rare words and long sentences, folded away."""
    with st.expander(w("inspect.buckets.title")):
        for kind in dict.fromkeys(one.kind for one in found):
            heads = [w(f"inspect.buckets.{name}") for name in ("range", "words", "f1", "baseline")]
            lines = [f"| {' | '.join(heads)} |", "|:--|--:|--:|--:|"]
            for one in found:
                if one.kind == kind:
                    cells = (one.range, f"{one.words:,}", number(one.f1), number(one.baseline or 0))
                    lines.append(f"| {' | '.join(cells)} |")
            st.markdown(f"**{w(f'inspect.buckets.{kind}')}**")
            st.markdown("\n".join(lines))
        st.caption(w("inspect.buckets.help"))


def _grams(found: Sequence[Gain]) -> Iterator[str]:
    for one in found:
        yield f"{escape_markdown(' '.join(one.words))} {number(one.difference, '+d')}"
