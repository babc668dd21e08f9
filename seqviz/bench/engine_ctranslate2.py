"""CTranslate2 in float32 as an engine; tokens are spelled as their ids.

Its own converter lays out the weights. It is the one of BART, for Marian's would take PAD away,
whose embedding starts a target here.
"""

from tempfile import TemporaryDirectory
from typing import Any

import ctranslate2
from ctranslate2.converters.transformers import BartLoader
from ctranslate2.specs import TransformerSpec
from transformers import MarianMTModel

from seqviz.bench.engine import AbsentError, Engine, Job, Opening, Targets, serve
from seqviz.bench.random_model import EOS, PAD, UNK


class CTranslate2Engine(Engine):
    """A ``ctranslate2.Translator``."""

    def __init__(self, opening: Opening) -> None:
        """Convert the model, and read it; ``AbsentError``: this build does not know the device."""
        if opening.device == "cuda" and not ctranslate2.get_cuda_device_count():
            raise AbsentError("it sees no CUDA device")
        with TemporaryDirectory() as folder:
            _converted(opening.folder).save(folder)
            self._translator = ctranslate2.Translator(
                folder,
                device=opening.device,
                compute_type="float32",
                inter_threads=1,
                intra_threads=opening.threads,
            )

    def run(self, job: Job) -> tuple[Targets, int]:
        """It returns when it is done, on a GPU too."""
        found = self._translator.translate_batch(
            [[str(token) for token in source] for source in job.sources],
            beam_size=job.beam_size,
            max_decoding_length=job.length,
        )
        return [[int(token) for token in sentence.hypotheses[0]] for sentence in found], 0


def _converted(folder: str) -> TransformerSpec:
    model: Any = MarianMTModel.from_pretrained(folder)
    model.config.normalize_before = model.config.normalize_embedding = False
    spec = BartLoader().get_model_spec(model)
    tokens = [str(token) for token in range(model.config.vocab_size)]
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens)
    spec.config.bos_token = spec.config.decoder_start_token = str(PAD)
    spec.config.eos_token, spec.config.unk_token = str(EOS), str(UNK)
    spec.validate()
    spec.optimize()
    return spec


if __name__ == "__main__":
    serve(CTranslate2Engine)
