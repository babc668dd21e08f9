"""From pieces to text and to labels: how SentencePiece and others spell what models read and write.

Knows "▁" for a space, "<0xE4>" for a byte, "</s>" and the like, and ⟨tags⟩, which name a language
or a task and are no text; holds no model.
"""

import re
import unicodedata
from collections.abc import Sequence

SPACE = "▁"
UNKNOWN = "<unk>"
START_PIECE = "<s>"
"""Stands for what is fed before the first token."""
SPECIAL = {"</s>": "⟨eos⟩", "<s>": "⟨bos⟩", "<pad>": "⟨pad⟩"}
BYTES = re.compile(r"((?:<0x[0-9A-F]{2}>)+)")
TAG = re.compile(r"⟨[^⟨⟩]+⟩")
# Thai, Lao, Myanmar, Khmer, Kana, Bopomofo, Han and its extensions, half-width Katakana
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)

_BYTE = re.compile(r"<0x([0-9A-F]{2})>")
_LONGEST_UTF8 = 4
_JOINERS = "\u200c\u200d"


def join_pieces(pieces: Sequence[str]) -> str:
    """Spell pieces as text, as SentencePiece's own decoder does.

    Spaces at the start go, tags, end-of-sentence and its like vanish, "<unk>" becomes " ⁇ ", bytes
    are read as UTF-8 and a byte that is none becomes U+FFFD.
    """
    text = ""
    pending = b""
    for part in [*(part for piece in pieces for part in _parts(piece)), ""]:
        if part.startswith("<") and BYTES.fullmatch(part):
            pending += bytes.fromhex("".join(_BYTE.findall(part)))
            continue
        if pending:
            text, pending = text + _decode_bytes(pending), b""
        if part not in SPECIAL and not TAG.fullmatch(part):
            text += _surface(part if text else part.removeprefix(SPACE))
    return text


def unknown_pieces(ids: Sequence[int], pieces: Sequence[str], unknown: int) -> tuple[str, ...]:
    """Those that the vocabulary lacks, each once, as they were written.

    Args:
        ids: of tokens.
        pieces: their spelling; an unknown one is spelled as the text has it.
        unknown: the id of everything that the vocabulary lacks.
    """
    found = (piece for token, piece in zip(ids, pieces, strict=True) if token == unknown)
    return tuple(dict.fromkeys(piece.strip(SPACE) for piece in found))


def display_piece(piece: str) -> str:
    """Spell a piece as a label: one line, nothing invisible.

    The "▁" stays, so that subwords can be told from words; special tokens and bytes stand in
    ⟨angle brackets⟩; control and direction marks show as ⟨U+202E⟩, other spaces as "␣".
    """
    if piece in SPECIAL:
        return SPECIAL[piece]
    if piece == UNKNOWN:
        return "⟨unk⟩"
    return "".join(map(_display_part, _parts(piece))) or "∅"


def piece_label(piece: str) -> str:
    """Spell a piece in a picture: a word without its "▁", the rest of a word after a dot."""
    shown = display_piece(piece)
    if shown.startswith(SPACE):
        return shown.removeprefix(SPACE) or "␣"
    return f"·{shown}" if shown[0].isalnum() and not UNSPACED.match(shown) else shown


def display_text(text: str) -> str:
    """Spell a whole text in one line: spaces in a row are one, nothing else is invisible."""
    return " ".join("".join(map(_visible, word)) for word in text.split())


def _parts(piece: str) -> list[str]:
    """Runs of bytes, and what stands between them: byte-level BPE has both in one piece."""
    if "<0x" not in piece:
        return [piece] if piece else []
    return [part for part in BYTES.split(piece) if part]


def _display_part(part: str) -> str:
    if part.isprintable() and not part.startswith("<") and " " not in part:
        return part  # as most are
    if BYTES.fullmatch(part):
        return _BYTE.sub(r"⟨\1⟩", part)
    return "".join(map(_visible, part)) if part.strip(_JOINERS) else _code_points(part)


def _surface(piece: str) -> str:
    return " ⁇ " if piece == UNKNOWN else piece.replace(SPACE, " ")


def _decode_bytes(pending: bytes) -> str:
    """UTF-8, one U+FFFD for every byte that belongs to no character."""
    text, start = "", 0
    while start < len(pending):
        for length in range(1, _LONGEST_UTF8 + 1):
            character = pending[start : start + length].decode(errors="ignore")
            if len(character.encode()) == length:
                text, start = text + character, start + length
                break
        else:
            text, start = text + "\ufffd", start + 1
    return text


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Cf", "Zl", "Zp", "Cs"} and character not in _JOINERS:
        return _code_points(character)
    return "␣" if category == "Zs" else character


def _code_points(text: str) -> str:
    return "".join(f"⟨U+{ord(character):04X}⟩" for character in text)
