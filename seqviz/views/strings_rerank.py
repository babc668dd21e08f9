"""Words of the re-ranking view, in both languages."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "view.rerank": "Re-rank",
    "setting.rerank_norm": "length normalisation of the re-ranking",
    "setting.rerank_alpha": "α of the re-ranking",
    "setting.rerank_beta": "β of the re-ranking",
    "rerank.about": (
        "The hypotheses that the search recorded, ranked by another score: at once, because "
        "nothing is translated anew."
    ),
    "rerank.norm": "Length normalisation",
    "rerank.alpha": "α",
    "rerank.alpha.help": "Exponent of the length term. 0: none; greater: longer ones win.",
    "rerank.alpha.none": "Without normalisation α changes nothing.",
    "rerank.beta": "β",
    "rerank.beta.help": (
        "Weight of the coverage term: β Σ log min(c, 1), c the attention that a source token "
        "received in all, in the mean over layers and heads, its end token left out (Wu et al. "
        "2016). Ignored source tokens cost."
    ),
    "rerank.beta.no_attention": (
        "No β here: this system has no attention, so there is no coverage to score."
    ),
    "rerank.beta.not_recorded": (
        "No β here: the attention of this search was not recorded, so there is no coverage to "
        "score."
    ),
    "rerank.reset": "As the search",
    "rerank.reset.help": "Back to the normalisation, α and β with which the search ranked.",
    "rerank.winner": "Wins with these values (in the search: rank {rank})",
    "rerank.winner.same": "Wins with these values, as in the search",
    "rerank.searched": "The search chose this one (now: rank {rank})",
    "rerank.score": "{sum} ÷ {normaliser} = {score}",
    "rerank.score.coverage": "{sum} ÷ {normaliser} + ({coverage}) = {score}",
    "rerank.score.parts": "Σ log p ÷ length term = score, for {length} tokens",
    "rerank.score.parts.coverage": (
        "Σ log p ÷ length term + coverage term = score, for {length} tokens"
    ),
    "rerank.ahead": "{margin} ahead of what the search chose",
    "rerank.ahead.second": "{margin} ahead of the second",
    "rerank.again": "Search again with these values",
    "rerank.again.help": (
        "Puts normalisation, α and β into the sidebar and translates: the search may then keep "
        "and find others."
    ),
    "rerank.caveat": (
        "Only what the search recorded can win here. With other values it might have kept other "
        "prefixes, or stopped earlier or later, and found translations that are not in this table."
    ),
    "rerank.caveat.unfinished": (
        "The search stopped before its limit, so unfinished hypotheses rank after finished ones, "
        "whatever their score."
    ),
    "rerank.scores": "Draw the scores themselves",
    "rerank.scores.help": (
        "Instead of how far each hypothesis is behind the best. Scores shrink as α grows, so that "
        "their lines run together."
    ),
    "rerank.steady": "No {name} up to {high} makes another hypothesis win.",
    "rerank.changes": "The winner changes at {name} = {values}.",
    "rerank.lines.most": "{shown} of {count} hypotheses are drawn: the best, and all that win.",
    "rerank.table": "All recorded hypotheses",
    "rerank.about.sample": (
        "The samples, ranked by another score: at once, because nothing is translated anew."
    ),
    "rerank.reset.sample": "As sampled",
    "rerank.reset.help.sample": (
        "Back to the normalisation, α and β with which the samples were ranked."
    ),
    "rerank.winner.sample": "Wins with these values (as sampled: rank {rank})",
    "rerank.winner.same.sample": "Wins with these values, as it did when sampled",
    "rerank.searched.sample": "Ranked first when sampled (now: rank {rank})",
    "rerank.ahead.sample": "{margin} ahead of what ranked first when sampled",
    "rerank.again.sample": "Sample again with these values",
    "rerank.again.help.sample": (
        "Puts normalisation, α and β into the sidebar and translates. They rank the samples; they "
        "do not change what is drawn."
    ),
    "rerank.caveat.sample": (
        "Only what was drawn can win here. Another seed, or more samples, may bring better ones."
    ),
    "rerank.caveat.unfinished.sample": (
        "Unfinished samples rank after finished ones, whatever their score."
    ),
    "rerank.table.sample": "All samples",
}

CHINESE: Mapping[str, str] = {
    "view.rerank": "重排序",
    "setting.rerank_norm": "重排序的长度归一化",
    "setting.rerank_alpha": "重排序的 α",
    "setting.rerank_beta": "重排序的 β",
    "rerank.about": "用另一种得分给搜索记录下来的假设重新排序：不必重新翻译，结果立刻可见。",
    "rerank.norm": "长度归一化",
    "rerank.alpha": "α",
    "rerank.alpha.help": "长度项的指数。0：不归一化；越大越偏向长译文。",
    "rerank.alpha.none": "不归一化时 α 不起作用。",
    "rerank.beta": "β",
    "rerank.beta.help": (
        "覆盖项的权重：β Σ log min(c, 1)，c 是一个源词元得到的全部注意力（各层各头取平均，不计源"
        "端结束符；Wu 等 2016）。被忽略的源词元会扣分。"
    ),
    "rerank.beta.no_attention": "这里没有 β：这个系统没有注意力，因此没有覆盖度可以计分。",
    "rerank.beta.not_recorded": "这里没有 β：这次搜索没有记录注意力，因此没有覆盖度可以计分。",
    "rerank.reset": "恢复搜索的取值",
    "rerank.reset.help": "回到搜索排序时所用的归一化、α 和 β。",
    "rerank.winner": "按这些取值胜出（搜索时排第 {rank}）",
    "rerank.winner.same": "按这些取值胜出，与搜索的结果相同",
    "rerank.searched": "搜索选的是这一条（现在排第 {rank}）",
    "rerank.score": "{sum} ÷ {normaliser} = {score}",
    "rerank.score.coverage": "{sum} ÷ {normaliser} + ({coverage}) = {score}",
    "rerank.score.parts": "Σ log p ÷ 长度项 = 得分，共 {length} 个词元",
    "rerank.score.parts.coverage": "Σ log p ÷ 长度项 + 覆盖项 = 得分，共 {length} 个词元",
    "rerank.ahead": "比搜索所选的高 {margin}",
    "rerank.ahead.second": "比第二名高 {margin}",
    "rerank.again": "用这些取值重新搜索",
    "rerank.again.help": "把归一化、α 和 β 填入侧栏并重新翻译：搜索可能会保留并找到别的译文。",
    "rerank.caveat": (
        "只有搜索记录过的假设才能在这里胜出。换了取值，搜索可能会保留别的前缀，也可能更早或更晚停"
        "止，从而找到表中没有的译文。"
    ),
    "rerank.caveat.unfinished": (
        "搜索在到达上限之前就停止了，所以未完成的假设无论得分多少都排在完成的之后。"
    ),
    "rerank.scores": "直接画得分",
    "rerank.scores.help": "而不是与最高得分的差距。α 越大得分的绝对值越小，各条线会挤在一起。",
    "rerank.steady": "{name} 在 0 到 {high} 之间取任何值，胜出者都不变。",
    "rerank.changes": "胜出者在 {name} = {values} 处改变。",
    "rerank.lines.most": "画出了 {count} 条假设中的 {shown} 条：最好的，以及所有会胜出的。",
    "rerank.table": "全部已记录的假设",
    "rerank.about.sample": "用另一种得分给样本重新排序：不必重新翻译，结果立刻可见。",
    "rerank.reset.sample": "恢复采样时的取值",
    "rerank.reset.help.sample": "回到采样时排序所用的归一化、α 和 β。",
    "rerank.winner.sample": "按这些取值胜出（采样时排第 {rank}）",
    "rerank.winner.same.sample": "按这些取值胜出，与采样时相同",
    "rerank.searched.sample": "采样时排第一的是这一条（现在排第 {rank}）",
    "rerank.ahead.sample": "比采样时排第一的高 {margin}",
    "rerank.again.sample": "用这些取值重新采样",
    "rerank.again.help.sample": (
        "把归一化、α 和 β 填入侧栏并重新翻译。它们只决定样本的排序，不影响抽到什么。"
    ),
    "rerank.caveat.sample": "只有抽到的样本才能在这里胜出。换一个种子或多抽一些，可能会有更好的。",
    "rerank.caveat.unfinished.sample": "未完成的样本无论得分多少都排在完成的之后。",
    "rerank.table.sample": "全部样本",
}
