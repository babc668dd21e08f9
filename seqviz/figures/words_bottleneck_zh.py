"""Chinese for the figures about the bottleneck; English: ``words_bottleneck``."""

from collections.abc import Mapping

CHINESE: Mapping[str, str] = {
    "figure.lengths.title": "{metric} 与源句长度：{test_set}，束宽 {beam}",
    "figure.lengths.axis": "源句长度：词元数（下：句子数）",
    "figure.lengths.range": "{first}–{last}",
    "figure.lengths.up_to": "≤ {last}",
    "figure.lengths.from": "≥ {first}",
    "figure.lengths.all": "全部",
    "figure.lengths.here": "这个句子：{length}",
    "figure.lengths.bleu": "BLEU",
    "figure.lengths.chrf": "chrF",
    "figure.lengths.exact": "完全匹配，%",
    "figure.lengths.hover": "{range} 个词元，{sentences} 个句子",
    "figure.lengths.interval": "{metric} {value}（95 %：{low} 至 {high}）",
    "figure.lengths.system": "系统",
    "figure.lengths.pieces": "源词元数",
    "figure.lengths.sentences": "句子数",
    "figure.lengths.low": "{metric}，95 % 下限",
    "figure.lengths.high": "{metric}，95 % 上限",
    "figure.lengths.alt": (
        "{metric} 与源句长度。{name}：长度 {first_range} 时 {first_value}，{last_range} 时 "
        "{last_value}。"
    ),
    "figure.forced.title": "逐个词元看参考译文：累计 Σ log p，以及惊异度",
    "figure.forced.so_far": "累计 Σ log p（奈特）",
    "figure.forced.parting": "最终在这里分开",
    "figure.forced.hover": "log p {log_prob}，Σ {total}",
    "figure.forced.alt": (
        "参考译文 {count} 个词元上的对数概率。{name}：合计 {total} 奈特，最令它惊异的词元是 {worst}"
        "（{most} 奈特）。"
    ),
    "figure.longer.title": "同一个句子，重复多遍",
    "figure.longer.times": "重复次数",
    "figure.longer.chrf": "与自己译文的 chrF",
    "figure.longer.pieces": "源词元数",
    "figure.longer.text": "{name}：译文",
    "figure.longer.score": "{name}：chrF",
    "figure.longer.alt": "{name}：重复 {times} 遍时，与自己译文的 chrF 为 {score}。",
}
