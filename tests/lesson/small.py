"""A chapter in small, and decodings made by hand."""

from dataclasses import replace

from seqviz.lesson import Asked, View
from seqviz.lesson.chapter import Moment
from seqviz.lesson.scene import Scene
from seqviz.options import DecodeOptions
from seqviz.trace import Trace
from tests.fixtures.toy_traces import greedy_trace, rnn_trace

CHAPTER = """\
chapter: small
title: {en: Small, zh: 小}
own: true
sentence: {pair: de-en, system: dot, text: "Die Katze", reference: "the cat", beam: 2}
steps:
  - id: look
    text:
      en: "“{word}” looks at [{looked}](#heatmap.row): {weight}, $\\\\alpha = \\\\fact{weight}$."
      zh: "“{word}”看[{looked}](#heatmap.row)：{weight}。"
    show: [sentence, [heatmap, next]]
    view: {step: 1}
    highlight: [heatmap.row]
    bet: next
  - id: before
    text: {en: "After “{before}”.", zh: "在“{before}”之后。"}
    otherwise: {en: "At the start.", zh: "在开头。"}
  - id: long
    text: {en: "A long one.", zh: "很长。"}
    check: {fact: steps, above: 10}
  - id: compared
    text: {en: "Greedy: {greedy}.", zh: "贪心：{greedy}。"}
    show: [compare, systems]
    systems: [dot, none]
    bet: {kind: fails, systems: [dot, none]}
"""


def decode(asked: Asked) -> Trace:
    """By "none" the sentence is "a sat"; greedily, too."""
    if asked.options.beam_size == 1 or asked.system == "none":
        return replace(greedy_trace(), options=DecodeOptions(beam_size=asked.options.beam_size))
    return rnn_trace()


def scene(step: Moment = 1, *, trace: Trace | None = None, hypothesis: int = 0) -> Scene:
    asked = Asked(pair="de-en", system="dot", text="Die Katze", reference="the cat")
    view = View(step=step, hypothesis=hypothesis)
    return Scene(asked=asked, trace=trace or rnn_trace(), view=view, decode=decode)
