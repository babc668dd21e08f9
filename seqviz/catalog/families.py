"""The families of foreign models that are known, and the languages of fixed vocabularies.

Families go by the ``model_type`` of their config.json. Languages are those of tokenizers that keep
no list of them in their files, as Fan et al. 2020 (M2M-100, https://arxiv.org/abs/2010.11125,
table 1), Tran et al. 2021 (WMT21, https://arxiv.org/abs/2108.03265), Liu et al. 2020 (mBART,
https://arxiv.org/abs/2001.08210) and Tang et al. 2020 (mBART-50,
https://arxiv.org/abs/2008.00401) name them.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Family:
    """One kind of model."""

    name: str
    """As its makers call it."""
    format: str = "transformers"
    """Who reads its folders; see ``ModelEntry.format``."""
    prefix: str = ""
    """Of the names of its classes in the library, where that reads them."""
    instructed: bool = False
    """Whether a text before the sentence tells it its task."""


FAMILIES: Mapping[str, Family] = {
    "marian": Family(name="Marian (OPUS-MT)", format="marian"),
    "bart": Family(name="BART", prefix="Bart"),
    "m2m_100": Family(name="M2M-100 / NLLB", prefix="M2M100"),
    "mbart": Family(name="mBART", prefix="MBart"),
    "mt5": Family(name="mT5", prefix="MT5", instructed=True),
    "pegasus": Family(name="Pegasus", prefix="Pegasus"),
    "t5": Family(name="T5", prefix="T5", instructed=True),
    "umt5": Family(name="umT5", prefix="UMT5", instructed=True),
}

_LANGUAGES: Mapping[str, str] = {
    "m2m100": (
        "af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy ga gd "
        "gl gu ha he hi hr ht hu hy id ig ilo is it ja jv ka kk km kn ko lb lg ln lo lt lv mg "
        "mk ml mn mr ms my ne nl no ns oc or pa pl ps pt ro ru sd si sk sl so sq sr ss su sv "
        "sw ta th tl tn tr uk ur uz vi wo xh yi yo zh zu"
    ),
    "wmt21": "cs de en ha is ja ru zh",
    "mbart": (
        "ar_AR cs_CZ de_DE en_XX es_XX et_EE fi_FI fr_XX gu_IN hi_IN it_IT ja_XX kk_KZ ko_KR "
        "lt_LT lv_LV my_MM ne_NP nl_XX ro_RO ru_RU si_LK tr_TR vi_VN zh_CN"
    ),
    "mbart50": (
        "af_ZA ar_AR az_AZ bn_IN cs_CZ de_DE en_XX es_XX et_EE fa_IR fi_FI fr_XX gl_ES gu_IN "
        "he_IL hi_IN hr_HR id_ID it_IT ja_XX ka_GE kk_KZ km_KH ko_KR lt_LT lv_LV mk_MK ml_IN "
        "mn_MN mr_IN my_MM ne_NP nl_XX pl_PL ps_AF pt_XX ro_RO ru_RU si_LK sl_SI sv_SE sw_KE "
        "ta_IN te_IN th_TH tl_XX tr_TR uk_UA ur_PK vi_VN xh_ZA zh_CN"
    ),
}


def fixed_languages(vocabulary: str) -> tuple[str, ...]:
    """The codes of a vocabulary's languages, in order; none of one that is not known."""
    return tuple(_LANGUAGES.get(vocabulary, "").split())
