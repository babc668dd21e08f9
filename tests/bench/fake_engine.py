"""An engine that only pretends; what it is told as its folder decides how it behaves."""

import os
import sys
from collections.abc import Sequence

from seqviz.bench.protocol import AbsentError, Facts, Job, Opening, serve
from seqviz.errors import InputError

Result = list[list[int]]


class FakeEngine:
    """Translates every sentence into itself; for an unrecorded search, backwards."""

    def __init__(self, opening: Opening) -> None:
        if opening.folder == "absent":
            raise AbsentError("it is only pretending")
        if opening.folder == "broken":
            raise ValueError("no such weights")
        print("libraries print this and that")
        self._opening = opening

    @property
    def facts(self) -> Facts:
        return Facts(version="1", vocabulary=50, eos=2, opening_seconds=0.5)

    def run(self, job: Job) -> Result:
        if self._opening.folder == "crashing":
            sys.stderr.write("Traceback\n  out of <memory>\n\n")
            sys.stderr.flush()
            os._exit(3)
        if job.beam_size == 64:
            raise InputError("too_much_memory", {"found": 5, "limit": 4})
        return [list(source) for source in job.sources]

    def targets(self, result: Result) -> list[list[int]]:
        return result if self._opening.record else [list(reversed(target)) for target in result]

    def kept_bytes(self, result: Result) -> int:
        return 1000 * len(result)

    def log_prob(self, source: Sequence[int], target: Sequence[int]) -> float:
        return -float(len(target))

    def wait(self) -> None:
        pass


if __name__ == "__main__":
    serve(FakeEngine)
