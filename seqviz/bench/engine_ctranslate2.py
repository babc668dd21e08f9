"""CTranslate2 in float32 as an engine, without torch."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ctranslate2

from seqviz.bench.ctranslate2_model import write_ctranslate2_model
from seqviz.bench.protocol import AbsentError, Facts, Job, Opening, serve
from seqviz.bench.shape import read_config


class CTranslate2Engine:
    """A ``ctranslate2.Translator``; tokens are spelled as their ids."""

    def __init__(self, opening: Opening) -> None:
        """Convert the model, and read it.

        Raises:
            AbsentError: this build does not know the device.
        """
        if opening.device == "cuda" and not ctranslate2.get_cuda_device_count():
            raise AbsentError("it sees no CUDA device")
        config = read_config(opening.folder)
        self._vocabulary: int = config["vocab_size"]
        self._eos: int = config["eos_token_id"]
        with TemporaryDirectory() as folder:
            write_ctranslate2_model(Path(opening.folder), Path(folder))
            self._translator = ctranslate2.Translator(
                folder,
                device=opening.device,
                compute_type="float32",
                inter_threads=1,
                intra_threads=opening.threads,
            )

    @property
    def facts(self) -> Facts:
        """See ``protocol.Engine``."""
        return Facts(
            version=ctranslate2.__version__,
            vocabulary=self._vocabulary,
            eos=self._eos,
            opening_seconds=0.0,
        )

    def run(self, job: Job) -> Any:
        """See ``protocol.Engine``."""
        return self._translator.translate_batch(
            [[str(token) for token in source] for source in job.sources],
            beam_size=job.beam_size,
            max_decoding_length=job.length,
        )

    def targets(self, result: Any) -> list[list[int]]:
        """See ``protocol.Engine``."""
        return [[int(token) for token in sentence.hypotheses[0]] for sentence in result]

    def kept_bytes(self, result: Any) -> int:
        """See ``protocol.Engine``; nothing is kept."""
        return 0

    def log_prob(self, source: Sequence[int], target: Sequence[int]) -> float:
        """See ``protocol.Engine``; EOS, which it adds, is taken off."""
        (scored,) = self._translator.score_batch([list(map(str, source))], [list(map(str, target))])
        return float(sum(scored.log_probs[: len(target)]))

    def wait(self) -> None:
        """See ``protocol.Engine``; it returns when it is done."""


if __name__ == "__main__":
    serve(CTranslate2Engine)
