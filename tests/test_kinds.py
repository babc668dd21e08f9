"""The table of systems: what it says of small ones."""

from seqviz.kinds import LEARNT_LIVE, SYSTEMS, age_of
from seqviz.words import table

SMALL = {code: system for code, system in SYSTEMS.items() if system.small}


def test_a_small_system_has_its_design_and_comes_just_before_it() -> None:
    assert set(SMALL) == {"none-small", "none-reversed-small", "dot-small"}
    for code, small in SMALL.items():
        design = SYSTEMS[code.removesuffix("-small")]
        assert (small.attention, small.reverses_source) == (
            design.attention,
            design.reverses_source,
        )
        assert age_of(code) == age_of(code.removesuffix("-small")) - 1
        assert small.symbol != design.symbol
        assert small.symbol.endswith("-open") == (small.attention == "none")


def test_small_systems_are_not_learnt_live_and_have_names() -> None:
    assert LEARNT_LIVE[0] == "dot" and not set(LEARNT_LIVE) & set(SMALL)
    for language in ("en", "zh"):
        assert {f"system.{code}" for code in SYSTEMS} <= table(language).keys()
