"""A training in small: twenty words of two made-up languages, a config, a second or two."""

import random
from pathlib import Path

from seqviz.training.config import read_config
from seqviz.training.job import Job
from seqviz.training.material import Places

SOURCE = ("der", "die", "das", "hund", "katze", "kalt", "ist", "nicht", "hier", "war")
TARGET = ("the", "thy", "that", "dog", "cat", "cold", "is", "not", "here", "was")
CONFIG = """
name = "de-en/tiny"
seed = 3
[data]
train = ["train.tsv"]
dev = "dev.tsv"
test = "test.tsv"
max_tokens = 40
[model]
kind = "rnn"
attention = "dot"
width = 8
layers = 1
[source_vocabulary]
size = 40
[target_vocabulary]
size = 40
[optimiser]
steps = 12
batch_tokens = 200
learning_rate = 1e-2
warmup_steps = 4
average_last = 2
[report]
log_every = 4
dev_every = 4
replay_frames = 3
replay_sentences = 2
"""


def write_data(folder: Path) -> Path:
    """Files and the config "tiny.toml"; returns the config."""
    chance = random.Random(1)
    for name, count in (("train", 60), ("dev", 6), ("test", 8)):
        lines = []
        for number in range(count):
            places = chance.choices(range(len(SOURCE)), k=2 + number % 4)
            sides = [" ".join(words[place] for place in places) for words in (SOURCE, TARGET)]
            lines.append("\t".join((*sides, "tatoeba" if number % 3 else "mine|<b>")))
        (folder / f"{name}.tsv").write_text("\n".join(lines), encoding="utf-8")
    config = folder / "tiny.toml"
    config.write_text(CONFIG, encoding="utf-8")
    return config


def tiny_job(folder: Path) -> Job:
    """A job on data that ``write_data`` wrote into a folder; everything else goes there, too."""
    places = Places(data=folder, out=folder / "out", work=folder / "work")
    return Job(config=read_config(folder / "tiny.toml"), places=places, device="cpu")
