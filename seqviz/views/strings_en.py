"""The page's words in English; figures, components and errors bring their own."""

from collections.abc import Mapping

from seqviz.errors import MESSAGES
from seqviz.figures.words import WORDS
from seqviz.views import strings_views
from seqviz.views.components import COMPONENT_WORDS

_PAGE: Mapping[str, str] = {
    # sidebar
    "sidebar.language": "Language of the page",
    "sidebar.pair": "Languages",
    "sidebar.system": "System",
    "sidebar.system.help": (
        "Transformer: attends with several heads in every layer. LSTM with attention: one look "
        "at the "
        "source a step (dot: Luong et al. 2015; additive: Bahdanau et al. 2015). Without "
        "attention: "
        "one vector carries the whole sentence (Sutskever et al. 2014)."
    ),
    "sidebar.parameters": "{count} parameters",
    "sidebar.example": "Example",
    "sidebar.example.placeholder": "Your own sentence",
    "sidebar.text": "Sentence",
    "sidebar.text.help": "Any sentence of up to 512 tokens. Ctrl + Enter translates.",
    "sidebar.beam": "Beam size",
    "sidebar.beam.help": (
        "How many unfinished translations the search keeps at every step. 1 is greedy decoding: "
        "only the best next token is kept."
    ),
    "sidebar.norm": "Length normalisation",
    "sidebar.norm.help": (
        "Every token makes a sum of log-probabilities smaller, so without normalisation short "
        "translations win. The score is the sum divided by this term; |Y| counts the end token."
    ),
    "sidebar.alpha": "α",
    "sidebar.alpha.help": "Exponent of the length normalisation. 0: none; greater: longer wins.",
    "sidebar.device": "Device",
    "sidebar.device.help": (
        "Where the model runs. A choice appears when this machine has a GPU. Threads of the CPU "
        "for one translation: {threads}."
    ),
    "sidebar.submit": "Translate",
    "sidebar.broken": "{count} model(s) cannot be used",
    "norm.none": "none: Σ log p",
    "norm.average": "average: Σ log p / |Y|^α",
    "norm.gnmt": "GNMT: Σ log p / ((5 + |Y|) / 6)^α",
    "device.cpu": "CPU",
    "device.cuda": "GPU (CUDA)",
    "device.mps": "GPU (Apple)",
    "language.de": "German",
    "language.en": "English",
    "language.fr": "French",
    "language.zh": "Chinese",
    "system.transformer": "Transformer",
    "system.additive": "LSTM, additive attention",
    "system.dot": "LSTM, dot attention",
    "system.general": "GRU, general attention",
    "system.none": "LSTM, no attention",
    "system.none-reversed": "LSTM, no attention, source reversed",
    "example.short": "Short",
    "example.long": "Long",
    "example.reordering": "Word order",
    "example.idiom": "Idiom",
    "example.divergence": "Greedy ≠ beam",
    "example.bottleneck": "Fails without attention",
    "example.question": "Question",
    "example.negation": "Negation",
    # progress and notices
    "progress.working": "Translating…",
    "progress.step": "Step {step} of at most {limit}",
    "progress.waiting": "Others are being served first: {ahead} ahead of you in the line.",
    "progress.next": "Others are being served first: you are next in line.",
    "progress.cancel": "Cancel",
    "progress.cancelled": (
        "Cancelled. Nothing was lost: your sentence and settings are as you left them."
    ),
    "progress.again": "Translate again",
    "progress.memory": "Recording this search may take up to {megabytes} MB of memory.",
    "page.no_models": (
        "No models were found. Put them into the folder `pretrained/`, or name another folder in "
        "the "
        "environment variable `SEQVIZ_MODELS`, then reload the page."
    ),
    "page.view": "View",
    "page.link": (
        "The link asked for something that does not exist here ({names}); the default, or the "
        "nearest there is, is shown instead."
    ),
    "page.link_too_long": "Too long to be part of the link in the address bar: {names}.",
    "page.error": (
        "Something went wrong inside SeqViz while drawing this view. Your sentence and settings "
        "are kept; try another view or reload the page. The details are in the server’s log."
    ),
    "view.attention": "Attention",
    "view.tree": "Beam tree",
    "view.compare": "Greedy vs beam",
    "setting.lang": "language of the page",
    "setting.view": "view",
    "setting.pair": "languages",
    "setting.system": "system",
    "setting.text": "sentence",
    "setting.reference": "reference",
    "setting.beam": "beam size",
    "setting.norm": "length normalisation",
    "setting.alpha": "α",
    "setting.device": "device",
    "setting.kind": "kind of attention",
    "setting.layer": "layer",
    "setting.head": "head",
    "setting.words": "words or subwords",
    "setting.raw": "raw scores",
    "setting.step": "step",
    "setting.pruned": "pruned candidates",
    "setting.layout": "arrangement",
    "setting.window": "first step shown",
    "setting.node": "node",
    # header
    "header.nothing": "(the empty translation)",
    "header.unknown": (
        "This model has never seen “{pieces}”: it reads the same unknown token for every one of "
        "them, so the translation cannot tell them apart."
    ),
    "header.unknown.one": (
        "This model has never seen “{pieces}”: it reads an unknown token in its place."
    ),
    "header.unfinished": (
        "The best hypothesis was cut off at the maximum number of tokens: "
        "the model did not find an end for this input."
    ),
    "header.log_prob": "Σ log p",
    "header.log_prob.help": (
        "Sum of the natural log-probabilities of the translation's tokens, end token included."
    ),
    "header.tokens": "Tokens",
    "header.tokens.help": "Tokens read → tokens written, end tokens included.",
    "header.milliseconds": "Time",
    "header.milliseconds.help": (
        "Wall-clock time of tokenizing, encoding and the recorded search, when it was run."
    ),
    "header.device": "Device",
    "header.device.help": "Where the model ran.",
    # attention view
    "attention.kind": "Which attention",
    "attention.kind.cross": "Cross",
    "attention.kind.encoder": "Encoder self",
    "attention.kind.decoder": "Decoder self",
    "attention.layer": "Layer",
    "attention.layer.best": "Best aligned ({layer})",
    "attention.layer.last": "Last ({layer})",
    "attention.layer.help": (
        "Best aligned: the layer whose mean over heads has the smallest coverage deviation "
        "(Rikters & Fishel "
        "2017). A summary chosen by a rule, not the one true alignment."
    ),
    "attention.head": "Head",
    "attention.head.mean": "Mean of heads",
    "attention.words": "Whole words",
    "attention.words.help": (
        "Source pieces of a word are added up, target pieces are averaged; rows still sum to 1."
    ),
    "attention.raw": "Raw scores",
    "attention.raw.help": "The scores before the softmax turns them into weights.",
    "attention.none": (
        "This system has no attention: the encoder hands the decoder one fixed vector, its last "
        "state, and nothing else. So there are no weights to draw. Below: what it predicted at "
        "every step."
    ),
    "attention.none.reversed": (
        "This system has no attention: the encoder hands the decoder one fixed vector, its last "
        "state, and nothing else. It reads the sentence backwards, so that the first words are "
        "the freshest. There are no weights to draw. Below: what it predicted at every step."
    ),
    "attention.heads": "Click a head to show it in the large heatmap; click it again for the mean.",
    "attention.steps": "Step by step",
    "attention.at_step": "Attention to the source at this step ({which})",
    "attention.steps.pieces": (
        "The decoder works token by token, so the steps show tokens, whole words or not."
    ),
    "attention.lines": "Word to word",
    # beam tree view
    "tree.pruned": "Pruned candidates",
    "tree.pruned.none": "None",
    "tree.pruned.next": "Next best",
    "tree.pruned.all": "All",
    "tree.pruned.help": (
        "Every step ranks the 2K best continuations; K live on. Choose how many of the others to "
        "show."
    ),
    "tree.layout": "Arrange by",
    "tree.layout.rank": "Rank",
    "tree.layout.tree": "Branch",
    "tree.window": "First step shown",
    "tree.window.help": "{size} of {steps} steps are shown at a time.",
    "tree.step": "Step",
    "tree.candidate": "Candidate",
    "tree.candidate.help": "The same choice as a click in the tree, for the keyboard.",
    "tree.prefix": "Translation so far",
    "tree.prefix.start": "(start of the sentence)",
    "tree.chosen": "Where this token came from",
    "tree.follows": "What may follow it",
    "tree.follows.nothing": "Nothing: this branch does not go on.",
    "tree.looked": "Where the model looked",
    "tree.hypotheses": "Hypotheses, best first",
    "tree.hypotheses.order": (
        "Score = Σ log p divided by the length term. When the search stops early, unfinished "
        "hypotheses rank after finished ones."
    ),
    "tree.stopped.bound": (
        "The search stopped because, at its present length, no live prefix scores better than "
        "the worst of the best finished hypotheses (beam size {beam}). A longer one still might: "
        "this is the usual heuristic."
    ),
    "tree.stopped.first": (
        "The search stopped because as many hypotheses had finished as the beam is wide ({beam})."
    ),
    "tree.stopped.max_length": "The search stopped at the maximum number of tokens.",
    "tree.stopped.forced": "The target was given.",
    # greedy vs beam view
    "compare.greedy": "Greedy",
    "compare.beam": "Beam size {beam}",
    "compare.beam_is_one": (
        "Beam size 1 is greedy decoding, so greedy is compared with beam size {beam} here."
    ),
    "compare.same": "Greedy and beam search agree on this sentence.",
    "compare.offer": "Show a sentence where they differ",
    "compare.words": "Differing words are bold and underlined.",
    "compare.score": "Σ log p {log_prob} · score {score}",
    "compare.sweep": "Beam size sweep",
    "compare.sweep.about": "Decode with every beam size from 1 to {most} and compare.",
    "compare.sweep.run": "Run the sweep",
    "compare.sweep.progress": "Beam size {beam} of {most}",
    "compare.sweep.partial": "Cancelled after beam size {beam}.",
    "compare.sweep.cancelled": "Cancelled before the first beam size was done.",
    "compare.reference": "Reference translation (for chrF)",
    "compare.reference.help": (
        "With a reference, the sweep shows the sentence chrF of every beam size."
    ),
    "compare.divergence": (
        "At step {step} greedy took ‘{greedy}’ with p = {greedy_prob}; "
        "the beam kept ‘{beam}’ (p = {beam_prob}), "
    ),
    "compare.won": "which won by {margin} in Σ log p in the end (by {score_margin} in score).",
    "compare.won_by_score": (
        "which ended {margin} behind in Σ log p, but won by {score_margin} in the score, where "
        "length is normalised."
    ),
    "compare.lost": (
        "which ended {score_margin} behind greedy’s score: a search error. The beam had cut off "
        "the better translation on the way."
    ),
    "compare.behind": (
        "which ended {score_margin} behind greedy’s score: the search preferred the worse "
        "translation, because it stopped before greedy’s could win."
    ),
    "compare.fate.pruned": (
        "Greedy’s translation dropped out of the beam at step {step}, where it ranked {rank} and "
        "was pruned."
    ),
    "compare.fate.unseen": (
        "Greedy’s translation dropped out of the beam at step {step}: it was not among the "
        "candidates any more."
    ),
    "compare.fate.finished": (
        "Greedy’s translation stayed in the beam and finished at step {step}; it ranks {place} "
        "among the hypotheses."
    ),
    "compare.fate.alive": (
        "Greedy’s translation was still in the beam at step {step}, when the search ended."
    ),
    # charts
    "chart.table": "The same facts as a table",
}

ENGLISH: Mapping[str, str] = {
    **_PAGE,
    **strings_views.ENGLISH,
    **WORDS,
    **COMPONENT_WORDS,
    **{f"error.{code}": message for code, message in MESSAGES.items()},
}
