"""The shape of a model in an English sentence or two, for its card."""

from collections.abc import Mapping

from seqviz.kinds import ATTENTIONS
from seqviz.models.attention import SINGLE_HEADED
from seqviz.models.settings import ModelSettings, RnnSettings, TransformerSettings

POSITIONS: Mapping[str, str] = {
    "interleaved": "sinusoidal positions (sines on even, cosines on odd columns)",
    "halves": "sinusoidal positions (sines before cosines)",
    "learned": "learned positions",
}


def describe_model(settings: ModelSettings) -> str:
    """Kind, paper, sizes, and what else tells it from others of its kind."""
    if isinstance(settings, RnnSettings):
        return _recurrent(settings)
    return _transformer(settings)


def _recurrent(settings: RnnSettings) -> str:
    direction = "encoder in both directions"
    if not settings.bidirectional:
        direction = "encoder in one direction"
    if settings.reverse_source:
        direction += ", source read backwards"
    return (
        f"Recurrent encoder-decoder {ATTENTIONS[settings.attention]}: {settings.cell.upper()}, "
        f"{settings.layers} + {settings.layers} layers, width {settings.width}, {direction}; "
        f"{_place(settings)}. {_output(settings)}"
    )


def _place(settings: RnnSettings) -> str:
    """Where in a step the decoder attends."""
    attention = SINGLE_HEADED[settings.attention]
    if attention is None:
        return "the encoder's last states are all that the decoder learns of the source"
    if attention.before_step:
        return "attention before the step, context fed to the cell"
    return "attention after the step, context and state concatenated"


def _transformer(settings: TransformerSettings) -> str:
    norm = "before every block" if settings.norm == "pre" else "after every block"
    last = " and at the end of both stacks" if settings.final_norm else ""
    return (
        f"Transformer encoder-decoder (Vaswani et al. 2017): {settings.encoder_layers} + "
        f"{settings.decoder_layers} layers, width {settings.width}, {settings.heads} heads, inner "
        f"width {settings.inner_width:,}, activation {settings.activation}, norm {norm}{last}, "
        f"{POSITIONS[settings.positions]}. {_output(settings)}"
    )


def _output(settings: ModelSettings) -> str:
    tied = "tied to the target embedding" if settings.tied_output else "with weights of its own"
    bias = "with a bias" if settings.output_bias else "without bias"
    return f"Output {tied}, {bias}; dropout {settings.dropout:g}."
