"""What one click does about a doubt that a trace has about its sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from seqviz.text.chinese import simplified
from seqviz.trace.notices import TRADITIONAL
from seqviz.views.session import cache, offered, parts, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.language_names import pair_name


@dataclass(frozen=True, kw_only=True)
class Cure:
    """A button."""

    code: str
    label: str
    act: Callable[..., None]
    arguments: tuple[str, ...] = ()


def cure_of(key: str, facts: Mapping[str, str], w: Words) -> Cure | None:
    """What can be done about a notice, which is told by its key and facts; None: nothing here."""
    find = {"other_language": _switch, TRADITIONAL: _simplify}.get(key)
    return find(facts, w) if find else None


def _switch(facts: Mapping[str, str], w: Words) -> Cure | None:
    """To the first system that reads the sentence's language."""
    found = facts["found"].rpartition(".")[2]
    entries = sorted(cache.models().entries, key=offered.order)
    pair = next((entry.pair for entry in entries if entry.source_language == found), None)
    if pair is None:
        return None
    label = w("cure.switch", {"pair": pair_name(pair, w)})
    return Cure(code="switch", label=label, act=_open, arguments=(pair,))


def _open(pair: str) -> None:
    """Let another pair read the same sentence."""
    state.close_trace()
    state.put("own", "")
    state.put("pair", pair)


def _simplify(facts: Mapping[str, str], w: Words) -> Cure:
    return Cure(code="simplify", label=w("cure.simplify"), act=_convert)


def _convert() -> None:
    parts.rewrite(simplified(state.text("text")))
