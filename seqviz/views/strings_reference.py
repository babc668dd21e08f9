"""Words of the Reference view, in English and Chinese side by side."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "view.reference": "Reference",
    "reference.about": (
        "Forced decoding: the model is made to say your translation, token by token, and tells how "
        "probable it holds each one. So one can see who is to blame when the output differs: the "
        "search, or the model."
    ),
    "reference.text": "Reference translation",
    "reference.text.help": (
        "Any translation of the sentence above that you would like to judge. Enter scores it."
    ),
    "reference.submit": "Score it",
    "reference.empty": (
        "Type a translation of your own above, such as the one that you would have expected. "
        "Nothing is scored yet."
    ),
    "reference.output.beam": "What beam search found (beam size {beam})",
    "reference.output.greedy": "What greedy decoding found",
    "reference.output.sample": "The best of {beam} samples",
    "reference.given": "The reference, forced",
    "reference.parts": "score = {log_prob} / {normaliser}",
    "reference.parts.coverage": "score = {log_prob} / {normaliser} + coverage {coverage}",
    "reference.same": (
        "The model’s own output: the reference is, token by token, what was found, with the score "
        "{output}. There is nothing to blame."
    ),
    "reference.search_error": (
        "Search error: the model scores the reference {margin} higher than the output ({reference} "
        "against {output}). The search missed a translation that the model itself prefers; a wider "
        "or better search could find it, or a better one."
    ),
    "reference.search_error.sample": (
        "Not drawn: the model scores the reference {margin} higher than the best sample "
        "({reference} against {output}). Sampling does not look for the best translation, so this "
        "is no fault of the model; the best sample merely missed what it prefers."
    ),
    "reference.ruled_out": (
        "No verdict: your options rule this reference out, because {reason}. No search with them "
        "could find it, whatever the scores (reference {reference}, output {output})."
    ),
    "reference.rule.prefix": (
        "at step {step} it says ‘{piece}’, but the given start of the translation says something "
        "else"
    ),
    "reference.rule.banned": "at step {step} it says ‘{piece}’, which is banned",
    "reference.rule.min_length": ("it ends at step {step}, before the minimum of {least} tokens"),
    "reference.rule.max_length": (
        "it has {count} tokens, end token included, and the maximum length is {limit}"
    ),
    "reference.model_error": (
        "Model error: the model scores its output {margin} higher than the reference ({output} "
        "against {reference}). No better search would turn this output into the reference: the "
        "model itself holds the output to be the better translation."
    ),
    "reference.model_error.sample": (
        "Model error: the model scores its best sample {margin} higher than the reference "
        "({output} against {reference}): the model itself holds the sample to be the better "
        "translation."
    ),
    "reference.disagree": (
        "The plain Σ log p says the opposite ({reference} for the reference, {output} for the "
        "output): the length normalisation, or the coverage penalty, decides here."
    ),
    "reference.exit.pruned": "Where the search lost it: at step {step}, ‘{piece}’. {reason}",
    "reference.exit.unseen": (
        "Where the search lost it: at step {step}, ‘{piece}’ (p = {prob}, rank {rank} of all next "
        "tokens) was not even among the {candidates} candidates."
    ),
    "reference.exit.unseen.sample": (
        "How far the samples agree with it: up to step {step}, where none drew ‘{piece}’ "
        "(p = {prob}, rank {rank} of all next tokens)."
    ),
    "reference.exit.prefix": (
        "At step {step} the reference says ‘{piece}’, but the given start of the translation says "
        "something else."
    ),
    "reference.exit.banned": "At step {step} the reference says ‘{piece}’, which is banned.",
    "reference.exit.min_length": (
        "At step {step} the reference ends, which is before the minimum number of tokens."
    ),
    "reference.exit.finished": (
        "The search followed the reference to its end at step {step}; it ranks {place} among the "
        "hypotheses."
    ),
    "reference.exit.finished.sample": (
        "A sample is the reference, token by token, to its end at step {step}; it ranks {place} "
        "among the samples."
    ),
    "reference.exit.alive": (
        "The reference was still in the search at step {step}, when it or the search ended."
    ),
    "reference.instead": (
        "Most surprising: at step {step} ‘{piece}’ ({surprisal} nats, rank {rank}); the model "
        "would have said ‘{other}’ (p = {other_prob})."
    ),
    "reference.one_segmentation": (
        "The text is cut into tokens in the tokenizer’s one way. Other ways to spell the same text "
        "have probabilities of their own, which are not counted here."
    ),
    "reference.same_text": (
        "The output is the same text, but spelled with other tokens, so its score differs."
    ),
}

CHINESE: Mapping[str, str] = {
    "view.reference": "参考译文",
    "reference.about": (
        "强制解码：让模型逐个词元地说出你的译文，并给出它认为每个词元有多大概率。"
        "这样，当输出与之不同时，就能看出问题出在搜索，还是出在模型。"
    ),
    "reference.text": "参考译文",
    "reference.text.help": "任何一个你想评判的、上面句子的译文。按回车键打分。",
    "reference.submit": "打分",
    "reference.empty": "请在上面输入你自己的译文，例如你期望的那一个。现在还没有打分。",
    "reference.output.beam": "束搜索找到的（束宽 {beam}）",
    "reference.output.greedy": "贪心解码找到的",
    "reference.output.sample": "{beam} 个样本中最好的",
    "reference.given": "参考译文（强制解码）",
    "reference.parts": "得分 = {log_prob} / {normaliser}",
    "reference.parts.coverage": "得分 = {log_prob} / {normaliser} + 覆盖项 {coverage}",
    "reference.same": (
        "正是模型自己的输出：参考译文与找到的译文逐个词元相同，得分 {output}。没有什么可归咎的。"
    ),
    "reference.search_error": (
        "搜索错误：模型给参考译文的得分比输出高 {margin}（{reference} 对 {output}）。"
        "搜索漏掉了模型自己更偏好的译文；更宽或更好的搜索可以找到它，或找到更好的。"
    ),
    "reference.search_error.sample": (
        "没有抽到：模型给参考译文的得分比最好的样本高 {margin}（{reference} 对 {output}）。"
        "采样并不寻找最好的译文，所以这不是模型的错；最好的样本只是错过了模型更偏好的译文。"
    ),
    "reference.ruled_out": (
        "不作判定：你的选项排除了这个参考译文，因为{reason}。无论得分如何（参考译文 {reference}，"
        "输出 {output}），用这些选项的任何搜索都找不到它。"
    ),
    "reference.rule.prefix": "它在第 {step} 步是“{piece}”，而指定的译文开头不是这样",
    "reference.rule.banned": "它在第 {step} 步的“{piece}”被禁用了",
    "reference.rule.min_length": "它在第 {step} 步结束，不到最少词元数 {least}",
    "reference.rule.max_length": "它有 {count} 个词元（含结束符），超过了最多词元数 {limit}",
    "reference.model_error": (
        "模型错误：模型给自己输出的得分比参考译文高 {margin}（{output} 对 {reference}）。"
        "再好的搜索也不会把这个输出换成参考译文：模型自己就认为输出是更好的译文。"
    ),
    "reference.model_error.sample": (
        "模型错误：模型给最好的样本的得分比参考译文高 {margin}（{output} 对 {reference}）："
        "模型自己就认为这个样本是更好的译文。"
    ),
    "reference.disagree": (
        "单看 Σ log p 则相反（参考译文 {reference}，输出 {output}）："
        "在这里起决定作用的是长度归一化或覆盖惩罚。"
    ),
    "reference.exit.pruned": "搜索在哪里丢掉了它：第 {step} 步的“{piece}”。{reason}",
    "reference.exit.unseen": (
        "搜索在哪里丢掉了它：第 {step} 步的“{piece}”（p = {prob}，在全部下一个词元中排第 {rank}）"
        "甚至不在 {candidates} 个候选之中。"
    ),
    "reference.exit.unseen.sample": (
        "样本与它一致到第 {step} 步为止：在那里没有一个样本抽到“{piece}”（p = {prob}，在全部下一个"
        "词元中排第 {rank}）。"
    ),
    "reference.exit.prefix": "第 {step} 步，参考译文是“{piece}”，但指定的译文开头不是这样。",
    "reference.exit.banned": "第 {step} 步，参考译文是“{piece}”，而它被禁用了。",
    "reference.exit.min_length": "参考译文在第 {step} 步结束，还没有达到最少词元数。",
    "reference.exit.finished": (
        "搜索一直跟随参考译文到它在第 {step} 步结束；它在各假设中排第 {place}。"
    ),
    "reference.exit.finished.sample": (
        "有一个样本与参考译文逐个词元相同，在第 {step} 步结束；它在各样本中排第 {place}。"
    ),
    "reference.exit.alive": "第 {step} 步时，参考译文或搜索结束，而参考译文仍在搜索之中。",
    "reference.instead": (
        "最令模型惊异：第 {step} 步的“{piece}”（{surprisal} 奈特，第 {rank} 名）；"
        "模型本来会说“{other}”（p = {other_prob}）。"
    ),
    "reference.one_segmentation": (
        "文本按分词器唯一的方式切成词元。同一文本的其他切法有各自的概率，这里没有计入。"
    ),
    "reference.same_text": "输出的文本与它相同，但由不同的词元拼成，所以得分不同。",
}
