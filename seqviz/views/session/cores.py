"""How many threads a decoding has."""

import logging
import os

from seqviz.errors import InputError
from seqviz.translator.devices import threads_asked

CORES = os.cpu_count() or 1


def threads_of_decoding(cores: int) -> int:
    """What SEQVIZ_THREADS asks for, at most ``cores``; else half of them.

    On a busy machine, a thread for every core is several times slower.
    """
    try:
        asked = threads_asked()
    except InputError as error:
        logging.getLogger(__name__).warning(str(error))
        asked = None
    return max(1, cores // 2) if asked is None else min(asked, cores)
