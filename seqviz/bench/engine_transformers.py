"""``generate`` of transformers as an engine, with all attention weights and scores or without."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import load_file
from torch import Tensor
from transformers import GenerationConfig, MarianConfig, MarianMTModel

from seqviz.bench.protocol import Facts, Job, Opening, serve
from seqviz.bench.shape import WEIGHTS_FILE, read_config
from seqviz.bench.torch_engine import prepare_torch, wait_for


class TransformersEngine:
    """A MarianMTModel; attention weights need its "eager" attention, otherwise it takes "sdpa"."""

    def __init__(self, opening: Opening) -> None:
        """Read the model."""
        self._device = prepare_torch(opening)
        self._record = opening.record
        self._config = read_config(opening.folder)
        attention = "eager" if opening.record else "sdpa"
        config: dict[str, Any] = {**self._config, "attn_implementation": attention}
        self._model: Any = MarianMTModel(MarianConfig(**config))
        self._model.load_state_dict(load_file(Path(opening.folder, WEIGHTS_FILE)))
        self._model.train(mode=False).to(self._device)

    @property
    def facts(self) -> Facts:
        """See ``protocol.Engine``."""
        return Facts(
            version=transformers.__version__,
            vocabulary=self._config["vocab_size"],
            eos=self._config["eos_token_id"],
            opening_seconds=0.0,
        )

    def run(self, job: Job) -> Any:
        """See ``protocol.Engine``."""
        sources, mask = self._padded(job.sources)
        options = GenerationConfig(  # type: ignore[no-untyped-call]  # theirs
            num_beams=job.beam_size,
            max_new_tokens=job.length,
            do_sample=False,
            early_stopping=False,
            length_penalty=1.0,
            pad_token_id=self._config["pad_token_id"],
            eos_token_id=self._config["eos_token_id"],
            decoder_start_token_id=self._config["decoder_start_token_id"],
            output_attentions=self._keeps(job),
            output_scores=self._keeps(job),
            return_dict_in_generate=self._keeps(job),
        )
        with torch.inference_mode():
            return self._model.generate(sources, attention_mask=mask, generation_config=options)

    def targets(self, result: Any) -> list[list[int]]:
        """See ``protocol.Engine``."""
        sequences: Tensor = result if isinstance(result, Tensor) else result.sequences
        return [[int(token) for token in target[1:]] for target in sequences.tolist()]

    def kept_bytes(self, result: Any) -> int:
        """See ``protocol.Engine``; not counted."""
        return 0

    def log_prob(self, source: Sequence[int], target: Sequence[int]) -> float:
        """See ``protocol.Engine``."""
        sources, _ = self._padded([tuple(source)])
        start = self._config["decoder_start_token_id"]
        fed = torch.tensor([[start, *target[:-1]]], device=self._device)
        with torch.inference_mode():
            logits = self._model(input_ids=sources, decoder_input_ids=fed).logits[0]
        wanted = torch.tensor(target, device=self._device).unsqueeze(1)
        return float(logits.float().log_softmax(dim=-1).gather(1, wanted).sum())

    def wait(self) -> None:
        """See ``protocol.Engine``."""
        wait_for(self._device)

    def _keeps(self, job: Job) -> bool:
        return self._record and not job.batched

    def _padded(self, sources: Sequence[tuple[int, ...]]) -> tuple[Tensor, Tensor]:
        """Token ids and attention mask, both (B, S)."""
        width = max(map(len, sources))
        pad = self._config["pad_token_id"]
        rows = [[*source, *[pad] * (width - len(source))] for source in sources]
        lengths = torch.tensor([len(source) for source in sources])
        mask = (torch.arange(width) < lengths[:, None]).long()
        return torch.tensor(rows, device=self._device), mask.to(self._device)


if __name__ == "__main__":
    serve(TransformersEngine)
