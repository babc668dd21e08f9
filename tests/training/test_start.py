"""A training that goes on from a model: its weights, its pieces, its terms, and what is refused."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from seqviz.catalog import FOLDER_VARIABLE, read_entry
from seqviz.errors import InputError, ModelError
from seqviz.models.checkpoint import load_model
from seqviz.records.training_file import read_record
from seqviz.text.tokenizer import Tokenizer
from seqviz.training.batches import SPECIAL
from seqviz.training.config import read_config
from seqviz.training.events import Progress
from seqviz.training.job import Job, Tell
from seqviz.training.material import Places, prepare
from seqviz.training.produce import produce
from tests.fixtures.word_training import CONFIG, tiny_job, write_data

PIECES = """[source_vocabulary]
size = 40
[target_vocabulary]
size = 40
"""
GOING_ON = CONFIG.replace(PIECES, "").replace("seed = 3", 'seed = 4\nstart_from = "de-en/tiny"')


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models with one, just trained."""
    folder = tmp_path_factory.mktemp("earlier")
    write_data(folder)
    job = tiny_job(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(folder / "none"))
        produce(job, lambda event: None)
    return job.places.out


@pytest.fixture
def job(shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Job]:
    monkeypatch.setenv(FOLDER_VARIABLE, str(shipped))
    write_data(tmp_path)

    def make(config: str = GOING_ON, name: str = "on") -> Job:
        file = tmp_path / f"{name}.toml"
        file.write_text(config, encoding="utf-8")
        places = Places(data=tmp_path, out=tmp_path / name, work=tmp_path / f"{name}-work")
        return Job(config=read_config(file), places=places, device="cpu")

    return make


def stop_at(step: int) -> Tell:
    def tell(event: object) -> None:
        if isinstance(event, Progress) and event.update.step == step:
            raise KeyboardInterrupt

    return tell


def test_it_begins_with_the_weights_and_pieces_of_that_model(
    job: Callable[[str], Job], shipped: Path
) -> None:
    made = job(GOING_ON.replace("learning_rate = 1e-2", "learning_rate = 1e-8"))
    told: list[object] = []
    folder = produce(made, told.append).folder
    found, earlier = (load_model(each).state_dict() for each in (folder, shipped / "de-en/tiny"))
    for name, weight in earlier.items():
        torch.testing.assert_close(found[name], weight, atol=2e-3, rtol=0)
    for side in ("source", "target"):
        pieces = [each / f"{side}.model" for each in (folder.parent, shipped / "de-en")]
        assert pieces[0].read_bytes() == pieces[1].read_bytes()


def test_a_share_of_the_start_is_kept_and_the_card_says_so(
    job: Callable[..., Job], shipped: Path
) -> None:
    last = '[optimiser]\nresult = "last"\n'
    whole = produce(job(GOING_ON.replace("[optimiser]\n", last), "whole"), lambda event: None)
    mixing = GOING_ON.replace("[optimiser]\n", f"{last}keep_start = 0.25\n")
    folder = produce(job(mixing, "mixed"), lambda event: None).folder
    start, end, found = (
        load_model(each).state_dict() for each in (shipped / "de-en/tiny", whole.folder, folder)
    )
    for name, weight in found.items():
        expected = 0.25 * start[name] + 0.75 * end[name]
        torch.testing.assert_close(weight, expected, atol=2e-3, rtol=2e-3)
    assert any(not torch.equal(found[name], end[name]) for name in end)
    assert "25% of these, 75% of what was learnt" in (folder / "README.md").read_text("utf-8")


def test_bilinear_attention_begins_as_a_dot_product(job: Callable[..., Job], shipped: Path) -> None:
    general = GOING_ON.replace('attention = "dot"', 'attention = "general"')
    still = general.replace("learning_rate = 1e-2", "learning_rate = 1e-8")
    folder = produce(job(still, "still"), lambda event: None).folder
    found, start = (load_model(each) for each in (folder, shipped / "de-en/tiny"))
    weight = found.state_dict()["attention.key.weight"]
    torch.testing.assert_close(weight, torch.eye(8), atol=1e-3, rtol=0)
    for name, old in start.state_dict().items():
        torch.testing.assert_close(found.state_dict()[name], old, atol=2e-3, rtol=0)
    last = '[optimiser]\nresult = "last"\nkeep_start = 0.9\n'
    learnt = produce(job(general.replace("[optimiser]\n", last), "learnt"), lambda event: None)
    moved = load_model(learnt.folder).state_dict()["attention.key.weight"]
    assert not torch.allclose(moved, torch.eye(8), atol=1e-3)


def test_card_and_record_tell_of_both_runs(job: Callable[[], Job], shipped: Path) -> None:
    folder = produce(job(), lambda event: None).folder
    earlier = read_record(shipped / "de-en/tiny/training.json")
    record = read_record(folder / "training.json")
    assert earlier is not None and record is not None and record.started_from is not None
    digest = hashlib.sha256((shipped / "de-en/tiny/model.safetensors").read_bytes()).hexdigest()
    assert (record.started_from.model, record.started_from.sha256) == ("de-en/tiny", digest)
    assert record.started_from.dev == earlier.dev
    assert record.started_from.losses == earlier.losses
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert f"Went on from `de-en/tiny`, weights of SHA-256 `{digest}`" in card
    licence = read_entry(folder).licence
    assert licence.count("Tatoeba") == 1  # the same data: its terms are said once
    assert licence.endswith("Went on from de-en/tiny: Trained on the same data.")


def test_an_interrupted_run_ends_with_the_same_bytes(job: Callable[..., Job]) -> None:
    augmented = GOING_ON.replace("[model]", "[augment]\nshare = 0.3\n[model]")
    whole = produce(job(augmented), lambda event: None).folder
    halved = job(augmented, "halved")
    with pytest.raises(KeyboardInterrupt):
        produce(halved, stop_at(3))
    again = produce(halved, lambda event: None).folder
    for name in ("model.safetensors", "settings.json"):
        assert (whole / name).read_bytes() == (again / name).read_bytes()


def test_other_weights_are_no_reason_to_go_on(
    job: Callable[..., Job], shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    halved = job()
    with pytest.raises(KeyboardInterrupt):
        produce(halved, stop_at(3))
    other = produce(job(name="other"), lambda event: None).folder
    monkeypatch.setenv(FOLDER_VARIABLE, str(other.parents[1]))
    with pytest.raises(InputError) as caught:
        produce(halved, lambda event: None)
    assert caught.value.code == "checkpoint_other"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("width = 8", "width = 12", "whose width is 8, not 12"),
        ('"rnn"\nattention = "dot"\nwidth = 8\nlayers = 1', '"transformer"', "kind is rnn, not"),
        ('attention = "dot"', 'attention = "additive"', "whose attention is dot, not additive"),
        ('attention = "dot"', 'attention = "none"', "whose attention is dot, not none"),
    ],
)
def test_a_model_of_another_shape_is_refused(
    job: Callable[[str], Job], old: str, new: str, reason: str
) -> None:
    made = job(GOING_ON.replace(old, new))
    with pytest.raises(InputError, match=reason):
        prepare(made.config.settings, made.places)


def test_a_model_of_another_pair_is_refused(job: Callable[[str], Job]) -> None:
    with pytest.raises(InputError, match="but must be a model of de-en"):
        job(GOING_ON.replace('start_from = "de-en', 'start_from = "fr-en'))


def test_a_model_that_is_not_there_is_named(job: Callable[[str], Job]) -> None:
    made = job(GOING_ON.replace('start_from = "de-en/tiny"', 'start_from = "de-en/tony"'))
    with pytest.raises(ModelError, match="de-en/tony"):
        prepare(made.config.settings, made.places)


def test_a_target_that_the_pieces_cannot_spell_is_left_out(job: Callable[[], Job]) -> None:
    made = job()
    train = made.places.data / "train.tsv"
    before = prepare(made.config.settings, made.places)
    train.write_text(train.read_text("utf-8") + "\nhund\t\u72d7 dog\ttatoeba", encoding="utf-8")
    after = prepare(made.config.settings, made.places)
    assert (before.unspelt, after.unspelt) == (0, 1)
    assert len(after.material.train) == len(before.material.train)


MORE = GOING_ON.replace("[model]", '[added_pieces]\nsource = "狗"\ntarget = "Q%"\n[model]')


def test_characters_are_added_as_pieces_of_the_model_alone(
    job: Callable[..., Job], shipped: Path, tmp_path: Path
) -> None:
    made = job(MORE.replace("learning_rate = 1e-2", "learning_rate = 1e-8"), "more")
    train = tmp_path / "train.tsv"
    line = "狗 ist kalt\tQ is 5 %\tmine|<b>"
    train.write_text(f"{train.read_text(encoding='utf-8')}\n{line}", encoding="utf-8")
    folder = produce(made, lambda event: None).folder
    assert not (folder.parent / "source.model").exists()
    entry, earlier = read_entry(folder), read_entry(shipped / "de-en/tiny")
    assert (entry.source_model, entry.target_model) == (
        folder / "source.model",
        folder / "target.model",
    )
    assert earlier.source_model == shipped / "de-en/source.model"
    for new, old, text in (
        (entry.source_model, earlier.source_model, "狗"),
        (entry.target_model, earlier.target_model, "Q%"),
    ):
        more, pieces = Tokenizer(new), Tokenizer(old)
        assert len(more) == len(pieces) + len(text)
        assert more.encode(text).ids[-len(text) :] == tuple(range(len(pieces), len(more)))
        assert SPECIAL.unk in pieces.encode(text).ids
        assert more.encode("hund dog that").ids == pieces.encode("hund dog that").ids
    found, start = (load_model(each).state_dict() for each in (folder, shipped / "de-en/tiny"))
    for name, weight in start.items():
        torch.testing.assert_close(found[name][: len(weight)], weight, atol=2e-3, rtol=0)
    rarest = start["target_embedding.weight"][-2:]
    torch.testing.assert_close(found["target_embedding.weight"][-2:], rarest, atol=2e-3, rtol=0)
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "(`source.model`, `target.model`; PAD 0" in card
    assert "those of `de-en/tiny`, and behind them: source 狗; target Q %" in card


def test_of_what_was_added_nothing_of_the_start_is_kept(job: Callable[..., Job]) -> None:
    last = '[optimiser]\nresult = "last"\n'
    whole = produce(job(MORE.replace("[optimiser]\n", last), "whole"), lambda event: None)
    kept = MORE.replace("[optimiser]\n", f"{last}keep_start = 0.75\n")
    mixed = produce(job(kept, "mixed"), lambda event: None)
    end, found = (load_model(each.folder).state_dict() for each in (whole, mixed))
    for name, more in (("source_embedding.weight", 1), ("target_embedding.weight", 2)):
        torch.testing.assert_close(found[name][-more:], end[name][-more:], atol=1e-3, rtol=1e-3)
        assert not torch.allclose(found[name][4:-more], end[name][4:-more], atol=1e-3)


def test_a_run_with_more_pieces_goes_on_and_may_be_gone_on_from(
    job: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = produce(job(MORE, "whole"), lambda event: None).folder
    halved = job(MORE, "halved")
    with pytest.raises(KeyboardInterrupt):
        produce(halved, stop_at(3))
    again = produce(halved, lambda event: None).folder
    for name in ("model.safetensors", "target.model"):
        assert (whole / name).read_bytes() == (again / name).read_bytes()
    monkeypatch.setenv(FOLDER_VARIABLE, str(whole.parents[1]))
    later = produce(job(GOING_ON, "later"), lambda event: None).folder
    assert (later / "target.model").read_bytes() == (whole / "target.model").read_bytes()
    twice = job(MORE, "twice")
    with pytest.raises(InputError, match="'狗' is a piece already"):
        prepare(twice.config.settings, twice.places)


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (MORE.replace('"Q%"', '"Q Q"'), "added_pieces.target must be characters without spaces"),
        (MORE.replace('"Q%"', '"QQ"'), "added_pieces.target has 'Q' twice"),
        (MORE.replace('start_from = "de-en/tiny"', ""), "added_pieces needs a model to go on from"),
    ],
)
def test_added_pieces_that_cannot_be_are_refused(
    job: Callable[[str], Job], config: str, reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        job(config)
