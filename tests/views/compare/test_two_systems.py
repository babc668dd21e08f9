"""Which systems are compared where nobody chose, and what is said of unequal ones."""

from pathlib import Path

import pytest

from seqviz.catalog import ModelEntry
from seqviz.views.compare import two_systems
from seqviz.views.session.i18n import Words
from tests.views.pages import CHINESE, ENGLISH, plain

BOTH = pytest.mark.parametrize("w", [ENGLISH, CHINESE], ids=lambda w: str(w.language))


def entry(system: str, parameters: int, kind: str = "rnn", attention: str = "") -> ModelEntry:
    return ModelEntry(
        name=f"de-en/{system}",
        source_language="de",
        target_language="en",
        kind=kind,
        attention=attention or system,
        parameters=parameters,
        bytes=0,
        licence="",
        scores={},
        folder=Path("de-en") / system,
    )


SYSTEMS = [
    entry("transformer", 9_700_000, "transformer", "multi-head"),
    entry("general", 5_000_000),
    entry("additive", 11_600_000),
    entry("dot", 10_600_000),
    entry("none-reversed", 10_900_000, attention="none"),
    entry("none", 10_900_000),
]

SMALL = [
    entry("none-small", 5_100_000, attention="none"),
    entry("none-reversed-small", 5_100_000, attention="none"),
    entry("dot-small", 5_200_000, attention="dot"),
]


@pytest.mark.parametrize(
    ("present", "first"),
    [
        (SYSTEMS, ("dot", "none")),
        ([one for one in SYSTEMS if one.system != "none"], ("dot", "none-reversed")),
        ([one for one in SYSTEMS if one.system != "dot"], ("additive", "none")),
        ([SYSTEMS[0], *SYSTEMS[4:]], ("transformer", "none")),
        (SYSTEMS[:4], ("transformer", None)),
        ([*SYSTEMS, *SMALL], ("dot", "none")),
        ([*SYSTEMS[:-1], *SMALL], ("dot-small", "none-small")),  # as the shipped pair
    ],
)
def test_the_fairest_comparison_comes_first(
    present: list[ModelEntry], first: tuple[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(two_systems, "systems_of", lambda _: (present, {}))
    found = two_systems.of_pair(None)  # type: ignore[arg-type] # nobody asks it
    attentive = [one.system for one in found if one.attends]
    bare = [one.system for one in found if not one.attends]
    assert (attentive[0], bare[0] if bare else None) == first
    assert [one.attends for one in found] == [True] * len(attentive) + [False] * len(bare)


@BOTH
def test_a_smaller_system_says_so(w: Words) -> None:
    by_name = {one.system: one for one in SYSTEMS}
    half = plain(two_systems.unlike([by_name["general"], by_name["none"]], w))
    assert {"en": "half the size", "zh": "一半大"}[w.language] in half
    assert w.count(5_000_000) in half
    less = plain(two_systems.unlike([entry("dot", 7_000_000), by_name["none"]], w))
    assert "64%" in less
    small = [entry("dot-small", 2_700_000), entry("none-small", 2_710_000), by_name["none"]]
    together = plain(two_systems.unlike(small, w, lambda one: one.name))
    between = w("bottleneck.unlike.between")
    assert f"de-en/dot-small{between}de-en/none-small" in together
    assert together.count("25%") == 1 and together.count(w.count(2_700_000)) == 1
    assert two_systems.unlike([by_name["dot"], by_name["none"], by_name["transformer"]], w) == ""
