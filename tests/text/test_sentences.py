"""A text's sentences."""

import pytest

from seqviz.text.sentences import sentences_of


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("de", ("Das gilt z. B. für Dr. Müller.", "Er kam am 3. Mai um 8.30 Uhr.")),
        ("de", ("„Komm her!“, rief er.", "Sie kam nicht …")),
        ("de", ("Er sagte: „Ich bin müde.“", "Dann ging er.")),
        ("fr", ("Bonjour M. Dupont.", "Comment allez-vous ?", "Très bien !")),
        ("en", ("Dr. Smith arrived at 5 p.m.", "He was tired.", '"Hello!" she said.', "Really?!")),
    ],
)
def test_spaces_part_sentences_where_one_ends(language: str, sentences: tuple[str, ...]) -> None:
    assert sentences_of("  ".join(sentences) + "\n", language) == sentences


@pytest.mark.parametrize(
    "sentences", [("他说：“我很累。”", "然后他走了。"), ("等等……我来了。", "你呢？", "我也喜欢！")]
)
def test_chinese_sentences_end_without_a_space(sentences: tuple[str, ...]) -> None:
    assert sentences_of("".join(sentences), "zh") == sentences


def test_lines_end_sentences_and_marks_alone_are_none() -> None:
    assert sentences_of("es war kalt\n\nich ging heim", "de") == ("es war kalt", "ich ging heim")
    assert sentences_of("Es war kalt. …", "de") == ("Es war kalt. …",)
    assert sentences_of("Guten Tag\nGute Nacht", "de") == ("Guten Tag", "Gute Nacht")


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "Es war\nkalt."), ("fr", "Il faisait froid,\nHier"), ("zh", "昨天很冷，\n我没出门。")],
)
def test_a_sentence_broken_over_lines_is_one(language: str, text: str) -> None:
    assert sentences_of(text, language) == (text,)
    assert sentences_of(f"{text}\n\nOK.", language) == (text, "OK.")


@pytest.mark.parametrize("text", ["", " \n", "Es war kalt.", " es ist 3. Mai ", "…", "kalt"])
def test_one_sentence_stays_as_it_is(text: str) -> None:
    assert sentences_of(text, "de") == (text,)


def test_what_is_no_known_language_stays_whole() -> None:
    assert sentences_of("3. May 2020. Friday.", "dates") == ("3. May 2020. Friday.",)
