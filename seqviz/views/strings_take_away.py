"""Words for what is taken away and what is opened from a file, in both languages."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "take": "Take away",
    "take.trace": "Trace file",
    "take.trace.about": (
        "The whole recorded search. It opens here, on the command line and in Python, without its "
        "model."
    ),
    "take.trace-gz": "Compressed (.json.gz)",
    "take.trace-json": "Plain (.json)",
    "take.page": "Page without a server",
    "take.page.about": (
        "One HTML file with attention, tree and comparison to point at and click, for a lecture "
        "or a handout: no network, no Python."
    ),
    "take.page-html": "HTML (.html)",
    "take.tables": "Tables",
    "take.tables.about": "The same numbers for a spreadsheet or for R, as CSV.",
    "take.table-attention": "Attention",
    "take.table-tree": "Beam tree",
    "take.table-hypotheses": "Hypotheses",
    "take.figures": "Figures",
    "take.figures.about": (
        "Every chart has a camera or download button of its own: SVG. For print (SVG, PNG, PDF), "
        "save the trace file and run `seqviz figure FILE --kind attention --out attention.pdf`."
    ),
    "take.link": "Link",
    "take.link.about": "Opens this page as it is now: sentence, system, options, view.",
    "take.link.file": "Holds what is typed on the left and the view, not the opened file.",
    "page.link_unknown": "Left out of the link, because this page has no such setting: {names}.",
    "open.title": "Open a trace file",
    "open.file": "Trace file (.json, .json.gz)",
    "open.file.help": (
        "A file that “Take away” or the command `seqviz trace` saved. It opens without its model."
    ),
    "open.notice": "Opened from a file: **{name}**",
    "open.facts": "Model {model}, weights {fingerprint}…",
    "open.usual": "usual options",
    "open.close": "Close",
    "open.close.help": "Go back to what is typed on the left.",
    "open.needs.compare": (
        "The file holds one search. To compare it with greedy decoding, the model has to translate "
        "the sentence again."
    ),
    "open.needs.reference": (
        "The file holds no scored reference. To score one, the model has to be asked."
    ),
    "open.needs.intervene": (
        "The file holds the attention as it was. To see what an edit of it changes, the model has "
        "to translate the sentence again."
    ),
    "open.needs.systems": (
        "The file holds one system’s search. To compare systems, they have to translate the "
        "sentence here."
    ),
    "open.needs.bottleneck": (
        "The file holds one system’s search. To compare systems with and without attention, they "
        "have to be asked here."
    ),
    "open.needs.whatif": (
        "Opened from a file: to go on from here another way, the model would have to be asked."
    ),
    "open.needs.again": (
        "Opened from a file: what another search would have found, only the model can tell. Here "
        "the hypotheses that this search recorded are ranked anew."
    ),
    "open.missing": (
        "The model {model} is not here. Put it into the folder of models, or close the file and "
        "translate with another system."
    ),
    "open.same": "The very same model is here.",
    "open.other": (
        "A model of that name is here, but with other weights: its translation may differ."
    ),
    "open.again": "Translate this sentence again here",
}
CHINESE: Mapping[str, str] = {
    "take": "带走",
    "take.trace": "记录文件",
    "take.trace.about": "完整记录的一次搜索。不需要模型，就能在这里、命令行和 Python 中打开。",
    "take.trace-gz": "压缩（.json.gz）",
    "take.trace-json": "不压缩（.json）",
    "take.page": "离线页面",
    "take.page.about": (
        "一个 HTML 文件，含注意力、束搜索树和对比，可以悬停和点击，适合课堂和讲义：不需要网络，也不"
        "需要 Python。"
    ),
    "take.page-html": "HTML（.html）",
    "take.tables": "表格",
    "take.tables.about": "同样的数字，CSV 格式，可用于电子表格或 R。",
    "take.table-attention": "注意力",
    "take.table-tree": "束搜索树",
    "take.table-hypotheses": "假设",
    "take.figures": "图",
    "take.figures.about": (
        "每幅图都有自己的相机或下载按钮，保存为 SVG。需要印刷用的图（SVG、PNG、PDF）时，先保存记录"
        "文件，再运行 `seqviz figure FILE --kind attention --out attention.pdf`。"
    ),
    "take.link": "链接",
    "take.link.about": "打开后与现在的页面一样：句子、系统、选项和视图。",
    "take.link.file": "包含左侧输入的内容和当前视图，不包含打开的文件。",
    "page.link_unknown": "已从链接中略去这个页面没有的设置：{names}。",
    "open.title": "打开记录文件",
    "open.file": "记录文件（.json、.json.gz）",
    "open.file.help": "由“带走”或命令 `seqviz trace` 保存的文件。不需要模型就能打开。",
    "open.notice": "从文件打开：**{name}**",
    "open.facts": "模型 {model}，权重 {fingerprint}…",
    "open.usual": "默认选项",
    "open.close": "关闭",
    "open.close.help": "回到左侧输入的内容。",
    "open.needs.compare": "文件里只有一次搜索。要与贪心解码比较，需要模型重新翻译这个句子。",
    "open.needs.reference": "文件里没有打过分的参考译文。要给参考译文打分，需要模型。",
    "open.needs.intervene": (
        "文件里是原来的注意力。要看干预注意力会改变什么，需要模型重新翻译这个句子。"
    ),
    "open.needs.systems": "文件里只有一个系统的搜索。要比较各个系统，需要它们在这里翻译这个句子。",
    "open.needs.bottleneck": (
        "文件里只有一个系统的搜索。要比较有注意力和没有注意力的系统，需要这里有这些模型。"
    ),
    "open.needs.whatif": "这是从文件打开的：要从这里换一种走法，需要模型。",
    "open.needs.again": (
        "这是从文件打开的：换一种搜索会找到什么，只有模型知道。这里只对这次搜索记录下来的假设重新排序。"
    ),
    "open.missing": ("这里没有模型 {model}。请把它放进模型文件夹，或关闭文件，用别的系统翻译。"),
    "open.same": "这里有完全相同的模型。",
    "open.other": "这里有同名的模型，但权重不同：译文可能不一样。",
    "open.again": "在这里重新翻译这个句子",
}
