"""Measure how sure a model is on its development set, and keep it in its settings."""

import json
from collections.abc import Sequence

from seqviz.catalog import ModelEntry
from seqviz.confidence import Confidence, measured
from seqviz.decoding.corpus import OnProgress
from seqviz.errors import InputError
from seqviz.files import write_whole
from seqviz.models.checkpoint import SETTINGS_FILE
from seqviz.translator import Translator


def keep_confidence(
    translator: Translator,
    sources: Sequence[str],
    data: str,
    *,
    on_progress: OnProgress | None = None,
) -> Confidence:
    """Translate sentences as ``translate`` does, and write the quantiles into settings.json.

    Args:
        translator: of our own model.
        sources: sentences that it has not learnt from, at least one.
        data: name of their file, or of the task.
        on_progress: as in ``translate_all``.

    Raises:
        InputError: ``confidence_not_kept``: it is a foreign model; ``file_unwritable``; a sentence
            is empty or too long.
    """
    check_ours(translator.entry)
    found = translator.translate_all(sources, on_progress=on_progress)
    confidence = measured([one.log_prob / one.tokens for one in found], data)
    settings = translator.entry.folder / SETTINGS_FILE
    kept = {"quantiles": confidence.quantiles, "sentences": len(found), "data": data}
    content = json.loads(settings.read_bytes()) | {"confidence": kept}
    write_whole(settings, (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())
    return confidence


def check_ours(entry: ModelEntry) -> None:
    """Refuse a model whose settings are somebody else's.

    Raises:
        InputError: ``confidence_not_kept``; ``not_over_network``, its folder is another machine's.
    """
    entry.require_here()
    if entry.format != "seqviz":
        raise InputError("confidence_not_kept", {"model": entry.name})
