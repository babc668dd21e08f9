"""Archives as visitors bring them: good ones, and those made to do harm."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from seqviz.catalog.archive import MOST_MEMBERS, PIECE, unpack
from seqviz.errors import ModelError

MODEL = {"config.json": b"{}", "source.spm": b"spm", "vocab.json": b"{}"}


def zipped(
    files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        archive.comment = comment
    return content.getvalue()


def unpacked(content: bytes, folder: Path, most_bytes: int = 10 * PIECE) -> dict[str, bytes]:
    target = folder / "target"
    target.mkdir()
    unpack(io.BytesIO(content), target, name="model.zip", most_bytes=most_bytes)
    return {file.name: file.read_bytes() for file in target.iterdir()}


def refusal(content: bytes, folder: Path, most_bytes: int = 10 * PIECE) -> str:
    """Why an archive is refused, after a look that it left nothing outside of its folder."""
    with pytest.raises(ModelError) as error:
        unpacked(content, folder, most_bytes)
    assert error.value.code == "archive_refused"
    assert error.value.facts["file"] == "model.zip"
    assert [entry.name for entry in folder.iterdir()] == ["target"]
    return str(error.value.facts["reason"])


@pytest.mark.parametrize("top", ["", "opus-mt-de-en/"])
@pytest.mark.parametrize("comment", [b"", b"made by hand"])
def test_a_model_at_the_top_or_in_one_folder(top: str, comment: bytes, tmp_path: Path) -> None:
    files = {f"{top}{name}": data for name, data in MODEL.items()}
    assert unpacked(zipped(files, comment=comment), tmp_path) == MODEL


def test_a_file_on_disk_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "model.zip").write_bytes(zipped(MODEL))
    seen: list[tuple[int, int]] = []
    unpack(
        tmp_path / "model.zip",
        tmp_path / "target",
        name="model.zip",
        on_bytes=lambda done, total: seen.append((done, total)),
    )
    assert {file.name for file in (tmp_path / "target").iterdir()} == MODEL.keys()
    assert seen == [(2, 7), (5, 7), (7, 7)]


def test_files_of_other_names_stay_inside(tmp_path: Path) -> None:
    others = {
        "modeling_evil.py": b"import os",
        "run.sh": b"rm -rf /",
        "inner.zip": zipped(MODEL),
        "onnx/config.json": b"[]",
        "__MACOSX/._config.json": b"",
        "tf_model.h5": b"",
        ".config.json": b"",
        "x.spm.exe": b"",
    }
    model = {**MODEL, "model.safetensors": b"weights"}
    assert unpacked(zipped({**model, **others}), tmp_path) == model


@pytest.mark.parametrize(
    "name",
    [
        "../source.spm",
        "a/../../source.spm",
        "/tmp/source.spm",
        "..\\source.spm",
        "C:\\source.spm",
        "C:source.spm",
        "a/b/../../../x",
        "line\nbreak.spm",
        "\u202espm",
    ],
)
def test_names_that_lead_out(name: str, tmp_path: Path) -> None:
    assert "leads out" in refusal(zipped({**MODEL, name: b"x"}), tmp_path)


def test_a_name_that_is_cut_at_a_zero(tmp_path: Path) -> None:
    content = zipped({**MODEL, "other.spm_": b"x"}).replace(b"other.spm_", b"../x.spm\0_")
    assert "leads out" in refusal(content, tmp_path)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices(kind: int, tmp_path: Path) -> None:
    content = io.BytesIO(zipped(MODEL))
    with zipfile.ZipFile(content, "a") as archive:
        link = zipfile.ZipInfo("target.spm")
        link.external_attr = (kind | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert "is a link or a device" in refusal(content.getvalue(), tmp_path)


def test_a_bomb_that_admits_its_size(tmp_path: Path) -> None:
    content = zipped({**MODEL, "model.safetensors": bytes(30 * PIECE)})
    assert "more than 10 MB" in refusal(content, tmp_path)


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    content = zipped({**MODEL, "model.safetensors": bytes(30 * PIECE)})
    lying = content.replace(struct.pack("<L", 30 * PIECE), struct.pack("<L", 100))
    assert lying != content
    # zipfile itself stops after the announced bytes, and misses the checksum.
    assert "damaged" in refusal(lying, tmp_path)


def test_too_many_bytes_in_all(tmp_path: Path) -> None:
    parts = {f"model-{i}-of-4.safetensors": bytes(1000) for i in range(4)}
    stored = zipped({**MODEL, **parts}, zipfile.ZIP_STORED)
    assert "unpacked" in refusal(stored, tmp_path, 4000)


def test_what_is_compressed_beyond_belief(tmp_path: Path) -> None:
    content = zipped({**MODEL, "model.safetensors": bytes(8 * PIECE)})
    assert "beyond belief" in refusal(content, tmp_path)


def test_too_many_members(tmp_path: Path) -> None:
    many = {f"{number}.txt": b"" for number in range(MOST_MEMBERS)}
    assert "members" in refusal(zipped({**MODEL, **many}), tmp_path)


def test_a_long_list_of_members_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = zipped({f"{number}.txt": b"" for number in range(2 * MOST_MEMBERS)})
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert "members" in refusal(many, tmp_path)


def test_a_list_of_members_beyond_the_usual_size(tmp_path: Path) -> None:
    content = zipped(MODEL)
    end = content.rfind(b"PK\x05\x06")
    locator = b"PK\x06\x07" + bytes(16)
    assert "4 GB" in refusal(content[:end] + locator + content[end:], tmp_path)


def test_two_files_of_one_name(tmp_path: Path) -> None:
    content = zipped({**MODEL, "vocab.jsoN": b"[]"}).replace(b"vocab.jsoN", b"vocab.json")
    assert "two files 'vocab.json'" in refusal(content, tmp_path)


def test_two_models_and_none(tmp_path: Path) -> None:
    for name, files in {"two": {"a/config.json": b"", "b/config.json": b""}, "none": {}}.items():
        folder = tmp_path / name
        folder.mkdir()
        assert "one is needed" in refusal(zipped({"x": b"", **files}), folder)


def test_a_model_that_lies_too_deep(tmp_path: Path) -> None:
    assert "one is needed" in refusal(zipped({"a/b/config.json": b""}), tmp_path)


def encrypted(content: bytes) -> bytes:
    """Set the bit in both headers of the first member."""
    local = content.index(b"PK\x03\x04") + 6
    central = content.index(b"PK\x01\x02") + 8
    changed = bytearray(content)
    changed[local] |= 1
    changed[central] |= 1
    return bytes(changed)


def spoilt(content: bytes) -> bytes:
    """Change a byte of what is compressed."""
    place = content.index(b"vocab.json") + len(b"vocab.json")
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "no zip": lambda content: b"PK\x03\x04 and so on" * 100,
    "cut in half": lambda content: content[: len(content) // 2],
    "last byte missing": lambda content: content[:-1],
    "first half missing": lambda content: content[len(content) // 2 :],
    "encrypted": encrypted,
    "spoilt": spoilt,
    "end alone": lambda content: content[-22:],
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_damaged_archives(damage: str, tmp_path: Path) -> None:
    reason = refusal(DAMAGED[damage](zipped(MODEL)), tmp_path)
    assert len(reason) < 200


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compressions(method: int, tmp_path: Path) -> None:
    assert "unusual" in refusal(zipped(MODEL, method), tmp_path)
