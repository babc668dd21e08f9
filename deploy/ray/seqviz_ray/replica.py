"""One replica of one model, which decodes together what comes in the same moment."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ray import serve

from seqviz.api import bodies
from seqviz.api.desk import Desk
from seqviz.api.limits import Limits
from seqviz.api.told import Told
from seqviz.options import DecodeOptions
from seqviz.server.metrics import Metrics
from seqviz.translator.devices import compute_steadily
from seqviz.translator.together import MOST_TOKENS_TOGETHER, served_together
from seqviz_ray.refused import Refused
from seqviz_ray.settings import Settings

GATHER_SECONDS = 0.01
"""For which a batch waits for others."""
MANY = 2**20
"""Ray Serve limits what waits, not ``Desk``."""


@dataclass(frozen=True)
class Search:
    """A recorded search that waits for a batch."""

    body: bodies.Decode
    options: DecodeOptions
    told: Told
    length: int
    """Tokens of its source."""


def padded_tokens(searches: Sequence[Search]) -> int:
    """What a batch takes: source tokens, each as long as the longest, times beam size.

    One search alone always fits, however long it is.
    """
    widest = max(one.length * one.options.beam_size for one in searches)
    return widest * len(searches) if len(searches) > 1 else min(widest, MOST_TOKENS_TOGETHER)


@serve.deployment
class Model:
    """One replica of one model: a single thread decodes, whatever is asked."""

    def __init__(self, settings: Settings, name: str) -> None:
        """Load the model; whichever replica is asked finds the same, to the last bit.

        Raises:
            ModelError: there is none of that name, or it cannot be used.
            InputError: this machine has no such device.
        """
        compute_steadily()
        shelf = settings.shelf(name)
        shelf.translator(name)
        self._name = name
        self._desk = Desk(shelf, Limits(waiting=MANY), Metrics())
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="seqviz-decode")

    async def model(self) -> Any:
        """How the model reads, and where it computes."""
        return await self._in_thread(lambda: self._desk.model(self._name))

    async def answer(self, kind: str, body: Any, options: DecodeOptions) -> Any:
        """The work of ``Desk``.

        Args:
            kind: the name of its method.
            body: what is asked.
            options: of the decoding.

        Returns:
            What that method returns, or ``Refused``.
        """
        told = Told()
        try:
            if kind == "trace" and served_together(options):
                return await self._trace(body, options, told)
            return await self._in_thread(lambda: getattr(self._desk, kind)(body, options, told))
        finally:  # called off, it ends at its next step
            told.leave()

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        def tried() -> Any:
            try:
                return work()
            except Exception as error:
                return Refused.of(error)

        return await asyncio.get_running_loop().run_in_executor(self._thread, tried)

    async def _trace(self, body: bodies.Decode, options: DecodeOptions, told: Told) -> Any:
        try:
            kept = self._desk.kept(body, options)
            if kept is not None:
                return kept
            length = self._desk.length(body, options)
        except Exception as error:
            return Refused.of(error)
        return await self._gathered(Search(body, options, told, length))

    @serve.batch(
        max_batch_size=MOST_TOKENS_TOGETHER,
        batch_wait_timeout_s=GATHER_SECONDS,
        batch_size_fn=padded_tokens,
    )
    async def _gathered(self, searches: list[Search]) -> list[Any]:
        """One a search: its trace, or ``Refused``."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._decoded, searches)

    def _decoded(self, searches: Sequence[Search]) -> list[Any]:
        """Those with the same options at once."""
        found: dict[int, Any] = {}
        for options in dict.fromkeys(one.options for one in searches):
            places = [place for place, one in enumerate(searches) if one.options == options]
            asked = [(searches[place].body, searches[place].told) for place in places]
            try:
                results: Sequence[Any] = self._desk.traces(asked, options)
            except Exception as error:
                results = [error] * len(asked)
            for place, result in zip(places, results, strict=True):
                found[place] = Refused.of(result) if isinstance(result, Exception) else result
        return [found[place] for place in range(len(searches))]
