"""From a file's text to a chapter: what may stand in it, and what is complained of.

Every mistake is one line, "FILE:LINE: what is wrong and what to do". Nothing is translated here, so
a check takes no model; what a text says of a sentence is checked where it is packed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from seqviz.errors import InputError, SeqVizError
from seqviz.lesson import markup
from seqviz.lesson.chapter import Asked, Bet, BetKind, Chapter, Check, Layout, Moment, Step, Texts
from seqviz.lesson.chapter import View as ChapterView
from seqviz.lesson.form import Form
from seqviz.lesson.glossary import glossary
from seqviz.lesson.located import Complaints, Located, read_located
from seqviz.lesson.named import FACTS
from seqviz.lesson.parts import ACTIONS, LIGHTS, PARTS
from seqviz.lesson.questions import QUESTIONS
from seqviz.lesson.scene import MOMENTS
from seqviz.options import DecodeOptions
from seqviz.words import LANGUAGES

MOST_WORDS: Mapping[str, int] = {"en": 60, "zh": 110}
"""Of a step's text: words, in Chinese characters."""
MOST_TEXT = 4000
"""Characters of any text, marks and formulas included."""
MOST_STEPS = 100
"""Of a chapter."""
MOST_DEPTH = 3
"""Of a layout: below, beside, below."""
OPTIONS: Mapping[str, str] = {
    "beam": "beam_size",
    "norm": "length_normalisation",
    "alpha": "alpha",
    "beta": "beta",
}
"""Keys of a sentence that say how to search: the codes of the page's links."""
PHASES = ("score", "softmax", "sum", "heads", "predict")
_HAN = re.compile(r"[\u4e00-\u9fff]|[A-Za-z0-9]+")


def read_chapter(text: str, file: str) -> Chapter:
    """Read a chapter.

    Args:
        text: of the file.
        file: its name, for messages.

    Raises:
        InputError: the first thing that is wrong with it.
    """
    chapter, complaints = checked_chapter(text, file)
    if chapter is None:
        raise complaints[0]
    return chapter


def checked_chapter(text: str, file: str) -> tuple[Chapter | None, Sequence[InputError]]:
    """Read a chapter, or tell all that is wrong with it."""
    complaints = Complaints(file)
    root = read_located(text, complaints)
    found = None if root is None else _Reader(complaints).chapter(root)
    complaints.found.sort(key=lambda error: int(str(error.facts["line"])))
    return (None if complaints.found else found), complaints.found


@dataclass
class _Reader:
    """Reads the parts of a chapter; what is wrong goes into the complaints."""

    complaints: Complaints

    def chapter(self, root: Located) -> Chapter | None:
        form = Form(root, self.complaints, what="the file")
        name, title = form.id("chapter"), self.texts(form, "title", needed=True)
        sentences = self.sentences(form.take("sentence", needed=True), {})
        own = form.flag("own", usual=False)
        complained = len(self.complaints.found)
        items = tuple(form.items("steps"))
        if not 0 < len(items) <= MOST_STEPS and complained == len(self.complaints.found):
            facts: dict[str, object] = {"found": len(items), "most": MOST_STEPS}
            self.complaints.add("lesson_steps", form.line, facts)
        steps = [self.step(one, sentences, own=own) for one in items]
        asked = form.names("questions")
        questions = [one for one in asked if self.complaints.is_one_of(QUESTIONS, "question", one)]
        form.end()
        first: dict[str, int] = {}
        for step in steps:
            if first.setdefault(step.id, step.line) != step.line:
                facts = {"id": step.id, "first": first[step.id]}
                self.complaints.add("lesson_same_id", step.line, facts)
        names = tuple(str(one.value) for one in questions)
        return Chapter(id=name, title=title, steps=tuple(steps), questions=names)

    def step(self, located: Located, sentences: Mapping[str, Asked], *, own: bool) -> Step:
        form = Form(located, self.complaints, what="a step")
        name = form.id("id")
        text = self.texts(form, "text", needed="bet" not in form.left, most=MOST_WORDS)
        otherwise = self.texts(form, "otherwise", most=MOST_WORDS)
        reveal = self.texts(form, "reveal", most=MOST_WORDS)
        asked, is_another = self.asked(form, sentences)
        bet, action = self.bet(form), form.choice("action", ACTIONS)
        usual = "bet" if bet else "action" if action else "none"
        needs = form.choice("needs", ("none", "bet", "action"), usual=usual)
        if reveal and not bet:
            self.complaints.add("lesson_missing", form.line, {"key": "bet"})
        if needs != usual:
            self.complaints.add("lesson_needs", form.line, {"needs": needs})
        step = Step(
            id=name,
            line=form.line,
            text=text,
            otherwise=otherwise,
            reveal=reveal,
            asked=asked,
            own=form.flag("own", usual=own and not is_another),
            show=self.layout(form.take("show"), depth=1),
            view=self.view(form.part("view")),
            highlight=self.lights(form),
            needs=usual,  # type: ignore[arg-type] # it is one of them
            bet=bet,
            action=action,
            checks=self.checks(form.take("check")),
            systems=self.system_names(form),
        )
        form.end()
        return step

    def texts(
        self, form: Form, key: str, *, needed: bool = False, most: Mapping[str, int] | None = None
    ) -> Texts:
        """A text in every language; what stands in it is checked."""
        found = form.texts(key, needed=needed)
        for language, located in found.items():
            self.check_text(located, (most or {}).get(language), language)
        return {language: str(located.value) for language, located in found.items()}

    def check_text(self, located: Located, most: int | None, language: str) -> None:
        line = located.line
        if len(str(located.value)) > MOST_TEXT:
            self.complaints.add("lesson_text_long", line, {"most": f"{MOST_TEXT:,}"})
            return
        try:
            tree = markup.parsed(str(located.value))
        except ValueError as error:
            self.complaints.add("lesson_markup", line, {"found": str(error)})
            return
        spoken = markup.spoken(tree)
        words = len(_HAN.findall(spoken) if language == "zh" else spoken.split())
        if most is not None and words > most:
            self.complaints.add("lesson_wordy", line, {"words": words, "most": most})
        for name in markup.found(tree, "name"):
            self.complaints.is_one_of(FACTS, "fact", Located(name.partition("@")[0], line))
        for name in markup.found(tree, markup.LIGHT):
            self.complaints.is_one_of(LIGHTS, "part", Located(name, line))
        for name in markup.found(tree, markup.ENTRY):
            self.complaints.is_one_of(glossary(), "entry of the glossary", Located(name, line))

    def sentences(
        self, located: Located | None, before: Mapping[str, Asked]
    ) -> Mapping[str, Asked]:
        """By language: one for all of them, or one for each."""
        if located is None:
            return before
        value = located.value
        if isinstance(value, Mapping) and set(value) <= set(LANGUAGES) and value:
            form = Form(located, self.complaints, what="sentence")
            each = {code: form.take(code, needed=True) for code in LANGUAGES}
            return {
                code: self.sentence(one, before.get(code))
                for code, one in each.items()
                if one is not None
            }
        return {code: self.sentence(located, before.get(code)) for code in LANGUAGES}

    def sentence(self, located: Located, before: Asked | None) -> Asked:
        """What is decoded; what is not said is as in the chapter's sentence."""
        form = Form(located, self.complaints, what="sentence")
        is_first = before is None
        text = form.text("text", needed=is_first, usual=before.text if before else "")
        known = before.reference if before and before.text == text else ""
        asked = Asked(
            pair=form.text("pair", needed=is_first, usual=before.pair if before else ""),
            system=form.text("system", needed=is_first, usual=before.system if before else ""),
            text=text,
            reference=form.text("reference", usual=known),
            options=self.options(form, before.options if before else DecodeOptions()),
        )
        form.end()
        return asked

    def options(self, form: Form, usual: DecodeOptions) -> DecodeOptions:
        changes: dict[str, Any] = {}
        for code, name in OPTIONS.items():
            if code == "norm":
                changes[name] = form.text(code, usual=usual.length_normalisation)
            elif code == "beam":
                changes[name] = form.whole(code, usual.beam_size)
            else:
                changes[name] = form.number(code, getattr(usual, name))
        try:
            return replace(usual, **changes)
        except SeqVizError as error:
            self.complaints.add("lesson_option", form.line, {"reason": str(error)})
            return usual

    def asked(self, form: Form, sentences: Mapping[str, Asked]) -> tuple[Mapping[str, Asked], bool]:
        """What a step shows, and whether that is another sentence than the chapter's."""
        given = form.take("sentence")
        found = self.sentences(given, sentences)
        system = form.text("system")
        if system:
            pair, _, name = system.rpartition("/")
            if pair and given is None:
                self.complaints.add("lesson_no_sentence", form.line, {"pair": pair})
            found = {
                code: replace(one, system=name, pair=pair or one.pair)
                for code, one in found.items()
            }
        texts = {code: one.text for code, one in sentences.items()}
        return found, {code: one.text for code, one in found.items()} != texts

    def layout(self, located: Located | None, *, depth: int) -> Layout:
        """Names of parts, nested up to three deep."""
        if located is None:
            return ()
        if not isinstance(located.value, tuple) or depth > MOST_DEPTH:
            self.complaints.add("lesson_layout", located.line, {"choices": ", ".join(PARTS)})
            return ()
        return tuple(
            self.layout(one, depth=depth + 1)
            if isinstance(one.value, tuple)
            else str(one.value if self.complaints.is_one_of(PARTS, "part", one) else "")
            for one in located.value
        )

    def lights(self, form: Form) -> tuple[str, ...]:
        found = form.names("highlight")
        return tuple(
            str(one.value) for one in found if self.complaints.is_one_of(LIGHTS, "part", one)
        )

    def system_names(self, form: Form) -> tuple[str, ...]:
        return tuple(str(one.value) for one in form.names("systems"))

    def view(self, form: Form | None) -> ChapterView:
        if form is None:
            return ChapterView()
        view = ChapterView(
            step=self.moment(form),
            kind=form.choice("kind", ("cross", "encoder", "decoder")),
            layer=form.whole("layer", 0),
            head=form.whole("head", 0),
            hypothesis=form.whole("hypothesis", 0),
            words=form.flag("words", usual=True),
            raw=form.flag("raw", usual=False),
            pruned=form.choice("pruned", ("none", "next", "all")),
            layout=form.choice("layout", ("tree", "rank")),
            window=form.whole("window", 0),
            grow=form.flag("grow", usual=False),
            phase=form.choice("phase", PHASES),
            token=form.whole("token", 0) if "token" in form.left else None,
            dim=form.whole("dim", 0) if "dim" in form.left else None,
            temperature=form.number("temperature", 1) if "temperature" in form.left else None,
        )
        form.end()
        return view

    def moment(self, form: Form) -> Moment:
        located = form.take("step")
        if located is None:
            return 0
        if type(located.value) is int:
            return located.value
        name = str(located.value)
        return name if self.complaints.is_one_of(MOMENTS, "step", located) else 0

    def bet(self, form: Form) -> Bet | None:
        """A kind alone, or with the systems that one bets on."""
        located = form.take("bet")
        if located is None:
            return None
        inner = Form(
            located if isinstance(located.value, Mapping) else _kind(located),
            self.complaints,
            what="bet",
        )
        kind = inner.choice("kind", get_args(BetKind), usual="next")
        systems = self.system_names(inner)
        inner.end()
        if (kind == "fails") != (len(systems) > 1):
            self.complaints.add("lesson_bet_systems", located.line)
        return Bet(kind=kind, systems=systems)  # type: ignore[arg-type] # it is one of them

    def checks(self, located: Located | None) -> tuple[Check, ...]:
        """One condition, or a list of them."""
        if located is None:
            return ()
        each = located.value if isinstance(located.value, tuple) else (located,)
        return tuple(check for one in each if (check := self.check(one)) is not None)

    def check(self, located: Located) -> Check | None:
        form = Form(located, self.complaints, what="check")
        name = form.text("fact", needed=True)
        if name:
            self.complaints.is_one_of(FACTS, "fact", Located(name.partition("@")[0], form.line))
        found = None
        for how in ("is", "is_not", "above", "below"):
            value = form.take(how)
            if value is not None:
                found = Check(fact=name, how=how, value=value.value)
        form.end()
        if found is None or type(found.value) not in (str, int, float):
            self.complaints.add("lesson_check", form.line)
            return None
        return found


def _kind(located: Located) -> Located:
    return Located({"kind": located}, located.line)
