"""Every word of the offline page, in English and Chinese: tables of templates with the same keys.

Words of figures come from ``figures.words`` and ``words_zh``. The page puts facts into {names}.
"""

from collections.abc import Mapping

from seqviz.export.offline.words_zh import CHINESE
from seqviz.figures.words import WORDS
from seqviz.figures.words_zh import CHINESE as FIGURES_ZH

_ENGLISH: Mapping[str, str] = {
    # the page itself
    "offline.heading": "How a model translated one sentence",
    "offline.skip": "Skip to the attention",
    "offline.language": "Language",
    "offline.theme": "Colours",
    "offline.theme.auto": "Auto",
    "offline.theme.light": "Light",
    "offline.theme.dark": "Dark",
    "offline.print": "Print",
    "offline.source": "Source",
    "offline.translation": "Translation",
    "offline.output": "Output",
    "offline.lengths": "{source} source tokens, {target} output tokens",
    "offline.samples": "{count} samples",
    "offline.forced": "Given translation",
    "offline.no_script": (
        "This page draws with JavaScript, which is switched off. The sentence and its translation:"
    ),
    "offline.nav": "Parts of the page",
    "offline.nav.attention": "Attention",
    "offline.nav.search": "Beam search",
    "offline.nav.samples": "Samples",
    "offline.nav.compare": "Two searches",
    "offline.nav.hypotheses": "Hypotheses",
    "offline.nav.facts": "Model and options",
    "offline.attention.caption": (
        "Where the model looked to produce each token. A row is one step; point at a square for "
        "its weight, click a row to stop there, or walk with the arrow keys."
    ),
    "offline.search.caption": (
        "Every prefix that the search kept, finished or cut, as it was recorded. Click a node to "
        "see why it lived or fell."
    ),
    "offline.samples.caption": (
        "Every sample as it was drawn, token by token. Click a node to see its numbers."
    ),
    "offline.compare.lead": "The same sentence and the same model, searched in two ways.",
    "offline.hypotheses.lead": "The translations that the search ended with, against each other.",
    "offline.facts.caption": "What was recorded, with which model and how.",
    "offline.footer": (
        "A word part that continues the one before starts with “·”. Log-probabilities are natural "
        "logarithms. Attention weights are kept to 1/255. This file asks no network and stores "
        "nothing."
    ),
    "offline.table": "Show as a table",
    # attention
    "offline.kind": "Kind of attention",
    "offline.layer": "Layer",
    "offline.head": "Head",
    "offline.hypothesis": "Hypothesis",
    "offline.mean": "mean of all",
    "offline.title_mean": "{kind}: layer {layer}, mean of {heads} heads",
    "offline.title_head": "{kind}: layer {layer}, head {head}",
    "offline.layer_mean": "Layer {layer}, mean of its heads",
    "offline.layer_head": "Layer {layer}, head {head}",
    "offline.heads": "All layers and heads",
    "offline.heads.caption": (
        "Rows are layers, columns are heads, ∅ is their mean; weights below 0.1 are left out. "
        "Click one to enlarge it."
    ),
    "offline.heatmap_alt": (
        "{title}: {rows} rows by {columns} columns, walked with the arrow keys. Strongest: "
        "{strongest}."
    ),
    "offline.cell": "{row} → {column}: {weight}",
    "offline.hover": "Point at a square, or walk with the arrow keys.",
    "offline.step_panel": "The chosen step",
    "offline.first": "First step",
    "offline.previous": "Previous step",
    "offline.play": "Play or pause",
    "offline.next_step": "Next step",
    "offline.at_step": "Step {step} of {steps}: {token}",
    "offline.at_place": "Source token {step} of {steps}: {token}",
    "offline.looked": "Looked most at",
    "offline.next": "Most probable next tokens",
    "offline.entropy": "Entropy {entropy} nats",
    "offline.averaged": (
        "The sentence is so long that this page holds the means of the heads alone; the trace file "
        "holds each."
    ),
    "offline.missing.no_attention": (
        "This system has no attention: its decoder saw the sentence as one vector only."
    ),
    "offline.missing.no_self_attention": "Recurrent models have no self-attention.",
    "offline.missing.not_recorded": "The attention of this search was not recorded.",
    # tree
    "offline.cuts": "Cut candidates",
    "offline.cuts.none": "Without cut ones",
    "offline.cuts.next": "Best cut of a step",
    "offline.cuts.all": "All candidates",
    "offline.layout": "Layout",
    "offline.layout.rank": "By rank",
    "offline.layout.tree": "No crossings",
    "offline.legend": "Legend",
    "offline.tree_alt": (
        "Search tree: {kept} prefixes kept, {finished} finished, {pruned} cut ones shown. Best "
        "translation: {text}"
    ),
    "offline.tree_cut_off": "The tree shows the first {last} of {steps} steps.",
    "offline.node_label": "{token}, step {step}, probability {prob}, {fate}",
    "offline.node_panel": "The chosen node",
    "offline.node_hint": "Every translation starts here. Click a node to see its numbers.",
    "offline.node_place": "Step {step}, rank {rank} of the step",
    "offline.reason": "Reason",
    # comparison
    "offline.line_facts": "Σ log p {sum} · {length} tokens · score {score}",
    "offline.same": "Both found the same translation.",
    "offline.nothing": "the end",
    "offline.parting": ("They part at step {step}: {first} took {greedy}, {second} took {beam}."),
    "offline.margin_more": (
        "In the end {second} found the more probable translation, by {margin} nats."
    ),
    "offline.margin_less": (
        "In the end {first} has the more probable translation, by {margin} nats."
    ),
    "offline.fate.pruned": (
        "In {second}, the way of {first} was cut at step {step}, where it ranked {rank}."
    ),
    "offline.fate.unseen": (
        "In {second}, the way of {first} was not even among the candidates of step {step}."
    ),
    "offline.fate.finished": (
        "In {second}, the translation of {first} finished too, and ranked {place} in the end."
    ),
    "offline.fate.alive": "In {second}, the way of {first} still lived at step {step}.",
    "offline.hypotheses": "All hypotheses",
    "offline.hypotheses.caption": (
        "Words that the best one lacks are marked. Click one to see its attention and its path."
    ),
    "offline.more_hypotheses": "{count} more are in the trace file.",
    "offline.rank": "Hypothesis {rank}",
    # facts
    "offline.group.model": "Model",
    "offline.group.search": "Options",
    "offline.group.run": "Run",
    "offline.fact.model": "Model",
    "offline.fact.languages": "Languages",
    "offline.fact.kind": "Kind",
    "offline.fact.attention": "Attention",
    "offline.fact.reverses": "Reads the source backwards",
    "offline.fact.layers": "Layers × heads",
    "offline.fact.parameters": "Parameters",
    "offline.fact.fingerprint": "Fingerprint",
    "offline.fact.beam": "Beam size",
    "offline.fact.normalisation": "Length normalisation",
    "offline.fact.alpha": "α (length)",
    "offline.fact.beta": "β (coverage)",
    "offline.fact.stop": "Stops",
    "offline.fact.max_length": "Most tokens",
    "offline.fact.sampling": "Sampling",
    "offline.fact.min_length": "Fewest tokens",
    "offline.fact.prefix": "Fixed start (token ids)",
    "offline.fact.banned": "Banned (token ids)",
    "offline.fact.interventions": "Attention edits",
    "offline.fact.source_language": "From",
    "offline.fact.target_language": "Into",
    "offline.fact.instruction": "Instruction",
    "offline.fact.steps": "Steps",
    "offline.fact.hypotheses": "Hypotheses",
    "offline.fact.stopped": "Ended because",
    "offline.fact.device": "Device",
    "offline.fact.precision": "Precision",
    "offline.fact.milliseconds": "Time",
    "offline.fact.notice": "Notice",
    "offline.fact.unapplied": "Not applied",
    "offline.kind.transformer": "Transformer",
    "offline.kind.rnn": "Recurrent",
    "offline.attention.none": "none",
    "offline.attention.dot": "dot product",
    "offline.attention.general": "bilinear (general)",
    "offline.attention.additive": "additive",
    "offline.attention.multi-head": "multi-head",
    "offline.normalisation.none": "none",
    "offline.normalisation.average": "average, |Y|^α",
    "offline.normalisation.gnmt": "GNMT, ((5+|Y|)/6)^α",
    "offline.stop.bound": "when no live prefix can win",
    "offline.stop.first": "when enough have finished",
    "offline.stop.max_length": "at the maximum length",
    "offline.stopped.bound": "no live prefix could win any more",
    "offline.stopped.first": "enough had finished",
    "offline.stopped.max_length": "the maximum length was reached",
    "offline.stopped.finished": "nothing lived on",
    "offline.stopped.forced": "the translation was given",
    "offline.notice.out_of_memory": "The GPU had too little memory; the CPU took over.",
    "offline.notice.unapplied": (
        "{settings}: set by this model’s makers, whose own program may translate otherwise."
    ),
}
_SHARED = (
    *("step", "token", "prob", "log_prob", "cumulative", "normaliser", "coverage", "score"),
    *("length", "rank", "fate", "margin", "best_path", "prefix", "text", "finished", "yes"),
    *("kind.cross", "kind.encoder", "kind.decoder", "next.chosen", "tree.start"),
    *("tree.legend.kept", "tree.legend.best", "tree.legend.finished", "tree.legend.pruned"),
    *("compare.greedy", "compare.beam", "compare.title", "compare.parting"),
)
SHARED: tuple[str, ...] = tuple(
    key
    for key in WORDS
    if key.startswith(("reason.", "fate.")) or key.removeprefix("figure.") in _SHARED
)
"""Keys of words that other views show, too."""

TABLES: Mapping[str, Mapping[str, str]] = {
    "en": {**_ENGLISH, **{key: WORDS[key] for key in SHARED}},
    "zh": {**CHINESE, **{key: FIGURES_ZH[key] for key in SHARED}},
}
