"""Chinese for the words whose English lives elsewhere: figures, components, error messages."""

from collections.abc import Mapping

from seqviz.figures.words_zh import CHINESE as FIGURES
from seqviz.views.strings_zh_errors import FOREIGN, TRAINING

_COMPONENTS: Mapping[str, str] = {
    "stepper.label": "解码的各步",
    "stepper.first": "第一步",
    "stepper.previous": "上一步",
    "stepper.next": "下一步",
    "stepper.play": "播放",
    "stepper.pause": "暂停",
    "stepper.slider": "步",
    "stepper.status": "第 {step} 步，共 {steps} 步",
    "stepper.step": "第 {step} 步：{token}",
    "stepper.output": "到此为止的译文",
    "stepper.attention": "这一步对源句的注意力",
    "stepper.no_attention": "这个系统没有注意力。",
    "stepper.weight": "{token}：权重 {value}",
    "stepper.next_tokens": "最可能的下一个词元",
    "stepper.entropy": "熵 {value} 奈特",
    "stepper.token": "词元",
    "stepper.bar": "条形",
    "stepper.probability": "概率",
    "stepper.chosen": "选中",
    "stepper.cut": "被截去：抽不到",
    "stepper.download": "下载 SVG",
    "lines.source": "源句",
    "lines.target": "译文",
    "lines.token": "{token}，最强的连线：{partners}",
    "lines.token_alone": "{token}，没有连线",
    "lines.caption": (
        "线越粗，权重越大；小于 {threshold} 的权重不画。指向一个词元可看到数值，点击可固定，按 "
        "Esc 取消。"
    ),
    "lines.download": "下载 SVG",
}

_ERRORS: Mapping[str, str] = {
    "empty_text": "没有可翻译的内容：句子是空的。请输入一个句子。",
    "text_too_long": "文本有 {found} 个字符，上限是 {limit}。请缩短，或拆成几个句子。",
    "source_too_long": "句子有 {found} 个词元，上限是 {limit}。请缩短，或拆成几个句子。",
    "target_too_long": "参考译文有 {found} 个词元，上限是 {limit}。请缩短。",
    "option_out_of_range": "{option} 是 {found}，但必须在 {low} 和 {high} 之间。",
    "option_unknown": "{option} 是“{found}”，但必须是以下之一：{choices}。",
    "too_much_memory": (
        "记录这次搜索最多需要 {found} MB，上限是 {limit} MB。请用更小的束宽、更短的句子或更小的最"
        "大长度。"
    ),
    "cancelled": "解码已取消。",
    "device_unavailable": "这里没有设备“{found}”。请选择：{choices}。",
    "unknown_model": "没有名为“{found}”的模型。是不是“{nearest}”？“seqviz models”会列出所有模型。",
    "no_models": "“{folder}”中没有模型。请用 --models 指定含有 PAIR/SYSTEM 文件夹的目录。",
    "file_missing": "缺少文件“{file}”。请恢复它，例如：git checkout -- '{file}'。",
    "file_corrupt": "无法读取文件“{file}”（{reason}）。请恢复它，或重新获取这个模型。",
    "settings_invalid": "文件“{file}”不是有效的模型描述：{reason}。请重新获取这个模型。",
    "weights_mismatch": (
        "“{file}”中的权重与它的 settings.json 不符：{reason}。两个文件要来自同一个模型。"
    ),
    "not_utf8": "{name} 不是 UTF-8 文本（字节 {position}）。请转换成 UTF-8 再试。",
    "line_empty": "{name} 的第 {line} 行是空的。请删除它，或在那里写一个句子。",
    "columns_missing": "{name} 的第 {line} 行有 {found} 列，但需要“源句<TAB>参考译文”。",
    "file_unreadable": "无法打开文件“{file}”：{reason}。",
    "file_unwritable": "无法写入文件“{file}”：{reason}。",
    "trace_invalid": "“{file}”不是 SeqViz 的记录文件：{reason}。",
    "trace_version": (
        "“{file}”是格式 {found} 的记录；这个版本的 SeqViz 最多读到 {known}。请更新 SeqViz。"
    ),
    "no_prediction": (
        "模型没有给出任何可能的词元：它的数值不是有限数，权重已损坏。请重新获取这个模型。"
    ),
    "edit_incomplete": (
        "注意力编辑“{kind}”与它的 {needed} 不配：“mute”需要源词元，“set”需要权重，其余的都不需要。"
    ),
    "edit_outside": "一个注意力编辑指定了 {what} {found}，但这里只有 {count} 个（从 0 数起）。",
    "edit_row_length": "手工设定的注意力行有 {found} 个权重，而源句有 {count} 个词元。",
    "no_attention": (
        "这个系统没有注意力：既不能干预注意力，也没有可计分的覆盖。请选择有注意力的系统，或不用这些"
        "选项。"
    ),
    "token_unknown": "词表里没有编号 {found} 的词元；最后一个编号是 {last}。",
    "nothing_allowed": "给定的开头、禁用的词元和最少词元数使任何译文都不可能。请放宽它们。",
    "ban_many_tokens": "“{text}”在这里不是一个词元，而是 {count} 个：{pieces}。请禁用其中一个。",
    "out_of_memory": "这台机器的内存不够。请用更小的束、更短的句子，或更少的最多词元数。",
    "busy": "此刻翻译的人太多（{found} 人在等待）。请过一分钟再试。",
}

SHARED: Mapping[str, str] = {
    **FIGURES,
    **_COMPONENTS,
    **{f"error.{code}": message for code, message in {**_ERRORS, **TRAINING, **FOREIGN}.items()},
}
