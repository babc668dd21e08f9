"""Hand-made traces, and random ones that are consistent, for analyses, figures and pages."""

from collections.abc import Sequence

import numpy as np

from seqviz.options import DecodeOptions
from seqviz.trace import Fate, Floats, Hypotheses, ModelFacts, Search, Source, Trace

EOS = 3
VOCABULARY = {3: "</s>", 4: "▁the", 5: "▁a", 6: "▁cat", 7: "▁sat"}
SOURCE_PIECES = ("▁Die", "▁Kat", "ze", "</s>")
K, F, P = int(Fate.KEPT), int(Fate.FINISHED), int(Fate.PRUNED)

# Probabilities by hand, two slots, four candidates a step. In the last step "a cat </s>" ranks
# third of two kept: pruned, although it beats the last survivor, "a cat sat".
CANDIDATE_TOKENS = [[4, 5, 6, 7], [6, 6, 7, 7], [3, 7, 3, 7]]
CANDIDATE_PARENTS = [[0, 0, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]
CANDIDATE_PROBS = [[0.5, 0.4, 0.06, 0.04], [0.8, 0.7, 0.2, 0.15], [0.6, 0.3, 0.4, 0.35]]
PREFIX_PROBS = [[0.5, 0.4, 0.06, 0.04], [0.4, 0.28, 0.08, 0.075], [0.24, 0.12, 0.112, 0.098]]
CANDIDATE_FATES = [[K, K, P, P], [K, K, P, P], [F, K, P, K]]
CANDIDATE_SLOTS = [[0, 1, -1, -1], [0, 1, -1, -1], [-1, 0, -1, 1]]
NEXT_TOKENS = [[[4, 5, 6], [-1, -1, -1]], [[6, 7, 3], [6, 7, 3]], [[3, 7, 6], [3, 7, 4]]]
NEXT_PROBS = [
    [[0.5, 0.4, 0.06], [np.nan, np.nan, np.nan]],
    [[0.8, 0.15, 0.05], [0.7, 0.2, 0.1]],
    [[0.6, 0.3, 0.1], [0.4, 0.35, 0.25]],
]
ATTENTION = [
    [[0.7, 0.1, 0.1, 0.1], [np.nan, np.nan, np.nan, np.nan]],
    [[0.1, 0.5, 0.3, 0.1], [0.2, 0.4, 0.3, 0.1]],
    [[0.0, 0.1, 0.1, 0.8], [0.1, 0.1, 0.1, 0.7]],
]


def rnn_trace(*, attention: bool = True) -> Trace:
    """L = H = 1, T = 3 steps, S = 4 source tokens, K = 2 slots, C = 4 candidates.

    The best hypothesis is "the cat". Rows of attention are ``ATTENTION[t][slot]``.
    """
    weights = np.array(ATTENTION, np.float32)
    with np.errstate(divide="ignore"):
        raw_scores = np.maximum(np.log(weights), -20).astype(np.float32) + 5
    return Trace(
        source=_source("Die Katze", SOURCE_PIECES, ((0, 3), (4, 7), (7, 9), (9, 9))),
        model=_facts("rnn", "additive" if attention else "none", layers=1, heads=1),
        options=DecodeOptions(beam_size=2, max_length=3, distribution_size=3),
        search=Search(
            candidate_tokens=np.array(CANDIDATE_TOKENS, np.int32),
            candidate_parents=np.array(CANDIDATE_PARENTS, np.int32),
            candidate_log_probs=np.log(np.array(CANDIDATE_PROBS, np.float32)),
            candidate_cumulative=np.log(np.array(PREFIX_PROBS, np.float32)),
            candidate_fates=np.array(CANDIDATE_FATES, np.int8),
            candidate_slots=np.array(CANDIDATE_SLOTS, np.int32),
            next_tokens=np.array(NEXT_TOKENS, np.int32),
            next_log_probs=np.log(np.array(NEXT_PROBS, np.float32)),
            entropies=np.array([[0.97, np.nan], [0.61, 0.8], [0.9, 1.08]], np.float32),
            cross_attention=weights[:, :, None, None] if attention else None,
            self_attention=None,
            raw_scores=raw_scores if attention else None,
            context_norms=np.ones((3, 2), np.float32) if attention else None,
            decoder_states=np.zeros((3, 2, 5), np.float32),
        ),
        hypotheses=Hypotheses(
            steps=np.array([2, 2, 2], np.int32),
            candidates=np.array([0, 1, 3], np.int32),
            finished=np.array([True, False, False]),
            log_probs=np.log(np.array([0.24, 0.12, 0.098], np.float32)),
            lengths=np.array([3, 3, 3], np.int32),
            normalisers=np.array([3, 3, 3], np.float32),
            coverage_terms=np.zeros(3, np.float32),
            scores=(np.log([0.24, 0.12, 0.098]) / 3).astype(np.float32),
            texts=("the cat", "the cat sat", "a cat sat"),
        ),
        encoder_self_attention=None,
        vocabulary=VOCABULARY,
        device="cpu",
        milliseconds=12.5,
        stopped_by="max_length",
    )


def greedy_trace() -> Trace:
    """Greedy decoding of the same model, as if it had said "a sat": a prefix that the beam cut."""
    probs = np.array([[0.4, 0.1], [0.2, 0.1], [0.9, 0.1]], np.float32)
    shape = (3, 2)
    return Trace(
        source=rnn_trace().source,
        model=rnn_trace().model,
        options=DecodeOptions(beam_size=1, distribution_size=0),
        search=Search(
            candidate_tokens=np.array([[5, 6], [7, 3], [3, 6]], np.int32),
            candidate_parents=np.zeros(shape, np.int32),
            candidate_log_probs=np.log(probs),
            candidate_cumulative=np.log(
                probs * np.array([[1, 1], [0.4, 0.4], [0.08, 0.08]], np.float32)
            ),
            candidate_fates=np.array([[K, P], [K, P], [F, P]], np.int8),
            candidate_slots=np.array([[0, -1], [0, -1], [-1, -1]], np.int32),
            next_tokens=np.zeros((3, 1, 0), np.int32),
            next_log_probs=np.zeros((3, 1, 0), np.float32),
            entropies=np.ones((3, 1), np.float32),
            cross_attention=None,
            self_attention=None,
            raw_scores=None,
            context_norms=None,
            decoder_states=None,
        ),
        hypotheses=Hypotheses(
            steps=np.array([2], np.int32),
            candidates=np.array([0], np.int32),
            finished=np.array([True]),
            log_probs=np.log(np.array([0.072], np.float32)),
            lengths=np.array([3], np.int32),
            normalisers=np.array([3], np.float32),
            coverage_terms=np.zeros(1, np.float32),
            scores=(np.log([0.072]) / 3).astype(np.float32),
            texts=("a sat",),
        ),
        encoder_self_attention=None,
        vocabulary=VOCABULARY,
        device="cpu",
        milliseconds=3.0,
        stopped_by="bound",
    )


def transformer_trace() -> Trace:
    """L = 2, H = 3, all three kinds of attention; subwords and marks of every sort as tokens."""
    return random_trace(7, 9, 3, layers=2, heads=3)


RANDOM_PIECES = (
    *("▁the", "▁cat", "▁trans", "lation", "▁don", "'", "t", "▁很", "忙", "▁<b>x</b>", "▁$x$", "."),
    *("▁مرحبا", "▁%{x}", "▁{b}", "▁Straße", "▁a", "s", "▁\u202eabc", "<0xE4>"),
)


def random_trace(
    seed: int,
    steps: int,
    slots: int,
    *,
    layers: int = 1,
    heads: int = 1,
    source_length: int = 6,
    pieces: Sequence[str] = RANDOM_PIECES,
) -> Trace:
    """Search with random distributions, everything recorded and consistent with itself.

    The best hypothesis has ``steps`` tokens or fewer. It is a Transformer where it has more than
    one head, and recurrent otherwise.
    """
    rng = np.random.default_rng(seed)
    vocabulary = {EOS: "</s>", **{EOS + 1 + i: piece for i, piece in enumerate(pieces)}}
    table = _random_log_probs(rng, (steps, slots, len(vocabulary)))
    columns = _search(table, slots)
    recurrent = heads == 1
    source = [*(pieces[i % len(pieces)] for i in range(source_length - 1)), "</s>"]
    spans = tuple(
        (min(i, source_length - 1), min(i + 1, source_length - 1)) for i in range(source_length)
    )
    order = np.argsort(-table, axis=-1, kind="stable")[:, :, :10]
    packed = [_rows(rng, (slots, layers, heads, step + 1)).ravel() for step in range(steps)]
    search = Search(
        candidate_tokens=columns.tokens,
        candidate_parents=columns.parents,
        candidate_log_probs=columns.log_probs,
        candidate_cumulative=columns.cumulative,
        candidate_fates=columns.fates,
        candidate_slots=columns.slots,
        next_tokens=(order + EOS).astype(np.int32),
        next_log_probs=np.take_along_axis(table, order, -1),
        entropies=-(np.exp(table) * table).sum(-1),
        cross_attention=_rows(rng, (steps, slots, layers, heads, source_length)),
        self_attention=None if recurrent else np.concatenate(packed),
        raw_scores=rng.normal(size=(steps, slots, source_length)).astype(np.float32)
        if recurrent
        else None,
        context_norms=None,
        decoder_states=None,
    )
    options = DecodeOptions(beam_size=slots, max_length=steps)
    return Trace(
        source=_source("x" * (source_length - 1), tuple(source), spans),
        model=_facts(
            "rnn" if recurrent else "transformer",
            "dot" if recurrent else "multi-head",
            layers=layers,
            heads=heads,
        ),
        options=options,
        search=search,
        hypotheses=_hypotheses(search),
        encoder_self_attention=None
        if recurrent
        else _rows(rng, (layers, heads, source_length, source_length)),
        vocabulary=vocabulary,
        device="cpu",
        milliseconds=1.0,
        stopped_by="max_length",
    )


def _random_log_probs(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    logits = rng.normal(scale=2.0, size=shape)
    log_probs: Floats = (logits - np.log(np.exp(logits).sum(-1, keepdims=True))).astype(np.float32)
    return log_probs


def _rows(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Random weights whose last axis sums to 1."""
    weights = np.exp(rng.normal(scale=2.0, size=shape))
    rows: Floats = (weights / weights.sum(-1, keepdims=True)).astype(np.float32)
    return rows


class _Columns:
    def __init__(self, shape: tuple[int, int]) -> None:
        self.tokens = np.empty(shape, np.int32)
        self.parents = np.empty(shape, np.int32)
        self.log_probs = np.empty(shape, np.float32)
        self.cumulative = np.empty(shape, np.float32)
        self.fates = np.empty(shape, np.int8)
        self.slots = np.empty(shape, np.int32)


def _search(table: Floats, slots: int) -> _Columns:
    """Beam search over log-probabilities (T, K, V) that depend on step and slot; token 3 ends."""
    steps, _, words = table.shape
    width = min(2 * slots, words)
    columns = _Columns((steps, width))
    live = np.zeros(1, np.float32)
    for step in range(steps):
        sums = live[:, None] + table[step, : len(live)]
        best = np.argsort(-sums.ravel(), kind="stable")[:width]
        parents, words_taken = np.divmod(best, words)
        tokens = words_taken + EOS
        ends = tokens == EOS
        kept = ~ends & (np.cumsum(~ends) <= slots)
        finished = ends & (np.arange(width) < slots)
        columns.tokens[step] = tokens
        columns.parents[step] = parents
        columns.log_probs[step] = table[step, parents, words_taken]
        columns.cumulative[step] = sums.ravel()[best]
        columns.fates[step] = np.select([kept, finished], [K, F], P)
        columns.slots[step] = np.where(kept, np.cumsum(kept) - 1, -1)
        live = sums.ravel()[best][kept]
    return columns


def _hypotheses(search: Search) -> Hypotheses:
    done = search.candidate_fates == Fate.FINISHED
    done[-1] |= search.candidate_fates[-1] == Fate.KEPT
    steps, candidates = np.nonzero(done)
    sums = search.candidate_cumulative[steps, candidates]
    scores = sums / (steps + 1)
    order = np.argsort(-scores, kind="stable")
    steps, candidates = steps[order], candidates[order]
    return Hypotheses(
        steps=steps.astype(np.int32),
        candidates=candidates.astype(np.int32),
        finished=search.candidate_fates[steps, candidates] == Fate.FINISHED,
        log_probs=sums[order],
        lengths=(steps + 1).astype(np.int32),
        normalisers=(steps + 1).astype(np.float32),
        coverage_terms=np.zeros(len(order), np.float32),
        scores=scores[order].astype(np.float32),
        texts=tuple(f"hypothesis {place}" for place in range(len(order))),
    )


def _source(text: str, pieces: tuple[str, ...], spans: tuple[tuple[int, int], ...]) -> Source:
    return Source(text=text, ids=tuple(range(4, 4 + len(pieces))), pieces=pieces, spans=spans)


def _facts(kind: str, attention: str, *, layers: int, heads: int) -> ModelFacts:
    return ModelFacts(
        name=f"de-en/{attention}",
        kind=kind,
        attention=attention,
        source_language="de",
        target_language="en",
        layers=layers,
        heads=heads,
        reverses_source=False,
        parameters=1000,
        fingerprint="0" * 64,
        eos=EOS,
        unk=1,
    )
