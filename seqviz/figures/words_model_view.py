"""Words of the picture of all layers and heads, in English."""

WORDS: dict[str, str] = {
    "figure.model_view.title": "{kind}, all {layers} layers × {heads} heads",
    "figure.model_view.layer": "Layer {layer}",
    "figure.model_view.layer_number": "Layer",
    "figure.model_view.hover": (
        "Layer {layer}, head {head}: mean entropy {entropy} nats. Click to enlarge."
    ),
    "figure.model_view.alt": (
        "{title}. Most focused: layer {sharpest_layer}, head {sharpest} (mean entropy {low} nats); "
        "most spread: layer {widest_layer}, head {widest} ({high} nats)."
    ),
}
