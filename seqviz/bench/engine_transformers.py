"""``generate`` of transformers as an engine, with all attention weights and scores or without."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers import GenerationConfig, MarianMTModel

from seqviz.bench.engine import Engine, Job, Opening, Targets, serve
from seqviz.bench.random_model import EOS, PAD


class TransformersEngine(Engine):
    """A MarianMTModel; attention weights need its "eager" attention, otherwise it takes "sdpa"."""

    def __init__(self, opening: Opening) -> None:
        """Read the model."""
        torch.set_num_threads(opening.threads)
        self._device, self._record = torch.device(opening.device), opening.record
        attention = "eager" if opening.record else "sdpa"
        self._model: Any = MarianMTModel.from_pretrained(
            opening.folder, attn_implementation=attention
        )
        self._model.to(self._device)  # type: ignore[arg-type]  # theirs

    def run(self, job: Job) -> tuple[Targets, int]:
        """Have it hand over attention weights and scores too, or a tensor of targets alone."""
        rows = [torch.tensor(source) for source in job.sources]
        sources = pad_sequence(rows, batch_first=True, padding_value=PAD).to(self._device)
        keep = self._record and not job.batched
        options = GenerationConfig(  # type: ignore[no-untyped-call]  # theirs
            num_beams=job.beam_size,
            max_new_tokens=job.length,
            do_sample=False,
            early_stopping=False,
            length_penalty=1.0,
            pad_token_id=PAD,
            eos_token_id=EOS,
            decoder_start_token_id=PAD,
            output_attentions=keep,
            output_scores=keep,
            return_dict_in_generate=keep,
        )
        with torch.inference_mode():
            found = self._model.generate(
                sources, attention_mask=(sources != PAD).long(), generation_config=options
            )
        targets: Tensor = found.sequences if keep else found
        return targets[:, 1:].tolist(), 0


if __name__ == "__main__":
    serve(TransformersEngine)
