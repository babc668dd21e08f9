"""Chapters as files: what is read, and that every mistake is one line with its place."""

import pytest

from seqviz.errors import InputError
from seqviz.lesson import checked_chapter, read_chapter, shipped_chapter, shipped_chapters
from seqviz.lesson.located import MOST_CHARACTERS
from seqviz.words import LANGUAGES
from tests.lesson.small import CHAPTER


def test_a_chapter_is_read() -> None:
    chapter = read_chapter(CHAPTER, "small.yaml")
    assert (chapter.id, chapter.title["zh"], len(chapter.steps)) == ("small", "小", 4)
    look, _, long, compared = chapter.steps
    assert look.show == ("sentence", ("heatmap", "next"))
    assert (look.view.step, look.highlight, look.needs, look.own) == (
        1,
        ("heatmap.row",),
        "bet",
        True,
    )
    assert look.asked["en"] == look.asked["zh"]
    assert look.asked["en"].model == "de-en/dot"
    assert look.asked["en"].options.beam_size == 2
    assert (long.checks[0].fact, long.checks[0].how, long.checks[0].value) == ("steps", "above", 10)
    assert compared.bet is not None
    assert compared.bet.systems == ("dot", "none")


def test_a_step_may_show_another_sentence_or_system() -> None:
    text = CHAPTER.replace(
        "    check: {fact: steps, above: 10}\n",
        "    sentence: {pair: date-iso, text: 3 May 1999, norm: none}\n    system: none\n",
    )
    step = read_chapter(text, "small.yaml").steps[2]
    asked = step.asked["en"]
    assert (asked.model, asked.text, asked.reference) == ("date-iso/none", "3 May 1999", "")
    assert (asked.options.length_normalisation, asked.options.beam_size) == ("none", 2)
    assert not step.own


def test_each_language_may_have_a_sentence_of_its_own() -> None:
    text = CHAPTER.replace(
        'sentence: {pair: de-en, system: dot, text: "Die Katze", reference: "the cat", beam: 2}',
        "sentence:\n  en: {pair: de-en, system: dot, text: Katze}\n"
        "  zh: {pair: zh-en, system: dot, text: 猫}",
    )
    asked = read_chapter(text, "small.yaml").steps[0].asked
    assert (asked["en"].text, asked["zh"].text) == ("Katze", "猫")


MISTAKES = [
    ("chapter: small", "chapter: Small one", "lesson_no_id", 1),
    ("chapter: small\n", "", "lesson_missing", 1),
    ("title: {en: Small, zh: 小}", "title: {en: Small}", "lesson_missing", 2),
    ("own: true", "own: maybe", "lesson_wrong", 3),
    ("own: true", "own: true\nown: true", "lesson_twice", 4),
    ("own: true", "owm: true", "lesson_unknown_key", 3),
    ("beam: 2", "beam: 0", "lesson_option", 4),
    ("beam: 2", "beam: two", "lesson_wrong", 4),
    ("beam: 2", "norm: best", "lesson_option", 4),
    ("pair: de-en, ", "", "lesson_missing", 4),
    ("steps:", "steps: none\nthings:", "lesson_wrong", 5),
    ("steps:", "steps: []\nthings:", "lesson_steps", 1),
    ("  - id: look", "  - {}\n" * 97 + "  - id: look", "lesson_steps", 1),
    ("{weight}, ", "{wait}, ", "lesson_choice", 8),
    ("(#heatmap.row): {weight},", "(#heatmap.raw),", "lesson_choice", 8),
    ("[{looked}](#heatmap.row): {weight},", "[x](?nothing),", "lesson_choice", 8),
    ("“{word}” looks", "**{word} looks", "lesson_markup", 8),
    (r"\\alpha", r"\\nothing", "lesson_markup", 8),
    ("“{word}” looks", "word " * 60 + "{word}", "lesson_wordy", 8),
    ("“{word}” looks", "[" * 100_000, "lesson_text_long", 8),
    (r"\\alpha", r"\\sqrt{" * 50 + "x" + "}" * 50, "lesson_markup", 8),
    (r"\\alpha", r"\\newcommand{\\a}{\\a}\\a", "lesson_markup", 8),
    ("“{word}”看", "词" * 111, "lesson_wordy", 9),
    ("[sentence, [heatmap, next]]", "[sentence, [heatmap, text]]", "lesson_choice", 10),
    ("[sentence, [heatmap, next]]", "[[[[sentence]]]]", "lesson_layout", 10),
    ("[sentence, [heatmap, next]]", "sentence", "lesson_layout", 10),
    ("{step: 1}", "{step: soon}", "lesson_choice", 11),
    ("{step: 1}", "{head: -1}", "lesson_wrong", 11),
    ("{step: 1}", "{kind: crossed}", "lesson_choice", 11),
    ("highlight: [heatmap.row]", "highlight: [heatmap.rows]", "lesson_choice", 12),
    ("    bet: next\n", "", "lesson_missing", 6),
    ("{step: 1}", "{phase: add}", "lesson_choice", 11),
    ("bet: next", "bet: best", "lesson_choice", 13),
    ("bet: next", "needs: action", "lesson_needs", 6),
    ("bet: next", "action: jump", "lesson_choice", 13),
    ("bet: next", "bet: fails", "lesson_bet_systems", 13),
    ("bet: next", "bet: {kind: next, systems: [dot, none]}", "lesson_bet_systems", 13),
    ("bet: next", "system: date-iso/dot", "lesson_no_sentence", 6),
    ("id: look", 'id: "look\\nhere"', "lesson_no_id", 6),
    ("id: before", "id: look", "lesson_same_id", 15),
    ("above: 10", "beyond: 10", "lesson_unknown_key", 20),
    ("above: 10", "above: [10]", "lesson_check", 20),
    ("fact: steps", "fact: stops", "lesson_choice", 20),
    ("id: long", "id: [long", "lesson_no_yaml", 19),
    ("title: {en: Small, zh: 小}", "title: &t {en: Small, zh: 小}\nmore: *t", "lesson_no_yaml", 3),
    ("own: true", "own: !!python/name:os.system x", "lesson_no_yaml", 3),
    ("own: true", "own: true\x07", "lesson_no_yaml", 3),
    ("own: true", "own: 2026-02-30", "lesson_no_value", 3),
    ("own: true", 'own: !!int ""', "lesson_no_value", 3),
    ("own: true", "own: !!bool maybe", "lesson_no_value", 3),
    ("own: true", "own: !!timestamp soon", "lesson_no_value", 3),
    ("chapter: small", f"chapter: 0x{'f' * 5000}", "lesson_no_value", 1),
    ("beam: 2", f"beam: 0x{'f' * 5000}", "lesson_no_value", 4),
    ("beam: 2", f"alpha: {10**400}", "lesson_no_value", 4),
    ("beam: 2", f"alpha: 1{':59' * 2000}.5", "lesson_no_value", 4),
    ("{step: 1}", "{temperature: .nan}", "lesson_no_value", 11),
]


@pytest.mark.parametrize(("was", "becomes", "code", "line"), MISTAKES)
def test_a_mistake_is_one_line_with_its_place(was: str, becomes: str, code: str, line: int) -> None:
    assert was in CHAPTER
    chapter, found = checked_chapter(CHAPTER.replace(was, becomes, 1), "my.yaml")
    assert chapter is None
    told = [(error.code, error.facts["line"]) for error in found]
    assert (code, line) in told, list(map(str, found))
    for error in found:
        assert str(error).startswith(f"my.yaml:{error.facts['line']}: ")
        assert "\n" not in str(error)


def test_all_mistakes_are_told_in_the_order_of_their_lines() -> None:
    text = CHAPTER.replace("own: true", "own: 3").replace("bet: next", "bet: now")
    _, found = checked_chapter(text, "my.yaml")
    assert [error.facts["line"] for error in found] == [3, 13]
    with pytest.raises(InputError, match=r"my\.yaml:3: 'own' is 3, but must be true or false"):
        read_chapter(text, "my.yaml")


@pytest.mark.parametrize("text", ["", "[" * 3000, "x" * (MOST_CHARACTERS + 1), "- a", "3"])
def test_what_is_no_chapter_is_refused(text: str) -> None:
    chapter, found = checked_chapter(text, "my.yaml")
    assert chapter is None
    assert found


def test_the_shipped_chapters_are_right_and_have_names_of_their_own() -> None:
    chapters = shipped_chapters()
    assert len({chapter.id for chapter in chapters}) == len(chapters) >= 1
    assert shipped_chapter(chapters[0].id) is chapters[0]
    assert shipped_chapter("nothing") is None
    for chapter in chapters:
        assert set(chapter.title) == set(LANGUAGES)
        for step in chapter.steps:
            assert set(step.text) == set(LANGUAGES) or (step.bet and not step.text), step.id
