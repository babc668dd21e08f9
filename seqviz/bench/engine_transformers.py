"""``generate`` of transformers as an engine, with all attention weights and scores or without."""

from collections.abc import Sequence
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor
from transformers import GenerationConfig, MarianConfig, MarianMTModel

from seqviz.bench.engine import Facts, Job, Opening, serve
from seqviz.bench.torch_engine import TorchEngine


class TransformersEngine(TorchEngine):
    """A MarianMTModel; attention weights need its "eager" attention, otherwise it takes "sdpa"."""

    def __init__(self, opening: Opening) -> None:
        """Read the model."""
        super().__init__(opening)
        self._config = opening.config
        attention = "eager" if opening.record else "sdpa"
        config: dict[str, Any] = {**self._config, "attn_implementation": attention}
        self._model: Any = MarianMTModel(MarianConfig(**config))
        self._model.load_state_dict(load_file(opening.weights))
        self._model.train(mode=False).to(self._device)
        self.facts = Facts(vocabulary=config["vocab_size"], eos=config["eos_token_id"])

    def run(self, job: Job) -> Any:
        """A tensor of targets; or an object that holds them, attention weights and scores."""
        sources, mask = self._padded(job.sources)
        keep = self._record and not job.batched
        options = GenerationConfig(  # type: ignore[no-untyped-call]  # theirs
            num_beams=job.beam_size,
            max_new_tokens=job.length,
            do_sample=False,
            early_stopping=False,
            length_penalty=1.0,
            pad_token_id=self._config["pad_token_id"],
            eos_token_id=self._config["eos_token_id"],
            decoder_start_token_id=self._config["decoder_start_token_id"],
            output_attentions=keep,
            output_scores=keep,
            return_dict_in_generate=keep,
        )
        with torch.inference_mode():
            return self._model.generate(sources, attention_mask=mask, generation_config=options)

    def targets(self, result: Any) -> list[list[int]]:
        """The best target of every sentence, without the token that starts it."""
        sequences: Tensor = result if isinstance(result, Tensor) else result.sequences
        return [[int(token) for token in target[1:]] for target in sequences.tolist()]

    def _padded(self, sources: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """Token ids and attention mask, both (B, S)."""
        width = max(map(len, sources))
        pad = self._config["pad_token_id"]
        rows = [[*source, *[pad] * (width - len(source))] for source in sources]
        lengths = torch.tensor([len(source) for source in sources])
        mask = (torch.arange(width) < lengths[:, None]).long()
        return torch.tensor(rows, device=self._device), mask.to(self._device)


if __name__ == "__main__":
    serve(TransformersEngine)
