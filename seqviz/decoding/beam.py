"""The recorded search for one sentence: beam search, greedy decoding as a beam of one, sampling.

Knows a model only by ``encode``, ``start``, ``step`` and ``state.select``.
"""

from collections.abc import Sequence

import torch

from seqviz.decoding.choice import Chooser
from seqviz.decoding.constraints import first_fed, fitted, no_target
from seqviz.decoding.coverage import no_coverage
from seqviz.decoding.record import (
    MAX_RECORD_BYTES,
    Decoding,
    OnStep,
    Recorder,
    StepRecord,
    extent_of,
)
from seqviz.decoding.scoring import normalisers
from seqviz.decoding.step import (
    Scoring,
    advance,
    entropy,
    first_live,
    log_softmax,
    no_finished,
    rank_next,
)
from seqviz.errors import InputError, ModelError
from seqviz.models.base import M, Seq2SeqModel, State
from seqviz.models.editing import check_edits
from seqviz.options import MAX_SOURCE_TOKENS, DecodeOptions
from seqviz.trace import Floats


def decode_beam(
    model: Seq2SeqModel[M, State],
    source_ids: Sequence[int],
    options: DecodeOptions,
    *,
    on_step: OnStep | None = None,
    max_bytes: int = MAX_RECORD_BYTES,
) -> Decoding:
    """Translate one sentence and record the whole search, or all samples.

    Args:
        model: any encoder-decoder.
        source_ids: the sentence, EOS included, at most 512 tokens.
        options: what to search for, and what to record.
        on_step: called before every step; what it raises ends the search.
        max_bytes: most memory that the record may take.

    Raises:
        InputError: ``empty_text``, ``source_too_long``, ``too_much_memory``; what the options ask
            for does not fit the model; ``nothing_allowed``: they leave no possible target.
        ModelError: ``no_prediction``: the model's numbers are not finite.
    """
    check_source(source_ids)
    check_options(model, len(source_ids), options)
    record, length = options.record_attention, len(source_ids)
    options = fitted(options, model, length)
    with torch.inference_mode():
        memory = model.encode(torch.tensor([source_ids]), torch.tensor([length]), record=record)
        recorder = Recorder(extent_of(length, options), memory, max_bytes=max_bytes)
        table = normalisers(options.length_limit(length), options)
        stopped_by = _search(model, memory, recorder, table=table, options=options, on_step=on_step)
        try:
            return recorder.finish(table, stopped_by)
        except ModelError as error:
            raise no_target(options) from error


def _search(
    model: Seq2SeqModel[M, State],
    memory: M,
    recorder: Recorder,
    *,
    table: Floats,
    options: DecodeOptions,
    on_step: OnStep | None,
) -> str:
    """Record every step up to the one where the search stops; say by what it stopped.

    Every step does the same with the W prefixes that are alive (one at first, then up to K):

    1. each goes on from the state of its parent;
    2. the model predicts the next token of each;
    3. the most probable next tokens are ranked, for each prefix apart;
    4. the best 2K continuations of all of them are chosen (or drawn, when sampling);
    5. those that end are finished, the K best others live on, the rest is pruned;
    6. all of it is recorded, and the stop rule is asked.
    """
    special, device = model.special, memory.mask.device
    limit, divisors = len(table), torch.from_numpy(table).to(device)  # (limit,)
    live = first_live(1, first_fed(special, options), device)  # (1, 1)
    pool = no_finished(1, options.beam_size, device)  # (1, K)
    state = model.start(memory, beam_size=options.beam_size, max_length=limit)
    chooser, coverage = Chooser(options, special.eos), no_coverage(memory.mask, options.beta)
    rule = "max_length" if options.sampling else options.stop
    read = options.record_attention or coverage is not None
    for step in range(limit):
        if on_step is not None:
            on_step(step, limit)
        # 1. Continue.
        if step:
            state = state.select(live.parents)
        # 2. Predict.
        output = model.step(state, live.tokens, record=read, edits=options.edits_at(step))
        coverage = None if coverage is None else coverage.after(live.parents, output)
        log_probs = log_softmax(output.logits)  # (1, W, V)
        # 3. Rank.
        most = max(2 * options.beam_size, options.distribution_size)
        ranked = rank_next(log_probs, most)  # (1, W, R)
        # 4. Choose: candidates (1, C).
        found, kept = chooser.choose(live, log_probs, ranked, step=step, closing=step + 1 == limit)
        # 5. Finish, keep, prune.
        terms = None if coverage is None else coverage.terms()  # (1, W)
        scoring = Scoring(divisor=divisors[step], terms=terms)
        result = advance(found, pool, scoring=scoring, beam_size=options.beam_size, rule=rule)
        # 6. Record, and see whether to stop.
        recorder.add(
            StepRecord(output=output, ranked=ranked, entropies=entropy(log_probs), found=found),
            kept=kept,
            terms=terms,
        )
        state, live, pool = output.state, result.live, result.pool
        if bool(result.stops):
            if not bool(live.cumulative[0, 0] > -torch.inf):
                return "finished"
            full = bool(pool[0, -1] > -torch.inf)
            return "first" if full and options.stop == "first" else "bound"
    return "max_length"


def check_options(
    model: Seq2SeqModel[M, State], source_length: int, options: DecodeOptions
) -> None:
    """Refuse options that this model cannot serve on a source of that many tokens.

    Raises:
        InputError: ``no_attention``, or an edit of the attention names what is not there.
        ValueError: the options hold what was typed; a search knows token ids only.
    """
    if options.prefix_text or options.banned_words:
        raise ValueError("what was typed is for a Translator to put into token ids")
    if options.needs_attention and not model.attends:
        raise InputError("no_attention")
    check_edits(
        options.interventions,
        layers=model.layers,
        heads=model.heads,
        source_length=source_length,
        attends=model.attends,
    )


def check_source(source_ids: Sequence[int]) -> None:
    """Refuse a source of no tokens or too many.

    Raises:
        InputError: ``empty_text`` or ``source_too_long``.
    """
    if not source_ids:
        raise InputError("empty_text")
    if len(source_ids) > MAX_SOURCE_TOKENS:
        raise InputError("source_too_long", {"found": len(source_ids), "limit": MAX_SOURCE_TOKENS})
