"""Chinese words for errors of trainings and of foreign models; English: ``seqviz.errors``."""

from collections.abc import Mapping

TRAINING: Mapping[str, str] = {
    "config_invalid": "配置“{file}”不能用：{reason}。",
    "config_unknown": "没有配置“{found}”。请给出文件，或 SeqViz 自带的配置之一，例如“{nearest}”。",
    "data_missing": "“{folder}”中没有数据文件“{file}”。请用 --data 指定数据所在的文件夹。",
    "data_line": "{name} 的第 {line} 行有误：{reason}。",
    "corpus_unknown": "data.corpora 指定了“{found}”，但没有属于它的训练句对；现有：{choices}。",
    "no_pairs": (
        "没有剩下任何训练句对：全部 {found} 个句对都有一侧超过 {limit} 个词元。请调大 "
        "data.max_tokens。"
    ),
    "task_unknown": "没有任务“{found}”。请选择：{choices}。",
    "vocabulary_failed": "无法生成词表（{side}）：{reason}。",
    "output_exists": "“{folder}”中已有训练好的模型。请用 --out 换一个文件夹，或用 --fresh 替换它。",
    "training_memory": (
        "这台机器的内存不够训练。请调小 optimiser.batch_tokens 或模型；设置不变时，训练会从上一个检"
        "查点继续。"
    ),
    "training_diverged": (
        "训练发散：第 {step} 步（学习率 {rate}）的损失或其梯度不是有限数。请调小 "
        "optimiser.learning_rate，或延长预热；上一个好的检查点仍在。"
    ),
    "checkpoint_other": (
        "文件夹“{folder}”中的训练用的是别的设置或数据。请用 --fresh 重新开始，或用 --work 换一个"
        "文件夹。"
    ),
    "checkpoint_corrupt": "无法读取检查点“{file}”。请用 --fresh 重新开始。",
    "training_running": "另一个训练正在使用“{folder}”。请等它结束，或用 --work 换一个文件夹。",
}

FOREIGN: Mapping[str, str] = {
    "language_unknown": "这个模型没有语言“{found}”。请选择：{choices}。",
    "language_unasked": "这个模型的“{option}”不能选择；给出的是“{found}”。请去掉这个选项。",
    "transformers_missing": (
        "这个模型需要 transformers 库（5.23 或更新）。请安装：pip install 'seqviz[transformers]'"
    ),
    "foreign_code": (
        "文件“{file}”要求加载模型以外的内容（“{found}”），例如代码。SeqViz 不运行模型文件夹中的任何"
        "代码，请换一个模型。"
    ),
    "foreign_weights": (
        "“{file}”中的权重与 config.json 不符：{reason}。请从同一个模型取这两个文件。"
    ),
    "tokenizer_unknown": "SeqViz 读不了这个模型的分词器 {found}。能读的有：{choices}。",
    "instruction_unasked": "这个模型不接受句前指令；给出的是“{found}”。请去掉它。",
    "foreign_missing": "模型文件夹缺少“{file}”。请取得完整的文件夹，例如重新下载模型。",
    "foreign_link": "“{file}”是指向模型文件夹之外的链接，不会跟随。请把文件本身放在那里。",
    "foreign_unknown": "“{file}”描述的模型类型“{found}”不是 SeqViz 能读的。能读的有：{choices}。",
    "traces_differ": (
        "这两个记录不能比较：一个是“{first}”，另一个是“{second}”。请给出同一句子、同一模型的两"
        "个记录。"
    ),
    "figure_format": "“{found}”的后缀不是能写出的图片格式。请选择：{choices}。",
    "figure_large": (
        "图片的宽或高将达 {found} 像素，上限是 {limit}。请降低分辨率或页宽，或改用 SVG、PDF。"
    ),
    "figure_kaleido": "写出图片需要 kaleido 包。请安装：pip install 'seqviz[figures]'",
    "figure_browser": (
        "写出图片需要 Chrome、Chromium 或 Edge，这里一个也没有找到。请安装，或用环境变量 "
        "BROWSER_PATH 指定其程序。"
    ),
    "figure_failed": "浏览器没有画出图片：{reason}。",
    "figure_no_attention": "没有注意力可画：模型“{model}”没有注意力。",
    "figure_unrecorded": "没有注意力可画：生成这个记录时没有保存注意力。请重新生成。",
    "comparison_alone": "记录里只有一个假设。请用 --with 指定另一个记录来比较。",
    "comparison_sentences": "两个记录的句子不同：“{first}”和“{second}”。请给出同一句子的两个记录。",
    "archive_refused": "压缩包“{file}”不能用：{reason}。",
    "no_model_there": (
        "“{folder}”中没有模型：既没有 settings.json，也没有 config.json。请指定含有模型的文件夹。"
    ),
    "import_own": (
        "“{folder}”已经是 SeqViz 的模型，可以直接使用：用 --models 指定含有 PAIR/SYSTEM 的文件夹。"
    ),
    "import_exists": "“{folder}”已经存在。请用 --name 换一个名称，或用 --fresh 替换它。",
    "import_name": (
        "“{found}”不能作为模型的名称。请用 --name 给出如 de-en/opus-mt 的名称：PAIR/SYSTEM，只"
        "含字母、"
        "数字、“.”、“_”和“-”。"
    ),
    "hub_missing": (
        "这里没有“{found}”；要从 Hugging Face hub 下载，需要 huggingface_hub 包。请安装：pip in"
        "stall "
        "'seqviz[hub]'"
    ),
    "hub_not_here": "“{found}”是 Hugging Face hub 上的名称，还没有下载。",
    "hub_unreachable": (
        "这里没有“{found}”，也连不上 Hugging Face hub（{reason}）。请联网后再试，或指定存放模型"
        "的文件夹。"
    ),
    "hub_unknown": (
        "这里没有模型“{found}”，Hugging Face hub 也不提供它（{reason}）。运行“seqviz models”可"
        "列出这里的"
        "模型。"
    ),
    "hub_unfit": "Hugging Face hub 上的“{found}”缺少 config.json、词表或权重，不是这里能读的模型。",
    "hub_large": (
        "下载“{found}”需要 {size} GB，上限是 {limit} GB（最多 16 GB，磁盘剩余空间不足时更少）。请"
        "选较小的模型、腾出空间，或指定存放该模型的文件夹。"
    ),
    "own_refused": "这台服务器只提供自己的模型，不能使用别的模型。",
}
