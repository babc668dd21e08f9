"""The test sets of this server: at home they stay, of strangers they go with the server."""

import os

from seqviz.server.inspections import Inspections, kept_folder
from seqviz.server.kept import kept
from seqviz.views.session.access import is_public


@kept()
def inspections() -> Inspections:
    """What visitors let a model translate, and the processes that do it."""
    folder = None if is_public() else kept_folder()
    return Inspections(folder, places=max(1, (os.cpu_count() or 1) // 2))
