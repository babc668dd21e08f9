"""In which order the page offers its models, and the first of them, loaded before anybody asks."""

import logging

from seqviz.catalog import ModelEntry
from seqviz.errors import SeqVizError
from seqviz.kinds import OFFERED_FIRST
from seqviz.tasks import TASKS
from seqviz.translator.devices import available_devices
from seqviz.views.session import cache


def order(entry: ModelEntry) -> tuple[bool, str, bool, str]:
    """Sorts models: languages before tasks."""
    return entry.pair in TASKS, entry.pair, entry.system != OFFERED_FIRST, entry.system


def warm_up() -> None:
    """Load the model that the page opens with; the first browser is still fetching the page."""
    first = min(cache.models().entries, key=order, default=None)
    if first is None:
        return
    try:
        cache.translator(str(first.folder), available_devices()[0])
    except SeqVizError as error:  # who asks for it is told
        logging.getLogger(__name__).warning(str(error))
