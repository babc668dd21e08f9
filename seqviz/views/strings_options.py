"""Words of the decoding options and of what stands below a translation, in both languages."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "options.more": "More options",
    "options.beta": "β",
    "options.beta.help": (
        "Weight of the coverage penalty (Wu et al. 2016): the score loses as much as source tokens "
        "were not attended to. 0: none."
    ),
    "options.beta.none": "β needs attention, and this system has none.",
    "options.min_length": "Minimum tokens",
    "options.min_length.help": (
        "No translation ends before that many tokens, end token included. 0: it may end at once."
    ),
    "options.max_length": "Maximum tokens",
    "options.max_length.help": (
        "The search ends at that many tokens, end token included. 0: automatic, twice the "
        "sentence’s tokens plus 10."
    ),
    "options.stop": "Stop",
    "options.stop.help": (
        "When the beam search ends. The first is the usual rule: when no unfinished translation "
        "scores better than the worst of the best finished ones."
    ),
    "options.stop.bound": "when none can win",
    "options.stop.first": "when enough finish",
    "options.stop.max_length": "at maximum tokens",
    "options.n_best": "Translations shown",
    "options.n_best.help": "How many of the best hypotheses are listed; the tree has all.",
    "options.start": "The translation starts with",
    "options.start.placeholder": "such as: It is",
    "options.start.help": (
        "The search continues from this start. Its tokens count in the sum of log-probabilities."
    ),
    "options.banned": "Without these words",
    "options.banned.placeholder": "such as: cold, very",
    "options.banned.help": (
        "Words or pieces of words that may not be written, with commas or spaces between. Each "
        "has to be a single token of the model."
    ),
    "options.how": "How to decode",
    "options.how.help": (
        "Beam search looks for the best translation. Sampling draws every next token at random, "
        "as probable as the model finds it."
    ),
    "options.how.beam": "Beam search",
    "options.how.sample": "Sampling",
    "options.how.ignored": (
        "With sampling, beam size, stop rule and ‘translations shown’ change nothing."
    ),
    "options.sampling": "The following is for sampling only.",
    "options.samples": "Samples",
    "options.samples.help": "How many translations are drawn.",
    "options.temperature": "Temperature",
    "options.temperature.help": (
        "Log-probabilities are divided by it before drawing. Below 1: safer; above 1: bolder."
    ),
    "options.top_k": "Top-k",
    "options.top_k.help": "Draw from the k most probable tokens only. 0: from all.",
    "options.top_p": "Top-p",
    "options.top_p.help": (
        "Draw from the smallest set of most probable tokens that holds this share of the "
        "probability (Holtzman et al. 2020). 1: from all."
    ),
    "options.seed": "Seed",
    "options.seed.help": "The same seed draws the same samples again.",
    "setting.beta": "β",
    "setting.min_length": "minimum tokens",
    "setting.max_length": "maximum tokens",
    "setting.stop": "stop rule",
    "setting.n_best": "translations shown",
    "setting.start": "start of the translation",
    "setting.banned": "banned words",
    "setting.how": "how to decode",
    "setting.samples": "samples",
    "setting.temperature": "temperature",
    "setting.top_k": "top-k",
    "setting.top_p": "top-p",
    "setting.seed": "seed",
    "setting.whatif": "what-if",
    "asked.beam": "beam size {beam}",
    "asked.norm.none": "no length normalisation",
    "asked.norm.average": "average normalisation, α {alpha}",
    "asked.norm.gnmt": "GNMT normalisation, α {alpha}",
    "asked.beta": "β {value}",
    "asked.min_length": "at least {value} tokens",
    "asked.max_length": "at most {value} tokens",
    "asked.n_best": "{value} best shown",
    "asked.stop.first": "stops when enough are finished",
    "asked.stop.max_length": "stops at the maximum number of tokens",
    "asked.sampled": "{samples} samples: {facts}",
    "asked.sampled.one": "sampled: {facts}",
    "asked.seed": "seed {seed}",
    "asked.start": "starts with ‘{text}’",
    "asked.banned": "without {words}",
    "asked.word": "‘{word}’",
    "asked.comma": ", ",
    "asked.reset": "Reset options",
    "asked.draw": "Draw again",
    "asked.draw.help": "Other samples: those of seed {seed}.",
    "header.others": "The other hypotheses, with their scores",
    "header.others.samples": "The other samples, with their scores",
    "header.others.more": "{count} more",
    "notice.out_of_memory": (
        "The GPU’s memory was full, so the CPU translated this sentence instead."
    ),
    "notice.unapplied": (
        "This model’s makers also set what SeqViz does not apply, so their own program may "
        "translate otherwise: {settings}."
    ),
}

CHINESE: Mapping[str, str] = {
    "options.more": "更多选项",
    "options.beta": "β",
    "options.beta.help": (
        "覆盖惩罚的权重（Wu 等 2016）：源词元得到的注意力越不足，得分扣得越多。0：不惩罚。"
    ),
    "options.beta.none": "β 需要注意力，而这个系统没有注意力。",
    "options.min_length": "最少词元数",
    "options.min_length.help": "译文至少要有这么多词元才能结束，含结束符。0：可以立即结束。",
    "options.max_length": "最多词元数",
    "options.max_length.help": "搜索到这么多词元为止，含结束符。0：自动，即源词元数的两倍加 10。",
    "options.stop": "停止规则",
    "options.stop.help": (
        "束搜索何时结束。第一项是通行的规则：没有未完成译文的得分高于最好的那些完成译文中最差的一"
        "个时停止。"
    ),
    "options.stop.bound": "不可能再胜出时",
    "options.stop.first": "完成的数目足够时",
    "options.stop.max_length": "到最多词元数时",
    "options.n_best": "显示几个译文",
    "options.n_best.help": "列出多少个得分最高的假设；树里有全部假设。",
    "options.start": "译文的开头",
    "options.start.placeholder": "例如：It is",
    "options.start.help": "搜索从这个开头接着往下走，其中的词元也计入对数概率之和。",
    "options.banned": "禁用词",
    "options.banned.placeholder": "例如：cold, very",
    "options.banned.help": (
        "译文中不许出现的词或子词，用逗号或空格隔开。每一个都必须是模型的单个词元。"
    ),
    "options.how": "解码方式",
    "options.how.help": "束搜索寻找最好的译文。采样按模型给出的概率随机抽取每一个词元。",
    "options.how.beam": "束搜索",
    "options.how.sample": "采样",
    "options.how.ignored": "采样时，束宽、停止规则和“显示几个译文”不起作用。",
    "options.sampling": "以下各项只用于采样。",
    "options.samples": "样本数",
    "options.samples.help": "抽取多少个译文。",
    "options.temperature": "温度",
    "options.temperature.help": "抽取之前先把对数概率除以它。小于 1 更稳妥，大于 1 更大胆。",
    "options.top_k": "Top-k",
    "options.top_k.help": "只从概率最高的 k 个词元中抽取。0：不限。",
    "options.top_p": "Top-p",
    "options.top_p.help": (
        "只从概率之和达到这一比例的最小的高概率词元集合中抽取（Holtzman 等 2020）。1：不限。"
    ),
    "options.seed": "随机种子",
    "options.seed.help": "同样的种子总是抽出同样的样本。",
    "setting.beta": "β",
    "setting.min_length": "最少词元数",
    "setting.max_length": "最多词元数",
    "setting.stop": "停止规则",
    "setting.n_best": "显示的译文数",
    "setting.start": "译文的开头",
    "setting.banned": "禁用词",
    "setting.how": "解码方式",
    "setting.samples": "样本数",
    "setting.temperature": "温度",
    "setting.top_k": "top-k",
    "setting.top_p": "top-p",
    "setting.seed": "随机种子",
    "setting.whatif": "假如",
    "asked.beam": "束宽 {beam}",
    "asked.norm.none": "不做长度归一化",
    "asked.norm.average": "平均归一化，α {alpha}",
    "asked.norm.gnmt": "GNMT 归一化，α {alpha}",
    "asked.beta": "β {value}",
    "asked.min_length": "至少 {value} 个词元",
    "asked.max_length": "至多 {value} 个词元",
    "asked.n_best": "显示最好的 {value} 个",
    "asked.stop.first": "完成数足够时停止",
    "asked.stop.max_length": "到最多词元数停止",
    "asked.sampled": "{samples} 个样本：{facts}",
    "asked.sampled.one": "采样：{facts}",
    "asked.seed": "种子 {seed}",
    "asked.start": "以“{text}”开头",
    "asked.banned": "不含{words}",
    "asked.word": "“{word}”",
    "asked.comma": "、",
    "asked.reset": "恢复默认选项",
    "asked.draw": "再抽一次",
    "asked.draw.help": "换一组样本：种子 {seed} 的那一组。",
    "header.others": "其余的假设及其得分",
    "header.others.samples": "其余的样本及其得分",
    "header.others.more": "还有 {count} 个",
    "notice.out_of_memory": "GPU 内存不足，这个句子改由 CPU 翻译。",
    "notice.unapplied": (
        "模型作者还设置了 SeqViz 不采用的选项，因此他们自己的程序可能给出不同的译文：{settings}。"
    ),
}
