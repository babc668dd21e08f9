"""The tables of ``seqviz validate``, as Markdown: printed, and put into a file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from seqviz.errors import InputError
from seqviz.files import write_whole
from seqviz.inspection.features import FEATURES
from seqviz.words import table
from seqviz.words.numbers import number

BEGIN, END = "<!-- flags -->", "<!-- end of flags -->"
ANYWHERE = ("unsure", "unsupported")
"""Flags that look for any kind of error."""
_BETWEEN = re.compile(f"(?<={BEGIN}\n).*?(?={END}\n)", re.DOTALL)
Result = Mapping[str, Any]
Words = Mapping[str, str]


def told(result: Result, language: str = "en") -> str:
    """All tables, each below a line that says of what it is."""
    words = table(language)
    blocks = [*_judged(result, words)]
    for family in result["families"]:
        own = [one for one in result["own_families"] if one["group"] == family["group"]]
        blocks += _planted(family, own, words)
    for one in result["spans"]:
        blocks += _spans(one, words)
    for group in result["worth"]:
        blocks += _features(result, group, words)
    blocks += [*_ignored(result, words), *_alignment(result, words)]
    return "\n\n".join(blocks)


def check_marked(files: Sequence[Path]) -> None:
    """See that there is a place for the tables in each.

    Raises:
        InputError: ``file_unreadable``; ``unmarked``.
    """
    for file in files:
        if _BETWEEN.search(_read(file)) is None:
            raise InputError("unmarked", {"file": str(file), "begin": BEGIN, "end": END})


def put(result: Result, file: Path) -> None:
    """Put the tables between the two lines of a file."""
    language = "zh" if file.name.endswith(".zh.md") else "en"
    text = f"\n{told(result, language)}\n\n"
    write_whole(file, _BETWEEN.sub(lambda _: text, _read(file)).encode())


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("file_unreadable", {"file": str(file), "reason": str(error)}) from error


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _share(value: float) -> str:
    """Two digits behind the point, and none before it where it is 0."""
    return number(value).replace("0.", ".", 1) if abs(value) < 1 else number(value)


def _judged(result: Result, words: Words) -> Iterator[str]:
    if not result["judged"]:
        return
    names = ("judgements", "sentences", "seq_logprob", "worst3", "words", "auroc", "threshold")
    heads = [words[f"validate.{name}"] for name in (*names, "precision", "recall", "mcc")]
    yield words["validate.about.judged"]
    yield _table(
        heads,
        [
            [
                f"`{one['name']}`",
                f"{one['joined']:,} / {one['sentences']:,}",
                number(one["seq_logprob"], ".3f"),
                number(one["worst3"], ".3f"),
                f"{word['count']:,}",
                number(word["auroc"], ".3f"),
                number(word["threshold"]),
                *(_share(word[name]) for name in ("precision", "recall", "mcc")),
            ]
            for one in result["judged"]
            for word in (one["surprisal"],)
        ],
    )


def _planted(family: Result, own: Sequence[Result], words: Words) -> Iterator[str]:
    """A row a kind of error; the flags that look for any, and the one that is made for it."""
    yield words["validate.about.planted"].format_map({"models": family["model"]})
    flags = {(one["flag"], one["planted"]): one for one in family["flags"]}
    kinds = [kind for kind in dict.fromkeys(kind for _, kind in flags) if kind]
    rows = []
    for kind in sorted(kinds, key=lambda kind: kind == "all"):
        made = {name: flags.get((name, kind)) for name in ("repeated", "copied", "left_out")}
        fitting = [name for name in made if name == kind or (name == "left_out" and made[name])]
        found = [flags.get((name, kind)) for name in ANYWHERE]
        bad = next(one for one in (*found, *made.values()) if one)["judgement"]["bad"]
        cells = [_judgement(one) for one in found]
        told = [f"{words[f'evidence.kind.{name}']}: {_judgement(made[name])}" for name in fitting]
        rows.append([words[f"validate.kind.{kind}"], f"{bad:,}", *cells, "; ".join(told)])
    untouched = [one for one in family["flags"] if not one["planted"]]
    rows.append(_marked("untouched", untouched, words))
    rows += [_marked("own", one["flags"], words) for one in own]
    heads = [words[f"validate.{name}"] for name in ("planted", "bad")]
    heads += [words[f"evidence.kind.{name}"] for name in ANYWHERE]
    yield _table([*heads, words["validate.made"]], rows)


def _judgement(flag: Result | None) -> str:
    if flag is None:
        return ""
    found = flag["judgement"]
    precision, recall = _share(found["precision"]), _share(found["recall"])
    return f"{precision} / {recall} / **{_share(found['auroc'])}**"


def _marked(kind: str, flags: Sequence[Result], words: Words) -> list[str]:
    """How many words are flagged where nothing is known to be wrong."""
    shares = {one["flag"]: f"{100 * one['marked']:.1f} %" for one in flags}
    rest = [name for name in shares if name not in ANYWHERE]
    told = "; ".join(f"{words[f'evidence.kind.{name}']} {shares[name]}" for name in rest)
    cells = [shares.get(name, "") for name in ANYWHERE]
    return [words[f"validate.kind.{kind}"], "", *cells, told]


def _spans(one: Result, words: Words) -> Iterator[str]:
    yield words["validate.about.spans"].format_map({"model": one["model"]})
    names = ("flag", "words", "bad", "auroc", "ap", "precision", "recall", "mcc")
    yield _table(
        [words[f"validate.{name}"] for name in names],
        [
            [
                words[f"evidence.kind.{flag['flag']}"],
                f"{found['count']:,}",
                f"{found['bad']:,}",
                *(_share(found[name]) for name in ("auroc", "average_precision", *names[5:])),
            ]
            for flag in one["flags"]
            for found in (flag["judgement"],)
        ],
    )


def _features(result: Result, group: str, words: Words) -> Iterator[str]:
    worth = result["worth"][group]
    followed = [one for one in result["followed"] if one["group"] == group]
    models = ", ".join(one["model"] for one in followed) or group
    kinds = list(dict.fromkeys(kind for found in worth.values() for kind in found))
    own = {one["feature"]: one for some in followed for one in some["features"]}
    rows = []
    for name in FEATURES:
        if name in worth or name in own:
            found = worth.get(name, {})
            cells = [_share(found[kind]) if kind in found else "–" for kind in kinds]
            rows.append([f"`{name}`", *cells, *_followed(own.get(name))])
    yield words["validate.about.features"].format_map({"models": models})
    heads = [words[f"validate.kind.{kind}"] for kind in kinds]
    heads += [words["validate.follows"], words["validate.at_length"]]
    yield _table([words["validate.feature"], *heads], rows)


def _followed(one: Result | None) -> list[str]:
    return ["–", "–"] if one is None else [_interval(one["interval"]), _share(one["at_length"])]


def _interval(one: Result) -> str:
    low, high = _share(one["low"]), _share(one["high"])
    return f"**{_share(one['correlation'])}** [{low}, {high}]"


def _ignored(result: Result, words: Words) -> Iterator[str]:
    if not result["followed"]:
        return
    yield words["validate.about.ignored"]
    rows = [
        [some["model"], number(one["nats"], ".1f"), _share(one["mcc"]), _interval(one["interval"])]
        for some in result["followed"]
        for one in some["ignored"]
    ]
    heads = [words[f"validate.{name}"] for name in ("models", "threshold", "mcc", "follows")]
    yield _table(heads, rows)


def _alignment(result: Result, words: Words) -> Iterator[str]:
    if not result["alignment"]:
        return
    yield words["validate.about.alignment"]
    names = ("model", "gold", "pairs", "reading", "aer", "precision", "recall", "lowest")
    yield _table(
        [words[f"validate.{name}"] for name in names],
        [
            [
                one["model"],
                f"`{one['gold']}`",
                f"{one['pairs']:,}",
                _reading(one, words),
                *(_share(one[name]) for name in ("error_rate", *names[5:])),
            ]
            for one in result["alignment"]
        ],
    )


def _reading(one: Result, words: Words) -> str:
    head = "validate.mean" if one["head"] is None else "validate.head"
    return words["validate.read"].format_map(
        {
            "measure": words[f"validate.measure.{one['measure']}"],
            "row": words[f"validate.row.{one['row']}"],
            "layer": one["layer"] + 1,
            "head": words[head].format_map({"head": (one["head"] or 0) + 1}),
        }
    )
