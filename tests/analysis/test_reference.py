from dataclasses import replace

import numpy as np
import pytest

from seqviz.analysis.reference import Rule, reference_exit, reference_tokens, ruled_out, verdict
from seqviz.options import DecodeOptions
from seqviz.trace import Fate, Hypotheses, Trace
from tests.fixtures.toy_traces import EOS, greedy_trace, rnn_trace

THE, A, CAT, SAT = 4, 5, 6, 7


def forced_trace(tokens: list[int], probs: list[float], ranks: list[int] | None = None) -> Trace:
    """The toy model forced through those tokens; "the" (p = 0.05) is the best other everywhere."""
    trace = greedy_trace()
    count = len(tokens)
    log_probs = np.log(np.array([[p, 0.05] for p in probs], np.float32))
    fates = np.array([[Fate.KEPT, Fate.PRUNED]] * count, np.int8)
    fates[-1, 0] = Fate.FINISHED if tokens[-1] == EOS else Fate.KEPT
    total = np.array([log_probs[:, 0].sum()], np.float32)
    search = replace(
        trace.search,
        candidate_tokens=np.array([[token, THE] for token in tokens], np.int32),
        candidate_parents=np.zeros((count, 2), np.int32),
        candidate_log_probs=log_probs,
        candidate_cumulative=np.cumsum(log_probs, axis=0),
        candidate_fates=fates,
        candidate_slots=np.where(fates == Fate.KEPT, 0, -1).astype(np.int32),
        candidate_ranks=np.array([[rank, 1] for rank in ranks or [2] * count], np.int32),
        next_tokens=np.zeros((count, 1, 0), np.int32),
        next_log_probs=np.zeros((count, 1, 0), np.float32),
        entropies=np.ones((count, 1), np.float32),
    )
    hypotheses = Hypotheses(
        steps=np.array([count - 1], np.int32),
        candidates=np.zeros(1, np.int32),
        finished=np.array([tokens[-1] == EOS]),
        log_probs=total,
        lengths=np.array([count], np.int32),
        normalisers=np.array([count], np.float32),
        coverage_terms=np.zeros(1, np.float32),
        scores=(total / count).astype(np.float32),
        texts=(" ".join(trace.vocabulary[t].strip("▁") for t in tokens if t != EOS),),
    )
    return replace(trace, search=search, hypotheses=hypotheses, forced=True, stopped_by="forced")


def roomy_trace() -> Trace:
    """The toy search, as if longer targets had been allowed."""
    return replace(rnn_trace(), options=replace(rnn_trace().options, max_length=9))


def test_every_token_has_its_surprisal_rank_and_what_else_was_likely() -> None:
    tokens = reference_tokens(forced_trace([A, SAT, EOS], [0.4, 0.2, 0.9], [2, 7, 1]))
    assert tokens.pieces == ("▁a", "▁sat", "</s>")
    np.testing.assert_allclose(tokens.surprisals, -np.log([0.4, 0.2, 0.9]), rtol=1e-6)
    np.testing.assert_allclose(tokens.probs, [0.4, 0.2, 0.9], rtol=1e-6)
    assert tokens.ranks.tolist() == [2, 7, 1]
    assert tokens.other_pieces == ("▁the",) * 3
    np.testing.assert_allclose(tokens.other_probs, [0.05] * 3, rtol=1e-6)


def test_a_trace_without_ranks_is_refused() -> None:
    with pytest.raises(ValueError, match="no ranks"):
        reference_tokens(greedy_trace())


def test_a_pruned_reference_left_at_its_step_with_rank_and_margin() -> None:
    left = reference_exit(forced_trace([A, SAT, EOS], [0.4, 0.2, 0.9]), rnn_trace())
    assert (left.code, left.step, left.rank, left.hypothesis) == ("pruned", 1, 3, None)
    assert left.margin == pytest.approx(np.log(0.08 / 0.28), rel=1e-5)
    assert left.lost


def test_a_reference_that_was_no_candidate_is_unseen() -> None:
    left = reference_exit(forced_trace([EOS], [0.001]), rnn_trace())
    assert (left.code, left.step, left.rank) == ("unseen", 0, None)
    assert np.isnan(left.margin)


@pytest.mark.parametrize(
    ("options", "tokens", "code", "step"),
    [
        (DecodeOptions(prefix=(THE,)), [EOS], "prefix", 0),
        (DecodeOptions(banned=(EOS,)), [THE, EOS], "banned", 1),
        (DecodeOptions(min_length=3), [THE, EOS], "min_length", 1),
        (DecodeOptions(min_length=2), [THE, EOS], "unseen", 1),
    ],
)
def test_what_the_options_forbade_is_named(
    options: DecodeOptions, tokens: list[int], code: str, step: int
) -> None:
    found = replace(rnn_trace(), options=options)
    left = reference_exit(forced_trace(tokens, [0.1] * len(tokens)), found)
    assert (left.code, left.step) == (code, step)


@pytest.mark.parametrize(
    ("options", "tokens", "code", "step"),
    [
        (DecodeOptions(prefix=(A, CAT)), [A, SAT, EOS], "prefix", 1),
        (DecodeOptions(banned=(EOS,)), [A, SAT, EOS], "banned", 2),
        (DecodeOptions(banned=(A,), prefix=(A,)), [A, SAT, A, EOS], "banned", 2),
        (DecodeOptions(min_length=4), [A, SAT, EOS], "min_length", 2),
        (DecodeOptions(max_length=2), [A, SAT, EOS], "max_length", 2),
    ],
)
def test_a_better_reference_that_no_search_could_say_is_nobodys_error(
    options: DecodeOptions, tokens: list[int], code: str, step: int
) -> None:
    forced = forced_trace(tokens, [0.9] * len(tokens))
    found = replace(rnn_trace(), options=options)
    assert verdict(forced, roomy_trace()).code == "search_error"
    rule = ruled_out(forced.target(), found)
    assert rule is not None
    assert (rule.code, rule.step) == (code, step)
    given = verdict(forced, found)
    assert (given.code, given.rule, given.score_margin > 0) == ("ruled_out", rule, True)


def test_options_that_a_reference_keeps_rule_nothing_out() -> None:
    options = DecodeOptions(prefix=(A,), banned=(A, CAT), min_length=3, max_length=3)
    found = replace(rnn_trace(), options=options)
    assert ruled_out([A, SAT, EOS], found) is None
    assert verdict(forced_trace([A, SAT, EOS], [0.9] * 3), found).code == "search_error"


def test_the_automatic_maximum_length_counts_the_sources_tokens() -> None:
    found = replace(rnn_trace(), options=DecodeOptions())  # 2 · 4 + 10 tokens
    assert ruled_out([SAT] * 17 + [EOS], found) is None
    assert ruled_out([SAT] * 18 + [EOS], found) == Rule(code="max_length", step=18)


def test_a_reference_that_the_search_finished_has_its_place() -> None:
    left = reference_exit(forced_trace([THE, CAT, EOS], [0.5, 0.8, 0.6]), rnn_trace())
    assert (left.code, left.step, left.rank, left.hypothesis) == ("finished", 2, 1, 0)
    assert not left.lost


def test_a_reference_longer_than_the_search_was_alive_at_its_end() -> None:
    left = reference_exit(forced_trace([THE, CAT, SAT, SAT, EOS], [0.5] * 5), rnn_trace())
    assert (left.code, left.step, left.hypothesis) == ("alive", 2, 1)


def sampled(tokens: list[list[int]], parents: list[list[int]]) -> Trace:
    """Two samples of the toy model: every candidate is kept, or finished where it ends."""
    trace = rnn_trace()
    drawn = np.array(tokens, np.int32)
    fates = np.where(drawn == EOS, Fate.FINISHED, Fate.KEPT).astype(np.int8)
    numbers = np.where(fates == Fate.KEPT, np.arange(2), -1).astype(np.int32)
    search = replace(
        trace.search,
        candidate_tokens=drawn,
        candidate_parents=np.array(parents, np.int32),
        candidate_log_probs=np.full((3, 2), -1, np.float32),
        candidate_cumulative=np.full((3, 2), -1, np.float32),
        candidate_fates=fates,
        candidate_slots=numbers,
    )
    return replace(trace, search=search)


def test_samples_that_share_a_start_are_all_followed() -> None:
    found = sampled([[THE, THE], [SAT, CAT], [EOS, EOS]], [[0, 0], [0, 1], [0, 1]])
    left = reference_exit(forced_trace([THE, CAT, EOS], [0.5, 0.8, 0.6]), found)
    assert (left.code, left.step, left.rank) == ("finished", 2, 2)
    left = reference_exit(forced_trace([THE, A, EOS], [0.5, 0.8, 0.6]), found)
    assert (left.code, left.step) == ("unseen", 1)


def test_the_models_own_output_is_the_same() -> None:
    given = verdict(forced_trace([THE, CAT, EOS], [0.5, 0.8, 0.6]), rnn_trace())
    assert given.code == "same"
    assert given.score_margin == pytest.approx(0, abs=1e-6)
    assert given.same_text


def test_a_reference_that_scores_lower_is_a_model_error() -> None:
    given = verdict(forced_trace([A, SAT, EOS], [0.4, 0.2, 0.9]), rnn_trace())
    assert given.code == "model_error"
    assert given.score_margin == pytest.approx(np.log(0.072 / 0.24) / 3, rel=1e-5)
    assert given.log_prob_margin == pytest.approx(np.log(0.072 / 0.24), rel=1e-5)
    assert given.agree


def test_a_reference_that_scores_higher_is_a_search_error() -> None:
    given = verdict(forced_trace([A, SAT, EOS], [0.4, 0.9, 0.9]), rnn_trace())
    assert given.code == "search_error"
    assert given.score_margin > 0
    assert given.agree


def test_score_and_plain_sum_may_disagree() -> None:
    given = verdict(forced_trace([A, CAT, SAT, SAT, EOS], [0.7] * 5), roomy_trace())
    assert given.code == "search_error"  # −0.36 a token against −0.48
    assert given.log_prob_margin == pytest.approx(np.log(0.7**5 / 0.24), rel=1e-5)
    assert given.log_prob_margin < 0
    assert not given.agree


def test_the_same_text_in_other_tokens_is_noticed() -> None:
    forced = forced_trace([THE, CAT, SAT, EOS], [0.4, 0.2, 0.9, 0.9])
    assert not verdict(forced, rnn_trace()).same_text
    forced = replace(forced, hypotheses=replace(forced.hypotheses, texts=("the cat",)))
    assert verdict(forced, rnn_trace()).same_text
    assert verdict(forced, roomy_trace()).code == "model_error"
