"""Words of the picture of all layers and heads, in both languages."""

from collections.abc import Mapping

from seqviz.figures import words_model_view

ENGLISH: Mapping[str, str] = {
    **words_model_view.WORDS,
    "setting.all_layers": "all layers",
    "attention.all_layers": "All layers",
    "attention.all_layers.help": "Every head of every layer in one picture, above the heatmap.",
    "attention.all_layers.about": (
        "One colour scale for all. Click a tile to show that layer and head in the large heatmap; "
        "click it again for the mean of that layer."
    ),
}
CHINESE: Mapping[str, str] = {
    "setting.all_layers": "全部层",
    "attention.all_layers": "全部层",
    "attention.all_layers.help": "把每一层的每一个头画在一张图里，位于热力图上方。",
    "attention.all_layers.about": (
        "所有小图共用一个色标。点击一格，在大热力图中显示这一层的这个头；再次点击回到该层各头的平均。"
    ),
}
