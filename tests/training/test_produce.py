import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from safetensors import SafetensorError
from safetensors.numpy import load_file

from seqviz.catalog import FOLDER_VARIABLE, find_models
from seqviz.errors import InputError, ModelError
from seqviz.models import checkpoint
from seqviz.records.training_file import read_record
from seqviz.training import produce as way
from seqviz.training.config import read_config
from seqviz.training.events import Event, Measured, Progress, Resumed
from seqviz.training.job import Job, Note, Scoring
from seqviz.training.material import ORIGIN_FILE, PIECES_FOLDER, prepare
from seqviz.training.produce import Product, produce
from seqviz.training.vocabulary import Vocabularies
from seqviz.translator import load
from tests.fixtures.word_training import CONFIG, tiny_job, write_data

Told = list[Event | Note | Scoring]


@dataclass(frozen=True)
class Made:
    """A training that was done once, for all tests that only look."""

    job: Job
    product: Product
    told: Told

    @property
    def folder(self) -> Path:
        return self.product.folder


@pytest.fixture(scope="module", autouse=True)
def _no_shipped_pieces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The shipped pieces of de-en would be taken otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(tmp_path_factory.mktemp("shipped")))
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, _no_shipped_pieces: None) -> Made:
    folder = tmp_path_factory.mktemp("training")
    write_data(folder)
    told: Told = []
    job = tiny_job(folder)
    return Made(job=job, product=produce(job, told.append), told=told)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    write_data(tmp_path)
    return tiny_job(tmp_path)


def stop_at(step: int) -> Callable[[Event | Note | Scoring], None]:
    def tell(event: Event | Note | Scoring) -> None:
        if isinstance(event, Progress) and event.update.step == step:
            raise KeyboardInterrupt

    return tell


def test_the_folder_is_a_model_that_translates(made: Made) -> None:
    names = {path.name for path in made.folder.iterdir()}
    assert names == {"model.safetensors", "settings.json", "training.json", "README.md"}
    pair = {path.name for path in made.folder.parent.iterdir()}
    assert pair == {"tiny", "source.model", "target.model"}
    catalogue = find_models(made.job.places.out)
    assert [entry.name for entry in catalogue.entries] == ["de-en/tiny"]
    assert catalogue.broken == {}
    translator = load("de-en/tiny", "cpu", made.job.places.out)
    forced = translator.force("der hund ist kalt", "the dog is cold")
    assert forced.source.pieces[:2] == ("▁der", "▁hund")


def test_scores_are_those_of_the_test_set(made: Made) -> None:
    scores = json.loads((made.folder / "settings.json").read_text("utf-8"))["scores"]["test"]
    assert scores == made.product.scores
    assert (scores["beam_size"], scores["sentences"]) == (5, 4)
    translator = load("de-en/tiny", "cpu", made.job.places.out)
    lines = (made.job.places.data / "test.tsv").read_text("utf-8").split("\n")
    found = [translator.translate(line.split("\t")[0], beam_size=5).translation for line in lines]
    right = sum(text == line.split("\t")[1] for text, line in zip(found, lines, strict=True))
    assert scores["exact_match"] == pytest.approx(100 * right / 4)


def test_the_record_is_that_of_the_stored_weights(made: Made) -> None:
    record = read_record(made.folder / "training.json")
    assert record is not None
    assert record.fingerprint == load("de-en/tiny", "cpu", made.job.places.out).facts.fingerprint
    assert [point.step for point in record.dev] == [2, 4, 6]
    assert len(record.sentences) == 2
    assert record.frames[0].step == 0


def test_the_card_tells_the_facts(made: Made) -> None:
    card = (made.folder / "README.md").read_text("utf-8")
    for words in (
        "# de-en/tiny: German to English",
        "| Tatoeba | 40 | CC BY 2.0 | www.manythings.org/anki and tatoeba.org, CC BY 2.0 |",
        "| mine\\|\\<b\\> | 20 | not known to SeqViz |",
        "seqviz train tiny.toml --device cpu --data DATA --threads 1",
        "6 of 6 steps",
        "| test.tsv | 4 |",
        f"| {made.product.scores['bleu']:.2f} | {made.product.scores['chrf']:.2f} |",
        str(made.product.scores["bleu_signature"]),
        made.job.config.sha256,
        "those after 4, 6 steps reached",
        CONFIG.strip(),
    ):
        assert words in card
    assert str(made.job.places.data) not in card


def test_everything_is_told(made: Made) -> None:
    kinds = [type(event) for event in made.told]
    assert kinds.count(Progress) == 6
    assert kinds.count(Measured) == 3
    assert kinds[0] is Note
    assert kinds[-1] is Scoring
    notes = [event.text for event in made.told if isinstance(event, Note)]
    assert "60 training pairs (0 too long), 4 for development, 4 for the test" in notes[1]


def test_a_second_training_shares_the_pieces(made: Made, tmp_path: Path) -> None:
    write_data(tmp_path)
    config = tmp_path / "tiny.toml"
    config.write_text(
        CONFIG.replace("/tiny", "/other").replace("size = 40", "size = 30"), encoding="utf-8"
    )
    places = replace(tiny_job(tmp_path).places, out=made.job.places.out)
    told: Told = []
    produce(Job(config=read_config(config), places=places, device="cpu"), told.append)
    assert any(isinstance(event, Note) and "those of the pair" in event.text for event in told)
    systems = [entry.system for entry in find_models(made.job.places.out).entries]
    assert systems == ["other", "tiny"]


def test_an_interrupted_run_ends_with_the_same_weights(made: Made, job: Job) -> None:
    with pytest.raises(KeyboardInterrupt):
        produce(job, stop_at(3))
    assert not job.folder.exists()
    told: Told = []
    product = produce(job, told.append)
    assert [event.step for event in told if isinstance(event, Resumed)] == [2]
    found, expected = (
        load_file(folder / "model.safetensors") for folder in (product.folder, made.folder)
    )
    assert all((found[name] == expected[name]).all() for name in expected)


def test_a_resume_with_other_data_is_refused(job: Job) -> None:
    with pytest.raises(KeyboardInterrupt):
        produce(job, stop_at(3))
    dev = job.places.data / "dev.tsv"
    dev.write_text(dev.read_text("utf-8") + "\nhund\tdog", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        produce(job, list[object]().append)
    assert caught.value.code == "checkpoint_other"


def test_a_model_is_replaced_only_when_asked(made: Made, job: Job) -> None:
    places = replace(job.places, out=made.job.places.out)
    before = (made.folder / "README.md").read_bytes()
    with pytest.raises(InputError) as caught:
        produce(replace(job, places=places), list[object]().append)
    assert caught.value.code == "output_exists"
    (made.folder / "beam_sizes.json").write_text("of the old weights", encoding="utf-8")
    produce(replace(job, places=places, fresh=True, storage="int8"), list[object]().append)
    assert not (made.folder / "beam_sizes.json").exists()
    assert (made.folder / "README.md").read_bytes() != before
    assert [path.name for path in places.out.iterdir()] == ["de-en"]


def config_with(job: Job, *changes: tuple[str, str]) -> Job:
    """The same job with another config."""
    text = job.config.file.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    job.config.file.write_text(text, encoding="utf-8")
    return replace(job, config=read_config(job.config.file))


def test_of_two_systems_trained_at_once_the_first_decides_on_the_pieces(
    made: Made, job: Job
) -> None:
    out = job.places.out

    def other_ends(event: Event | Note | Scoring) -> None:
        if isinstance(event, Scoring) and event.done == event.total:
            (out / "de-en").mkdir(exist_ok=True)
            for name in ("source.model", "target.model"):
                content = (made.folder.parent / name).read_bytes()
                (out / "de-en" / name).write_bytes(content)

    job = config_with(job, ("size = 40", 'size = 40\nkind = "char"'))
    for file in (job.places.data / "dev.tsv", job.places.data / "test.tsv"):
        file.write_text(file.read_text("utf-8").split("\n")[0], encoding="utf-8")
    with pytest.raises(
        InputError, match="holds other pieces than this run; name another"
    ) as caught:
        produce(job, other_ends)
    assert caught.value.code == "file_unwritable"
    for name in ("source.model", "target.model"):
        assert (out / "de-en" / name).read_bytes() == (made.folder.parent / name).read_bytes()
    assert [path.name for path in out.iterdir()] == ["de-en"]
    elsewhere = replace(job, places=replace(job.places, out=job.places.data / "elsewhere"))
    told: Told = []
    produce(elsewhere, told.append)
    assert [event.step for event in told if isinstance(event, Resumed)] == [6]
    assert elsewhere.folder.is_dir()


def test_pieces_that_lie_in_the_work_folder_are_not_written_again(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(Vocabularies, "write", lambda _, folder: written.append(folder.name))
    prepare(made.job.config.settings, made.job.places)
    assert written == []
    elsewhere = replace(made.job.places, work=made.job.places.data / "new")
    with pytest.raises(ModelError):
        prepare(made.job.config.settings, elsewhere)
    assert written == ["pieces"]


def origin_told(job: Job, told: Told) -> list[bool]:
    """Whether log and card say that the pieces were there before."""
    notes = [event.text for event in told if isinstance(event, Note)]
    card = (job.folder / "README.md").read_text("utf-8")
    return ["those of the pair" in notes[1], "those that the pair had already" in card]


@pytest.fixture
def done(made: Made, job: Job) -> Job:
    """The job, done already: model and work folder are there."""
    for source, target in (
        (made.job.places.out / "de-en" / "tiny", job.folder),
        (made.job.places.work, job.places.work),
    ):
        shutil.copytree(source, target)
    for name in ("source.model", "target.model"):
        shutil.copy(made.folder.parent / name, job.folder.parent)
    return job


def test_a_resumed_run_still_knows_that_it_took_shipped_pieces(
    made: Made, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(made.job.places.out))
    with pytest.raises(KeyboardInterrupt):
        produce(job, stop_at(1))
    assert prepare(job.config.settings, job.places).shared
    (job.places.work / PIECES_FOLDER / ORIGIN_FILE).unlink()
    assert prepare(job.config.settings, job.places).shared


def test_a_run_done_anew_still_knows_that_it_made_its_pieces(done: Job) -> None:
    told: Told = []
    produce(replace(done, fresh=True), told.append)
    notes = [event.text for event in told if isinstance(event, Note)]
    assert notes[1].endswith("pieces, made from the training pairs")
    card = (done.folder / "README.md").read_text("utf-8")
    assert "EOS 3), made from the training pairs (unigram)." in card
    train = done.places.data / "train.tsv"
    train.write_text(train.read_text("utf-8") + "\nhund\tdog", encoding="utf-8")
    assert prepare(done.config.settings, done.places, fresh=True).shared


def test_data_that_cannot_be_read_leave_a_finished_run_finished(done: Job) -> None:
    (done.places.data / "dev.tsv").unlink()
    with pytest.raises(InputError, match=r"dev\.tsv"):
        produce(replace(done, fresh=True), list[object]().append)
    with pytest.raises(InputError) as caught:
        produce(done, list[object]().append)
    assert caught.value.code == "output_exists"


def test_a_model_that_cannot_be_replaced_stays(done: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (done.folder / "README.md").read_bytes()
    replace_file = os.replace

    def refused(source: Path, target: Path) -> None:
        if Path(source).parent.parent == done.stage and Path(target) == done.folder:
            raise OSError(13, "Permission denied")
        replace_file(source, target)

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(InputError, match="Permission denied"):
        produce(replace(done, fresh=True, storage="int8"), list[object]().append)
    assert (done.folder / "README.md").read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
def test_the_same_training_is_not_done_twice_at_once(job: Job) -> None:
    codes: list[str] = []

    def start_again(event: Event | Note | Scoring) -> None:
        if isinstance(event, Progress):
            with pytest.raises(InputError) as caught:
                produce(job, list[object]().append)
            codes.append(caught.value.code)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        produce(job, start_again)
    assert codes == ["training_running"]


SAID = "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory"


@pytest.mark.parametrize(
    ("where", "error"),
    [("train", RuntimeError(SAID)), ("Finish", InputError("out_of_memory"))],
)
def test_too_little_memory_is_one_clear_error(
    where: str, error: Exception, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(way, where, fill)
    with pytest.raises(InputError) as caught:
        produce(job, list[object]().append)
    assert caught.value.code == "training_memory"


def test_another_error_is_not_taken_for_a_lack_of_memory(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("shapes disagree")

    monkeypatch.setattr(way, "train", fail)
    with pytest.raises(RuntimeError, match="shapes disagree"):
        produce(job, list[object]().append)


def test_float16_on_a_cpu_is_refused_at_once(job: Job) -> None:
    told: Told = []
    halved = config_with(job, ("steps = 6", 'steps = 6\nprecision = "float16"'))
    with pytest.raises(InputError, match="float16, which needs a GPU") as caught:
        produce(halved, told.append)
    assert caught.value.code == "config_invalid"
    assert told == []
    assert not job.places.work.exists()


def test_learned_positions_that_end_too_early_are_refused(job: Job) -> None:
    shape = 'kind = "transformer"\nwidth = 8\nheads = 2\npositions = "learned"\nmax_positions = '
    rnn = 'kind = "rnn"\nattention = "dot"\nwidth = 8\nlayers = 1'
    short = config_with(job, (rnn, f"{shape}21"))
    with pytest.raises(InputError, match="max_positions is 21, but the longest") as caught:
        prepare(short.config.settings, job.places)
    needed = re.findall(r"need (\d+)", str(caught.value))[0]
    enough = config_with(short, ("max_positions = 21", f"max_positions = {needed}"))
    assert prepare(enough.config.settings, job.places).left_out == 0


def test_a_task_needs_no_files(tmp_path: Path) -> None:
    text = CONFIG[: CONFIG.index("[data]")] + CONFIG[CONFIG.index("[model]") :]
    config = tmp_path / "task.toml"
    config.write_text(
        text.replace("de-en/tiny", "date-iso/dot")
        .replace("size = 40", "size = 90")
        .replace("replay_frames = 2", "replay_frames = 0")
        .replace("dev_every = 2", "dev_every = 6")
        + '[data]\ntask = "date-iso"\ntask_pairs = 100\ntask_dev = 5\ntask_test = 6\n',
        encoding="utf-8",
    )
    job = replace(tiny_job(write_data(tmp_path).parent), config=read_config(config))
    product = produce(job, list[object]().append)
    assert product.scores["sentences"] == 6
    settings = json.loads((product.folder / "settings.json").read_text("utf-8"))
    assert settings["licence"] == "Trained on generated data; no licence is needed."
    assert "Exact match, %, greedy" in (product.folder / "README.md").read_text("utf-8")


def test_too_long_pairs_are_left_out_and_lines_named(job: Job) -> None:
    train = job.places.data / "train.tsv"
    train.write_text(f"{'hund ' * 60}\tdog\n" + train.read_text("utf-8"), encoding="utf-8")
    prepared = prepare(job.config.settings, job.places)
    assert (prepared.left_out, len(prepared.material.train)) == (1, 60)
    (job.places.data / "test.tsv").write_text(f"a\tb\n{'x ' * 600}\tb\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"Line 2 of test.tsv has \d+ tokens, the limit is 512"):
        prepare(job.config.settings, job.places)
    train.write_text(f"{'hund ' * 60}\tdog\n", encoding="utf-8")
    (job.places.data / "test.tsv").write_text("a\tb\n", encoding="utf-8")
    with pytest.raises(InputError, match="No training pair is left: all 1 have more than 40"):
        prepare(job.config.settings, job.places)


def test_a_full_disk_at_the_end_loses_nothing(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*_: object) -> None:
        raise SafetensorError("Error while serializing: I/O error: No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "save_file", fill)
        with pytest.raises(InputError, match="cannot be written: No space left on device"):
            produce(job, list[object]().append)
    assert list(job.places.out.iterdir()) == []
    told: Told = []
    produce(job, told.append)
    assert [event.step for event in told if isinstance(event, Resumed)] == [6]
    assert job.folder.is_dir()


def test_a_folder_that_cannot_be_written_is_named_first(job: Job) -> None:
    job.places.out.write_text("a file", encoding="utf-8")
    told: Told = []
    with pytest.raises(InputError) as caught:
        produce(job, told.append)
    assert caught.value.code == "file_unwritable"
    assert str(job.places.out) in str(caught.value)
    assert told == []
