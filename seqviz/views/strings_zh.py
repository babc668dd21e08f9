"""The page's words in Chinese, for the same keys as in English."""

from collections.abc import Mapping

from seqviz.views import strings_views
from seqviz.views.strings_zh_shared import SHARED

_PAGE: Mapping[str, str] = {
    # sidebar
    "sidebar.language": "界面语言",
    "sidebar.pair": "语言对",
    "sidebar.system": "系统",
    "sidebar.system.help": (
        "Transformer：每一层都有多个注意力头。带注意力的 LSTM：每一步看一次源句（点积：Luong 等 "
        "2015；"
        "加性：Bahdanau 等 2015）。无注意力：整句话只由一个向量承载（Sutskever 等 2014）。"
    ),
    "sidebar.parameters": "{count}参数",
    "sidebar.example": "例句",
    "sidebar.example.placeholder": "自己的句子",
    "sidebar.text": "句子",
    "sidebar.text.help": "任意句子，最多 512 个词元。按 Ctrl + Enter 翻译。",
    "sidebar.beam": "束宽",
    "sidebar.beam.help": (
        "搜索在每一步保留多少个未完成的译文。1 就是贪心解码：只保留最好的下一个词元。"
    ),
    "sidebar.norm": "长度归一化",
    "sidebar.norm.help": (
        "每多一个词元，对数概率之和就更小，所以不归一化时短译文占优。得分等于该和除以此项；|Y| 计"
        "入结束符。"
    ),
    "sidebar.alpha": "α",
    "sidebar.alpha.help": "长度归一化的指数。0：不归一化；越大越偏向长译文。",
    "sidebar.device": "设备",
    "sidebar.device.help": (
        "模型在哪里运行。本机有 GPU 时可以选择。每次翻译使用的 CPU 线程数：{threads}。"
    ),
    "sidebar.submit": "翻译",
    "sidebar.broken": "有 {count} 个模型无法使用",
    "norm.none": "不归一化：Σ log p",
    "norm.average": "平均：Σ log p / |Y|^α",
    "norm.gnmt": "GNMT：Σ log p / ((5 + |Y|) / 6)^α",
    "device.cpu": "CPU",
    "device.cuda": "GPU（CUDA）",
    "device.mps": "GPU（Apple）",
    "language.de": "德语",
    "language.en": "英语",
    "language.fr": "法语",
    "language.zh": "汉语",
    "system.transformer": "Transformer",
    "system.additive": "LSTM，加性注意力",
    "system.dot": "LSTM，点积注意力",
    "system.general": "GRU，双线性注意力",
    "system.none": "LSTM，无注意力",
    "system.none-reversed": "LSTM，无注意力，源句倒序",
    "example.short": "短句",
    "example.long": "长句",
    "example.reordering": "语序",
    "example.idiom": "习语",
    "example.divergence": "贪心 ≠ 束搜索",
    "example.bottleneck": "没有注意力就会译错",
    "example.question": "疑问句",
    "example.negation": "否定",
    # progress and notices
    "progress.working": "正在翻译……",
    "progress.step": "第 {step} 步，最多 {limit} 步",
    "progress.waiting": "正在为其他人翻译：你前面还有 {ahead} 人在排队。",
    "progress.next": "正在为其他人翻译：下一个就轮到你。",
    "progress.cancel": "取消",
    "progress.cancelled": "已取消。什么都没有丢失：句子和设置都保持原样。",
    "progress.again": "重新翻译",
    "progress.memory": "记录这次搜索最多需要 {megabytes} MB 内存。",
    "page.no_models": (
        "没有找到模型。请把模型放进 `pretrained/` 文件夹，或用环境变量 `SEQVIZ_MODELS` 指定别的文"
        "件夹，"
        "然后刷新页面。"
    ),
    "page.view": "视图",
    "page.link": "链接中有这里不存在的内容（{names}），已改用默认值或最接近的值。",
    "page.link_too_long": "太长，无法写进地址栏的链接：{names}。",
    "page.error": (
        "SeqViz 在绘制这个视图时出了内部错误。你的句子和设置都还在；请换一个视图或刷新页面。详细"
        "信息在服务器日志里。"
    ),
    "view.attention": "注意力",
    "view.tree": "束搜索树",
    "view.compare": "贪心与束搜索",
    "setting.lang": "界面语言",
    "setting.view": "视图",
    "setting.pair": "语言对",
    "setting.system": "系统",
    "setting.text": "句子",
    "setting.reference": "参考译文",
    "setting.beam": "束宽",
    "setting.norm": "长度归一化",
    "setting.alpha": "α",
    "setting.device": "设备",
    "setting.kind": "注意力种类",
    "setting.layer": "层",
    "setting.head": "头",
    "setting.words": "整词或子词",
    "setting.raw": "原始分数",
    "setting.step": "步",
    "setting.pruned": "被剪掉的候选",
    "setting.layout": "排列方式",
    "setting.window": "起始步",
    "setting.node": "节点",
    # header
    "header.nothing": "（空译文）",
    "header.unknown": (
        "这个模型从未见过“{pieces}”：它把它们都读成同一个未知词元，因此译文无法区分它们。"
    ),
    "header.unknown.one": "这个模型从未见过“{pieces}”：它在那里读到的是一个未知词元。",
    "header.unfinished": "最佳假设在结束之前达到了最多词元数而被截断：模型没有为这个输入找到结尾。",
    "header.log_prob": "Σ log p",
    "header.log_prob.help": "译文各词元的自然对数概率之和，含结束符。",
    "header.tokens": "词元",
    "header.tokens.help": "读入的词元 → 写出的词元，含结束符。",
    "header.milliseconds": "用时",
    "header.milliseconds.help": "当时运行分词、编码和带记录的搜索所用的实际时间。",
    "header.device": "设备",
    "header.device.help": "模型在哪里运行。",
    # attention view
    "attention.kind": "哪种注意力",
    "attention.kind.cross": "交叉",
    "attention.kind.encoder": "编码器自注意力",
    "attention.kind.decoder": "解码器自注意力",
    "attention.layer": "层",
    "attention.layer.best": "对齐最好（{layer}）",
    "attention.layer.last": "最后一层（{layer}）",
    "attention.layer.help": (
        "对齐最好：各头平均后覆盖偏差最小的一层（Rikters 与 Fishel 2017）。这是按规则选出的概括，"
        "并不是唯一正确的对齐。"
    ),
    "attention.head": "头",
    "attention.head.mean": "各头平均",
    "attention.words": "整词",
    "attention.words.help": "源端同一个词的子词相加，目标端取平均；每行之和仍为 1。",
    "attention.raw": "原始分数",
    "attention.raw.help": "softmax 把它们变成权重之前的分数。",
    "attention.none": (
        "这个系统没有注意力：编码器只把最后的状态，即一个固定的向量，交给解码器，此外什么都没有，"
        "所以没有权重可画。下面是它在每一步的预测。"
    ),
    "attention.none.reversed": (
        "这个系统没有注意力：编码器只把最后的状态，即一个固定的向量，交给解码器，此外什么都没有。"
        "它倒着读句子，因此句首的词记得最清楚。这里没有权重可画。下面是它在每一步的预测。"
    ),
    "attention.heads": "点击一个头，在大热力图中显示它；再次点击回到平均。",
    "attention.steps": "逐步观察",
    "attention.at_step": "这一步对源句的注意力（{which}）",
    "attention.steps.pieces": "解码器逐个词元地工作，所以各步总是显示词元，与是否合并成整词无关。",
    "attention.lines": "词对词",
    # beam tree view
    "tree.pruned": "被剪掉的候选",
    "tree.pruned.none": "不显示",
    "tree.pruned.next": "最好的一个",
    "tree.pruned.all": "全部",
    "tree.pruned.help": "每一步给最好的 2K 个续写排名，K 个存活。选择显示多少其余的候选。",
    "tree.layout": "排列方式",
    "tree.layout.rank": "按排名",
    "tree.layout.tree": "按分支",
    "tree.window": "起始步",
    "tree.window.help": "一次显示 {steps} 步中的 {size} 步。",
    "tree.step": "步",
    "tree.candidate": "候选",
    "tree.candidate.help": "与在树上点击相同的选择，供键盘使用。",
    "tree.prefix": "到此为止的译文",
    "tree.prefix.start": "（句首）",
    "tree.chosen": "这个词元从何而来",
    "tree.follows": "后面可能是什么",
    "tree.follows.nothing": "没有：这一分支到此为止。",
    "tree.looked": "模型看了哪里",
    "tree.hypotheses": "候选译文（假设），按得分排序",
    "tree.hypotheses.order": (
        "得分 = Σ log p 除以长度项。搜索提前停止时，未完成的假设排在完成的之后。"
    ),
    "tree.stopped.bound": (
        "搜索停止：在当前长度上，没有存活的前缀的得分高于最好的那些完成假设中最差的一个（束宽 "
        "{beam}）。更长的前缀仍有可能：这是通行的启发式规则。"
    ),
    "tree.stopped.first": "搜索停止：完成的假设数已达到束宽（{beam}）。",
    "tree.stopped.max_length": "搜索在最多词元数处停止。",
    "tree.stopped.forced": "目标句是给定的。",
    # greedy vs beam view
    "compare.greedy": "贪心",
    "compare.beam": "束宽 {beam}",
    "compare.beam_is_one": "束宽 1 就是贪心解码，因此这里把贪心与束宽 {beam} 比较。",
    "compare.same": "这个句子上贪心与束搜索结果相同。",
    "compare.offer": "看一个两者不同的句子",
    "compare.words": "不同的词加粗并带下划线。",
    "compare.score": "Σ log p {log_prob} · 得分 {score}",
    "compare.sweep": "束宽扫描",
    "compare.sweep.about": "用 1 到 {most} 的每个束宽各解码一次并比较。",
    "compare.sweep.run": "开始扫描",
    "compare.sweep.progress": "束宽 {beam}/{most}",
    "compare.sweep.partial": "在束宽 {beam} 之后取消。",
    "compare.sweep.cancelled": "在第一个束宽完成之前取消。",
    "compare.reference": "参考译文（用于 chrF）",
    "compare.reference.help": "有参考译文时，扫描会显示每个束宽的句子级 chrF。",
    "compare.divergence": (
        "在第 {step} 步，贪心选了“{greedy}”（p = {greedy_prob}），束搜索保留了“{beam}”（p = "
        "{beam_prob}），"
    ),
    "compare.won": "后者最终在 Σ log p 上领先 {margin}（得分领先 {score_margin}）。",
    "compare.won_by_score": (
        "后者最终在 Σ log p 上落后 {margin}，但在按长度归一化的得分上领先 {score_margin}。"
    ),
    "compare.lost": (
        "后者最终得分比贪心低 {score_margin}：这是一个搜索错误，束搜索在途中剪掉了更好的译文。"
    ),
    "compare.behind": (
        "后者最终得分比贪心低 {score_margin}：搜索在贪心的译文胜出之前就停止了，因而选了较差的译"
        "文。"
    ),
    "compare.fate.pruned": "贪心的译文在第 {step} 步排名第 {rank}，被剪枝而离开了束。",
    "compare.fate.unseen": "贪心的译文在第 {step} 步离开了束：它已不在候选之中。",
    "compare.fate.finished": "贪心的译文一直留在束中，在第 {step} 步完成，在假设中排第 {place}。",
    "compare.fate.alive": "搜索在第 {step} 步结束时，贪心的译文仍在束中。",
    # charts
    "chart.table": "用表格显示同样的内容",
}

CHINESE: Mapping[str, str] = {
    **_PAGE,
    **strings_views.CHINESE,
    **SHARED,
}
