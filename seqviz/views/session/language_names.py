"""The names of languages in the page's language, by the codes that models use."""

import re

from seqviz.views.session.i18n import Words

_SHORT = """
afr-af arb-ar bul-bg ben-bn bos-bs cat-ca ces-cs cym-cy dan-da deu-de ell-el eng-en epo-eo spa-es
est-et eus-eu pes-fa fin-fi fra-fr gle-ga glg-gl guj-gu heb-he hin-hi hrv-hr hun-hu hye-hy ind-id
isl-is ita-it jpn-ja kat-ka kaz-kk khm-km kor-ko lit-lt lvs-lv mkd-mk khk-mn zsm-ms mya-my npi-ne
nld-nl nob-no pol-pl por-pt ron-ro rus-ru sin-si slk-sk slv-sl als-sq srp-sr swe-sv swh-sw tam-ta
tel-te tha-th tgl-tl tur-tr ukr-uk urd-ur vie-vi zho-zh cmn-zh
"""
_SHORTER = dict(pair.split("-") for pair in _SHORT.split())
"""ISO 639-1 codes, under which the names stand, by those of ISO 639-3."""
_BASE = re.compile(r"([a-z]{2,3})(?:[_-].*)?")


def language_name(code: str, w: Words) -> str:
    """Such as "German (deu_Latn)"; the code alone where the language is not known here."""
    own = w.table.get(f"language.{code}")
    if own is not None:
        return own
    base = _BASE.fullmatch(code)
    name = w.table.get(f"language.{_SHORTER.get(base[1], base[1])}") if base else None
    if name is None:
        return code
    return name if base is not None and base[1] == code else f"{name} ({code})"


def pair_name(pair: str, w: Words) -> str:
    """Such as "German → English"."""
    return " → ".join(language_name(code, w) for code in pair.split("-", 1))


def system_name(pair: str, system: str, w: Words) -> str:
    """Such as "German → English: Transformer"."""
    return w("figure.named", {"name": pair_name(pair, w), "value": w.name("system", system)})
