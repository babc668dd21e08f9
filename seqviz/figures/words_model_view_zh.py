"""Chinese for the picture of all layers and heads; English: ``words_model_view``."""

from collections.abc import Mapping

CHINESE: Mapping[str, str] = {
    "figure.model_view.title": "{kind}，全部 {layers} 层 × {heads} 个头",
    "figure.model_view.layer": "第 {layer} 层",
    "figure.model_view.layer_number": "层",
    "figure.model_view.hover": "第 {layer} 层，头 {head}：平均熵 {entropy} 奈特。点击放大。",
    "figure.model_view.alt": (
        "{title}。最集中：第 {sharpest_layer} 层的头 {sharpest}（平均熵 {low} 奈特）；"
        "最分散：第 {widest_layer} 层的头 {widest}（{high} 奈特）。"
    ),
}
