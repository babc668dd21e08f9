"""The replay of a training: heatmap, translation, surprisals and losses move with one scrubber.

All frames of one sentence travel at once, so that a step needs no answer from Python.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, isfinite
from typing import Any

import streamlit as st

from seqviz.analysis.training_curves import attention_peak, nearest_frame, sentence_loss
from seqviz.analysis.words import display_piece
from seqviz.colours import in_the_dark
from seqviz.figures.training import training_looks
from seqviz.records.training import ReplayFrame, TrainingRecord
from seqviz.viewer import script, style
from seqviz.words import part

DARK = in_the_dark()
MOST_POINTS = 300
"""Of a curve; of a longer one every n-th is drawn."""
BUTTONS = {"first": "first", "previous": "previous", "play": "play", "pause": "pause"} | {
    "next_step": "next",
    "slider": "slider",
}
"""The player's words, and those of the replay that take their place."""
SHARED = (
    *(f"viewer.{name}" for name in ("player", "speed", "rows", "columns", "download")),
    "figure.named",
)

_replay = st.components.v2.component(
    "seqviz_replay", css=style("base", "matrix", "heatmap", "replay"), js=script("replay")
)


@dataclass(frozen=True)
class Panel:
    """One system in the replay."""

    name: str
    record: TrainingRecord
    """With frames."""
    sentence: int
    """Which of the record's sentences."""


def replay(
    panels: Sequence[Panel],
    *,
    key: str,
    stops: Sequence[int],
    stop: int,
    words: Mapping[str, str],
    on_change: Callable[[], None],
) -> None:
    """Show the replay of one system, or of two beside each other.

    Args:
        panels: one or two.
        key: unique on the page.
        stops: training steps at which the scrubber stops, ascending; every panel shows its frame
            that is nearest.
        stop: index of the one where to stand; cut to what there is.
        words: the page's words.
        on_change: called once the visitor rests; the index is then at
            ``st.session_state[key]["step"]``.
    """
    looks = training_looks([panel.record for panel in panels])
    _replay(
        key=key,
        data={
            "panels": [
                panel_data(panel, stops) | {"colour": f"light-dark({colour}, {DARK[colour]})"}
                for panel, (colour, *_) in zip(panels, looks, strict=True)
            ],
            "stops": [words["replay.stop"].format(step=f"{step:,}") for step in stops],
            "step": max(0, min(stop, len(stops) - 1)),
            "words": _words(words),
        },
        on_step_change=on_change,
    )


def panel_data(panel: Panel, stops: Sequence[int]) -> dict[str, Any]:
    """What travels of one system: its sentence, all frames of it, and its curves."""
    record, sentence = panel.record, panel.record.sentences[panel.sentence]
    return {
        "name": panel.name,
        "source": sentence.source,
        "reference": sentence.reference,
        "pieces": _labels(sentence.pieces),
        "referencePieces": _labels(sentence.reference_pieces),
        "frames": [_frame_data(frame, panel.sentence) for frame in record.frames],
        "stops": [nearest_frame(record, step) for step in stops],
        "train": _points([(point.step, point.loss) for point in record.losses]),
        "dev": _points([(point.step, point.loss) for point in record.dev]),
    }


def _frame_data(frame: ReplayFrame, sentence: int) -> dict[str, Any]:
    view = frame.views[sentence]
    peak = attention_peak(view)
    return {
        "step": frame.step,
        "translation": view.translation,
        "pieces": _labels(view.pieces),
        "attention": base64.b64encode(view.attention.tobytes()).decode("ascii"),
        "peak": round(peak, 3) if isfinite(peak) else None,
        "surprisals": _numbers(view.surprisals),
        "loss": _numbers([sentence_loss(view)])[0],
    }


def _labels(pieces: Sequence[str]) -> list[str]:
    return [display_piece(piece) for piece in pieces]


def _points(points: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """At most ``MOST_POINTS``, the last one among them."""
    every = ceil(len(points) / MOST_POINTS) or 1
    return [(step, round(loss, 4)) for step, loss in points[::-1][::every][::-1]]


def _words(words: Mapping[str, str]) -> dict[str, str]:
    """The component's own words, and those of its player."""
    buttons = {f"viewer.{name}": words[f"replay.{own}"] for name, own in BUTTONS.items()}
    return part(words, "replay.") | buttons | {key: words[key] for key in SHARED}


def _numbers(values: Sequence[float]) -> list[float]:
    """Rounded numbers that JSON can hold; NaN and infinities become 0."""
    return [round(value, 4) if isfinite(value) else 0.0 for value in map(float, values)]
