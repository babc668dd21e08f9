"""What was measured of one model, in its folder."""

import json
from pathlib import Path
from typing import Any

import pytest

from seqviz.analysis.marks import KINDS, Rule
from seqviz.errors import ModelError
from seqviz.inspection.kept import KEPT_FILE, KeptMarks, known_here
from seqviz.inspection.rules import known_of

RULE = Rule(
    weights={"most": -1.0, "total": -2.0},
    bias=0.5,
    threshold=0.5,
    full=1.0,
    auroc=0.75,
    data="own planted errors: dropped",
)
KEPT = KeptMarks(
    model="opus-mt-de-en",
    fingerprint="ab12",
    rules={"left_out": (RULE,)},
    worth={"worst3": {"dropped": 0.75}},
    own={},
)


def test_what_is_kept_counts_for_these_weights_only(tmp_path: Path) -> None:
    assert known_here(tmp_path, "foreign", weights="ab12") == known_of("foreign")
    KEPT_FILE.write(KEPT, tmp_path / KEPT_FILE.name)
    found = known_here(tmp_path, "foreign", weights="ab12")
    assert (found.rules["left_out"], found.worth) == ((RULE,), {"worst3": {"dropped": 0.75}})
    assert tuple(found.rules) == KINDS and not found.rules["copied"]
    assert known_here(tmp_path, "foreign", weights="ab13") == known_of("foreign")


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ({"lost": []}, "no mark"),
        ({"left_out": [{"weights": {"surprise": 1.0}}]}, "something else"),
        ({"left_out": [{"auroc": 1.5}]}, "AUROC"),
        ({"left_out": [{"threshold": float("nan")}]}, "'threshold' is nan"),
        ({"left_out": 3}, "no list"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, rules: dict[str, Any], reason: str) -> None:
    path = tmp_path / KEPT_FILE.name
    KEPT_FILE.write(KEPT, path)
    content = json.loads(path.read_text(encoding="utf-8"))
    (good,) = content["rules"]["left_out"]
    content["rules"] = {
        kind: [good | one for one in several] if isinstance(several, list) else several
        for kind, several in rules.items()
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ModelError, match=reason):
        known_here(tmp_path, "foreign", weights="ab12")
