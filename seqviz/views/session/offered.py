"""In which order the page offers its models, and the first, warmed up before anybody asks."""

import logging

from seqviz.catalog import ModelEntry
from seqviz.catalog.mirror import backend_named
from seqviz.errors import SeqVizError
from seqviz.kinds import OFFERED_FIRST
from seqviz.options import DecodeOptions
from seqviz.tasks import TASKS
from seqviz.translator.devices import available_devices
from seqviz.views.session import cache
from seqviz.views.session.counts import counted


def order(entry: ModelEntry) -> tuple[bool, str, bool, str]:
    """Sorts models: languages before tasks."""
    return entry.pair in TASKS, entry.pair, entry.system != OFFERED_FIRST, entry.system


FIRST_WORDS = "."
"""Every model can read them, and has little to say."""
FEW = DecodeOptions(max_length=4)


def warm_up() -> bool:
    """Load the model that the page opens with, and decode; the first browser still fetches.

    Returns:
        False where that has to be tried again: the backend has no model yet, or is away.
    """
    try:
        first = min(cache.models().entries, key=order, default=None)
        if first is not None:
            loaded = cache.translator(str(first.folder), available_devices()[0])
            counted(lambda: loaded.translate(FIRST_WORDS, FEW))
            return True
    except SeqVizError as error:  # who asks for it is told
        logging.getLogger(__name__).warning(str(error))
    return not backend_named()
