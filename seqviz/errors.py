"""Mistakes that a person can mend, each with a stable code.

Everything below the command line and the page raises these; the command line prints the English
message, the page looks the code up in its own language. Knows nothing about where an error is
shown.
"""

from collections.abc import Mapping

MESSAGES: dict[str, str] = {
    "empty_text": "There is nothing to translate: the sentence is empty. Type a sentence.",
    "text_too_long": (
        "The text has {found} characters, the limit is {limit}. Shorten it, or split it into "
        "sentences."
    ),
    "source_too_long": (
        "The sentence has {found} tokens, the limit is {limit}. Shorten it, or split it into "
        "sentences."
    ),
    "target_too_long": "The reference has {found} tokens, the limit is {limit}. Shorten it.",
    "option_out_of_range": "{option} is {found}, but must be between {low} and {high}.",
    "option_unknown": "{option} is '{found}', but must be one of: {choices}.",
    "too_much_memory": (
        "Recording this search would take up to {found} MB, the limit is {limit} MB. "
        "Use a smaller beam, a shorter sentence, or a smaller maximum length."
    ),
    "cancelled": "The decoding was cancelled.",
    "device_unavailable": "The device '{found}' is not available here. Choose one of: {choices}.",
    "unknown_model": (
        "There is no model '{found}'. Did you mean '{nearest}'? 'seqviz models' lists them all."
    ),
    "no_models": (
        "No models were found in '{folder}'. Name a folder that holds PAIR/SYSTEM folders with "
        "--models."
    ),
    "file_missing": (
        "The file '{file}' is missing. Restore it, for example with: git checkout -- '{file}'."
    ),
    "file_corrupt": (
        "The file '{file}' cannot be read ({reason}). Restore it, or take a fresh copy of the "
        "model."
    ),
    "settings_invalid": (
        "The file '{file}' is not a valid model description: {reason}. Take a fresh copy of the "
        "model."
    ),
    "weights_mismatch": (
        "The weights in '{file}' do not fit its settings.json: {reason}. Take both files from the"
        " same model."
    ),
    "not_utf8": "{name} is not UTF-8 text (byte {position}). Convert it to UTF-8 and try again.",
    "line_empty": "Line {line} of {name} is empty. Remove it, or write a sentence there.",
    "columns_missing": (
        "Line {line} of {name} has {found} column(s), but source<TAB>reference is needed."
    ),
    "file_unreadable": "The file '{file}' cannot be opened: {reason}.",
    "file_unwritable": "The file '{file}' cannot be written: {reason}.",
    "trace_invalid": "'{file}' is not a SeqViz trace file: {reason}.",
    "trace_version": (
        "'{file}' is a trace of format {found}; this version of SeqViz reads up to {known}. "
        "Update SeqViz."
    ),
    "no_prediction": (
        "The model predicted no possible token: its numbers are not finite, so its weights are "
        "damaged. Take a fresh copy of the model."
    ),
    "edit_incomplete": (
        "The attention edit '{kind}' does not go with its {needed}: 'mute' needs source tokens, "
        "'set' needs weights, the others need neither."
    ),
    "edit_outside": (
        "An attention edit names {what} {found}, but there are only {count} here, from 0."
    ),
    "edit_row_length": (
        "The attention row set by hand has {found} weights, but the source has {count} tokens."
    ),
    "no_attention": (
        "This system has no attention: it cannot be edited, and there is no coverage to score. "
        "Choose a system with attention, or leave these options out."
    ),
    "token_unknown": "The vocabulary lacks the token id {found}; it ends at {last}.",
    "nothing_allowed": (
        "The given start, the banned tokens and the minimum number of tokens leave no possible "
        "translation. Loosen them."
    ),
    "ban_many_tokens": ("'{text}' is not one token here but {count}: {pieces}. Ban one of these."),
    "out_of_memory": (
        "This machine has too little memory for it. Use a smaller beam, a shorter sentence, or a "
        "smaller maximum length."
    ),
    "busy": (
        "Too many people are translating at this moment ({found} are waiting). "
        "Try again in a minute."
    ),
    "config_invalid": "The config '{file}' cannot be used: {reason}.",
    "config_unknown": (
        "There is no config '{found}'. Name a file, or one that came with SeqViz, such as "
        "'{nearest}'."
    ),
    "data_missing": (
        "The data file '{file}' is not in '{folder}'. Name the folder that holds it with --data."
    ),
    "data_line": "Line {line} of {name} {reason}.",
    "corpus_unknown": (
        "data.corpora names '{found}', but no training pair is of that corpus; there are: "
        "{choices}."
    ),
    "no_pairs": (
        "No training pair is left: all {found} have more than {limit} tokens on a side. Raise "
        "data.max_tokens."
    ),
    "task_unknown": "There is no task '{found}'. Choose one of: {choices}.",
    "vocabulary_failed": "The {side} vocabulary cannot be made: {reason}.",
    "output_exists": (
        "'{folder}' holds a trained model already. Choose another folder with --out, or replace "
        "it with --fresh."
    ),
    "live_busy": (
        "All {places} place(s) for live training are taken. Press Start again in a minute or two."
    ),
    "training_diverged": (
        "The training diverged: at step {step} (learning rate {rate}) the loss or its gradient is "
        "no number. Lower optimiser.learning_rate, or lengthen the warm-up; the last good "
        "checkpoint is kept."
    ),
    "checkpoint_other": (
        "The folder '{folder}' holds a run with other settings or other data. Start anew with "
        "--fresh, or name another folder with --work."
    ),
    "checkpoint_corrupt": ("The checkpoint '{file}' cannot be read. Start anew with --fresh."),
    "training_memory": (
        "This machine has too little memory for the training. Lower optimiser.batch_tokens or the "
        "model's size; a run with the same settings goes on from its last checkpoint."
    ),
    "language_unknown": "The model has no language '{found}'. Choose one of: {choices}.",
    "language_unasked": (
        "This model has no choice for '{option}'; found '{found}'. Leave the option out."
    ),
    "instruction_unasked": (
        "This model takes no instruction before the sentence; found '{found}'. Leave it out."
    ),
    "transformers_missing": (
        "This model needs the transformers library, 5.23 or newer. Install it with: "
        "pip install 'seqviz[transformers]', then try again."
    ),
    "foreign_code": (
        "The file '{file}' asks for what is not part of the model ('{found}'), such as code. "
        "SeqViz runs no code from a model's folder; choose a model without it."
    ),
    "foreign_weights": (
        "The weights in '{file}' do not fit its config.json: {reason}. Take both files from the "
        "same model."
    ),
    "tokenizer_unknown": (
        "The model's tokenizer is {found}, which SeqViz does not read. It reads those of: "
        "{choices}."
    ),
    "training_running": (
        "Another training is at work in '{folder}'. Wait for its end, or name another folder with "
        "--work."
    ),
    "traces_differ": (
        "The two traces do not belong together: one is of '{first}', the other of '{second}'. "
        "Give two of the same sentence and the same model."
    ),
    "figure_format": "Pictures are not written as '{found}'. Choose an ending of: {choices}.",
    "figure_large": (
        "The picture would be {found} pixels wide or high; the limit is {limit}. Choose fewer dots "
        "per inch or a narrower page, or write SVG or PDF."
    ),
    "figure_kaleido": (
        "Writing pictures needs the package kaleido. Install it with: "
        "pip install 'seqviz[figures]', then try again."
    ),
    "figure_browser": (
        "Writing pictures needs Chrome, Chromium or Edge, and none was found. Install one, or name "
        "its program in the environment variable BROWSER_PATH."
    ),
    "figure_failed": "The browser did not draw the picture: {reason}.",
    "figure_no_attention": "There is no attention to draw: the model '{model}' has none.",
    "figure_unrecorded": (
        "There is no attention to draw: the trace was made without recording it. Make it anew."
    ),
    "comparison_alone": (
        "The trace holds one hypothesis only. Name a second trace to compare it with, by --with."
    ),
    "comparison_sentences": (
        "The two traces are of different sentences, '{first}' and '{second}'. Give two of the same."
    ),
    "archive_refused": "The archive '{file}' cannot be used: {reason}.",
    "no_model_there": (
        "There is no model in '{folder}': it has neither a settings.json nor a config.json. Name "
        "the folder that holds one."
    ),
    "import_own": (
        "'{folder}' is a model of SeqViz already. Use it in place: --models names the folder that "
        "holds its PAIR/SYSTEM."
    ),
    "import_exists": (
        "'{folder}' is there already. Choose another name with --name, or replace it with --fresh."
    ),
    "import_name": (
        "'{found}' cannot be the name of a model. Give one such as de-en/opus-mt with --name: "
        "PAIR/SYSTEM, of letters, digits, '.', '_' and '-'."
    ),
    "hub_missing": (
        "'{found}' is not here, and fetching it from the Hugging Face hub needs the package "
        "huggingface_hub. Install it with: pip install 'seqviz[hub]', then try again."
    ),
    "hub_not_here": "'{found}' is a name of the Hugging Face hub; it was not fetched yet.",
    "hub_unreachable": (
        "'{found}' is not here, and the Hugging Face hub cannot be reached ({reason}). Try again "
        "with a network, or name a folder that holds the model."
    ),
    "hub_unknown": (
        "There is no model '{found}' here, and the Hugging Face hub does not give it out "
        "({reason}). 'seqviz models' lists those that are here."
    ),
    "hub_unfit": (
        "'{found}' of the Hugging Face hub lacks a config.json, a vocabulary or weights, so it is "
        "no model that can be read."
    ),
    "foreign_missing": (
        "The model's folder lacks '{file}'. Take the whole folder, for example by downloading the "
        "model anew."
    ),
    "foreign_link": (
        "'{file}' is a link that leads out of the model's folder, and is not followed. Put the "
        "file itself in its place."
    ),
    "foreign_unknown": (
        "'{file}' describes a model of type '{found}', which SeqViz does not read. It reads: "
        "{choices}."
    ),
    "hub_large": (
        "Fetching '{found}' would take {size} GB, the limit is {limit} GB: 16, or less where the "
        "disk has less room. Choose a smaller model, make room, or name a folder that holds it."
    ),
    "own_refused": "This server shows its own models only; nobody can bring another one.",
}


class SeqVizError(Exception):
    """A mistake that a person can mend: what was wrong, what was found, what to do.

    Attributes:
        code: key into ``MESSAGES``; the page translates by it.
        facts: the values that the message names.
    """

    def __init__(self, code: str, facts: Mapping[str, object] | None = None) -> None:
        """Build the message of ``code`` from ``facts``."""
        self.code = code
        self.facts = dict(facts or {})
        super().__init__(MESSAGES[code].format_map(self.facts))


class InputError(SeqVizError):
    """The text or an option was refused."""


class ModelError(SeqVizError):
    """A model, or one of its files, cannot be used."""


class DecodingCancelled(SeqVizError):
    """The caller stopped the decoding between two steps."""

    def __init__(self) -> None:
        """Build the one message that this error has."""
        super().__init__("cancelled")
