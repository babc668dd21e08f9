"""Words on the figures of "Train it live", in English."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "figure.live.save": "Download SVG",
    "figure.live.step": "Updates",
    "figure.live.loss": "Loss (nats a token)",
    "figure.live.score": "Exact match (%)",
    "figure.live.right": "Right",
    "figure.live.source": "Source",
    "figure.live.output": "Output now",
    "figure.live.reference": "Reference",
    "figure.live.curves.alt": (
        "Two curves over {step} updates: the loss went from {first_loss} to {last_loss} nats a "
        "token, the exact match from {first_score} % to {last_score} %."
    ),
    "figure.live.curves.alt.empty": "Two curves, of loss and exact match, still empty.",
}
