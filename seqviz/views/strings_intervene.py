"""Words of the Intervene view, in English and Chinese side by side."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "view.intervene": "Intervene",
    "setting.edits": "edits of the attention",
    "setting.edit_mode": "re-decode or re-score",
    "intervene.about": (
        "Change where the decoder looks, and see what that does to the translation. If nothing "
        "changes, what is left, such as other heads and positions, carries enough."
    ),
    "intervene.none": (
        "This system has no attention: the encoder hands the decoder one fixed vector, so there is "
        "nothing to look at and nothing to edit. Choose a system with attention in the sidebar."
    ),
    "intervene.empty": (
        "No edit yet: try one of the three suggestions above, or make your own and add it."
    ),
    "intervene.preset.help": "Takes the place of all edits; Undo brings them back.",
    "intervene.preset.mute": "Mute the most attended word: {word}",
    "intervene.preset.uniform": "Make attention uniform",
    "intervene.preset.ablate": "Ablate the head that aligns best (layer {layer}, head {head})",
    "intervene.preset.ablate.only": "Switch the attention off",
    "intervene.new": "A new edit",
    "intervene.kind": "What to do",
    "intervene.kind.mute": "Mute source tokens",
    "intervene.kind.uniform": "Make uniform",
    "intervene.kind.shuffle": "Shuffle over the source",
    "intervene.kind.sharpen": "Sharpen or flatten",
    "intervene.kind.ablate": "Ablate (read nothing)",
    "intervene.kind.set": "Set the row by hand",
    "intervene.kind.help": (
        "Mute: a source token gets weight 0, the others share the rest. Uniform: the same weight "
        "for all. Shuffle: the weights stay, but belong to other tokens. Sharpen: divide the "
        "scores by a temperature before the softmax. Ablate: the context vector of the head is 0. "
        "By hand: your own weights, divided by their sum."
    ),
    "intervene.sources": "Source tokens",
    "intervene.sources.placeholder": "Choose at least one",
    "intervene.temperature": "Temperature",
    "intervene.temperature.help": "Below 1 sharpens the attention, above 1 flattens it.",
    "intervene.seed": "Seed of the permutation",
    "intervene.weights": "Weight",
    "intervene.weights.token": "Source token",
    "intervene.weights.about": (
        "Filled with where the model looks now, on average over the chosen steps and heads."
    ),
    "intervene.steps": "Steps",
    "intervene.steps.placeholder": "every step",
    "intervene.layers": "Layers",
    "intervene.layers.placeholder": "every layer",
    "intervene.heads": "Heads",
    "intervene.heads.placeholder": "every head",
    "intervene.add": "Add this edit",
    "intervene.too_many": "There is no room for another edit: remove one first.",
    "intervene.too_long": (
        "This edit alone is too long for a link: name fewer tokens, steps or heads, or take a "
        "shorter sentence."
    ),
    "intervene.outside": "An attention edit names {what} {found}, but there are only {count} here.",
    "edit_part.layer": "layer",
    "edit_part.head": "head",
    "edit_part.source token": "source token",
    "intervene.list": "Edits",
    "intervene.list.order": (
        "Muting and sharpening come first, wherever they stand here, for they act on the scores; "
        "the others follow in this order."
    ),
    "intervene.remove": "Remove",
    "intervene.undo": "Undo",
    "intervene.clear": "Remove all",
    "intervene.is.mute": "Mute {sources}",
    "intervene.is.uniform": "Uniform",
    "intervene.is.shuffle": "Shuffle (seed {seed})",
    "intervene.is.sharpen": "Temperature {temperature}",
    "intervene.is.ablate": "Ablate",
    "intervene.is.set": "Set by hand, most on {top}",
    "intervene.where": "{what}: {steps}, {heads}",
    "intervene.where.steps": "step {steps}",
    "intervene.where.steps.all": "every step",
    "intervene.where.head": "layer {layer}, head {head}",
    "intervene.where.heads.and": "; ",
    "intervene.where.heads.all": "every head",
    "intervene.where.heads.only": "the only head",
    "intervene.mode": "Then",
    "intervene.mode.redo": "Re-decode",
    "intervene.mode.score": "Only re-score",
    "intervene.mode.help": (
        "Re-decode: search again with the edits. Only re-score: keep the original tokens and see "
        "how probable the edited model finds them."
    ),
    "intervene.original": "Original",
    "intervene.edited": "Decoded with the edits",
    "intervene.scored": "The same tokens, scored with the edits",
    "intervene.sums.edited": "with the edits: Σ log p {log_prob} · score {score}",
    "intervene.unchanged": (
        "The translation stays the same, word for word: what is left, such as other heads and "
        "positions, carries enough."
    ),
    "intervene.shift": "What the edits change along the original output",
    "intervene.shift.about": (
        "Both models are given the original output token by token. Total variation: 0, the same "
        "predictions; 1, nothing in common. KL: how much more surprised the edited model "
        "is than the original itself by what the original predicts, on average. Click a bar to see "
        "its step below."
    ),
    "intervene.step": "Step",
    "intervene.edited_one": "Edited ({number})",
    "intervene.before": "Before",
    "intervene.after": "With the edits",
}

CHINESE: Mapping[str, str] = {
    "view.intervene": "注意力干预",
    "setting.edits": "对注意力的编辑",
    "setting.edit_mode": "重新解码或只重新打分",
    "intervene.about": (
        "改变解码器看的地方，看看译文会怎样。如果什么都没变，说明剩下的（例如其他的头和位置）已经"
        "提供了足够的信息。"
    ),
    "intervene.none": (
        "这个系统没有注意力：编码器只交给解码器一个固定的向量，所以没有可看的，也没有可干预的。"
        "请在侧栏选择一个带注意力的系统。"
    ),
    "intervene.empty": "还没有编辑：试试上面三个建议之一，或者自己做一个并添加。",
    "intervene.preset.help": "取代全部编辑；“撤销”可以恢复。",
    "intervene.preset.mute": "屏蔽最受关注的词：{word}",
    "intervene.preset.uniform": "让注意力均匀",
    "intervene.preset.ablate": "消融对齐最好的头（第 {layer} 层第 {head} 个头）",
    "intervene.preset.ablate.only": "关掉注意力",
    "intervene.new": "新的编辑",
    "intervene.kind": "做什么",
    "intervene.kind.mute": "屏蔽源词元",
    "intervene.kind.uniform": "变为均匀",
    "intervene.kind.shuffle": "在源词元间打乱",
    "intervene.kind.sharpen": "变尖锐或变平缓",
    "intervene.kind.ablate": "消融（什么都不读）",
    "intervene.kind.set": "手动设定一行",
    "intervene.kind.help": (
        "屏蔽：源词元的权重为 0，其余词元分得剩下的权重。均匀：所有词元权重相同。"
        "打乱：权重不变，但属于别的词元。变尖锐：在 softmax 之前把分数除以温度。"
        "消融：这个头的上下文向量为 0。手动：你自己的权重，再除以它们的和。"
    ),
    "intervene.sources": "源词元",
    "intervene.sources.placeholder": "至少选一个",
    "intervene.temperature": "温度",
    "intervene.temperature.help": "小于 1 使注意力更尖锐，大于 1 使它更平缓。",
    "intervene.seed": "排列的随机种子",
    "intervene.weights": "权重",
    "intervene.weights.token": "源词元",
    "intervene.weights.about": "已填入模型现在的注意力：所选各步、各头的平均。",
    "intervene.steps": "步",
    "intervene.steps.placeholder": "每一步",
    "intervene.layers": "层",
    "intervene.layers.placeholder": "每一层",
    "intervene.heads": "头",
    "intervene.heads.placeholder": "每一个头",
    "intervene.add": "添加这个编辑",
    "intervene.too_many": "放不下更多编辑了：请先移除一个。",
    "intervene.too_long": (
        "单是这个编辑就超出了链接的长度：请少选一些词元、步或头，或者换一个较短的句子。"
    ),
    "intervene.outside": "有一个编辑指定了第 {found} 个{what}，但这里只有 {count} 个。",
    "edit_part.layer": "层",
    "edit_part.head": "头",
    "edit_part.source token": "源词元",
    "intervene.list": "编辑",
    "intervene.list.order": (
        "屏蔽和温度作用于 softmax 之前的分数，所以无论列在哪里都最先进行；其余的按此顺序进行。"
    ),
    "intervene.remove": "移除",
    "intervene.undo": "撤销",
    "intervene.clear": "全部移除",
    "intervene.is.mute": "屏蔽 {sources}",
    "intervene.is.uniform": "均匀",
    "intervene.is.shuffle": "打乱（种子 {seed}）",
    "intervene.is.sharpen": "温度 {temperature}",
    "intervene.is.ablate": "消融",
    "intervene.is.set": "手动设定，最多给 {top}",
    "intervene.where": "{what}：{steps}，{heads}",
    "intervene.where.steps": "第 {steps} 步",
    "intervene.where.steps.all": "每一步",
    "intervene.where.head": "第 {layer} 层第 {head} 个头",
    "intervene.where.heads.and": "、",
    "intervene.where.heads.all": "每一个头",
    "intervene.where.heads.only": "唯一的头",
    "intervene.mode": "然后",
    "intervene.mode.redo": "重新解码",
    "intervene.mode.score": "只重新打分",
    "intervene.mode.help": (
        "重新解码：按这些编辑再搜索一遍。只重新打分：保留原来的词元，看编辑后的模型认为它们有"
        "多大概率。"
    ),
    "intervene.original": "原译文",
    "intervene.edited": "按编辑重新解码",
    "intervene.scored": "同样的词元，按编辑重新打分",
    "intervene.sums.edited": "按编辑：Σ log p {log_prob} · 得分 {score}",
    "intervene.unchanged": "译文一字不变：剩下的（例如其他的头和位置）已经提供了足够的信息。",
    "intervene.shift": "沿着原译文，编辑改变了什么",
    "intervene.shift.about": (
        "把原译文逐个词元地交给编辑前后的模型。总变差：0 表示预测相同，1 表示毫无共同之处。"
        "KL：对原模型所预测的词元，编辑后的模型比原模型平均多出多少惊异。点击一个柱形，下面显示"
        "那一步。"
    ),
    "intervene.step": "步",
    "intervene.edited_one": "被编辑的（{number}）",
    "intervene.before": "编辑前",
    "intervene.after": "编辑后",
}
