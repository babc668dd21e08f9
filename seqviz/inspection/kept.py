"""What was measured of one model alone, kept in its folder: its own rules for marks.

``seqviz validate --keep`` makes the file. It is read with distrust: a folder may come from others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seqviz.analysis.marks import KINDS, Kind, Rule
from seqviz.inspection.fitting import SIGNALS
from seqviz.inspection.rules import Family, Known, known_of
from seqviz.records.file import RecordFile


@dataclass(frozen=True, kw_only=True)
class KeptMarks:
    """Of one model; see ``Known``.

    Raises:
        ValueError: a value cannot be.
    """

    model: str
    fingerprint: str
    """Of the weights; see ``ModelFacts``."""
    rules: Mapping[str, tuple[Rule, ...]]
    worth: Mapping[str, Mapping[str, float]]
    own: Mapping[str, Mapping[str, float]]

    def __post_init__(self) -> None:
        """Refuse what no measurement leaves."""
        for kind, several in self.rules.items():
            looked = {"surprisal"}.union(*SIGNALS.get(_kind(kind), ()))
            for rule in several:
                if not rule.weights or not rule.weights.keys() <= looked:
                    raise ValueError(f"a rule for '{kind}' looks at something else")
                if rule.auroc is not None and not 0 <= rule.auroc <= 1:
                    raise ValueError(f"the AUROC of a rule for '{kind}' cannot be")

    @property
    def known(self) -> Known:
        """As it is used."""
        rules = {kind: self.rules.get(kind, ()) for kind in KINDS}
        return Known(rules=rules, worth=self.worth, own=self.own)


def _kind(name: str) -> Kind:
    found = next((kind for kind in KINDS if kind == name), None)
    if found is None:
        raise ValueError(f"there is no mark '{name:.40}'")
    return found


KEPT_FILE = RecordFile("marks.json", KeptMarks, what="record of marks", max_bytes=1_000_000)


def known_here(folder: Path, family: Family, *, weights: str) -> Known:
    """What was measured of a model, or else of its family.

    Args:
        folder: of the model.
        family: of the model.
        weights: their fingerprint; what was measured of others does not count.

    Raises:
        ModelError: ``file_corrupt``: the record cannot be read.
    """
    found = KEPT_FILE.read(folder / KEPT_FILE.name)
    return known_of(family) if found is None or found.fingerprint != weights else found.known
