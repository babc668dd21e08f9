"""The systems that are compared with the one of a request: those of its pair."""

from collections.abc import Callable, Mapping

from seqviz import kinds
from seqviz.catalog import ModelEntry
from seqviz.errors import ModelError
from seqviz.tasks import TASKS
from seqviz.views.session import cache
from seqviz.views.session.request import Request


def entry_of(request: Request) -> ModelEntry:
    """The description of the model that is asked.

    Raises:
        ModelError: it is one that a visitor brought, and it is there no more.
    """
    listed = (entry for entry in cache.models().entries if entry.folder == request.folder)
    return next(listed, None) or cache.own_entry(str(request.folder))


def is_listed(request: Request) -> bool:
    """Whether it is one of the models here, none that a visitor brought."""
    return any(entry.folder == request.folder for entry in cache.models().entries)


def nearest(request: Request, has: Callable[[ModelEntry], bool]) -> ModelEntry | None:
    """The model that is asked if something is there for it, else the one nearest to it.

    Those of its own pair come first, then those of other languages, tasks last.
    """

    def distance(entry: ModelEntry) -> tuple[bool, bool, bool, str, int]:
        return (
            entry.folder != request.folder,
            entry.pair != request.folder.parent.name,
            entry.pair in TASKS,
            entry.pair,
            -kinds.age_of(entry.system),
        )

    own = [] if is_listed(request) else [entry_of(request)]
    return next(filter(has, [*own, *sorted(cache.models().entries, key=distance)]), None)


def systems_of(request: Request) -> tuple[list[ModelEntry], Mapping[str, ModelError]]:
    """The systems of the pair, and what is wrong with those that are broken.

    A model that a visitor brought is alone.

    Raises:
        ModelError: as ``entry_of``.
    """
    if not is_listed(request):
        return [entry_of(request)], {}
    catalogue = cache.models()
    pair = request.folder.parent.name
    names = {name.rpartition("/"): error for name, error in catalogue.broken.items()}
    broken = {system: error for (of, _, system), error in names.items() if of == pair}
    return [entry for entry in catalogue.entries if entry.pair == pair], broken
