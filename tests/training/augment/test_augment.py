"""Every kind of thing that is replaced: the same on both sides, spelled as it was."""

import random
import re

import pytest

from seqviz.tasks.task import Pair
from seqviz.training.augment.augmented import MOST_USES, augmented, find_slots
from seqviz.training.augment.names import FOLDER, SYLLABLE, read_names
from seqviz.training.augment.slots import filled
from seqviz.training.settings import AugmentSettings

PAIRS = ("de-en", "fr-en", "zh-en")


def drawn(source: str, target: str, languages: str = "de-en", count: int = 30) -> list[Pair]:
    slots = find_slots(languages)((source, target))
    chance = random.Random(1)
    return [filled((source, target), slots, chance) for _ in range(count)]


def kinds(source: str, target: str, languages: str = "de-en") -> list[str]:
    return sorted(slot.kind for slot in find_slots(languages)((source, target)))


def number(text: str, *, thousands: str, decimal: str) -> float:
    found = re.search(r"\d[\d.,  ]*\d|\d", text)
    assert found is not None
    return float(found[0].replace(thousands, "").replace(decimal, "."))


@pytest.mark.parametrize(
    ("languages", "source", "target", "kind", "marks"),
    [
        ("de-en", "Ich habe 12 Äpfel.", "I have 12 apples.", "number", ".,"),
        ("de-en", "Das wiegt 3,5 Kilo", "That weighs 3.5 kilos", "number", ".,"),
        ("de-en", "Ich habe drei Äpfel", "I have three apples", "number", ".,"),
        ("de-en", "Das kostet 10 Dollar", "That costs 10 dollars", "price", ".,"),
        ("fr-en", "Il y a 3 500 maisons ici", "There are 3,500 houses here", "number", " ,"),
        ("fr-en", "Ça coûte 2,50 euros", "That costs 2.50 euros", "price", " ,"),
        ("zh-en", "我有三只猫。", "I have three cats.", "number", ",."),
        ("zh-en", "这本书20元。", "This book is 20 yuan.", "price", ",."),
    ],
)
def test_a_number_is_another_one_of_equal_value_on_both_sides(
    languages: str, source: str, target: str, kind: str, marks: str
) -> None:
    assert kinds(source, target, languages) == [kind]
    made = drawn(source, target, languages)
    assert len(set(made)) > 10
    for mine, theirs in made:
        there = number(theirs, thousands=",", decimal=".")
        assert number(mine.rstrip("."), thousands=marks[0], decimal=marks[1]) == there
        assert there >= 2


@pytest.mark.parametrize(
    ("languages", "source", "target"),
    [
        ("de-en", "Er ist 1 Jahr alt.", "He is 1 year old."),
        ("de-en", "Es ist halb drei.", "It is half past two."),
        ("de-en", "Es ist Viertel nach drei.", "It is a quarter past three."),
        ("de-en", "Zwei Äpfel, 3 Birnen", "Two pears, 4 apples"),
        ("fr-en", "C'est un livre neuf.", "This is a new book."),
        ("zh-en", "今天是星期三。", "Today is Wednesday."),
        ("zh-en", "我有十三只猫。", "I have thirteen cats."),
    ],
)
def test_what_is_no_count_on_both_sides_stays(languages: str, source: str, target: str) -> None:
    assert kinds(source, target, languages) == []


def test_hours_and_shares_stay_possible() -> None:
    for source, _ in drawn("Wir essen um 8 Uhr.", "We eat at 8 o'clock."):
        assert 2 <= int(re.findall(r"\d+", source)[0]) <= 12
    for _, target in drawn("Es sind 20 Prozent.", "It is 20 percent."):
        assert 2 <= int(re.findall(r"\d+", target)[0]) <= 99


@pytest.mark.parametrize(
    ("languages", "source", "target"),
    [
        ("de-en", "Er starb 1998 in Armut", "He died in 1998 in poverty"),
        ("fr-en", "Il mourut en 1998", "He died in 1998"),
        ("zh-en", "他1998年去世。", "He died in 1998."),
    ],
)
def test_a_year_is_a_year(languages: str, source: str, target: str) -> None:
    assert kinds(source, target, languages) == ["year"]
    for mine, theirs in drawn(source, target, languages):
        years = [re.findall(r"\d+", text) for text in (mine, theirs)]
        assert years[0] == years[1]
        assert 1100 <= int(years[0][0]) < 2100


@pytest.mark.parametrize(
    ("languages", "source", "target", "shapes"),
    [
        ("de-en", "am 3. Mai", "on May 3rd", (r"am \d+\. \w+", r"on \w+ \d+(st|nd|rd|th)")),
        ("fr-en", "le 3 mai", "on 3 May", (r"le \d+ \w+", r"on \d+ \w+")),
        ("zh-en", "我5月3日来", "I come on May 3", (r"我\d+月\d+日来", r"I come on \w+ \d+")),
    ],
)
def test_a_date_is_another_day_of_the_year(
    languages: str, source: str, target: str, shapes: tuple[str, str]
) -> None:
    assert kinds(source, target, languages) == ["date"]
    made = drawn(source, target, languages)
    assert len(set(made)) > 10
    for mine, theirs in made:
        assert re.fullmatch(shapes[0], mine)
        assert re.fullmatch(shapes[1], theirs)
        days = [re.findall(r"\d+", text)[-1] for text in (mine, theirs)]
        assert days[0] == days[1]
    assert not any(re.search(r"(1[123](st|nd|rd)|[^1]1th)", theirs) for _, theirs in made)


@pytest.mark.parametrize(
    ("languages", "source", "target", "later"),
    [
        ("de-en", "um 2.30 Uhr", "at 2:30", 0),
        ("de-en", "um 14:30 Uhr", "at 2:30 p.m.", 12),
        ("fr-en", "à 14 h 30", "at 2:30", 12),
        ("zh-en", "我8点50起床", "I get up at 8:50", 0),
    ],
)
def test_a_time_is_another_one_in_the_same_clock(
    languages: str, source: str, target: str, later: int
) -> None:
    assert kinds(source, target, languages) == ["time"]
    for mine, theirs in drawn(source, target, languages):
        here, there = (re.findall(r"\d+", text) for text in (mine, theirs))
        assert (int(here[0]), here[1]) == (int(there[0]) + later, there[1])


def test_a_code_keeps_its_shape() -> None:
    assert kinds("Raum B52 ist zu", "Room B52 is closed") == ["code"]
    for mine, theirs in drawn("Raum B52-x ist zu", "Room B52-x is closed"):
        assert re.fullmatch(r"Raum [A-Z]\d\d-[a-z] ist zu", mine)
        assert mine.split()[1] == theirs.split()[1]


def test_people_and_places_are_others_of_the_lists_or_none_that_exist() -> None:
    assert kinds("Tom lebt in Boston.", "Tom lives in Boston.") == ["person", "place"]
    names = read_names("de-en")
    assert names is not None
    places = dict(names.by_kind["place"])
    made = drawn("Tom lebt in Boston.", "Tom lives in Boston.", count=200)
    known = 0
    for mine, theirs in made:
        here, there = (re.split(r" lebt in | lives in |\.$", text) for text in (mine, theirs))
        known += places.get(here[1]) == there[1]
        addressed = here[0].replace("Herr ", "Mr. ").replace("Doktor ", "Dr. ")
        assert addressed == there[0] or here[0].startswith("Johannes")
    assert 140 < known < 200


def test_a_genitive_and_an_elision_are_spelled_anew() -> None:
    for mine, _ in drawn("Toms Auto", "Tom's car"):
        assert re.fullmatch(r".*[^sxzß]s Auto|.*[sxzß]' Auto", mine)
    for mine, _ in drawn("la mère de Tom", "Tom's mother", "fr-en", count=200):
        assert re.match(r"la mère (de [^aeiouhAEIOUH]|d'[aeiouhAEIOUHÉÈÎ])", mine)


def test_chinese_names_put_the_surname_first_in_both_languages() -> None:
    names = read_names("zh-en")
    assert names is not None
    surnames, given = dict(names.by_kind["surname"]), dict(names.by_kind["given"])
    found = 0
    for mine, theirs in drawn("汤姆来了。", "Tom came.", "zh-en", count=100):
        here, there = mine.removesuffix("来了。"), theirs.removesuffix(" came.")
        if here[0] in surnames and here[1:] in given:
            assert there == f"{surnames[here[0]]} {given[here[1:]]}"
            found += 1
    assert found > 15


def test_a_word_written_alike_becomes_one_that_does_not_exist() -> None:
    assert kinds("Er kauft einen Toyota.", "He buys a Toyota.") == ["string"]
    for mine, theirs in drawn("Er kauft einen Toyota.", "He buys a Toyota."):
        word = mine.removeprefix("Er kauft einen ")
        assert word == theirs.removeprefix("He buys a ") != "Toyota."


@pytest.mark.parametrize("languages", PAIRS)
def test_names_that_are_held_out_are_in_no_list(languages: str) -> None:
    listed, held_out = (
        {tuple(line.split("\t")) for line in file.read_text(encoding="utf-8").splitlines()}
        for file in (FOLDER / f"{languages}.tsv", FOLDER / f"{languages}.held-out.tsv")
    )
    assert held_out
    whole = {source for kind, source, _ in listed if kind != SYLLABLE}
    assert not whole & {source for _, source, _ in held_out}


def test_as_many_are_drawn_as_asked_for_and_by_the_seed() -> None:
    pairs = [("Tom schläft.", "Tom sleeps."), ("Ich habe 12.", "I have 12.")] * 20
    pairs += [("ja", "yes")] * 60
    settings = AugmentSettings(share=0.2)
    first = augmented(pairs, settings, languages="de-en", seed=1)
    assert len(first.pairs) == sum(first.kinds.values()) == 25
    assert set(first.kinds) == {"person", "number"}
    assert augmented(pairs, settings, languages="de-en", seed=1) == first
    assert augmented(pairs, settings, languages="de-en", seed=2) != first
    few = augmented(pairs[:1] + pairs[40:], AugmentSettings(share=0.5), languages="de-en", seed=1)
    assert len(few.pairs) == MOST_USES
    assert augmented(pairs, AugmentSettings(), languages="de-en", seed=1).pairs == ()
    assert augmented(pairs, settings, languages="xx-yy", seed=1).pairs == ()
