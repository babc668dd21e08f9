"""What one may ask of a decoding; knows no model and no torch."""

from seqviz.options.decode import (
    MAX_ALPHA,
    MAX_BEAM_SIZE,
    MAX_BETA,
    MAX_CHARACTERS,
    MAX_INSTRUCTION,
    MAX_SOURCE_TOKENS,
    MAX_TARGET_TOKENS,
    SMALLEST_COVERAGE,
    TYPED,
    DecodeOptions,
    LengthNormalisation,
    Precision,
    StopRule,
)
from seqviz.options.intervention import Intervention
from seqviz.options.rules import TargetRules
from seqviz.options.sampling import (
    MAX_SAMPLING_TEMPERATURE,
    MAX_TOP_K,
    MIN_SAMPLING_TEMPERATURE,
    Sampling,
)

__all__ = [
    "MAX_ALPHA",
    "MAX_BEAM_SIZE",
    "MAX_BETA",
    "MAX_CHARACTERS",
    "MAX_INSTRUCTION",
    "MAX_SAMPLING_TEMPERATURE",
    "MAX_SOURCE_TOKENS",
    "MAX_TARGET_TOKENS",
    "MAX_TOP_K",
    "MIN_SAMPLING_TEMPERATURE",
    "SMALLEST_COVERAGE",
    "TYPED",
    "DecodeOptions",
    "Intervention",
    "LengthNormalisation",
    "Precision",
    "Sampling",
    "StopRule",
    "TargetRules",
]
