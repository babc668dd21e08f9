"""Words of the view "Training", in both languages."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "view.training": "Training",
    "setting.train_with": "training beside it",
    "setting.train_axis": "axis of the training curves",
    "setting.train_log": "logarithmic training curves",
    "setting.train_sentence": "sentence of the replay",
    "setting.train_stop": "place in the replay",
    "setting.teacher_step": "step of teacher forcing",
    "training.about": (
        "How this system came to translate: its curves, its translations of a few fixed sentences "
        "while it learnt, and what training on the sentence of the sidebar would see."
    ),
    "training.missing": (
        "Nobody has recorded the training of this system: its weights were made before the trainer "
        "kept records. This command trains it anew and keeps one; teacher forcing, below, works "
        "without."
    ),
    "training.anew": "This command trains the system anew and keeps a record:",
    "training.others": "Systems whose training was recorded:",
    "training.other_weights": (
        "The training record of {name} belongs to other weights, so it is not shown."
    ),
    "training.axis": "Along the axis",
    "training.axis.step": "Steps",
    "training.axis.seconds": "Seconds",
    "training.axis.epoch": "Epochs",
    "training.log": "Logarithmic",
    "training.log.help": "Space the axis by its logarithm: most is learnt early.",
    "training.with": "Compare with",
    "training.with.help": "Any other system whose training was recorded, of any language pair.",
    "training.alone": "No other system",
    "training.facts": (
        "**{name}**: {steps} of {planned} steps in {minutes} min on {device}, seed {seed}{best}"
    ),
    "training.best": "; best {metric} on the development set {score}, at step {step}",
    "training.metric.bleu": "BLEU",
    "training.metric.exact_match": "exact match",
    "training.curves.about": (
        "Both losses are cross-entropies in nats a target token. The training loss has label "
        "smoothing and dropout in it, so it may well lie above the development loss, which has "
        "neither. The score is that of greedy translations."
    ),
    # replay
    "replay.heading": "Replay",
    "replay.about": (
        "The same sentence at about twenty moments of the training. Drag the slider, use the arrow "
        "keys, press play, or click on a curve: translation, attention, surprisals and losses move "
        "together."
    ),
    "replay.none": "This record holds no replay.",
    "replay.sentence": "Sentence",
    "replay.sentence.help": "Sentences of the development set, fixed before the training began.",
    "replay.label": "Replay of the training",
    "replay.first": "Before the training",
    "replay.previous": "Earlier",
    "replay.next": "Later",
    "replay.play": "Play",
    "replay.pause": "Pause",
    "replay.slider": "Moment of the training",
    "replay.download": "Download SVG",
    "replay.stop": "step {step}",
    "replay.axis": "training steps (logarithmic); nats a token",
    "replay.curve.train": "training loss",
    "replay.curve.dev": "development loss",
    "replay.curve.own": "loss of this sentence",
    "replay.curve_alt": "{name} at step {step}: loss of this sentence {loss} nats a token.",
    "replay.title": "{name} · step {step}",
    "replay.source": "Source",
    "replay.reference": "Reference",
    "replay.translation": "Translation",
    "replay.nothing": "(nothing)",
    "replay.facts": ("Reference: {total} nats, {loss} a token."),
    "replay.peak": "Largest weight of a row, on average: {peak}.",
    "replay.attention": "Cross-attention, mean of layers and heads (rows: translation)",
    "replay.one_vector": "No attention: one vector holds the whole sentence.",
    "replay.heatmap_alt": (
        "Heatmap of {rows} translation tokens on {columns} source tokens; mean largest weight "
        "{peak}."
    ),
    "replay.more": "… {count} more tokens",
    "replay.surprisals": "−log p of every reference token (nats)",
    # teacher forcing
    "teacher.heading": "Teacher forcing, step by step",
    "teacher.about": (
        "In training, the decoder is fed the reference, whatever it would have said itself. At "
        "every step its prediction p is compared with the one-hot target y; the loss is −log p of "
        "the target."
    ),
    "teacher.source": "**Source** {text}",
    "teacher.reference": "Reference translation",
    "teacher.reference.help": "What the system should say. Enter scores it.",
    "teacher.submit": "Score it",
    "teacher.empty": "Type a translation above: what the system should learn to say.",
    "teacher.total": "Sum of −log p",
    "teacher.total.help": "Negative log-probability of the whole reference, in nats.",
    "teacher.mean": "Cross-entropy",
    "teacher.mean.help": "Mean of −log p over the tokens, nats: the loss of this sentence.",
    "teacher.perplexity": "Perplexity",
    "teacher.perplexity.help": (
        "e to the cross-entropy: as if the model chose among so many equally likely tokens."
    ),
    "teacher.tokens": "Tokens",
    "teacher.tokens.help": "Of the reference, the end token included.",
    "teacher.step": "Step",
    "teacher.step.help": "The arrow keys move it; a click on a bar goes there, too.",
    "teacher.words": (
        "Step {step} of {count}. **Fed so far:** {fed}  \n**Target:** {target} — the model gives "
        "it p {prob}, so the loss of this step is −log p = **{loss}** nats. Entropy of p: "
        "{entropy} nats."
    ),
    "teacher.gradient": (
        "The gradient of this loss by the logits z is p − y. Descent moves each logit the other "
        "way: the target up (green), all others down, the more the likelier the model held them. "
        "Once p is y, nothing is left to learn from this step."
    ),
}

CHINESE: Mapping[str, str] = {
    "view.training": "训练过程",
    "setting.train_with": "对比的训练",
    "setting.train_axis": "训练曲线的横轴",
    "setting.train_log": "训练曲线取对数",
    "setting.train_sentence": "回放的句子",
    "setting.train_stop": "回放的位置",
    "setting.teacher_step": "教师强制的步",
    "training.about": (
        "这个系统是怎样学会翻译的：它的训练曲线，它在学习过程中对几个固定句子的译文，以及用侧栏里的"
        "句子训练时每一步会看到什么。"
    ),
    "training.missing": (
        "这个系统没有训练记录：训练它的权重时，训练程序还不会保存记录。下面的命令会重新训练并保存记录；"
        "再往下的教师强制不需要记录。"
    ),
    "training.anew": "下面的命令会重新训练这个系统，并保存记录：",
    "training.others": "有训练记录的系统：",
    "training.other_weights": "{name} 的训练记录属于另一份权重，因此不显示。",
    "training.axis": "横轴",
    "training.axis.step": "步数",
    "training.axis.seconds": "秒",
    "training.axis.epoch": "轮次",
    "training.log": "对数刻度",
    "training.log.help": "横轴取对数：大部分东西是早期学会的。",
    "training.with": "对比",
    "training.with.help": "任何一个有训练记录的系统，语言对不限。",
    "training.alone": "不对比",
    "training.facts": (
        "**{name}**：在 {device} 上用 {minutes} 分钟训练了 {steps} 步（计划 {planned} 步），种子 "
        "{seed}{best}"
    ),
    "training.best": "；开发集最好的 {metric} 为 {score}，在第 {step} 步",
    "training.metric.bleu": "BLEU",
    "training.metric.exact_match": "完全匹配率",
    "training.curves.about": (
        "两种损失都是交叉熵，单位是每个目标词元的奈特数。训练损失含标签平滑和 dropout，因此可能高于"
        "两者都没有的开发集损失。分数来自贪心译文。"
    ),
    "replay.heading": "回放",
    "replay.about": (
        "同一个句子在训练中约二十个时刻的样子。拖动滑块、用方向键、按播放，或点击曲线：译文、注意力、"
        "惊异度和损失一起变化。"
    ),
    "replay.none": "这份记录里没有回放。",
    "replay.sentence": "句子",
    "replay.sentence.help": "开发集里的句子，在训练开始之前选定。",
    "replay.label": "训练回放",
    "replay.first": "训练之前",
    "replay.previous": "更早",
    "replay.next": "更晚",
    "replay.play": "播放",
    "replay.pause": "暂停",
    "replay.slider": "训练的时刻",
    "replay.download": "下载 SVG",
    "replay.stop": "第 {step} 步",
    "replay.axis": "训练步数（对数刻度）；奈特/词元",
    "replay.curve.train": "训练损失",
    "replay.curve.dev": "开发集损失",
    "replay.curve.own": "这个句子的损失",
    "replay.curve_alt": "{name}，第 {step} 步：这个句子的损失为每词元 {loss} 奈特。",
    "replay.title": "{name} · 第 {step} 步",
    "replay.source": "源句",
    "replay.reference": "参考译文",
    "replay.translation": "译文",
    "replay.nothing": "（空）",
    "replay.facts": "参考译文：共 {total} 奈特，每词元 {loss} 奈特。",
    "replay.peak": "每行最大权重的平均值：{peak}。",
    "replay.attention": "交叉注意力，各层各头的平均（行：译文）",
    "replay.one_vector": "没有注意力：整句话都装在一个向量里。",
    "replay.heatmap_alt": (
        "热力图：{rows} 个译文词元对 {columns} 个源词元；最大权重平均为 {peak}。"
    ),
    "replay.more": "… 还有 {count} 个词元",
    "replay.surprisals": "参考译文每个词元的 −log p（奈特）",
    "teacher.heading": "教师强制，逐步看",
    "teacher.about": (
        "训练时，不管解码器自己会说什么，输入给它的总是参考译文。每一步把它的预测 p 与独热目标 y "
        "相比；损失是目标词元的 −log p。"
    ),
    "teacher.source": "**源句** {text}",
    "teacher.reference": "参考译文",
    "teacher.reference.help": "系统应当说出的话。按回车键计算。",
    "teacher.submit": "计算",
    "teacher.empty": "请在上面输入译文：系统应当学会说的话。",
    "teacher.total": "−log p 之和",
    "teacher.total.help": "整个参考译文的负对数概率，单位奈特。",
    "teacher.mean": "交叉熵",
    "teacher.mean.help": "各词元 −log p 的平均值，单位奈特：这个句子的损失。",
    "teacher.perplexity": "困惑度",
    "teacher.perplexity.help": "e 的交叉熵次方：相当于模型在这么多个等可能的词元中选择。",
    "teacher.tokens": "词元数",
    "teacher.tokens.help": "参考译文的词元数，含结束符。",
    "teacher.step": "步",
    "teacher.step.help": "可用方向键移动；点击柱子也能跳到那一步。",
    "teacher.words": (
        "第 {step} 步，共 {count} 步。**已输入：** {fed}  \n**目标：** {target} — 模型给它的概率 "
        "p {prob}，因此这一步的损失 −log p = **{loss}** 奈特。p 的熵：{entropy} 奈特。"
    ),
    "teacher.gradient": (
        "损失对 logits z 的梯度是 p − y。梯度下降把每个 logit 往相反方向推：目标升高（绿色），其余"
        "降低，模型原来认为越可能的降得越多。一旦 p 等于 y，这一步就没有什么可学的了。"
    ),
}
