"""Words of the view "Bottleneck" and its figures, in both languages."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "view.bottleneck": "Bottleneck",
    "setting.length_metric": "metric of quality by length",
    "setting.bare": "system without attention",
    "setting.attentive": "system with attention",
    "bottleneck.lengths": "Quality by sentence length",
    "bottleneck.about": (
        "Without attention, one vector of fixed size has to hold the whole sentence (Sutskever et "
        "al. 2014), and the longer the sentence, the more of it is lost (Cho et al. 2014). "
        "Attention looks at every source token anew; with this very plot Bahdanau et al. (2015, "
        "figure 2) showed what that is worth. Long sentences are harder for all systems: look at "
        "how the distance between the lines grows."
    ),
    "bottleneck.metric": "Metric",
    "bottleneck.gap": (
        "On the shortest sentences *{attentive}* is {short} ahead of *{bare}*, on the longest "
        "{long} ({metric})."
    ),
    "bottleneck.facts": (
        "{sentences} sentences of {test_set}, in buckets by the pieces of the source tokenizer "
        "that all systems of the pair share (end token not counted). Every point is the score of "
        "its bucket as a corpus; the bars hold 95 % of {resamples} resamples of its sentences "
        "(Koehn 2004). Dashed, with open symbols: no attention. {bleu}; {chrf}."
    ),
    "bottleneck.few": (
        "There are few long sentences: {count} in the last bucket. Where the bars are long, do not "
        "read much into a single point."
    ),
    "bottleneck.missing": "Not measured yet, or with other weights. This measures it:",
    "bottleneck.otherwise": (
        "Measured on other sentences or in another way, so not to be compared. This measures it "
        "anew:"
    ),
    "bottleneck.no_bare": (
        "This pair has no system without attention here, so the bottleneck itself cannot be shown; "
        "what there is, is drawn."
    ),
    "bottleneck.no_attentive": (
        "This pair has no system with attention here to compare with; what there is, is drawn."
    ),
    "bottleneck.sentence": "Along one reference",
    "bottleneck.sentence.about": (
        "Both systems are made to say the same reference, token by token, always after the right "
        "beginning. So the decoders know equally much about the translation so far; where one "
        "finds the next token more surprising, it often knows less about the source."
    ),
    "bottleneck.bare": "Without attention",
    "bottleneck.attentive": "With attention",
    "bottleneck.part": (
        "**They part for good at step {step}, ‘{piece}’**: from there to the end *{leader}* stays "
        "more than 1 nat ahead of *{other}*. In the end it is {gap} nats ahead: it holds this "
        "reference {factor} times as probable. *{other}* loses most at step {worst_step}, "
        "‘{worst}’ ({loss} nats)."
    ),
    "bottleneck.together": (
        "**They do not part**: in the end *{leader}* is only {gap} nats ahead of *{other}*. Try a "
        "longer sentence."
    ),
    "bottleneck.equal": "**They do not part**: both hold every token equally probable.",
    "bottleneck.bare_ahead": (
        "Here the system without attention is ahead: that happens, for instance with short "
        "sentences or odd references. One sentence proves nothing; the curves by length count a "
        "whole test set."
    ),
    "bottleneck.one_sentence": (
        "One sentence proves nothing; the curves by length count a whole test set."
    ),
    "bottleneck.halves": (
        "Mean log p of a token, first and second half: *{name}* {first} and {second}."
    ),
    "bottleneck.longer": "Make it longer",
    "bottleneck.longer.about": (
        "Joins the sentence to itself with commas, up to {most} times, and translates it with both "
        "systems. The line is chrF against the system’s own translation of the single sentence, "
        "repeated as often: a system that loses nothing stays near 100. It does not say whether "
        "that translation is right. Such sentences are odd, and longer than those of the "
        "training, so attention does not save everything either."
    ),
    "bottleneck.longer.run": "Translate it 1 to {most} times as long",
    "bottleneck.longer.progress": "{times} times, {name}",
    "bottleneck.longer.partial": "Cancelled; what was done before is drawn.",
}

CHINESE: Mapping[str, str] = {
    "view.bottleneck": "瓶颈",
    "setting.length_metric": "按长度评测的指标",
    "setting.bare": "无注意力的系统",
    "setting.attentive": "有注意力的系统",
    "bottleneck.lengths": "质量与句子长度",
    "bottleneck.about": (
        "没有注意力时，整句话都要装进一个固定大小的向量（Sutskever 等 2014）；句子越长，丢失的"
        "就越多（Cho 等 2014）。注意力在每一步重新查看每个源词元；Bahdanau 等（2015，图 2）正是"
        "用这样的图说明了它的价值。长句对所有系统都更难：请看各条线之间的距离怎样拉大。"
    ),
    "bottleneck.metric": "指标",
    "bottleneck.gap": (
        "在最短的句子上，“{attentive}”比“{bare}”高 {short}；在最长的句子上，高 {long}（{metric}）。"
    ),
    "bottleneck.facts": (
        "{test_set} 的 {sentences} 个句子，按该语言对所有系统共用的源语言分词器切出的词元数分组"
        "（不计结束符）。每个点是该组作为一个语料的得分；误差线包含对组内句子重采样 {resamples} 次"
        "所得结果的 95 %（Koehn 2004）。虚线和空心符号：无注意力。{bleu}；{chrf}。"
    ),
    "bottleneck.few": ("长句很少：最后一组只有 {count} 句。误差线很长的地方，不要过分解读单个点。"),
    "bottleneck.missing": "还没有测量，或测量的是另一份权重。可以用这条命令测量：",
    "bottleneck.otherwise": (
        "是在别的句子上或用别的方式测量的，因此不能比较。可以用这条命令重新测量："
    ),
    "bottleneck.no_bare": (
        "这个语言对在这里没有无注意力的系统，所以无法展示瓶颈本身；这里画出现有的。"
    ),
    "bottleneck.no_attentive": "这个语言对在这里没有可供比较的有注意力的系统；这里画出现有的。",
    "bottleneck.sentence": "沿着一个参考译文",
    "bottleneck.sentence.about": (
        "让两个系统逐个词元地说出同一个参考译文，前文总是正确的。这样，两个解码器对已有的译文知道得"
        "一样多；如果其中一个对下一个词元更惊异，往往是因为它对源句知道得更少。"
    ),
    "bottleneck.bare": "无注意力",
    "bottleneck.attentive": "有注意力",
    "bottleneck.part": (
        "**两者最终在第 {step} 步的“{piece}”分开**：从这里到结尾，“{leader}”一直领先“{other}”"
        "超过 1 奈特，最后领先 {gap} 奈特：它认为这个参考译文的概率是对方的 {factor} 倍。"
        "“{other}”在第 {worst_step} 步的“{worst}”损失最多（{loss} 奈特）。"
    ),
    "bottleneck.together": (
        "**两者没有分开**：到最后，“{leader}”只比“{other}”领先 {gap} 奈特。可以试试更长的句子。"
    ),
    "bottleneck.equal": "**两者没有分开**：它们认为每个词元的概率都一样。",
    "bottleneck.bare_ahead": (
        "这里是无注意力的系统领先：这种情况会有，例如短句，或少见的参考译文。"
        "一个句子证明不了什么；按长度画的曲线统计了整个测试集。"
    ),
    "bottleneck.one_sentence": "一个句子证明不了什么；按长度画的曲线统计了整个测试集。",
    "bottleneck.halves": "每个词元的平均 log p，前半与后半：“{name}”{first} 与 {second}。",
    "bottleneck.longer": "把它变长",
    "bottleneck.longer.about": (
        "用逗号把句子与自己相连，最多 {most} 遍，再用两个系统翻译。线上是 chrF，对照的是该系统自己"
        "对单个句子的译文重复同样多遍：什么都没有丢失的系统会保持在 100 附近。"
        "它并不说明那个译文对不对。这样的句子很怪，也比训练时的句子长，所以注意力也不能挽救一切。"
    ),
    "bottleneck.longer.run": "翻译它的 1 到 {most} 倍",
    "bottleneck.longer.progress": "{times} 遍，{name}",
    "bottleneck.longer.partial": "已取消；画出的是之前完成的部分。",
}
