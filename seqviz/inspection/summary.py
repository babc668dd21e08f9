"""An inspected test set in a few numbers."""

import pandas as pd

from seqviz.analysis.quality import corpus_quality
from seqviz.inspection.features import in_group


def summary(rows: pd.DataFrame, *, language: str) -> dict[str, float]:
    """Means of the features that deserve trust, and the scores of the whole where there are any.

    Args:
        rows: of a run.
        language: code of the target language.

    Returns:
        "sentences" first; BLEU, chrF and the share of search errors of those with a reference;
        of the other system's translations the share that the search kept. No mean of the step at
        which a winner was last among survivors: −1 there is no step.
    """
    found: dict[str, float] = {"sentences": len(rows)}
    there = rows.dropna(subset=["reference"])
    if len(there):
        texts, references = there["translation"].tolist(), there["reference"].tolist()
        quality = corpus_quality(texts, references, language=language)
        found |= {"BLEU": quality.bleu, "chrF": quality.chrf}
        found["search_error"] = float(there["search_error"].eq(True).mean())
    if (kept := rows["baseline_kept"].dropna()).size:
        found["baseline_kept"] = float(kept.eq(True).mean())
    means = rows[[one.name for one in in_group("strong") if one.name != "entered_last"]].mean()
    return found | {str(name): float(value) for name, value in means.dropna().items()}
