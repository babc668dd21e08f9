"""Example sentences: eight a language pair, and those of the tasks, each chosen to show something.

Those marked Tatoeba are sentences of https://tatoeba.org, CC BY 2.0 FR, from the test sets; the
others were written for SeqViz.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from seqviz.tasks import TASKS


@dataclass(frozen=True)
class Example:
    """A sentence with its reference translation; ``code`` says what it shows."""

    code: str
    source: str
    reference: str


EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "de-en": (
        Example(
            "reordering",
            "Ich habe gestern in der Stadt einen alten Freund getroffen.",
            "I met an old friend in the city yesterday.",
        ),
        Example("short", "Es war sehr kalt.", "It was very cold."),
        Example(
            "long",
            "Als ich nach Hause kam, bemerkte ich, dass ich meinen Schlüssel im Büro vergessen "
            "hatte.",
            "When I got home, I noticed that I had forgotten my key at the office.",
        ),
        Example("idiom", "Es regnet in Strömen.", "It's raining cats and dogs."),
        Example(  # Tatoeba
            "divergence",
            "Hilfst du Tom immer bei seinen Hausaufgaben?",
            "Do you always help Tom with his homework?",
        ),
        Example(  # Tatoeba
            "bottleneck",
            "Tom und Maria verbrachten den Abend damit, über Johannes’ Probleme zu sprechen.",
            "Tom and Mary spent the evening talking about John's problems.",
        ),
        Example(
            "question",
            "Könnten Sie mir bitte sagen, wo der Bahnhof ist?",
            "Could you please tell me where the station is?",
        ),
        Example(
            "negation",
            "Ich habe noch nie einen so langen Brief geschrieben.",
            "I've never written such a long letter.",
        ),
    ),
    "fr-en": (
        Example("reordering", "Je le lui ai donné hier soir.", "I gave it to him last night."),
        Example("short", "Il faisait très froid.", "It was very cold."),
        Example(  # Tatoeba
            "long",
            "J'espère que vous savez que la dernière chose que je veuille faire est de vous "
            "blesser.",
            "I hope you know that the last thing I want to do is hurt you.",
        ),
        Example("idiom", "Il pleut des cordes.", "It's raining cats and dogs."),
        Example(  # Tatoeba
            "divergence", "Rien d'inattendu ne s'est produit.", "Nothing unexpected happened."
        ),
        Example(
            "bottleneck",
            "Bien qu'il soit très occupé, il étudie l'anglais deux heures par jour.",
            "Although he is very busy, he studies English for two hours a day.",
        ),
        Example(
            "question",
            "Pourriez-vous me dire quand part le prochain train pour Paris ?",
            "Could you tell me when the next train leaves for Paris?",
        ),
        Example(
            "negation",
            "Je n'ai jamais écrit une aussi longue lettre.",
            "I've never written such a long letter.",
        ),
    ),
    "zh-en": (
        Example(
            "reordering",
            "虽然他很忙，但是他每天都学习两个小时的英语。",
            "Although he is busy, he studies English for two hours every day.",
        ),
        Example("short", "今天很冷。", "It's cold today."),
        Example(
            "long",
            "因为昨天晚上睡得很晚，所以我今天早上起得很晚。",
            "I went to bed very late last night, so I got up very late this morning.",
        ),
        Example("idiom", "有志者事竟成。", "Where there's a will, there's a way."),
        Example(  # Tatoeba
            "divergence", "他已经不抽烟了。", "He doesn't smoke anymore."
        ),
        Example(  # Tatoeba
            "bottleneck",
            "我需要你的护照和三张照片。",
            "I need your passport and three photographs.",
        ),
        Example(
            "question",
            "你知道最近的车站在哪儿吗？",
            "Do you know where the nearest station is?",
        ),
        Example(
            "negation",
            "我从来没有见过这么漂亮的花。",
            "I've never seen such a beautiful flower.",
        ),
    ),
    **{
        name: tuple(Example(code, *pair) for code, pair in task.examples.items())
        for name, task in TASKS.items()
    },
}


def example_of(pair: str, text: str) -> Example | None:
    """The example of that pair with exactly that sentence."""
    return next((e for e in EXAMPLES.get(pair, ()) if e.source == text), None)


def is_example(text: str) -> bool:
    """Whether the sentence is an example of any pair, or there is none."""
    return not text or any(example_of(pair, text) for pair in EXAMPLES)


def is_reference(text: str) -> bool:
    """Whether the text is the reference of an example of any pair."""
    return any(e.reference == text for examples in EXAMPLES.values() for e in examples)
