"""Translating many sentences: the same search in padded batches, unrecorded.

Sentences of similar length go together, and those that are done leave the batch.
"""

from collections.abc import Callable, Iterator, Sequence

import torch

from seqviz.decoding.batch import BATCH_TOKENS, SERVED, WORTH_LEAVING, padded
from seqviz.decoding.beam import check_source
from seqviz.decoding.choice import rank_allowed
from seqviz.decoding.constraints import first_fed, fitted
from seqviz.decoding.rows import CorpusResult, Rows
from seqviz.decoding.scoring import normalisers
from seqviz.decoding.step import Scoring, advance, expand, log_softmax
from seqviz.decoding.trail import Watcher
from seqviz.models.base import M, Seq2SeqModel, State
from seqviz.options import DecodeOptions

OnProgress = Callable[[int, int], None]
"""Called after every step with the number of sentences done and of all sentences."""


def decode_corpus(
    model: Seq2SeqModel[M, State],
    sources: Sequence[Sequence[int]],
    options: DecodeOptions,
    *,
    batch_tokens: int = BATCH_TOKENS,
    on_progress: OnProgress | None = None,
    watch: Sequence[Sequence[int]] | None = None,
) -> list[CorpusResult]:
    """Translate many sentences; what ``decode_beam`` ranks first, without the record.

    Args:
        model: any encoder-decoder.
        sources: the sentences, EOS included, at most 512 tokens each.
        options: what to search for, of ``SERVED``; the maximum length depends on each sentence's
            own length.
        batch_tokens: padded source tokens of a batch times beam size; a batch has at least one
            sentence. Changes speed and memory, not results.
        on_progress: called after every step; what it raises ends the decoding.
        watch: also say what the search saw, and what it made of another target of each sentence,
            EOS included; an empty one is not looked for.

    Returns:
        one result a sentence, in the order of ``sources``.

    Raises:
        InputError: ``empty_text`` or ``source_too_long``, before anything is translated;
            ``token_unknown``; ``nothing_allowed``: the options leave a sentence no possible target.
        ModelError: ``no_prediction``: the model's numbers are not finite.
        ValueError: the options ask for more than ``SERVED``.
    """
    if unserved := options.beyond(SERVED):
        raise ValueError(f"{', '.join(unserved)}: for single sentences only")
    for source in sources:
        check_source(source)
    results: dict[int, CorpusResult] = {}
    with torch.inference_mode():
        for numbers in _batches(sources, batch_tokens // options.beam_size):
            batch = [sources[number] for number in numbers]
            others = None if watch is None else [watch[number] for number in numbers]
            for done in _decode_batch(model, batch, options, watch=others):
                results |= {numbers[place]: result for place, result in done.items()}
                if on_progress is not None:
                    on_progress(len(results), len(sources))
    return [results[number] for number in range(len(sources))]


def _batches(sources: Sequence[Sequence[int]], tokens: int) -> Iterator[list[int]]:
    """Numbers of the sentences of each batch, longest first."""
    order = sorted(range(len(sources)), key=lambda number: -len(sources[number]))
    while order:
        count = max(1, tokens // len(sources[order[0]]))
        yield order[:count]
        order = order[count:]


def _decode_batch(
    model: Seq2SeqModel[M, State],
    batch: Sequence[Sequence[int]],
    options: DecodeOptions,
    *,
    watch: Sequence[Sequence[int]] | None,
) -> Iterator[dict[int, CorpusResult]]:
    """Yield, after every step, the sentences that are done, by their place in the batch."""
    memory = model.encode(*padded(batch, model.special.pad))
    lengths = [len(source) for source in batch]
    limits = [fitted(options, model, length).length_limit(length) for length in lengths]
    device, special = memory.mask.device, model.special
    divisors = torch.from_numpy(normalisers(max(limits), options)).to(device)
    state = model.start(memory, beam_size=options.beam_size, max_length=max(limits))
    first = first_fed(special, options)
    rows = Rows.first(limits, options.beam_size, bos=first, device=device, watch=watch is not None)
    pending = list(range(len(batch)))  # the place of each row, −1 once it is done
    watcher = None if watch is None else Watcher(watch)
    for step in range(max(limits)):
        if step:
            state = state.select(rows.live.parents)
        output = model.step(state, rows.live.tokens)
        state = output.state
        log_probs = log_softmax(output.logits)
        rows = rows.seeing(log_probs)
        closing = rows.limits == step + 1
        ranked = rank_allowed(log_probs, step, options, eos=special.eos, closing=closing)
        found = expand(rows.live, ranked, beam_size=options.beam_size, eos=special.eos)
        scoring = Scoring(divisor=divisors[step])
        result = advance(
            found, rows.pool, scoring=scoring, beam_size=options.beam_size, rule=options.stop
        )
        if watcher is not None:
            watcher.see(rows.history, found, result.finished, pending=pending)
        rows = rows.after(found, result, scoring, eos=special.eos)
        ended = (result.stops | (rows.limits == step + 1)).tolist()
        done = [row for row, place in enumerate(pending) if ended[row] and place >= 0]
        found_now = rows.best.results(done, options)
        yield {
            place: one if watcher is None else one.with_seen(*watcher.told(place))
            for place, one in zip((pending[row] for row in done), found_now, strict=True)
        }
        for row in done:
            pending[row] = -1
        staying = [row for row, place in enumerate(pending) if place >= 0]
        if not staying:
            return
        if WORTH_LEAVING * (len(pending) - len(staying)) >= len(pending):
            kept = torch.tensor(staying, device=device)
            state, rows = state.keep(kept), rows.keep(kept)
            pending = [pending[row] for row in staying]
