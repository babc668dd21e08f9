"""Words of the view "Train it live", in both languages."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "view.live": "Train it live",
    "setting.live_task": "task of the live training",
    "setting.live_system": "system of the live training",
    "live.about": (
        "A small model starts from random weights and learns a synthetic task. Watch the loss fall "
        "and the attention find its way, second by second, and try the model while it learns."
    ),
    "live.task": "Task",
    "live.system": "System",
    "live.start": "Start",
    "live.stop": "Stop",
    "live.continue": "Continue",
    "live.again": "Start over",
    "live.bounds": (
        "It trains for at most {train} s, on one CPU core, in a process of its own, which ends "
        "after {life} minutes, or when you leave this view."
    ),
    "live.empty": (
        "Nothing is being trained. Choose a task and a system, and press Start: in some seconds "
        "you see the first numbers, in a minute or two a model that is nearly always right."
    ),
    "live.starting": "The process starts: it loads torch, makes {pairs} pairs, builds the model.",
    "live.training": "{task} · {system}: in training, {parameters} parameters, {pairs} pairs.",
    "live.stopped": "{task} · {system}: stopped. You can still try it, and continue.",
    "live.finished.steps": "{task} · {system}: finished, all {steps} updates are done.",
    "live.finished.time": (
        "{task} · {system}: finished, its {train} s are over after {step} updates."
    ),
    "live.finished.diverged": (
        "{task} · {system}: the loss is no number any more, so the training stopped. Start over."
    ),
    "live.ended": (
        "The process has ended: it does so after {life} minutes, after {idle} s without anything "
        "to do, and when nobody looks. Any numbers below are its last ones. Start over to train "
        "again."
    ),
    "live.crashed": (
        "The training process stopped unexpectedly. Nothing else is affected. Start over to try "
        "again."
    ),
    "live.no_process": "This server cannot start a process for the training at the moment.",
    "live.metric.step": "Updates",
    "live.metric.loss": "Loss",
    "live.metric.loss.help": "Mean −log p of a target token in the last updates, nats.",
    "live.metric.score": "Exact match",
    "live.metric.score.help": (
        "Share of {dev} pairs that it never trains on whose greedy output is right to the last "
        "character."
    ),
    "live.metric.rate": "Pairs a second",
    "live.metric.left": "Time left",
    "live.curves": "How it learns",
    "live.example": "One example, every second",
    "live.output": "Output now",
    "live.reference": "Reference",
    "live.marked": "Underlined: characters in which the two differ.",
    "live.no_attention": (
        "This system has no attention to draw: the decoder sees the source only as one vector."
    ),
    "live.cases": "Pairs that it never trains on",
    "live.try": "Try it: type a source",
    "live.try.help": (
        "At most {most} characters. The newest weights translate it again every second."
    ),
    "live.try.heading": "Try it while it learns",
    "live.try.waiting": "One moment …",
    "live.try.nothing": "The newest weights make nothing of it.",
    "live.try.ended": "The process has ended; start over to try something.",
    "live.attention": "Cross-attention of {source}: rows are the output, columns the source.",
}

CHINESE: Mapping[str, str] = {
    "view.live": "现场训练",
    "setting.live_task": "现场训练的任务",
    "setting.live_system": "现场训练的系统",
    "live.about": (
        "一个小模型从随机权重开始，学习一项合成任务。你可以一秒一秒地看着损失下降、"
        "注意力逐渐找到对应的位置，还可以一边训练一边试用。"
    ),
    "live.task": "任务",
    "live.system": "系统",
    "live.start": "开始",
    "live.stop": "暂停",
    "live.continue": "继续",
    "live.again": "重新开始",
    "live.bounds": (
        "最多训练 {train} 秒，只用一个 CPU 核心，在独立的进程中运行；{life} 分钟后，或你离开"
        "这个视图后，进程就会结束。"
    ),
    "live.empty": (
        "现在没有正在训练的模型。选好任务和系统，按“开始”：几秒后就能看到最初的数字，一两分钟后"
        "就能得到一个几乎总是答对的模型。"
    ),
    "live.starting": "进程正在启动：加载 torch，生成 {pairs} 个样本对，建立模型。",
    "live.training": "{task} · {system}：训练中，{parameters} 个参数，{pairs} 个样本对。",
    "live.stopped": "{task} · {system}：已暂停。仍然可以试用，也可以继续训练。",
    "live.finished.steps": "{task} · {system}：训练完成，{steps} 次更新已全部做完。",
    "live.finished.time": "{task} · {system}：训练结束，{train} 秒已用完，共 {step} 次更新。",
    "live.finished.diverged": "{task} · {system}：损失已不再是有限的数，训练因此停止。请重新开始。",
    "live.ended": (
        "进程已结束：运行满 {life} 分钟、空闲满 {idle} 秒，或没有人在看时，它都会结束。下面如有"
        "数值，是它最后的数值。要再训练，请重新开始。"
    ),
    "live.crashed": "训练进程意外停止，其他一切不受影响。请重新开始再试。",
    "live.no_process": "这台服务器现在无法为训练启动进程。",
    "live.metric.step": "更新次数",
    "live.metric.loss": "损失",
    "live.metric.loss.help": "最近几次更新中，目标词元 −log p 的平均值，单位为奈特。",
    "live.metric.score": "完全匹配",
    "live.metric.score.help": (
        "{dev} 个从不参与训练的样本对中，贪心输出与参考逐字符完全相同的比例。"
    ),
    "live.metric.rate": "每秒样本对",
    "live.metric.left": "剩余时间",
    "live.curves": "学习过程",
    "live.example": "同一个例子，每秒更新",
    "live.output": "现在的输出",
    "live.reference": "参考",
    "live.marked": "下划线：两者不同的字符。",
    "live.no_attention": "这个系统没有注意力可画：解码器只能看到由整个源序列压成的一个向量。",
    "live.cases": "从不参与训练的样本对",
    "live.try": "试一试：输入源序列",
    "live.try.help": "最多 {most} 个字符。最新的权重每秒重新翻译一次。",
    "live.try.heading": "边训练边试用",
    "live.try.waiting": "请稍候……",
    "live.try.nothing": "最新的权重对它给不出任何结果。",
    "live.try.ended": "进程已结束；要试用请重新开始。",
    "live.attention": "{source} 的交叉注意力：行是输出，列是源序列。",
    "error.live_busy": ("现场训练的位置（共 {places} 个）都有人在用。请过一两分钟再按“开始”。"),
}
