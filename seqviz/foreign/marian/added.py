"""Which tokens a Marian folder adds to its vocabulary, and which of them are special.

As ``from_pretrained`` of ``transformers`` 5 reads tokenizer_config.json and, where that has no
"added_tokens_decoder", special_tokens_map.json, added_tokens.json and tokenizer.json.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqviz.catalog.untrusted import MAX_VOCABULARY_BYTES, read_if_there
from seqviz.errors import ModelError
from seqviz.foreign.added import CLOSED, AddedToken
from seqviz.foreign.settings import MAX_ID

EOS, UNKNOWN, PAD = "eos_token", "unk_token", "pad_token"
USUAL = {EOS: "</s>", UNKNOWN: "<unk>", PAD: "<pad>"}
"""How the special tokens are spelled where tokenizer_config.json does not say."""
NAMED = (*CLOSED, "mask_token")
"""Special tokens, in the order in which they are numbered."""
SETTINGS = "tokenizer_config.json"
_LISTS = ("additional_special_tokens", "extra_special_tokens")
_FLAGS = ("lstrip", "rstrip", "single_word")


@dataclass(frozen=True, kw_only=True)
class Added:
    """What is added to a vocabulary."""

    tokens: Mapping[str, AddedToken]
    """By their spelling; special ones that stand in the vocabulary are among them."""
    named: Mapping[str, str]
    """How special tokens are spelled, by what they are for."""
    special: frozenset[str]
    """Spellings that leave nothing in a text."""

    @property
    def closed(self) -> frozenset[str]:
        """Spellings that are text when somebody types them."""
        return frozenset(self.named[name] for name in CLOSED if name in self.named)


def read_added(folder: Path, settings: Mapping[str, Any], ids: Mapping[str, int]) -> Added:
    """The added tokens of a folder.

    Args:
        folder: of the model.
        settings: its tokenizer_config.json.
        ids: of the vocabulary of its source side, after which new tokens are numbered.

    Raises:
        ModelError: a file is damaged.
    """
    if not settings.get(_LISTS[1]) and _LISTS[0] in settings:
        settings = {**settings, _LISTS[1]: settings[_LISTS[0]]}
    listed = settings.get("added_tokens_decoder")
    if isinstance(listed, dict):
        tokens = dict(_decoder(listed.items(), folder / SETTINGS))
    else:
        settings = _with_map(settings, read_if_there(folder, "special_tokens_map.json"))
        tokens = dict(_legacy(folder))
    named = {**USUAL, **_named(settings)}
    extra = settings.get(_LISTS[1], settings.get(_LISTS[0]))
    special = dict.fromkeys([*_in_order(named), *_texts(extra if isinstance(extra, list) else ())])
    vocabulary = {**ids, **{text: token.id for text, token in tokens.items()}}
    new = len(vocabulary)
    for text in special:
        if text not in vocabulary:
            vocabulary[text], new = new, new + 1
        tokens.setdefault(text, AddedToken(id=vocabulary[text]))
    return Added(tokens=tokens, named=named, special=frozenset(special))


def _with_map(settings: Mapping[str, Any], saved: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, and what special_tokens_map.json says before them."""
    extra = saved.get(_LISTS[1])
    if not isinstance(extra, list):
        return {**settings, **saved}
    before = settings.get(_LISTS[1])
    return {**settings, **saved, _LISTS[1]: [*(before if isinstance(before, list) else ()), *extra]}


def _legacy(folder: Path) -> Iterator[tuple[str, AddedToken]]:
    """From the files of older releases."""
    for text, found in read_if_there(folder, "added_tokens.json").items():
        yield from _decoder([(found, {"content": text})], folder / "added_tokens.json")
    whole = read_if_there(folder, "tokenizer.json", limit=MAX_VOCABULARY_BYTES)
    listed = whole.get("added_tokens")
    tokens = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    yield from _decoder([(one.get("id"), one) for one in tokens], folder / "tokenizer.json")


def _decoder(listed: Any, file: Path) -> Iterator[tuple[str, AddedToken]]:
    """Tokens of pairs of an id, which may be spelled, and what is said of it."""
    for number, said in listed:
        text = said.get("content") if isinstance(said, dict) else None
        token = (
            int(number) if str(number).isdecimal() and len(str(number)) < len(str(MAX_ID)) else -1
        )
        if not isinstance(text, str) or token < 0:
            reason = f"the added token '{number!s:.40}' is {said!r:.40}"
            raise ModelError("settings_invalid", {"file": str(file), "reason": reason})
        if text:
            flags = {flag: said.get(flag) is True for flag in _FLAGS}
            yield text, AddedToken(id=token, **flags)


def _named(settings: Mapping[str, Any]) -> dict[str, str]:
    """Special tokens by what they are for; the library takes any setting of such a name."""
    more = settings.get(_LISTS[1])
    found = {**settings, **(more if isinstance(more, dict) else {})}
    spelled = {
        name: next(iter(_texts([value])), "")
        for name, value in found.items()
        if name.endswith("_token") or (isinstance(more, dict) and name in more)
    }
    return {name: text for name, text in spelled.items() if text}


def _in_order(named: Mapping[str, str]) -> list[str]:
    return [named[name] for name in dict.fromkeys((*NAMED, *named)) if name in named]


def _texts(tokens: Any) -> Iterator[str]:
    """The spelling of tokens, which are texts or objects."""
    for token in tokens:
        text = token.get("content") if isinstance(token, dict) else token
        if isinstance(text, str):
            yield text
