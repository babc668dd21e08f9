import pytest

from seqviz.analysis import quality
from seqviz.analysis.quality import corpus_quality, exact_match, sentence_chrf


def test_a_perfect_translation_has_100() -> None:
    texts = ["It was very cold.", "I saw a cat on a mat."]
    quality = corpus_quality(texts, texts, language="en")
    assert quality.bleu == pytest.approx(100)
    assert quality.chrf == pytest.approx(100)
    assert quality.sentences == 2


def test_bleu_is_that_of_the_definition() -> None:
    # 1-grams 5/6, 2-grams 3/5, 3-grams 1/4, 4-grams 0/3 smoothed to 1/6; no brevity penalty.
    quality = corpus_quality(["the cat sat on the rug"], ["the cat lay on the rug"], language="en")
    expected = 100 * (5 / 6 * 3 / 5 * 1 / 4 * 1 / 6) ** 0.25
    assert quality.bleu == pytest.approx(expected)


def test_signatures_name_the_tokenizer() -> None:
    english = corpus_quality(["a"], ["b"], language="en")
    chinese = corpus_quality(["我喜欢猫。"], ["我喜欢猫。"], language="zh")
    assert "tok:13a" in english.bleu_signature
    assert "tok:zh" in chinese.bleu_signature
    assert "nc:6" in english.chrf_signature
    assert "version:" in english.bleu_signature


@pytest.mark.parametrize(
    ("language", "tokenizers", "advice"),
    [
        ("ja", ("ja-mecab", "char"), "characters"),
        ("jpn_Jpan", ("ja-mecab", "char"), "characters"),
        ("ko_KR", ("ko-mecab", "char"), "characters"),
        ("th", ("char",), ""),
        ("khm_Khmr", ("char",), ""),
        ("zho_Hant", ("zh",), ""),
        ("yue", ("zh",), ""),
        ("", ("13a",), "spaces"),
        ("en", ("13a",), "spaces"),
    ],
)
def test_languages_without_spaces_have_their_tokenizers(
    language: str, tokenizers: tuple[str, ...], advice: str
) -> None:
    found = corpus_quality(["猫がいる大きい"], ["猫がいる小さい"], language=language)
    used = next(name for name in tokenizers if f"tok:{name}" in found.bleu_signature)
    assert found.advice == ("" if used in {"ja-mecab", "ko-mecab"} else advice)
    assert (found.bleu > 0) == (used != "13a") or found.advice == "spaces"


def test_mecab_of_any_version_is_the_tokenizer_of_japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    bleu, chrf = quality.metrics_for("th")
    monkeypatch.setattr(bleu.tokenizer, "signature", lambda: "ja-mecab-0.996-IPA")
    monkeypatch.setattr(quality, "metrics_for", lambda language: (bleu, chrf))
    assert corpus_quality(["猫"], ["猫"], language="ja").advice == ""


def test_words_that_spaces_part_need_no_advice() -> None:
    assert corpus_quality(["a b"], ["a 猫 b"], language="").advice == ""


def test_chinese_is_scored_by_characters() -> None:
    pair = (["我喜欢大猫。"], ["我喜欢小猫。"])
    assert corpus_quality(*pair, language="zh").bleu > corpus_quality(*pair, language="en").bleu


@pytest.mark.parametrize(("found", "wanted"), [([], []), (["a"], []), (["a"], ["a", "b"])])
def test_lists_must_match(found: list[str], wanted: list[str]) -> None:
    with pytest.raises(ValueError, match="references"):
        corpus_quality(found, wanted, language="en")
    with pytest.raises(ValueError, match="references"):
        exact_match(found, wanted)


def test_an_exact_match_is_right_to_the_letter() -> None:
    references = ["1999-03-03", "one", "two", "three"]
    assert exact_match(references, references) == 100
    assert exact_match(["1999-03-03", "One", "two ", "thre"], references) == 25
    assert exact_match(["", "", "", ""], references) == 0


def test_sentence_chrf_orders_translations() -> None:
    reference = "It was very cold."
    scores = [
        sentence_chrf(text, reference) for text in ("", "It rained.", "It was cold.", reference)
    ]
    assert scores == sorted(scores)
    assert scores[0] == 0
    assert scores[-1] == pytest.approx(100)


def test_the_length_ratio_is_in_tokens_of_bleu() -> None:
    quality = corpus_quality(["It was.", ""], ["It was very cold.", "A cat."], language="en")
    assert quality.length_ratio == pytest.approx(3 / 8)


@pytest.mark.parametrize("code", ["zh", "zho_Hans", "zh_CN", "cmn-Hant"])
def test_every_code_of_chinese_is_split_into_characters(code: str) -> None:
    for language, tokenizer in ((code, "tok:zh"), ("zha", "tok:13a"), ("", "tok:13a")):
        quality = corpus_quality(["猫"], ["猫"], language=language)
        assert tokenizer in quality.bleu_signature
