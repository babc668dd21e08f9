"""Words of the synthetic tasks: their two sides, their examples, their score."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "language.date": "Date",
    "language.iso": "ISO 8601",
    "language.number": "Number",
    "language.words": "English words",
    "sidebar.exact": "{percent} % exact",
    "example.spoken": "Year in words",
    "example.weekday": "With its weekday",
    "example.month_first": "Month first",
    "example.day_first": "Day first",
    "example.capitals": "Capitals",
    "example.run_together": "Nothing between",
    "example.teens": "Teens",
    "example.zeros": "Zeros inside",
    "example.repeated": "One digit repeated",
    "example.round": "Zeros at the end",
}

CHINESE: Mapping[str, str] = {
    "language.date": "日期",
    "language.iso": "ISO 8601 格式",
    "language.number": "数字",
    "language.words": "英文数词",
    "sidebar.exact": "完全匹配 {percent}%",
    "example.spoken": "年份用英文写出",
    "example.weekday": "带星期",
    "example.month_first": "月在前",
    "example.day_first": "日在前",
    "example.capitals": "全部大写",
    "example.run_together": "没有分隔符",
    "example.teens": "十几",
    "example.zeros": "中间有零",
    "example.repeated": "同一个数字重复",
    "example.round": "末尾都是零",
}
