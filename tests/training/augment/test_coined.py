"""Names that do not exist."""

import random

import pytest

from seqviz.training.augment.augmented import augmented
from seqviz.training.augment.coined import LONGEST, SHORTEST, coin_alike, coin_given
from seqviz.training.augment.held_out import PAIRS
from seqviz.training.augment.names import FAMILY, SURNAME, SYLLABLE, read_names
from seqviz.training.settings import AugmentSettings


def test_a_coined_name_is_spelled_like_those_of_the_list() -> None:
    listed = [("Rita", "Rita"), ("Marit", "Marit"), ("Wien", "Vienna"), ("O'Neil", "O'Neil")]
    chance = random.Random(1)
    made = {coin_alike(listed, chance) for _ in range(100)}
    assert made == {(name, name) for name in ("Rita", "Rit", "Marit", "Marita")}


def test_a_coined_name_is_neither_short_nor_long() -> None:
    chance = random.Random(1)
    made = [coin_alike([("Ananan", "Ananan"), ("An", "An")], chance) for _ in range(100)]
    lengths = {len(name[0]) for name in made if name}
    assert (min(lengths), max(lengths)) == (SHORTEST + 1, LONGEST - 1)


def test_nothing_is_coined_after_names_that_each_side_writes_its_own_way() -> None:
    assert coin_alike([("Wien", "Vienna")], random.Random(1)) is None


def test_a_chinese_given_name_is_spelled_syllable_by_syllable() -> None:
    chance = random.Random(1)
    made = {coin_given([("梅", "mei"), ("雨", "yu")], chance) for _ in range(50)}
    assert made == {
        *(("梅", "Mei"), ("雨", "Yu"), ("梅梅", "Meimei"), ("雨雨", "Yuyu")),
        *(("梅雨", "Meiyu"), ("雨梅", "Yumei")),
    }


@pytest.mark.parametrize("pair", PAIRS)
def test_coined_names_are_put_in_and_held_out_ones_never(pair: str) -> None:
    names = read_names(pair)
    assert names is not None
    source = {"de-en": "{} schläft.", "fr-en": "{} dort.", "zh-en": "{}睡了。"}[pair]
    listed = {name for kind in names.by_kind for name, _ in names.by_kind[kind]}
    known = [name for name in names.kinds if name[0] in names.english]
    pairs = [(source.format(here), f"{there} sleeps.") for here, there in known[:60]]
    drawn = augmented(pairs, AugmentSettings(share=0.9, coined=1), languages=pair, seed=1)
    before, after = source.split("{}")
    put_in = [text.removeprefix(before).removesuffix(after) for text, _ in drawn.pairs]
    assert len({*put_in} - listed) > 100
    assert not {*put_in} & names.held_out


def test_a_pair_is_made_for_a_name_as_often_as_asked_for() -> None:
    pairs = [("Tom schläft.", "Tom sleeps."), ("Ich habe 12.", "I have 12.")] * 100
    once, thrice, never = (
        augmented(pairs, AugmentSettings(share=0.5, names=times), languages="de-en", seed=1).kinds
        for times in (1, 3, 0)
    )
    assert once["person"] / once["number"] == pytest.approx(8 / 6, rel=0.05)
    assert thrice["person"] / thrice["number"] == pytest.approx(3 * 8 / 6, rel=0.05)
    assert "person" not in never


def test_syllables_and_more_surnames_stand_in_no_other_list() -> None:
    names = read_names("zh-en")
    assert names is not None
    assert not {*names.by_kind[FAMILY]} & {*names.by_kind[SURNAME]}
    assert all(len(here) == 1 and there.islower() for here, there in names.by_kind[SYLLABLE])
