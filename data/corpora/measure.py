"""What each part of the data gives a fine-tuning: the same training without it, and what is lost.

    python data/corpora/measure.py de-en DATA WORK

DATA holds PAIR.train.tsv.gz and the others that the config PAIR/transformer.tuned names. Of every
part 120 pairs are held out first. The model to go on from is that of SEQVIZ_MODELS. What is in WORK
already is not trained again.
"""

import gzip
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from seqviz.analysis.quality import corpus_quality
from seqviz.training.augment.held_out import stands
from seqviz.training.config import read_config
from seqviz.translator import Translator, load

HERE = Path(__file__).parent
PARTS: Mapping[str, tuple[str, ...]] = {
    "news and encyclopedias": ("ntrex", "pud", "xquad", "mlqe-pe"),
    "sums in words": ("mgsm",),
    "a game": ("cdda",),
    "software": ("djangogirls", "gnome-help", "opensource-guide", "react", "pydocs"),
}
COURSE = ("field", "class", "people", "idiom", "order", "number", "visitor")
LIGHT = {"average_last": 1, "dev_sentences": 50, "replay_frames": 0}
"""What nothing here needs more of."""
HELD_OUT, LONGEST, SEED = 120, 200, 16
"""Pairs of a part, and the characters of their sources at most."""
STEPS, TESTED = 120, 500
"""Updates of a run, and sentences of the test set."""
Rows = list[list[str]]


def rows(file: Path) -> Rows:
    """The columns of every line."""
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines]


def split(file: Path, into: Path) -> dict[str, Rows]:
    """Write the pairs that are trained on into a folder, and return those that are held out."""
    held: dict[str, Rows] = {}
    kept = rows(file)
    for part, corpora in PARTS.items():
        found = [row for row in kept if row[2] in corpora and len(row[0]) <= LONGEST]
        held[part] = random.Random(f"{part} {SEED}").sample(found, min(HELD_OUT, len(found) // 3))
        out = {row[0] for row in held[part]}
        kept = [row for row in kept if row[0] not in out]
    with gzip.open(into / file.name, "wt", encoding="utf-8") as lines:
        lines.writelines("\t".join(row) + "\n" for row in kept)
    return held


def config_without(part: str, text: str, *, corpora: Iterable[str], steps: int) -> str:
    """The config of a run that lacks a part, one of ``PARTS``, "course", "augment" or ""."""
    left_out = COURSE if part == "course" else PARTS.get(part, ())
    named = ", ".join(f'"{name}"' for name in corpora if name not in left_out)
    text = re.sub(r"^(test = .*\n|corpora = \[[^]]*\]\n)", "", text, flags=re.MULTILINE)
    text = text.replace("[data]\n", f"[data]\ncorpora = [{named}]\n")
    if part == "augment":
        text = re.sub(r"\[augment\]\nshare = .*\n", "", text)
    if left_out:
        text = re.sub(rf'^"?({"|".join(left_out)})"? = .*\n', "", text, flags=re.MULTILINE)
    if part == "course":
        text = re.sub(r', *"course/.*?"|\n *"course/.*?",', "", text, count=1)
        text = re.sub(r"\[data\.repeat\]\n.*\n", "", text)
    for key, value in {**LIGHT, "steps": steps, "dev_every": steps}.items():
        text = re.sub(rf"^{key} = .*", f"{key} = {value}", text, flags=re.MULTILINE)
    return text


def trained(part: str, text: str, *, pair: str, work: Path) -> str:
    """Train, unless that is done, and return the folder of the model."""
    place = work / (part or "whole").replace(" ", "-")
    place.mkdir(parents=True, exist_ok=True)
    config = place / "config.toml"
    config.write_text(text, encoding="utf-8")
    out = place / "out"
    if not (out / pair / "transformer").is_dir():
        words = ["--data", str(work / "data"), "--out", str(out), "--work", str(place / "work")]
        words += ["--device", "cpu", "--threads", "1", str(config)]
        with (place / "output.txt").open("ab") as log:
            subprocess.run(
                [sys.executable, "-m", "seqviz", "train", *words],
                stdout=log,
                stderr=log,
                check=True,
            )
    return str(out / pair / "transformer")


def scores(translator: Translator, sets: Mapping[str, Rows]) -> list[float]:
    """BLEU, or for numbers and names the percentage of translations that hold what is needed."""
    found = []
    for name, lines in sets.items():
        texts = [made.text for made in translator.translate_all([row[0] for row in lines])]
        if name in ("numbers", "names"):
            right = sum(stands(row[2], text) for row, text in zip(lines, texts, strict=True))
            found.append(100 * right / len(lines))
        else:
            found.append(corpus_quality(texts, [row[1] for row in lines], language="en").bleu)
    return found


def main(pair: str, *places: str, steps: int = STEPS) -> None:
    """Train and print a table."""
    data, work = map(Path, places)
    folder = work / "data"
    folder.mkdir(parents=True, exist_ok=True)
    for file in data.glob(f"{pair}.*"):
        if ".more." not in file.name and not (folder / file.name).exists():
            (folder / file.name).symlink_to(file.resolve())
    if not (folder / "course").exists():
        (folder / "course").symlink_to((HERE.parent / "course").resolve())
    held = split(data / f"{pair}.more.tsv.gz", folder)
    shipped = read_config(f"{pair}/transformer.tuned")
    sets = {
        "test": rows(folder / f"{pair}.test.tsv.gz")[:TESTED],
        **held,
        "course": rows(HERE.parent / "course" / f"{pair}.test.tsv"),
        "numbers": rows(HERE.parent / "held-out" / f"{pair}.numbers.tsv"),
        "names": rows(HERE.parent / "held-out" / f"{pair}.names.tsv"),
    }
    files = [data / f"{pair}.{kind}.tsv.gz" for kind in ("train", "extra", "more")]
    named = {row[2] for file in files if file.is_file() for row in rows(file)}
    corpora = sorted(named.union(COURSE))
    heads = " | ".join(f"{name} ({len(lines)})" for name, lines in sets.items())
    print(f"| trained | {heads} |")
    print("|---" * (len(sets) + 1) + "|")

    def line(what: str, model: str) -> None:
        told = " | ".join(f"{score:.1f}" for score in scores(load(model), sets))
        print(f"| {what} | {told} |", flush=True)

    line("not at all", f"{pair}/transformer")
    for part in ("", *held, "course", "augment"):
        text = config_without(part, shipped.text, corpora=corpora, steps=steps)
        line(f"without {part}" if part else "on all", trained(part, text, pair=pair, work=work))


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main(*sys.argv[1:])
