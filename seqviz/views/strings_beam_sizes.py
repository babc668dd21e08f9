"""Words about the beam-size curse, in both languages."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "beam_sizes.heading": "The beam-size curse",
    "beam_sizes.about": (
        "A wider beam finds translations to which the model gives more probability (Σ log p "
        "rises), but past some width they can be worse for people: too short, sometimes empty. "
        "Length normalisation can keep most of that away (Koehn & Knowles 2017; Stahlberg & Byrne "
        "2019)."
    ),
    "beam_sizes.facts": (
        "Means over {sentences} sentences drawn from {test_set} (seed {seed}); {bleu}; {chrf}."
    ),
    "beam_sizes.missing": "Nobody has measured this system at many beam sizes yet. This does:",
    "beam_sizes.other_weights": (
        "The measured numbers belong to other weights of this system. This measures them anew:"
    ),
}

CHINESE: Mapping[str, str] = {
    "beam_sizes.heading": "束宽的诅咒",
    "beam_sizes.about": (
        "束越宽，找到的译文在模型看来概率越高（Σ log p 上升），但超过一定宽度后，在人看来反而可能更"
        "差：太短，有时甚至是空的。长度归一化往往能避免大部分问题（Koehn 与 Knowles 2017；"
        "Stahlberg 与 Byrne 2019）。"
    ),
    "beam_sizes.facts": (
        "从 {test_set} 中抽取 {sentences} 个句子的平均值（种子 {seed}）；{bleu}；{chrf}。"
    ),
    "beam_sizes.missing": "还没有人在多个束宽下测量过这个系统。可以用这条命令测量：",
    "beam_sizes.other_weights": "已有的测量属于这个系统的另一份权重。可以用这条命令重新测量：",
}
