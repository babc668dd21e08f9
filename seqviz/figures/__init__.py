"""Pure functions from a Trace, or arrays, to pictures.

A name says what it returns: ``…_picture`` a Picture (chart, sentence and table in one), ``…_print``
a plotly Figure for paper, ``…_table`` a DataFrame. For notebooks, ``attention_heatmap``,
``model_view`` and ``shift_bars`` are the charts alone.
"""

from seqviz.figures.alignment import alignment_picture, reading_name
from seqviz.figures.attention import attention_heatmap
from seqviz.figures.beam_sizes import beam_sizes_picture
from seqviz.figures.bottleneck import forced_picture
from seqviz.figures.compare import sweep_picture
from seqviz.figures.heads import head_name, heads_picture
from seqviz.figures.histogram import bar_edges, histogram_picture
from seqviz.figures.hypotheses import hypotheses_table, reason_text
from seqviz.figures.lengths import lengths_picture
from seqviz.figures.live import live_cases_table
from seqviz.figures.longer import repeated_picture
from seqviz.figures.model_view import model_view, model_view_picture
from seqviz.figures.picture import Picture
from seqviz.figures.print.attention import attention_print
from seqviz.figures.print.beam import beam_tree_print
from seqviz.figures.print.compare import comparison_print
from seqviz.figures.reference import surprisal_picture
from seqviz.figures.rerank import rerank_picture, rerank_table
from seqviz.figures.shift import shift_bars, shift_picture
from seqviz.figures.systems import one_vector_picture, systems_table
from seqviz.figures.teacher_forcing import teacher_step_picture, token_losses_picture
from seqviz.figures.training import replay_table, training_picture

__all__ = [
    "Picture",
    "alignment_picture",
    "attention_heatmap",
    "attention_print",
    "bar_edges",
    "beam_sizes_picture",
    "beam_tree_print",
    "comparison_print",
    "forced_picture",
    "head_name",
    "heads_picture",
    "histogram_picture",
    "hypotheses_table",
    "lengths_picture",
    "live_cases_table",
    "model_view",
    "model_view_picture",
    "one_vector_picture",
    "reading_name",
    "reason_text",
    "repeated_picture",
    "replay_table",
    "rerank_picture",
    "rerank_table",
    "shift_bars",
    "shift_picture",
    "surprisal_picture",
    "sweep_picture",
    "systems_table",
    "teacher_step_picture",
    "token_losses_picture",
    "training_picture",
]
