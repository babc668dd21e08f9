"""The languages of tokenizers that keep no list of them in their files, by fixed vocabularies.

As Fan et al. 2020 (M2M-100, https://arxiv.org/abs/2010.11125, table 1), Tran et al. 2021 (WMT21,
https://arxiv.org/abs/2108.03265), Liu et al. 2020 (mBART, https://arxiv.org/abs/2001.08210) and
Tang et al. 2020 (mBART-50, https://arxiv.org/abs/2008.00401) name them.
"""

from collections.abc import Mapping

_CODES: Mapping[str, str] = {
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
    return tuple(_CODES.get(vocabulary, "").split())
