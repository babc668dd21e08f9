"""Words for models that visitors bring, in both languages."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "own.title": "Your own model",
    "own.field": "Folder, or name on the Hugging Face hub",
    "own.field.help": (
        "A folder on the machine where this page runs, with config.json, weights and tokenizer: "
        "Marian (OPUS-MT), M2M-100, NLLB, mBART, BART, Pegasus, T5, mT5, umT5, or a model trained "
        "with SeqViz. Or OWNER/MODEL of the hub; OWNER/MODEL@REVISION for one version of it. What "
        "you type here goes into the link of the page. No code of a model is ever run."
    ),
    "own.zip": "Or a zip archive of the folder",
    "own.zip.help": (
        "Up to {limit} MB; name the folder of a larger model. The archive is thrown away when the "
        "server ends."
    ),
    "own.unpacking": "Unpacking …",
    "own.session": "From an archive, known to this session only: a link does not hold it.",
    "own.leave": "Back to the models here",
    "own.not_here": "It has to be fetched from the Hugging Face hub first.",
    "own.fetch": "Fetch it now",
    "own.fetching": "Fetching the model …",
    "own.honest": (
        "Trained by others, not by SeqViz: neither its scores nor its training are known here."
    ),
    "own.licence": "licence {licence}",
    "own.no_licence": "licence unknown",
    "own.revision": "revision {revision}",
    "own.languages": "{count} languages",
    "own.source_language": "Language of the sentence",
    "own.source_language.help": (
        "The model reads several languages, and is told which one by a token."
    ),
    "own.target_language": "Translate into",
    "own.target_language.help": (
        "The model writes several languages, and is told which one by a token."
    ),
    "own.usual": "not said (the model's default)",
    "own.instruction": "Instruction",
    "own.instruction.help": (
        "Put before the sentence: such models were trained on several tasks, and are told which "
        "one by a text."
    ),
    "own.alone": (
        "There is nothing to compare it with: this model came from elsewhere. To see it beside "
        "others, take it into their pair: `seqviz import FOLDER --name PAIR/SYSTEM`."
    ),
    "own.no_training": (
        "Nobody recorded here how this model learnt: it came from elsewhere. What one sentence "
        "would teach it can be seen below."
    ),
    "own.no_study": (
        "Curves by length and beam size are measured for models in the folder of models. Take this "
        "one there first: `seqviz import FOLDER --name PAIR/SYSTEM`."
    ),
    "asked.source_language": "from {value}",
    "asked.target_language": "into {value}",
    "asked.instruction": "instruction “{value}”",
    "setting.own": "your own model",
    "setting.source_language": "language of the sentence",
    "setting.target_language": "language of the translation",
    "setting.instruction": "instruction",
}
CHINESE: Mapping[str, str] = {
    "own.title": "使用自己的模型",
    "own.field": "文件夹，或 Hugging Face hub 上的名称",
    "own.field.help": (
        "运行本页面的机器上的文件夹，含 config.json、权重和分词器：Marian（OPUS-MT）、M2M-100、NLLB"
        "、mBART、BART、Pegasus、T5、mT5、umT5，或用 SeqViz 训练的模型。也可以写 hub 上的 "
        "OWNER/MODEL；要固定版本，写 OWNER/MODEL@REVISION。这里填写的内容会写进本页的链接。模型里的"
        "代码一律不会运行。"
    ),
    "own.zip": "或该文件夹的 zip 压缩包",
    "own.zip.help": (
        "最大 {limit} MB；更大的模型请直接指定文件夹。服务器结束时，压缩包里的内容会被删除。"
    ),
    "own.unpacking": "正在解压……",
    "own.session": "来自压缩包，只在本次会话中可用：链接里没有它。",
    "own.leave": "回到这里的模型",
    "own.not_here": "需要先从 Hugging Face hub 下载。",
    "own.fetch": "现在下载",
    "own.fetching": "正在下载模型……",
    "own.honest": "由他人训练，不是 SeqViz 训练的：这里不知道它的得分，也不知道它的训练过程。",
    "own.licence": "许可 {licence}",
    "own.no_licence": "许可不明",
    "own.revision": "版本 {revision}",
    "own.languages": "{count} 种语言",
    "own.source_language": "句子的语言",
    "own.source_language.help": "这个模型能读多种语言，用一个词元告诉它是哪一种。",
    "own.target_language": "译成",
    "own.target_language.help": "这个模型能写多种语言，用一个词元告诉它是哪一种。",
    "own.usual": "不指定（模型的默认值）",
    "own.instruction": "指令",
    "own.instruction.help": "放在句子前面：这类模型学过多种任务，用一段文字告诉它做哪一种。",
    "own.alone": (
        "没有可以比较的系统：这个模型来自别处。要与别的系统并排看，请把它导入同一语言对："
        "`seqviz import FOLDER --name PAIR/SYSTEM`。"
    ),
    "own.no_training": (
        "这里没有这个模型的训练记录：它来自别处。下面可以看到一个句子会教给它什么。"
    ),
    "own.no_study": (
        "按长度和束宽测量的曲线，只对模型文件夹中的模型提供。请先导入："
        "`seqviz import FOLDER --name PAIR/SYSTEM`。"
    ),
    "asked.source_language": "源语言：{value}",
    "asked.target_language": "译成：{value}",
    "asked.instruction": "指令“{value}”",
    "setting.own": "自己的模型",
    "setting.source_language": "句子的语言",
    "setting.target_language": "译文的语言",
    "setting.instruction": "指令",
}
