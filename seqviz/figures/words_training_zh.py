"""Chinese for the figures about training; English: ``words_training``."""

from collections.abc import Mapping

CHINESE: Mapping[str, str] = {
    "figure.training.system": "系统",
    "figure.training.loss": "损失（奈特/词元）",
    "figure.training.score.bleu": "开发集 BLEU",
    "figure.training.score.exact_match": "完全匹配（%）",
    "figure.training.score.mixed": "开发集分数（0–100）",
    "figure.training.train": "{name}，训练",
    "figure.training.dev": "{name}，开发集",
    "figure.training.axis.step": "训练步数",
    "figure.training.axis.seconds": "训练时间（秒）",
    "figure.training.axis.epoch": "轮次",
    "figure.training.epoch": "轮次",
    "figure.training.seconds": "秒",
    "figure.training.train_loss": "训练损失",
    "figure.training.dev_loss": "开发集损失",
    "figure.training.score": "分数",
    "figure.training.alt": (
        "{name}：{steps} 步中，训练损失从每词元 {first} 奈特变为 {last}，开发集损失从 {first_dev} "
        "变为 {last_dev}；开发集最好的分数是 {best}，在第 {best_step} 步。"
    ),
    "figure.replay.loss": "句子的损失（奈特/词元）",
    "figure.replay.log_prob": "参考译文的 Σ log p",
    "figure.replay.peak": "最大权重的平均值",
    "figure.replay.translation": "贪心译文",
    "figure.teacher.losses": "每个词元的损失：−log p",
    "figure.teacher.loss": "−log p（奈特）",
    "figure.teacher.mean": "平均 {mean}",
    "figure.teacher.predicted": "第 {step} 步的预测 p 与目标 y",
    "figure.teacher.gradient": "p − y：梯度推动的方向",
    "figure.teacher.p": "p，预测",
    "figure.teacher.y": "y，目标（独热）",
    "figure.teacher.p_minus_y": "p − y",
    "figure.teacher.down": "降低",
    "figure.teacher.up": "升高",
    "figure.teacher.push": "推动",
    "figure.teacher.target": "目标",
    "figure.teacher.input": "之前输入",
    "figure.teacher.losses.alt": (
        "{count} 个参考译文词元各自的损失：总和 {total}，平均 {mean} 奈特；最大的是“{worst}”的 "
        "{most}；当前是第 {step} 步“{token}”，损失 {loss}。"
    ),
    "figure.teacher.step.alt": (
        "第 {step} 步：目标是“{target}”，模型给它 {prob}。最可能的：{tokens}。目标的 p − y 为 "
        "{push}。"
    ),
}
