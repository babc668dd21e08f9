"""Chinese for the figures of "Train it live"; English: ``words_live``."""

from collections.abc import Mapping

CHINESE: Mapping[str, str] = {
    "figure.live.save": "下载 SVG",
    "figure.live.step": "更新次数",
    "figure.live.loss": "损失（奈特/词元）",
    "figure.live.score": "完全匹配（%）",
    "figure.live.right": "正确",
    "figure.live.source": "源序列",
    "figure.live.output": "现在的输出",
    "figure.live.reference": "参考",
    "figure.live.curves.alt": (
        "{step} 次更新中的两条曲线：损失从每词元 {first_loss} 奈特变为 {last_loss} 奈特，完全匹配"
        "从 {first_score} % 变为 {last_score} %。"
    ),
    "figure.live.curves.alt.empty": "损失和完全匹配两条曲线，还没有数据。",
}
