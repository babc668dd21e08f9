"""Every word on the figures, in English: one flat table of templates.

Other languages are tables with the same keys. Facts are put in with ``str.format_map``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from seqviz.figures import (
    words_bottleneck,
    words_live,
    words_model_view,
    words_print,
    words_training,
)

WORDS: Mapping[str, str] = MappingProxyType(
    {
        # axes and columns
        "figure.step": "Step",
        "figure.token": "Token",
        "figure.prob": "Probability",
        "figure.log_prob": "log p",
        "figure.cumulative": "Σ log p",
        "figure.normaliser": "Divided by",
        "figure.score": "Score",
        "figure.length": "Length",
        "figure.rank": "Rank",
        "figure.fate": "Fate",
        "figure.margin": "To the last survivor",
        "figure.best_path": "Best path",
        "figure.prefix": "Translation so far",
        "figure.text": "Translation",
        "figure.finished": "Finished",
        "figure.beam_size": "Beam size",
        "figure.chrf": "chrF",
        "figure.yes": "yes",
        "figure.no": "no",
        "figure.source": "Source",
        "figure.target": "Output",
        "figure.fed": "Output so far (fed back)",
        "figure.weight": "Weight",
        "figure.raw_score": "Score before the softmax",
        "figure.head": "Head",
        "figure.entropy": "Mean entropy (nats)",
        "figure.mostly": "Attends most to",
        # attention
        "figure.kind.cross": "Cross-attention",
        "figure.kind.encoder": "Encoder self-attention",
        "figure.kind.decoder": "Decoder self-attention",
        "figure.layer": "layer {layer}",
        "figure.layer.best": "layer {layer}, best aligned",
        "figure.layer.last": "layer {layer}, the last",
        "figure.head_number": "head {head}",
        "figure.head.mean": "mean of {heads} heads",
        "figure.attention.cell": "{row} → {column}",
        "figure.attention.alt": (
            "{title}: {rows} rows by {columns} columns. Strongest per row: {strongest}."
        ),
        "figure.attention.link": "{row} → {column} {value}",
        "figure.heads.title": "{kind}, all {heads} heads of layer {layer}",
        "figure.heads.tile": "Head {head}",
        "figure.heads.hover": "Head {head}: mean entropy {entropy} nats. Click to enlarge.",
        "figure.heads.alt": (
            "{title}. Most focused: head {sharpest} (mean entropy {low} nats); most spread: head "
            "{widest} ({high} nats)."
        ),
        # next tokens
        "figure.next.title": "Next token: {entropy} nats of entropy",
        "figure.next.rest": "all others: {rest}",
        "figure.next.chosen": "chosen",
        "figure.next.alt": "Most probable next tokens: {tokens}. Chosen: {chosen}.",
        "figure.next.none": "none",
        "figure.next.drawable": "could be drawn",
        "figure.next.kept": (
            "Sampling could draw {kept} of these (p = {mass} at its temperature); ✂ cut off: {cut}."
        ),
        "figure.next.kept_all": (
            "Sampling could draw all of these and perhaps more (p = {mass} at its temperature)."
        ),
        "figure.next.of_allowed": "{mass} of the allowed tokens",
        "figure.next.given": "Given, not drawn: this step lies in the fixed start.",
        # beam tree
        "figure.tree.title": "Beam search tree, steps {first} to {last}",
        "figure.tree.save": "Download SVG",
        "figure.tree.start": "start",
        "figure.tree.entry": "live before this window",
        "figure.tree.legend.kept": "kept",
        "figure.tree.legend.best": "★ best path",
        "figure.tree.legend.finished": "✓ finished",
        "figure.tree.legend.pruned": "✂ pruned",
        "figure.tree.alt": (
            "Beam search tree, steps {first} to {last}: {kept} prefixes kept, {finished} finished, "
            "{pruned} pruned shown. Best translation: {text}"
        ),
        "fate.kept": "kept",
        "fate.finished": "finished",
        "fate.pruned": "pruned",
        "reason.kept": "Kept: rank {rank} of the step, {margin} ahead of the last survivor.",
        "reason.kept_last": "Kept: rank {rank} of the step, the last survivor.",
        "reason.finished": "Finished: it ends, and ranked {rank} among the first {kept}.",
        "reason.finished_first": "Finished: it ends, and ranked first of the step.",
        "reason.pruned_rank": (
            "Pruned: rank {rank}, but only {kept} are kept; {margin} behind the last survivor "
            "“{survivor}”."
        ),
        "reason.pruned_rank_alone": "Pruned: rank {rank}; nothing survived this step.",
        "reason.pruned_rank_finished": (
            "Pruned: rank {rank}; {finished} finished and {kept} others were kept ahead of it. "
            "It is {margin} behind the last survivor “{survivor}”."
        ),
        "reason.pruned_late_eos": (
            "Pruned: it ends, but ranked only {rank}; an ending must be among the first {kept} to "
            "count as finished."
        ),
        "reason.pruned_late_eos_ahead": (
            "Pruned: it ends, but ranked only {rank}; an ending must be among the first {kept} to "
            "count as finished, even though it is {margin} ahead of the last survivor "
            "“{survivor}”."
        ),
        "reason.pruned_forced": "Not taken: the target was given.",
        "reason.absent": "The step had no such candidate.",
        # greedy against beam
        "figure.compare.greedy": "Greedy",
        "figure.compare.beam": "Beam size {beam}",
        "figure.compare.title": "Cumulative log-probability",
        "figure.compare.parting": "first difference",
        "figure.compare.alt": (
            "Cumulative log-probability over the steps. Greedy ends at {greedy} after "
            "{greedy_steps} steps, beam size {beam_size} at {beam} after {beam_steps}."
        ),
        "figure.sweep.title": "What the beam size changes",
        "figure.sweep.alt": (
            "Beam sizes {first} to {last}: the score goes from {first_score} to {last_score}, the "
            "length from {first_length} to {last_length} tokens; the best score is {best_score} at "
            "beam size {best}."
        ),
        # a given translation
        "figure.surprisal": "Surprisal (nats)",
        "figure.reference.title": "How much every token of the reference surprises the model",
        "figure.reference.rank.one": "rank {first}: the model’s first choice",
        "figure.reference.rank.range": "rank {first} to {last}",
        "figure.reference.rank.more": "rank {first} and beyond",
        "figure.reference.left": "here the search lost it",
        "figure.reference.other": "Best other token",
        "figure.reference.other_prob": "Its probability",
        "figure.reference.hover.numbers": "{surprisal} nats, p = {prob}, rank {rank}",
        "figure.reference.hover.next_best": "next best: {other} (p = {other_prob})",
        "figure.reference.hover.instead": "the model would have said {other} (p = {other_prob})",
        "figure.reference.alt": (
            "Surprisal of {count} tokens, {total} nats in all; {first} of them are the model’s "
            "first choice. Most surprising: {worst} with {most} nats, rank {rank}."
        ),
        # ranked anew
        "figure.rerank.now": "Rank now",
        "figure.rerank.searched": "Rank in search",
        "figure.rerank.searched.sample": "Rank as sampled",
        "figure.rerank.normaliser": "÷ length term",
        "figure.rerank.coverage": "+ coverage term",
        "figure.rerank.score": "= score",
        "figure.rerank.title.alpha": "Who wins at which α (β = {held})",
        "figure.rerank.title.beta": "Who wins at which β (α = {held})",
        "figure.rerank.behind": "Behind the best (% of its score)",
        "figure.rerank.present": "now: {value}",
        "figure.rerank.own": "search",
        "figure.rerank.own.sample": "as sampled",
        "figure.rerank.from": "{name} from",
        "figure.rerank.to": "{name} to",
        "figure.rerank.winner": "Winner",
        "figure.rerank.alt": (
            "Scores of the recorded hypotheses for {name} from 0 to {high}. Now {name} = {now} and "
            "“{winner}” wins. Changes of the winner: {count}."
        ),
        "figure.rerank.alt.change": "At {name} = {value} from “{before}” to “{after}”.",
        # sampling, constraints and coverage in the tree
        "figure.coverage": "Coverage term",
        "figure.tree.title.sampled": "Samples, drawn and not searched, steps {first} to {last}",
        "figure.tree.alt.sampled": (
            "Tree of samples, steps {first} to {last}: {kept} tokens drawn that go on, {finished} "
            "ends. The sample that scores highest: {text}"
        ),
        "reason.given": "Given: it belongs to the fixed start of the translation.",
        "reason.drawn": (
            "Drawn at random: among all next tokens the model ranks it {token_rank}; allowed "
            "tokens that could be drawn: {drawable}."
        ),
        "reason.drawn_unranked": "Drawn at random.",
        # an intervention
        "figure.shift.title": "How far the next-token distribution moved",
        "figure.shift.tv": "Total variation",
        "figure.shift.kl": "KL (nats)",
        "figure.shift.before": "p before",
        "figure.shift.after": "p after",
        "figure.shift.hover": "total variation {tv}, KL {kl} nats; p = {before} → {after}",
        "figure.shift.alt": (
            "Change of the next-token distribution at {count} steps: mean total variation {mean}; "
            "most at step {step} ({token}): total variation {tv}, KL {kl} nats."
        ),
        # the beam-size curse
        "figure.beam_sizes.title": "{model} on {sentences} sentences of {test_set}",
        "figure.beam_sizes.normalisation": "Normalisation",
        "figure.beam_sizes.none": "without normalisation",
        "figure.beam_sizes.average": "averaged over the length",
        "figure.beam_sizes.bleu": "BLEU",
        "figure.beam_sizes.chrf": "chrF",
        "figure.beam_sizes.length_ratio": "Length ÷ reference length",
        "figure.beam_sizes.log_prob": "Mean Σ log p",
        "figure.beam_sizes.score": "Mean score",
        "figure.beam_sizes.empty": "Empty translations",
        "figure.beam_sizes.seconds": "Seconds",
        "figure.beam_sizes.alt": (
            "Beam sizes {first} to {last}, {name}: BLEU goes from {first_bleu} to {last_bleu}, the "
            "best is {best_bleu} at {best}; the length ratio from {first_ratio} to {last_ratio}; "
            "the mean Σ log p from {first_log_prob} to {last_log_prob}; at {last}, {last_empty} of "
            "the translations are empty."
        ),
        # systems side by side
        "figure.systems.system": "System",
        "figure.systems.score": "Score",
        "figure.systems.log_prob": "Σ log p",
        "figure.systems.tokens": "Tokens",
        "figure.systems.milliseconds": "Time, ms",
        "figure.systems.parameters": "Parameters",
        "figure.systems.reference_log_prob": "Reference Σ log p",
        "figure.systems.reference_per_token": "Reference per token",
        "figure.systems.chrf": "chrF",
        "figure.systems.bleu": "BLEU on test",
        "figure.systems.exact_match": "Exact on test, %",
        "figure.systems.vector": "one vector",
        "figure.systems.vector.alt": (
            "Drawing: lines from {source} source tokens run into one vector, and lines to {target} "
            "output tokens start from it."
        ),
        "figure.systems.vector.alt.reversed": (
            "Drawing: lines from {source} source tokens, read backwards, run into one vector, and "
            "lines to {target} output tokens start from it."
        ),
        **words_bottleneck.WORDS,
        **words_live.WORDS,
        **words_model_view.WORDS,
        **words_print.WORDS,
        **words_training.WORDS,
    }
)
