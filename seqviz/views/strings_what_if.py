"""Words of the what-if in the beam tree, in both languages."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "whatif": "What if …",
    "whatif.original": "Original",
    "whatif.given": "What if it began: {start}",
    "whatif.start": "Given start",
    "whatif.steps": "The what-ifs so far, the present one last",
    "whatif.undo": "Undo",
    "whatif.leave": "Back to the original",
    "whatif.tree": "Tree of the what-if: the first {count} tokens are given",
    "whatif.tree.one": "Tree of the what-if: the first token is given",
    "whatif.go": "Continue from here",
    "whatif.go.help": "Decode again with the translation so far as a fixed start.",
    "whatif.next": "Or with another next word",
    "whatif.go_with": "Continue with it",
    "whatif.too_long": "This start is too long to be kept in a link.",
    "whatif.ended": "This translation has ended here: nothing can follow.",
    "whatif.unfinished": "not finished: cut off at the maximum number of tokens",
    "whatif.same": "The same translation comes out: this start lies on its way.",
    "whatif.error": (
        "The what-if scores {score} higher than the original (Σ log p {log_prob}): a search error. "
        "The search lost the better translation on the way."
    ),
    "whatif.better": "The what-if scores {score} higher than the original (Σ log p {log_prob}).",
    "whatif.worse": (
        "The what-if scores {score} lower than the original (Σ log p {log_prob}): the original "
        "stays the better one."
    ),
    "whatif.fate.pruned": (
        "In the original search it was pruned at step {step}, where it ranked {rank}."
    ),
    "whatif.fate.unseen": (
        "In the original search it was not among the candidates any more at step {step}."
    ),
    "whatif.fate.finished": (
        "The original search found it too: it finished at step {step} and ranks {place} there."
    ),
    "whatif.fate.alive": (
        "In the original search it was still in the beam at step {step}, when the search ended."
    ),
    "tree.sampled": (
        "Sampled, not searched: every branch is one sample, drawn token by token. Nothing is "
        "pruned; ★ marks the sample that scores highest."
    ),
    "tree.stopped.finished": "Decoding stopped because every branch had ended.",
    "tree.hypotheses.coverage": "With β, the coverage term is added to the score.",
    "compare.sampled": (
        "Sampling is on. Here greedy and beam search are compared, with the other options as "
        "they are."
    ),
}

CHINESE: Mapping[str, str] = {
    "whatif": "假如……",
    "whatif.original": "原译文",
    "whatif.given": "假如开头是：{start}",
    "whatif.start": "给定的开头",
    "whatif.steps": "目前的各个“假如”，最后一个为当前",
    "whatif.undo": "撤销",
    "whatif.leave": "回到原译文",
    "whatif.tree": "“假如”的搜索树：前 {count} 个词元是给定的",
    "whatif.tree.one": "“假如”的搜索树：第一个词元是给定的",
    "whatif.go": "从这里继续",
    "whatif.go.help": "以到此为止的译文作为固定的开头，重新解码。",
    "whatif.next": "或换一个后续词",
    "whatif.go_with": "用它继续",
    "whatif.too_long": "这个开头太长，链接里放不下。",
    "whatif.ended": "译文在这里已经结束，后面不会再有词元。",
    "whatif.unfinished": "未完成：在最多词元数处被截断",
    "whatif.same": "得到的译文相同：这个开头就在它的路径上。",
    "whatif.error": (
        "“假如”译文的得分比原译文高 {score}（Σ log p {log_prob}）：这是一个搜索错误，搜索在途中丢"
        "掉了更好的译文。"
    ),
    "whatif.better": "“假如”译文的得分比原译文高 {score}（Σ log p {log_prob}）。",
    "whatif.worse": "“假如”译文的得分比原译文低 {score}（Σ log p {log_prob}）：原译文更好。",
    "whatif.fate.pruned": "在原来的搜索中，它在第 {step} 步排名第 {rank}，被剪掉了。",
    "whatif.fate.unseen": "在原来的搜索中，它到第 {step} 步已不在候选之中。",
    "whatif.fate.finished": (
        "原来的搜索也找到了它：它在第 {step} 步完成，在那里的假设中排第 {place}。"
    ),
    "whatif.fate.alive": "原来的搜索在第 {step} 步结束时，它仍在束中。",
    "tree.sampled": (
        "这是采样，不是搜索：每一条分支都是逐个词元随机抽出的一个样本。没有剪枝；★ 标出得分最高的"
        "样本。"
    ),
    "tree.stopped.finished": "所有分支都已结束，解码停止。",
    "tree.hypotheses.coverage": "使用 β 时，得分还要加上覆盖项。",
    "compare.sampled": "现在选择的是采样。这里比较的是贪心和束搜索，其他选项不变。",
}
