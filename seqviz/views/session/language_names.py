"""The names of languages in both languages of the page, by the codes that models use."""

import re
from collections.abc import Mapping

from seqviz.views.session.i18n import Words

_NAMES = """
af afr Afrikaans 南非语|ar arb Arabic 阿拉伯语|bg bul Bulgarian 保加利亚语
bn ben Bengali 孟加拉语|bs bos Bosnian 波斯尼亚语|ca cat Catalan 加泰罗尼亚语|cs ces Czech 捷克语
cy cym Welsh 威尔士语|da dan Danish 丹麦语|de deu German 德语|el ell Greek 希腊语
en eng English 英语|eo epo Esperanto 世界语|es spa Spanish 西班牙语|et est Estonian 爱沙尼亚语
eu eus Basque 巴斯克语|fa pes Persian 波斯语|fi fin Finnish 芬兰语|fr fra French 法语
ga gle Irish 爱尔兰语|gl glg Galician 加利西亚语|gu guj Gujarati 古吉拉特语
he heb Hebrew 希伯来语|hi hin Hindi 印地语|hr hrv Croatian 克罗地亚语|hu hun Hungarian 匈牙利语
hy hye Armenian 亚美尼亚语|id ind Indonesian 印度尼西亚语|is isl Icelandic 冰岛语
it ita Italian 意大利语|ja jpn Japanese 日语|ka kat Georgian 格鲁吉亚语|kk kaz Kazakh 哈萨克语
km khm Khmer 高棉语|ko kor Korean 韩语|lt lit Lithuanian 立陶宛语|lv lvs Latvian 拉脱维亚语
mk mkd Macedonian 马其顿语|mn khk Mongolian 蒙古语|ms zsm Malay 马来语
mul mul multiple†languages 多种语言|my mya Burmese 缅甸语|ne npi Nepali 尼泊尔语
nl nld Dutch 荷兰语|no nob Norwegian 挪威语|pl pol Polish 波兰语|pt por Portuguese 葡萄牙语
ro ron Romanian 罗马尼亚语|ru rus Russian 俄语|si sin Sinhala 僧伽罗语|sk slk Slovak 斯洛伐克语
sl slv Slovenian 斯洛文尼亚语|sq als Albanian 阿尔巴尼亚语|sr srp Serbian 塞尔维亚语
sv swe Swedish 瑞典语|sw swh Swahili 斯瓦希里语|ta tam Tamil 泰米尔语|te tel Telugu 泰卢固语
th tha Thai 泰语|tl tgl Tagalog 他加禄语|tr tur Turkish 土耳其语|uk ukr Ukrainian 乌克兰语
ur urd Urdu 乌尔都语|vi vie Vietnamese 越南语|zh zho Chinese 汉语|zh cmn Chinese 汉语
yue yue Cantonese 粤语
"""
_BASE = re.compile(r"([a-z]{2,3})(?:[_-].*)?")


def _table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {"en": {}, "zh": {}}
    for entry in _NAMES.replace("\n", "|").strip("|").split("|"):
        short, long, english, chinese = entry.split()
        for code in (short, long):
            table["en"][code], table["zh"][code] = english.replace("†", " "), chinese
    return table


NAMES: Mapping[str, Mapping[str, str]] = _table()
"""By the page's language and by the code, of ISO 639-1 or 639-3."""


def language_name(code: str, w: Words) -> str:
    """Such as "German (deu_Latn)"; the code alone where the language is not known here."""
    own = w.table.get(f"language.{code}")
    if own is not None:
        return own
    base = _BASE.fullmatch(code)
    name = NAMES[w.language].get(base[1]) if base else None
    if name is None:
        return code
    return name if base is not None and base[1] == code else f"{name} ({code})"
