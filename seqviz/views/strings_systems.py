"""Words of the view "Systems", in both languages."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "view.systems": "Systems",
    "systems.reference.help": (
        "A translation of yours: each system says how probable it holds it, and its own output "
        "is compared with it (chrF)."
    ),
    "setting.base": "the base of the comparison",
    "systems.about": (
        "The same sentence through every system of this pair, with the same decoding options, from "
        "the oldest design to the newest."
    ),
    "systems.single": (
        "This pair has only one system here, so there is nothing to compare it with. With another "
        "pair, or once there are more models, they stand side by side."
    ),
    "systems.base": "Mark what differs from",
    "systems.base.help": (
        "The base: in every other translation, the words that the base lacks are bold and "
        "underlined. In scripts without spaces every character is compared by itself."
    ),
    "systems.base.reference": "the reference",
    "systems.is_base": "The base: the others are compared with it.",
    "systems.same": "Word for word the same as the base.",
    "systems.differs": "Words that the base lacks: {count} (underlined).",
    "systems.missing": "Only in the base: {words}",
    "systems.chosen": "chosen in the sidebar",
    "systems.no_coverage": "No attention, so no coverage to score: β is left out here.",
    "systems.vector": (
        "No attention: the decoder starts from one vector, the encoder’s last state, and never "
        "looks back at the source. A drawing, not a measurement."
    ),
    "systems.vector.reversed": (
        "No attention: the encoder reads the source backwards into one vector, its last state; the "
        "decoder starts from it and never looks back. A drawing, not a measurement."
    ),
    "systems.failed": "This system failed on this sentence; the others are not affected.",
    "systems.not_yet": "Not translated: it was cancelled.",
    "systems.progress": "System {place} of {count}: {name}",
    "systems.progress.reference": "System {place} of {count}: {name}, the reference",
    "systems.heatmaps": (
        "Heatmaps: cross-attention, the mean over the heads of the layer that aligns best. Rows "
        "are the output, columns the source; in every card dark is 0, and the brightest is half of "
        "the attention or more."
    ),
    "systems.numbers": "All numbers",
    "systems.numbers.about": (
        "★ is the best of its column. Score and log-probability tell how sure a system is of its "
        "own output, not how good that output is: for this look at chrF, and at how probable each "
        "system holds the reference. The time is that of the search when this sentence was first "
        "decoded here; a busy machine takes longer, and so does a system’s first sentence."
    ),
    "systems.numbers.no_reference": (
        "With a reference translation above, there are also its log-probability under every "
        "system, and chrF."
    ),
    "systems.numbers.alt": "Table of all systems with their numbers; a star marks the best.",
}

CHINESE: Mapping[str, str] = {
    "view.systems": "系统对比",
    "systems.reference.help": "你给的译文：各系统给出它的概率，并把自己的译文与它比较（chrF）。",
    "setting.base": "对比的基准",
    "systems.about": (
        "同一个句子，用同样的解码选项，经过这个语言对的每个系统，从最早的设计到最新的。"
    ),
    "systems.single": (
        "这个语言对在这里只有一个系统，没有可以对比的。换一个语言对，或有了更多模型之后，它们会并排"
        "显示。"
    ),
    "systems.base": "标出与谁不同",
    "systems.base.help": (
        "基准：在其他每个译文里，基准没有的词用粗体加下划线标出。没有空格的文字逐字比较。"
    ),
    "systems.base.reference": "参考译文",
    "systems.is_base": "基准：其他译文与它比较。",
    "systems.same": "与基准逐词相同。",
    "systems.differs": "基准没有的词：{count} 个（下划线）。",
    "systems.missing": "只在基准里：{words}",
    "systems.chosen": "侧栏所选",
    "systems.no_coverage": "没有注意力，也就没有可计分的覆盖：这里不用 β。",
    "systems.vector": (
        "没有注意力：解码器从一个向量（编码器的最后状态）出发，不再回看源句。这是示意图，不是测量"
        "结果。"
    ),
    "systems.vector.reversed": (
        "没有注意力：编码器倒着读源句，读进一个向量（它的最后状态）；解码器由此出发，不再回看。这是"
        "示意图，不是测量结果。"
    ),
    "systems.failed": "这个系统处理这个句子时出错；其他系统不受影响。",
    "systems.not_yet": "没有翻译：已取消。",
    "systems.progress": "第 {place} 个系统，共 {count} 个：{name}",
    "systems.progress.reference": "第 {place} 个系统，共 {count} 个：{name}，参考译文",
    "systems.heatmaps": (
        "热力图：交叉注意力，对齐最好的一层各头的平均。行是译文，列是源句；每张卡片里深色都是 0，"
        "最亮的是注意力的一半或更多。"
    ),
    "systems.numbers": "全部数值",
    "systems.numbers.about": (
        "★ 是该列最好的。得分和对数概率说明一个系统对自己的译文有多大把握，而不是译文有多好：译文的"
        "好坏要看 chrF，以及每个系统给参考译文多大的概率。时间是这个句子第一次在这里解码时搜索"
        "所用的；机器繁忙时，以及每个系统的第一个句子，要久一些。"
    ),
    "systems.numbers.no_reference": (
        "在上面填写参考译文后，还会有它在每个系统下的对数概率，以及 chrF。"
    ),
    "systems.numbers.alt": "所有系统及其数值的表格；星号标出最好的。",
}
