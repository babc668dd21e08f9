"""Chinese for the words on the figures; the English ones are in ``seqviz.figures.words``."""

from collections.abc import Mapping

from seqviz.figures import (
    words_bottleneck_zh,
    words_live_zh,
    words_model_view_zh,
    words_print_zh,
    words_training_zh,
)

CHINESE: Mapping[str, str] = {
    # axes and columns
    "figure.step": "步",
    "figure.token": "词元",
    "figure.prob": "概率",
    "figure.log_prob": "log p",
    "figure.cumulative": "Σ log p",
    "figure.normaliser": "除以",
    "figure.score": "得分",
    "figure.length": "长度",
    "figure.rank": "排名",
    "figure.fate": "去向",
    "figure.margin": "与最后存活者之差",
    "figure.best_path": "最佳路径",
    "figure.prefix": "到此为止的译文",
    "figure.text": "译文",
    "figure.finished": "完成",
    "figure.beam_size": "束宽",
    "figure.chrf": "chrF",
    "figure.yes": "是",
    "figure.no": "否",
    "figure.source": "源句",
    "figure.target": "译文",
    "figure.fed": "已有译文（作为输入）",
    "figure.weight": "权重",
    "figure.raw_score": "softmax 之前的分数",
    "figure.head": "头",
    "figure.entropy": "平均熵（奈特）",
    "figure.mostly": "最关注",
    # attention
    "figure.kind.cross": "交叉注意力",
    "figure.kind.encoder": "编码器自注意力",
    "figure.kind.decoder": "解码器自注意力",
    "figure.layer": "第 {layer} 层",
    "figure.layer.best": "第 {layer} 层，对齐最好",
    "figure.layer.last": "第 {layer} 层，最后一层",
    "figure.head_number": "头 {head}",
    "figure.head.mean": "{heads} 个头的平均",
    "figure.attention.cell": "{row} → {column}",
    "figure.attention.alt": "{title}：{rows} 行 {columns} 列。每行最强的一格：{strongest}。",
    "figure.attention.link": "{row} → {column} {value}",
    "figure.heads.title": "{kind}，第 {layer} 层的全部 {heads} 个头",
    "figure.heads.tile": "头 {head}",
    "figure.heads.hover": "头 {head}：平均熵 {entropy} 奈特。点击放大。",
    "figure.heads.alt": (
        "{title}。最集中：头 {sharpest}（平均熵 {low} 奈特）；最分散：头 {widest}（{high} 奈特）。"
    ),
    # next tokens
    "figure.next.title": "下一个词元：熵 {entropy} 奈特",
    "figure.next.rest": "其余全部：{rest}",
    "figure.next.chosen": "选中",
    "figure.next.alt": "最可能的下一个词元：{tokens}。选中：{chosen}。",
    "figure.next.none": "无",
    "figure.next.drawable": "可被抽到",
    "figure.next.kept": "采样可抽到其中 {kept} 个（采样温度下概率 {mass}）；✂ 被截去 {cut} 个。",
    "figure.next.kept_all": "其中全部都可被抽到，或许还有更多（采样温度下概率 {mass}）。",
    "figure.next.of_allowed": "占允许词元的 {mass}",
    "figure.next.given": "给定，不是抽取的：这一步属于固定的开头。",
    # beam tree
    "figure.tree.title": "束搜索树，第 {first} 步到第 {last} 步",
    "figure.tree.save": "下载 SVG",
    "figure.tree.start": "起点",
    "figure.tree.entry": "在此窗口之前已存活",
    "figure.tree.legend.kept": "保留",
    "figure.tree.legend.best": "★ 最佳路径",
    "figure.tree.legend.finished": "✓ 完成",
    "figure.tree.legend.pruned": "✂ 剪枝",
    "figure.tree.alt": (
        "束搜索树，第 {first} 步到第 {last} 步：显示保留的前缀 {kept} 个，完成 {finished} 个，"
        "剪枝 {pruned} 个。最佳译文：{text}"
    ),
    "fate.kept": "保留",
    "fate.finished": "完成",
    "fate.pruned": "剪枝",
    "reason.kept": "保留：在这一步排名第 {rank}，比最后的存活者高 {margin}。",
    "reason.kept_last": "保留：在这一步排名第 {rank}，是最后的存活者。",
    "reason.finished": "完成：它已结束，并且在前 {kept} 名中排第 {rank}。",
    "reason.finished_first": "完成：它已结束，并且在这一步排名第一。",
    "reason.pruned_rank": (
        "剪枝：排名第 {rank}，只保留 {kept} 个，比最后的存活者“{survivor}”低 {margin}。"
    ),
    "reason.pruned_rank_alone": "剪枝：排名第 {rank}；这一步没有存活者。",
    "reason.pruned_rank_finished": (
        "剪枝：排名第 {rank}；在它之前有 {finished} 个完成，另有 {kept} 个保留。它比最后的存活者"
        "“{survivor}”低 {margin}。"
    ),
    "reason.pruned_late_eos": "剪枝：它已结束，但只排第 {rank}；结尾必须排在前 {kept} 名才算完成。",
    "reason.pruned_late_eos_ahead": (
        "剪枝：它已结束，但只排第 {rank}；结尾必须排在前 {kept} 名才算完成，尽管它比最后的存活者"
        "“{survivor}”高 {margin}。"
    ),
    "reason.pruned_forced": "未选：目标句是给定的。",
    "reason.absent": "这一步没有这个候选。",
    # greedy against beam
    "figure.compare.greedy": "贪心",
    "figure.compare.beam": "束宽 {beam}",
    "figure.compare.title": "累计对数概率",
    "figure.compare.parting": "首次不同",
    "figure.compare.alt": (
        "各步的累计对数概率。贪心在 {greedy_steps} 步之后为 {greedy}，束宽 {beam_size} 在 "
        "{beam_steps} "
        "步之后为 {beam}。"
    ),
    "figure.sweep.title": "束宽带来的变化",
    "figure.sweep.alt": (
        "束宽从 {first} 到 {last}：得分从 {first_score} 到 {last_score}，长度从 {first_length} 到 "
        "{last_length} 个词元；最高得分是束宽 {best} 的 {best_score}。"
    ),
    # a given translation
    "figure.surprisal": "惊异度（奈特）",
    "figure.reference.title": "参考译文的每个词元让模型多惊异",
    "figure.reference.rank.one": "第 {first} 名：模型的首选",
    "figure.reference.rank.range": "第 {first} 至 {last} 名",
    "figure.reference.rank.more": "第 {first} 名及以后",
    "figure.reference.left": "搜索在此丢失了它",
    "figure.reference.other": "最佳的其他词元",
    "figure.reference.other_prob": "其概率",
    "figure.reference.hover.numbers": "{surprisal} 奈特，p = {prob}，第 {rank} 名",
    "figure.reference.hover.next_best": "其次：{other}（p = {other_prob}）",
    "figure.reference.hover.instead": "模型本来会说 {other}（p = {other_prob}）",
    "figure.reference.alt": (
        "{count} 个词元的惊异度，共 {total} 奈特；其中 {first} 个是模型的首选。"
        "最令模型惊异的是 {worst}：{most} 奈特，第 {rank} 名。"
    ),
    # sampling, constraints and coverage in the tree
    "figure.coverage": "覆盖项",
    "figure.tree.title.sampled": "样本（抽取而非搜索），第 {first} 步到第 {last} 步",
    "figure.tree.alt.sampled": (
        "样本树，第 {first} 步到第 {last} 步：抽出并继续的词元 {kept} 个，结尾 {finished} 个。得分"
        "最高的样本：{text}"
    ),
    "reason.given": "给定：它属于译文的固定开头。",
    "reason.drawn": (
        "随机抽取：在全部后续词元中，模型把它排在第 {token_rank}；允许的词元中可以抽取的有 "
        "{drawable} 个。"
    ),
    "reason.drawn_unranked": "随机抽取。",
    # ranked anew
    "figure.rerank.now": "现在的排名",
    "figure.rerank.searched": "搜索时的排名",
    "figure.rerank.searched.sample": "采样时的排名",
    "figure.rerank.normaliser": "÷ 长度项",
    "figure.rerank.coverage": "+ 覆盖项",
    "figure.rerank.score": "= 得分",
    "figure.rerank.title.alpha": "α 取何值时谁胜出（β = {held}）",
    "figure.rerank.title.beta": "β 取何值时谁胜出（α = {held}）",
    "figure.rerank.behind": "与最高得分的差距（占其百分比）",
    "figure.rerank.present": "现在：{value}",
    "figure.rerank.own": "搜索",
    "figure.rerank.own.sample": "采样时",
    "figure.rerank.from": "{name} 从",
    "figure.rerank.to": "{name} 到",
    "figure.rerank.winner": "胜出者",
    "figure.rerank.alt": (
        "{name} 从 0 到 {high} 时各条已记录假设的得分。现在 {name} = {now}，胜出的是“{winner}”。"
        "胜出者变化 {count} 次。"
    ),
    "figure.rerank.alt.change": "在 {name} = {value} 处，由“{before}”变为“{after}”。",
    # an intervention
    "figure.shift.title": "下一个词元的分布变了多少",
    "figure.shift.tv": "总变差",
    "figure.shift.kl": "KL（奈特）",
    "figure.shift.before": "编辑前的 p",
    "figure.shift.after": "编辑后的 p",
    "figure.shift.hover": "总变差 {tv}，KL {kl} 奈特；p = {before} → {after}",
    "figure.shift.alt": (
        "{count} 步的下一个词元分布的变化：平均总变差 {mean}；变化最大的是第 {step} 步（{token}）："
        "总变差 {tv}，KL {kl} 奈特。"
    ),
    # the beam-size curse
    "figure.beam_sizes.title": "{model}，{test_set} 中的 {sentences} 个句子",
    "figure.beam_sizes.normalisation": "归一化",
    "figure.beam_sizes.none": "不归一化",
    "figure.beam_sizes.average": "按长度平均",
    "figure.beam_sizes.bleu": "BLEU",
    "figure.beam_sizes.chrf": "chrF",
    "figure.beam_sizes.length_ratio": "长度 ÷ 参考译文长度",
    "figure.beam_sizes.log_prob": "平均 Σ log p",
    "figure.beam_sizes.score": "平均得分",
    "figure.beam_sizes.empty": "空译文",
    "figure.beam_sizes.seconds": "秒",
    "figure.beam_sizes.alt": (
        "束宽从 {first} 到 {last}，{name}：BLEU 从 {first_bleu} 到 {last_bleu}，最高是束宽 {best} "
        "的 {best_bleu}；长度比从 {first_ratio} 到 {last_ratio}；平均 Σ log p 从 {first_log_prob} "
        "到 {last_log_prob}；束宽 {last} 时有 {last_empty} 的译文是空的。"
    ),
    # systems side by side
    "figure.systems.system": "系统",
    "figure.systems.score": "得分",
    "figure.systems.log_prob": "Σ log p",
    "figure.systems.tokens": "词元数",
    "figure.systems.milliseconds": "时间，毫秒",
    "figure.systems.parameters": "参数",
    "figure.systems.reference_log_prob": "参考译文 Σ log p",
    "figure.systems.reference_per_token": "参考译文每词元",
    "figure.systems.chrf": "chrF",
    "figure.systems.bleu": "测试集 BLEU",
    "figure.systems.exact_match": "测试集完全匹配，%",
    "figure.systems.vector": "一个向量",
    "figure.systems.vector.alt": (
        "示意图：{source} 个源词元的线汇成一个向量，{target} 个译文词元的线都由它出发。"
    ),
    "figure.systems.vector.alt.reversed": (
        "示意图：{source} 个源词元的线从后往前汇成一个向量，{target} 个译文词元的线都由它出发。"
    ),
    **words_bottleneck_zh.CHINESE,
    **words_live_zh.CHINESE,
    **words_model_view_zh.CHINESE,
    **words_print_zh.CHINESE,
    **words_training_zh.CHINESE,
}
