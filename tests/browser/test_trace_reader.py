"""The browser reads trace files as Python does: the same record of each, and the same refusals."""

import base64
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from seqviz.options import DecodeOptions, Sampling
from seqviz.trace import Trace
from seqviz.trace.file import FORMAT, read_trace, trace_from_bytes, trace_to_bytes
from seqviz.trace.notices import PLAIN
from seqviz.viewer import packed, script
from seqviz.viewer.reader import ROOM, reader_facts
from tests.fixtures.toy_traces import greedy_trace, random_trace
from tests.trace.test_file import DATA, HOSTILE, HOSTILE_NEW, TRACES, document
from tests.viewer.unpacked import unpacked

pytestmark = pytest.mark.browser

ODD_PIECES = (
    *("▁un", "<0xE4><0xBD>", "<0xA0>", "▁<0xFF>", "⟨fr⟩", "<unk>", "<pad>", "<s>", "▁", "@@"),
    *("3", ".", "5", "▁e", "\u0301", "’", "t", "«", "漢字", "、", "\u200d", "\u2028", "a b"),
    *("▁ก", "ไ", "<b>", "€", "🙂", "\ud7ff", "\ue000", "-", "▁-", "½", "²", ",", "ー", "\u00ad"),
    *("ab@@", "▁\u00a0"),
)
READ = """async ([script, files, reader]) => {
  const { readTrace, packedTrace } = await new Promise((done) => {
    globalThis.done = done;
    const node = document.createElement("script");
    node.textContent = `(() => {${script}; globalThis.done({ readTrace, packedTrace })})()`;
    document.head.append(node);
  });
  const mapped = (value) => Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, plain(one)]));
  const plain = (value) => {
    if (ArrayBuffer.isView(value) || Array.isArray(value)) return Array.from(value, plain);
    if (typeof value === "object" && value) return mapped(value);
    return Number.isFinite(value) || typeof value !== "number" ? value : String(value);
  };
  const read = async (file) => {
    const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt());
    try {
      return JSON.stringify(plain(packedTrace(await readTrace(bytes, reader), reader).data));
    } catch (error) {
      return error.key ? `${error.key} ${error.facts.what ?? ""}` : `${error.stack}`;
    }
  };
  const found = [];
  for (const file of files) found.push(await read(file));
  return found;
}"""
"""The viewer's own modules read files of base64; numbers that JSON lacks become texts."""
LEVELS = re.compile(r"\.attention\.(cross|encoder|decoder)$")


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


def read_there(page: Page, *files: bytes, facts: Mapping[str, Any] | None = None) -> list[str]:
    sent = [base64.b64encode(file).decode() for file in files]
    found: list[str] = page.evaluate(
        READ, [script("siteelsewhere", short=False), sent, facts or reader_facts()]
    )
    return found


def read_here(trace: Trace, room: int = ROOM) -> dict[str, Any]:
    """What Python packs of a trace, unpacked as the browser's record is."""
    found: dict[str, Any] = json.loads(json.dumps(packed(trace, room=room)))
    return found | {part: unpacked(found[part]) for part in ("attention", "tree", "next")}


def check_same(there: Any, here: Any, place: str) -> None:
    """One value after the other; floats to what a float32 tells apart, levels to one of 65,535."""
    if isinstance(here, dict):
        assert there.keys() == here.keys(), place
        for key, value in here.items():
            check_same(there[key], value, f"{place}.{key}")
    elif isinstance(here, np.ndarray) or (isinstance(here, list) and _is_numeric(here)):
        found = np.array([np.nan if one is None else float(one) for one in there])
        wanted = np.array([np.nan if one is None else one for one in here], np.float64)
        np.testing.assert_allclose(
            found, wanted, rtol=1e-6, atol=1.01 if LEVELS.search(place) else 1e-6, err_msg=place
        )
    elif isinstance(here, list):
        assert len(there) == len(here), place
        for at, (one, other) in enumerate(zip(there, here, strict=True)):
            check_same(one, other, f"{place}[{at}]")
    elif isinstance(here, float):
        assert there == pytest.approx(here, rel=1e-6), place
    else:
        assert there == here, place


def _is_numeric(values: list[Any]) -> bool:
    return all(value is None or type(value) in (int, float) for value in values)


def traces() -> dict[str, Trace]:
    plain = random_trace(5, 12, 4, pieces=ODD_PIECES, source_length=40, layers=3, heads=2)
    sampled = replace(
        plain.options, sampling=Sampling(top_k=3, temperature=0.25), prefix=(5,), alpha=0.6
    )
    slots = plain.search.entropies.shape
    counts = replace(
        plain.search,
        kept_counts=np.full(slots, 3, np.int32),
        kept_mass=np.full(slots, 0.5, np.float32),
    )
    codes = (
        *("unapplied:num_beams=4", "unapplied:x", "unchosen:target:de|fr", "tag_unknown:ita"),
        *("unchosen:source:" + "|".join(f"l{n}" for n in range(30)), "other_language:en:de"),
        *("unchosen:instruction:a|b", "unchosen:instruction:"),
        *PLAIN,
    )
    return TRACES | {
        "formats": read_trace(DATA / "format-1.json"),
        "half": read_trace(DATA / "format-2-half.json.gz"),
        "odd": plain,
        "drawn": replace(plain, options=sampled, search=counts),
        "gnmt": replace(
            plain,
            options=DecodeOptions(
                beam_size=4, length_normalisation="gnmt", alpha=0.6, stop="first"
            ),
            notices=codes,
            milliseconds=2.5,
        ),
        "forced": replace(greedy_trace(), forced=True, stopped_by="forced"),
        "many": random_trace(2, 60, 20, source_length=12),
    }


def test_every_trace_is_the_same_record(page: Page) -> None:
    known = traces()
    files = [trace_to_bytes(trace) for trace in known.values()]
    files.append(gzip.compress(files[0], mtime=0))
    *found, again = read_there(page, *files)
    assert again == found[0]
    for (name, trace), there in zip(known.items(), found, strict=True):
        assert there.startswith("{"), f"{name}: {there}"
        check_same(json.loads(there), read_here(trace), name)


def test_files_of_older_formats_open(page: Page) -> None:
    files = [DATA / f"format-{name}" for name in ("1.json", "2.json", "2-half.json.gz", "3.json")]
    for file, there in zip(files, read_there(page, *(f.read_bytes() for f in files)), strict=True):
        assert there.startswith("{"), f"{file.name}: {there}"
        check_same(json.loads(there), read_here(read_trace(file)), file.name)


def test_what_has_no_room_is_left_out_alike(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = random_trace(2, 60, 20, layers=2, heads=2, source_length=12)
    facts = reader_facts()
    facts["shown"] |= {"nodes": 500, "best": 1_000, "room": 4_000}
    monkeypatch.setattr("seqviz.viewer.tree.MOST_NODES", 500)
    monkeypatch.setattr("seqviz.viewer.attention.MOST_OF_BEST", 1_000)
    (there,) = read_there(page, trace_to_bytes(trace), facts=facts)
    here = read_here(trace, room=4_000)
    assert here["attention"]["averaged"] and here["tree"]["cuts"] == ["none"]
    check_same(json.loads(there), here, "many")


def test_what_python_refuses_is_refused(page: Page) -> None:
    files = {}
    for name, changes in (("transformer", HOSTILE), ("everything", HOSTILE_NEW)):
        for told, change in changes.items():
            content = document(name)
            change(content)
            files[told] = json.dumps(content).encode()
    whole = trace_to_bytes(TRACES["rnn"])
    files |= {"no gzip": b"\x1f\x8b nonsense", "cut": gzip.compress(whole)[:-9], "empty": b""}
    files |= {"more": gzip.compress(whole) + b"more", "list": b"[]", "null": b"null", "ff": b"\xff"}
    found = dict(zip(files, read_there(page, *files.values()), strict=True))
    assert {told: text for told, text in found.items() if not text.startswith("gallery.bad.")} == {}
    assert found["prefix unknown"] == "gallery.bad.unfit vocabulary"
    assert found["lying shape"] == "gallery.bad.form entropies"
    assert found["cut"] == "gallery.bad.gzip "


def test_what_is_too_large_or_too_new_is_refused(page: Page) -> None:
    content = trace_to_bytes(TRACES["rnn"])
    facts = reader_facts()
    newer = json.dumps(json.loads(content) | {"format": FORMAT + 1}).encode()
    assert read_there(page, newer) == ["gallery.bad.version "]
    facts["limits"] |= {"unpacked": 1_000}
    assert (
        read_there(page, content, gzip.compress(content), facts=facts) == ["gallery.bad.large "] * 2
    )
    facts["limits"] |= {"unpacked": 10**9, "values": 100}
    assert read_there(page, content, facts=facts) == ["gallery.bad.values "]
    assert trace_from_bytes(content, name="it")
