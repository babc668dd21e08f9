"""Pure functions from a Trace, or arrays, to a chart, its table and a sentence about it."""

from seqviz.figures.attention import attention_heatmap, attention_picture
from seqviz.figures.beam import beam_tree, beam_tree_alt, beam_tree_height
from seqviz.figures.beam_sizes import beam_sizes_alt, beam_sizes_chart, beam_sizes_table
from seqviz.figures.bottleneck import ForcedLine, forced_alt, forced_chart, forced_table
from seqviz.figures.compare import (
    cumulative_alt,
    cumulative_lines,
    cumulative_table,
    sweep_alt,
    sweep_chart,
    sweep_table,
)
from seqviz.figures.heads import head_grid, head_grid_alt, head_grid_table
from seqviz.figures.lengths import LengthCurve, length_alt, length_chart, length_table
from seqviz.figures.live import live_attention_picture, live_cases_table, live_curves_picture
from seqviz.figures.longer import RepeatedRow, repeated_alt, repeated_chart, repeated_table
from seqviz.figures.model_view import model_view, model_view_alt, model_view_table
from seqviz.figures.picture import EChartsPicture, Picture
from seqviz.figures.print.attention import attention_print
from seqviz.figures.print.beam import beam_tree_print
from seqviz.figures.print.compare import comparison_print
from seqviz.figures.reference import surprisal_alt, surprisal_bars, surprisal_table
from seqviz.figures.rerank import rerank_lines, rerank_lines_alt, rerank_lines_table, rerank_table
from seqviz.figures.search import beam_table, hypotheses_table, reason_text
from seqviz.figures.shift import shift_alt, shift_bars, shift_table
from seqviz.figures.systems import one_vector_picture, small_attention_picture, systems_table
from seqviz.figures.teacher_forcing import (
    teacher_step_alt,
    teacher_step_bars,
    teacher_step_table,
    token_losses,
    token_losses_alt,
    token_losses_table,
)
from seqviz.figures.tokens import next_token_alt, next_token_bars, next_token_table
from seqviz.figures.training import replay_table, training_alt, training_curves, training_table

__all__ = [
    "EChartsPicture",
    "ForcedLine",
    "LengthCurve",
    "Picture",
    "RepeatedRow",
    "attention_heatmap",
    "attention_picture",
    "attention_print",
    "beam_sizes_alt",
    "beam_sizes_chart",
    "beam_sizes_table",
    "beam_table",
    "beam_tree",
    "beam_tree_alt",
    "beam_tree_height",
    "beam_tree_print",
    "comparison_print",
    "cumulative_alt",
    "cumulative_lines",
    "cumulative_table",
    "forced_alt",
    "forced_chart",
    "forced_table",
    "head_grid",
    "head_grid_alt",
    "head_grid_table",
    "hypotheses_table",
    "length_alt",
    "length_chart",
    "length_table",
    "live_attention_picture",
    "live_cases_table",
    "live_curves_picture",
    "model_view",
    "model_view_alt",
    "model_view_table",
    "next_token_alt",
    "next_token_bars",
    "next_token_table",
    "one_vector_picture",
    "reason_text",
    "repeated_alt",
    "repeated_chart",
    "repeated_table",
    "replay_table",
    "rerank_lines",
    "rerank_lines_alt",
    "rerank_lines_table",
    "rerank_table",
    "shift_alt",
    "shift_bars",
    "shift_table",
    "small_attention_picture",
    "surprisal_alt",
    "surprisal_bars",
    "surprisal_table",
    "sweep_alt",
    "sweep_chart",
    "sweep_table",
    "systems_table",
    "teacher_step_alt",
    "teacher_step_bars",
    "teacher_step_table",
    "token_losses",
    "token_losses_alt",
    "token_losses_table",
    "training_alt",
    "training_curves",
    "training_table",
]
