"""What visitors share: loaded translators, and the traces decoded last. All bounded.

Streamlit's own caches are not used: it empties them for whoever sends "clear_cache". Knows nothing
about how a wait is shown: it calls back, once a step, and some times a second before its turn.
"""

from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

from seqviz.catalog import Catalogue, ModelEntry, find_models, listed_folder, model_folders, resolve
from seqviz.catalog.mirror import backend_named
from seqviz.catalog.version import folder_version, models_version
from seqviz.server.companions import Companions, wait_for
from seqviz.server.kept import kept
from seqviz.server.live_process import LiveProcesses
from seqviz.server.metrics import metrics
from seqviz.server.queue import OnWait
from seqviz.server.store import TraceStore, WeightStore
from seqviz.server.uploaded_models import UploadedModels
from seqviz.server.visits import Visits
from seqviz.trace import DistributionShift, Trace
from seqviz.translator import Translator, load
from seqviz.translator.devices import use_threads
from seqviz.translator.together import served_together
from seqviz.views.session import bounds
from seqviz.views.session.access import made_limit
from seqviz.views.session.cores import CORES, threads_of_decoding
from seqviz.views.session.counts import counted
from seqviz.views.session.request import Request
from seqviz.views.session.together import decode_along, made_companions

MAX_WAITING = 32

OnStep = Callable[[int, int], None]
Kept = TypeVar("Kept", Trace, DistributionShift)


THREADS = threads_of_decoding(CORES)
"""Of one decoding."""
DECODERS = max(1, CORES // THREADS // 2)
"""Decodings at once."""
ASKED_AT_ONCE = 16
"""Of a backend, which decodes together what waits there."""


def models() -> Catalogue:
    """What lies in the models folder, or at the backend; a change is seen within two seconds.

    Raises:
        SeqVizError: the backend is away, and nothing is known of it.
    """
    folder = listed_folder()
    return _models(folder, _version_of_all(folder))


def version() -> str:
    """Of all that ``models`` lists.

    Raises:
        SeqVizError: as ``models``.
    """
    return _version_of_all(listed_folder())


@kept(most=2, seconds=1)
def _version_of_all(folder: Path) -> str:
    return models_version(model_folders(folder))


@kept(most=2)
def _models(folder: Path, version: str) -> Catalogue:
    return find_models(folder)


def own_entry(name: str) -> ModelEntry:
    """A model that a visitor names: a folder, or a model of the hub that is here already.

    Raises:
        ModelError: there is none, or it cannot be used; ``hub_not_here``: it has to be fetched.
    """
    entry, version = _own_entry(name, "")
    present = folder_version(entry.folder)
    return entry if present == version else _own_entry(name, present)[0]


@kept(most=16, seconds=60)
def _own_entry(name: str, changed: str) -> tuple[ModelEntry, str]:
    """The model as it is now, and its version; read anew where it is known to have ``changed``."""
    entry = resolve(name, fetch=False)
    return entry, folder_version(entry.folder)


def look_again() -> None:
    """See at once that a model has come."""
    _version_of_all.clear()
    _own_entry.clear()


@kept()
def uploaded_models() -> UploadedModels:
    """The models that visitors brought as archives; they go with the server."""
    return UploadedModels()


def translator(folder: str, device: str) -> Translator:
    """A loaded model, as it lies on disk now; several visitors who ask at once load it once."""
    key = _model_key(folder, device)
    found = _translators().get(key)
    if found is None:
        with visits().aside():
            found = _translators().find_or_make(key, lambda: _loaded(folder, device))
    return found


def _model_key(folder: str, device: str) -> Hashable:
    return folder, device, folder_version(Path(folder))


def _loaded(folder: str, device: str) -> Translator:
    use_threads(THREADS)
    return load(folder, device=device)


@kept()
def _translators() -> WeightStore[Translator]:
    return WeightStore(lambda loaded: 0 if loaded.entry.remote else loaded.facts.parameters)


def fingerprint(folder: Path, device: str) -> str:
    """Of the weights of a model, which is loaded unless it is already; see ``ModelFacts``."""
    return translator(str(folder), device).facts.fingerprint


@kept()
def _store() -> TraceStore:
    return TraceStore()


def kept_bytes() -> int:
    """Of all traces that are kept."""
    return _store().bytes


@kept()
def visits() -> Visits:
    """Who is served when."""
    decoders = ASKED_AT_ONCE if backend_named() else DECODERS
    most = decoders + MAX_WAITING
    return Visits(decoders=decoders, most_inside=most, rate=made_limit(), counted=metrics())


@kept()
def companions() -> Companions[Request]:
    """Who waits for a decoding that can be made together with somebody else's."""
    return made_companions(visits().is_crowded)


@kept()
def live_processes() -> LiveProcesses:
    """The trainings that visitors watch; they end with the server."""
    return LiveProcesses(places=max(1, CORES // 2))


def close() -> None:
    """Leave nothing behind: the server stops."""
    live_processes().end_all()
    uploaded_models().remove_all()


def is_kept(request: Request, key: Hashable = None) -> bool:
    """Whether the trace of a request, or what was made for it under a key, is there already."""
    return _store().get(_stored(request, request if key is None else key)) is not None


def _stored(request: Request, key: Hashable) -> Hashable:
    """The key in the store, which no other version of the model shares."""
    return key, folder_version(request.folder)


def find_or_decode(
    request: Request,
    on_step: OnStep,
    on_wait: OnWait,
    *,
    on_size: Callable[[int], None] = lambda _: None,
    on_text: Callable[[str], None] | None = None,
) -> Trace:
    """The trace of a request, decoded now unless it is kept from before.

    Args:
        request: what to decode.
        on_step: called before every step of the search.
        on_wait: called some times a second with how many are served first.
        on_size: called before the search with the most bytes that its record can take.
        on_text: see ``Translator.translate``.

    Raises:
        SeqVizError: the model or the text cannot be used, too many wait already, or the search
            could cost too much time or memory for a public server.
    """
    model = _model_key(str(request.folder), request.device)
    ready, asks = _translators().get(model), not is_kept(request)
    if ready is not None and asks:
        bounds.check_work(ready, request)

    def told(size: int) -> None:
        bounds.check_size(size)
        on_size(size)

    def decode(loaded: Translator) -> Trace:
        if loaded is not ready:
            bounds.check_work(loaded, request)
        ask = partial(loaded.translate, request.text, request.options, on_step=on_step)
        return counted(partial(ask, on_size=told, on_text=on_text))

    joins = served_together(request.options)
    if ready is None or ready.entry.remote is not None or not (asks and joins):
        return find_or_make(request, decode, on_wait, request=request)

    tokens = len(ready.read(request.text, request.options).ids) * request.options.beam_size
    with companions().waiting(request, (model, request.options), tokens) as companion:

        def along(loaded: Translator) -> Trace:
            wait_for(companion, on_wait)
            with companions().taken_along(companion) as together:
                if len(together) > 1:
                    return decode_along(loaded, together, on_step, keep=_keep)
            found = _store().get(_stored(request, request))
            return decode(loaded) if found is None else cast(Trace, found)

        return find_or_make(request, along, on_wait, request=request)


def _keep(request: Request, trace: Trace) -> None:
    _store().put(_stored(request, request), trace)


def find_or_force(request: Request, text: str, *, on_step: OnStep, on_wait: OnWait) -> Trace:
    """A given translation of the request's sentence, scored now unless it is kept from before.

    Args:
        request: the sentence, the model and the options.
        text: the translation.
        on_step: called before every step.
        on_wait: called some times a second with how many are served first.

    Raises:
        SeqVizError: as ``find_or_decode``; or the translation is too long.
    """

    def force(loaded: Translator) -> Trace:
        options = replace(request.options, prefix_text="", banned_words=())  # only of a search
        size = bounds.check_size
        return counted(
            lambda: loaded.force(request.text, text, options, on_step=on_step, on_size=size)
        )

    return find_or_make(force_key(request, text), force, on_wait, request=request)


def force_key(request: Request, text: str) -> Hashable:
    """Under what ``find_or_force`` keeps its result."""
    return request, "force", text


def find_or_make(
    key: Hashable, make: Callable[[Translator], Kept], on_wait: OnWait, *, request: Request
) -> Kept:
    """What is kept under ``key``, made in turn unless it is there from before.

    Args:
        key: of the result; it holds all that the result depends on but the files of the model.
        make: asks the loaded model.
        on_wait: called some times a second with how many are served first.
        request: names the model and the device.

    Raises:
        SeqVizError: the model cannot be used, ``make`` refused, or too many wait already.
    """
    stored = _stored(request, key)
    found = _store().get(stored)
    if found is None:
        with visits().turn(on_wait, request.visitor):
            found = _store().get(stored)  # somebody may have asked for the same meanwhile
            if found is None:
                found = make(translator(str(request.folder), request.device))
                _store().put(stored, found)
    return cast(Kept, found)
