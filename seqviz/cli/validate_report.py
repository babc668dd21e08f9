"""The tables that ``seqviz validate`` prints."""

from collections.abc import Mapping, Sequence
from typing import Any


def told(result: Mapping[str, Any]) -> str:
    """All tables, as text."""
    blocks = []
    if result["judged"]:
        blocks.append(_judged_table(result["judged"]))
    for one in result["planted"]:
        blocks += [_flag_table(one, "planted errors"), *_feature_table(one)]
    if result["own"]:
        blocks.append(_own_table(result["own"]))
    for one in result["spans"]:
        blocks += [_flag_table(one, "spans of people"), *_feature_table(one)]
    return "\n\n".join(blocks)


def _judged_table(reports: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        "judgements of people        Seq-Logprob  worst-3   words  AUROC  from nats"
        "  prec.  rec.   MCC"
    ]
    for one in reports:
        words = one["surprisal"]
        rows.append(
            f"{one['name']:27.27} {one['seq_logprob']:11.3f} {one['worst3']:8.3f} "
            f"{words['count']:7} {words['auroc']:6.3f} {words['threshold']:10.2f} "
            f"{words['precision']:6.2f} {words['recall']:5.2f} {words['mcc']:5.2f}"
        )
    return "\n".join(rows)


def _feature_table(one: Mapping[str, Any]) -> list[str]:
    """AUROC of every feature on every kind of error; none for models together."""
    if not one["features"]:
        return []
    kinds = list(dict.fromkeys(feature["planted"] for feature in one["features"]))
    found = {(feature["feature"], feature["planted"]): feature for feature in one["features"]}
    rows = [
        f"{one['model']}: AUROC of features of sentences",
        f"{'':18} " + " ".join(f"{kind:>8}" for kind in kinds),
    ]
    for name in dict.fromkeys(feature["feature"] for feature in one["features"]):
        cells = (found.get((name, kind)) for kind in kinds)
        numbers = (f"{cell['auroc']:8.3f}" if cell else f"{'':8}" for cell in cells)
        rows.append(f"{name:18} {' '.join(numbers)}")
    return ["\n".join(rows)]


def _own_table(reports: Sequence[Mapping[str, Any]]) -> str:
    """How many words are flagged in what models wrote themselves."""
    rows = ["flagged in own translations"]
    for one in reports:
        shares = {flag["flag"]: flag["marked"] for flag in one["flags"]}
        told = "  ".join(f"{flag} {100 * share:.1f} %" for flag, share in shares.items())
        rows.append(f"{one['model']:22} {told}")
    return "\n".join(rows)


def _flag_table(one: Mapping[str, Any], what: str) -> str:
    rows = [
        f"{one['model']}: {what}",
        "flag         in          words    bad  AUROC   AP    prec.  rec.   MCC  flagged",
    ]
    for flag in one["flags"]:
        found = flag["judgement"]
        rows.append(
            f"{flag['flag']:12} {flag['planted'] or 'untouched':10} {found['count']:6} "
            f"{found['bad']:6} {found['auroc']:6.3f} {found['average_precision']:5.2f} "
            f"{found['precision']:6.2f} {found['recall']:5.2f} {found['mcc']:5.2f} "
            f"{100 * flag['marked']:6.1f} %"
        )
    return "\n".join(rows)
