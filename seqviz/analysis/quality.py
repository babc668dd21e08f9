"""Quality of translations against references: BLEU and chrF as sacrebleu computes them; exactness.

Post 2018, https://aclanthology.org/W18-6319; Popović 2015, https://aclanthology.org/W15-3049.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from seqviz.analysis.words import UNSPACED

_USUAL, _LETTERS = "13a", "char"
_TOKENIZERS = {
    **dict.fromkeys(("zh", "zho", "cmn", "yue", "wuu", "lzh"), "zh"),
    **dict.fromkeys(("ja", "jpn"), "ja-mecab"),
    **dict.fromkeys(("ko", "kor"), "ko-mecab"),
    # Thai, Lao, Khmer, Burmese, Tibetan, Dzongkha: sacrebleu has none of their own
    **dict.fromkeys(("th", "tha", "lo", "lao", "km", "khm", "my", "mya"), _LETTERS),
    **dict.fromkeys(("bo", "bod", "dz", "dzo"), _LETTERS),
}
"""Of sacrebleu, by the first part of a language's code: of "zh", "zho_Hans" and "zh_CN" alike."""
_MOSTLY = 0.5


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Corpus scores from 0 to 100, with the signatures that say how they were computed."""

    bleu: float
    bleu_signature: str
    chrf: float
    chrf_signature: str
    sentences: int
    length_ratio: float
    """Length of all translations divided by that of all references, in the tokens of BLEU."""
    advice: str = ""
    """What to think of this BLEU: "characters", for want of the language's own tokenizer; "spaces",
    at which it splits what has none; empty: nothing in particular.
    """


def corpus_quality(
    translations: Sequence[str], references: Sequence[str], *, language: str
) -> Quality:
    """Score translations of a test set, one reference each.

    Args:
        translations: one text a sentence.
        references: as many texts.
        language: code of the target language. Chinese is split into characters ("zh"), Japanese
            and Korean by MeCab where sacrebleu finds it, else into characters, as are Thai, Lao,
            Khmer, Burmese, Tibetan and Dzongkha; all others by rule "13a".

    Raises:
        ValueError: the two differ in length, or are empty.
    """
    _check_lengths(translations, references)
    bleu, chrf = metrics_for(language)
    found = bleu.corpus_score(translations, [references])
    return Quality(
        bleu=found.score,
        bleu_signature=str(bleu.get_signature()),
        chrf=chrf.corpus_score(translations, [references]).score,
        chrf_signature=str(chrf.get_signature()),
        sentences=len(translations),
        length_ratio=found.sys_len / max(1, found.ref_len),
        advice=_advice(bleu.tokenizer.signature(), _tokenizer(language), references),
    )


def metrics_for(language: str, *, for_sentences: bool = False) -> tuple[BLEU, CHRF]:
    """BLEU and chrF for texts in a target language; see ``corpus_quality``.

    Args:
        language: its code.
        for_sentences: BLEU takes no longer n-grams than a sentence has.
    """
    try:
        bleu = BLEU(tokenize=_tokenizer(language), effective_order=for_sentences)
    except (RuntimeError, AssertionError):  # without MeCab, or with another dictionary
        bleu = BLEU(tokenize=_LETTERS, effective_order=for_sentences)
    return bleu, CHRF()


def _tokenizer(language: str) -> str:
    """The best one for a language, whether it is installed or not."""
    base = language.replace("-", "_").partition("_")[0].lower()
    return _TOKENIZERS.get(base, _USUAL)


def _advice(found: str, best: str, references: Sequence[str]) -> str:
    if not found.startswith(best):  # MeCab's has a version behind it
        return "characters"
    text = "".join(references)
    unspaced = len(UNSPACED.findall(text))
    return "spaces" if found == _USUAL and unspaced > _MOSTLY * len(text) else ""


def sentence_chrf(translation: str, reference: str) -> float:
    """ChrF of one sentence, from 0 to 100."""
    return float(CHRF().sentence_score(translation, [reference]).score)


def exact_match(translations: Sequence[str], references: Sequence[str]) -> float:
    """How many of a hundred translations are their reference, character by character.

    Raises:
        ValueError: the two differ in length, or are empty.
    """
    _check_lengths(translations, references)
    right = sum(map(str.__eq__, translations, references))
    return 100 * right / len(references)


def _check_lengths(translations: Sequence[str], references: Sequence[str]) -> None:
    if len(translations) != len(references) or not translations:
        raise ValueError(f"{len(translations)} translations, {len(references)} references")
