"""Edits of the attention as text: there and back, bounded, and nothing else is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.options.editcode import MAX_CHARACTERS, decode_edits, encode_edits
from seqviz.options.intervention import MAX_EDITS, MAX_SEED, Intervention

EXAMPLES = {
    "": (),
    "mute-j1,2": (Intervention(kind="mute", sources=(1, 2)),),
    "uniform-s0,7-h0.1,5.11": (
        Intervention(kind="uniform", steps=(0, 7), heads=((0, 1), (5, 11))),
    ),
    "shuffle-r42_ablate-h2.3": (
        Intervention(kind="shuffle", seed=42),
        Intervention(kind="ablate", heads=((2, 3),)),
    ),
    "sharpen-t0.25": (Intervention(kind="sharpen", temperature=0.25),),
    "set-s3-w0,0.5,1": (Intervention(kind="set", steps=(3,), weights=(0.0, 0.5, 1.0)),),
}

positions = st.lists(st.integers(0, 511), max_size=4).map(tuple)
numbers = st.integers(0, 11)
where = {
    "steps": positions,
    "heads": st.lists(st.tuples(numbers, numbers), max_size=3).map(tuple),
}
decimals = st.integers(0, 10_000).map(lambda number: number / 10_000)
interventions = st.one_of(
    st.builds(Intervention, kind=st.sampled_from(["uniform", "ablate"]), **where),
    st.builds(Intervention, kind=st.just("mute"), sources=positions.filter(bool), **where),
    st.builds(Intervention, kind=st.just("shuffle"), seed=st.integers(0, MAX_SEED), **where),
    st.builds(
        Intervention, kind=st.just("sharpen"), temperature=decimals.map(lambda t: t + 0.01), **where
    ),
    st.builds(
        Intervention,
        kind=st.just("set"),
        weights=st.lists(decimals, min_size=1, max_size=6).map(tuple),
        **where,
    ),
)


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_text_of_edits(code: str) -> None:
    assert decode_edits(code) == EXAMPLES[code]
    assert encode_edits(EXAMPLES[code]) == code


@given(st.lists(interventions, max_size=5))
def test_there_and_back(edits: list[Intervention]) -> None:
    found = decode_edits(encode_edits(edits))
    assert [edit.temperature for edit in found] == pytest.approx([e.temperature for e in edits])
    assert encode_edits(found) == encode_edits(edits)
    assert [e for e in found if e.kind != "sharpen"] == [e for e in edits if e.kind != "sharpen"]


@pytest.mark.parametrize(
    "code",
    [
        "mute",
        "nothing",
        "mute-j",
        "mute-j-1",
        "mute-j1-j2",
        "mute-j1-x2",
        "uniform-h1",
        "uniform-s1.5",
        "sharpen-t0",
        "sharpen-tnan",
        "sharpen-t1e3",
        "set-w0.5.5",
        "shuffle-r99999999999",
        "uniform_",
        "uniform-s٣",
        "_".join(["uniform"] * (MAX_EDITS + 1)),
        "set-w" + ",".join(["0.1234"] * 300),
    ],
)
def test_anything_else_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode_edits(code)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(code: str) -> None:
    try:
        edits = decode_edits(code)
    except ValueError:
        return
    assert len(encode_edits(edits)) <= MAX_CHARACTERS
