"""Which numbers of a sentence its translation lacks."""

import pytest

from seqviz.text.numbers import LONGEST, missing_numbers


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Im Jahr 2024 gewann sie 14 Grammys.", "In 2024, she won fourteen Grammys."),
        ("Es kostet 1.234,50 Euro.", "It costs 1,234.50 euros."),
        ("Il y avait 16 064 chaises.", "There were 16,064 chairs."),
        ("Er ist 21 und sie 35.", "He is twenty-one and she is thirty-five."),
        ("Der 3. Mann kam am 5. Mai.", "The third man came on May 5th."),
        ("Am 24.12.1984", "December 24, nineteen eighty-four"),
        ("Um 14:30 Uhr, nicht um 20 Uhr.", "At half past two p.m., not at 8 p.m."),
        ("2,5 Millionen, 3 Mrd", "2.5 million, three billion"),
        ("3万人，16万8千人", "30,000 people, 168,000 people"),
        ("20世纪80年代", "the 1980s"),
        ("Im 19. Jahrhundert, in den 60er Jahren", "In the 1850s, in the sixties"),
        ("他有２４本书。", "He has 24 books."),
        ("Sie hat 12 Eier und 1 Apfel.", "She has a dozen eggs and an apple."),
        ("2300 Leute", "two thousand three hundred people"),
        ("Es sind 100.000 oder 250.000.", "One hundred thousand or 250 thousand."),
        ("Das A320 fliegt.", "The A320 flies."),
        ("Es war kalt.", "It was cold."),
    ],
)
def test_a_number_may_be_written_otherwise(source: str, target: str) -> None:
    assert missing_numbers(source, target, "en") == ()


@pytest.mark.parametrize(
    ("source", "target", "missing"),
    [
        ("Im Jahr 2024 gewann sie 14 Grammys.", "I won 1442444.", ("2024", "14")),
        ("Es kostet 8.965 Euro.", "It costs 8,956 euros.", ("8.965",)),
        ("Er kam um 14 Uhr.", "He came at three.", ("14",)),
        ("他有204本书。", "He has 24 books.", ("204",)),
        ("Zimmer 17, nicht 17, aber 18.", "Room seventy.", ("17", "18")),
        ("1995 und 2005", "Nineteen ninety-five and so on", ("2005",)),
    ],
)
def test_what_is_missing_is_named_once(source: str, target: str, missing: tuple[str, ...]) -> None:
    assert missing_numbers(source, target, "en") == missing


def test_nothing_is_said_of_other_languages_and_of_no_numbers() -> None:
    assert missing_numbers("I have 24 books.", "Ich habe viele Bücher.", "de") == ()
    digits = "7" * (LONGEST + 1)
    assert missing_numbers(digits, "seven", "en") == ()
    assert missing_numbers("7", "9" * 6000, "en") == ("7",)
