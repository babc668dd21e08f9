"""Who hands requests to replicas, and hands them on where one dies."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from ray.exceptions import RayActorError, TaskCancelledError
from ray.serve.exceptions import BackPressureError
from ray.serve.handle import DeploymentHandle, DeploymentResponse

from seqviz.api import bodies
from seqviz.api.desk import Desk
from seqviz.api.limits import Limits
from seqviz.api.shelf import Translators
from seqviz.api.told import Told
from seqviz.errors import DecodingCancelled, InputError, ModelError
from seqviz.options import DecodeOptions
from seqviz.server.metrics import Metrics
from seqviz.trace import DistributionShift, Trace
from seqviz.trace.computation import StepComputation
from seqviz.translator.corpus import Examined
from seqviz.translator.scoring import ScoredPair
from seqviz.translator.translation import Translation
from seqviz_ray.refused import Refused

LOOK_SECONDS = 0.5
"""After so many without an answer, whoever asked is told so, and may have left."""
BUSY_SECONDS = 2.0
"""When to come back, where the config file does not say."""

_log = logging.getLogger(__name__)


class Dispatcher(Desk):
    """A ``Desk`` whose work is done by replicas; its methods are called in threads."""

    def __init__(
        self,
        translators: Translators,
        limits: Limits,
        metrics: Metrics,
        *,
        handles: Mapping[str, DeploymentHandle],
    ) -> None:
        """Nothing is asked yet.

        Args:
            translators: the models, of which only the folders are read here.
            limits: of the API; replicas have their own.
            metrics: of the API.
            handles: of the deployments, by model.
        """
        super().__init__(translators, limits, metrics)
        self._handles, self._metrics, self._handed_on = handles, metrics, 0
        self._suspected = threading.Lock()
        metrics.watch(
            "handed_on", "Requests that another replica took over.", lambda: self._handed_on
        )

    def model(self, name: str) -> dict[str, Any]:
        """See ``Desk``."""
        self._translators.version(name)
        return cast(dict[str, Any], self._answered(self._handles[name].model, (), Told()))

    def translate(
        self, body: bodies.Translate, options: DecodeOptions, told: Told
    ) -> list[Translation]:
        """See ``Desk``."""
        return cast(list[Translation], self._sent("translate", body, options, told=told))

    def examine(self, body: bodies.Examine, options: DecodeOptions, told: Told) -> list[Examined]:
        """See ``Desk``."""
        return cast(list[Examined], self._sent("examine", body, options, told=told))

    def score(self, body: bodies.Pairs, options: DecodeOptions, told: Told) -> list[ScoredPair]:
        """See ``Desk``."""
        return cast(list[ScoredPair], self._sent("score", body, options, told=told))

    def trace(self, body: bodies.Decode, options: DecodeOptions, told: Told) -> Trace:
        """See ``Desk``; the seconds that are counted are those until the answer."""
        began = time.monotonic()
        found = cast(Trace, self._sent("trace", body, options, told=told))
        source, target = len(found.source.ids), int(found.hypotheses.lengths[0])
        self._metrics.decoded(time.monotonic() - began, source=source, target=target)
        return found

    def force(self, body: bodies.Force, options: DecodeOptions, told: Told) -> Trace:
        """See ``Desk``."""
        return cast(Trace, self._sent("force", body, options, told=told))

    def shift(self, body: bodies.Shift, options: DecodeOptions, told: Told) -> DistributionShift:
        """See ``Desk``."""
        return cast(DistributionShift, self._sent("shift", body, options, told=told))

    def explain(self, body: bodies.Explain, options: DecodeOptions, told: Told) -> StepComputation:
        """See ``Desk``."""
        return cast(StepComputation, self._sent("explain", body, options, told=told))

    def evidence(self, body: bodies.Evidence, options: DecodeOptions, told: Told) -> object:
        """See ``Desk``."""
        return self._sent("evidence", body, options, told=told)

    def _sent(self, kind: str, body: bodies.OfModel, options: DecodeOptions, *, told: Told) -> Any:
        self._translators.version(body.model)  # there is such a model
        return self._answered(self._handles[body.model].answer, (kind, body, options), told)

    def _answered(self, method: Any, asked: tuple[Any, ...], told: Told) -> Any:
        """Ask a replica, and one other where it dies.

        One of the requests that it had may be what killed it. They are handed on one by one, so
        that the next replica, if it dies too, has no other of them.

        Raises:
            SeqVizError: what the replica refuses; ``server_busy``, too many wait;
                ``server_failed``, two replicas died of it.
        """
        try:
            return _asked(method, asked, told)
        except RayActorError:
            self._handed_on += 1
        with self._alone(told):
            try:
                return _asked(method, asked, told)
            except RayActorError as error:
                _log.error("two replicas died of one request")
                raise ModelError("server_failed") from error

    @contextmanager
    def _alone(self, told: Told) -> Iterator[None]:
        while not self._suspected.acquire(timeout=LOOK_SECONDS):
            told.wait(0)
        try:
            yield
        finally:
            self._suspected.release()


def _asked(method: Any, asked: tuple[Any, ...], told: Told) -> Any:
    """What a replica answers.

    Raises:
        SeqVizError: what it refuses; ``server_busy``.
        RayActorError: it died.
    """
    try:
        found = _waited_for(method.remote(*asked), told)
    except BackPressureError as error:
        seconds = max(1, round(error.retry_after_s or BUSY_SECONDS))
        raise InputError("server_busy", {"seconds": seconds}) from error
    if isinstance(found, Refused):
        raise found.error()
    return found


def _waited_for(response: "DeploymentResponse[Any]", told: Told) -> Any:
    """The answer of a replica, which is called off if nobody waits for it any more."""
    try:
        while True:
            try:
                return response.result(timeout_s=LOOK_SECONDS)
            except TimeoutError:
                told.wait(0)
    except DecodingCancelled:
        response.cancel()
        raise
    except TaskCancelledError as error:
        raise DecodingCancelled from error
