from pathlib import Path

import pytest

from seqviz.catalog import models_folder
from seqviz.errors import InputError
from seqviz.models.settings import RnnSettings, TransformerSettings
from seqviz.training.config import MOST_BYTES, read_config, shipped_configs

CONFIG = """
name = "de-en/tiny"
seed = 7
[data]
train = ["a.tsv", "b.tsv.gz"]
dev = "dev.tsv"
corpora = ["tatoeba"]
[model]
kind = "rnn"
attention = "dot"
[source_vocabulary]
size = 300
[optimiser]
steps = 10
learning_rate = 1e-3
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "tiny.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_tables_and_keys_become_settings(tmp_path: Path) -> None:
    config = read_config(write(tmp_path, CONFIG))
    found = config.settings
    assert (found.name, found.seed, found.optimiser.steps) == ("de-en/tiny", 7, 10)
    assert found.data.train == ("a.tsv", "b.tsv.gz")
    assert found.data.corpora == ("tatoeba",)
    assert found.model == RnnSettings(
        source_vocabulary=300, target_vocabulary=8000, attention="dot"
    )
    assert config.text == CONFIG
    assert len(config.sha256) == 64


def test_a_transformer_has_its_own_keys(tmp_path: Path) -> None:
    text = CONFIG.replace('"rnn"\nattention = "dot"', '"transformer"\nheads = 4')
    model = read_config(write(tmp_path, text)).settings.model
    assert isinstance(model, TransformerSettings)
    assert model.heads == 4


HUGE = 10**400

BROKEN = {
    "learning_rate = 1e-3": [
        ('learning_rate = "fast"', "optimiser.learning_rate is 'fast', but must be a number"),
        ("learning_rate = nan", "optimiser.learning_rate is nan"),
        ("learnig_rate = 1", "'optimiser.learnig_rate' is unknown; did you mean 'optimiser.learn"),
        ("average_last = 0", "optimiser.average_last is 0, but must be a whole number from 1"),
        ('precision = "int4"', "optimiser.precision is 'int4', but must be one of: float32"),
        ("schedule = [1]", "optimiser.schedule is [1], but must be one of"),
        ("keep_start = 0.5", "optimiser.keep_start needs a model to go on from"),
        ("keep_start = 2.0", "optimiser.keep_start is 2.0"),
        ("label_smoothing = 1.0", "optimiser.label_smoothing is 1.0"),
        ("steps = 10", "no TOML: Cannot overwrite a value (at line 15, column 11)"),
        ("learning_rate = ", "no TOML: Invalid value (at line 15"),
    ],
    'corpora = ["tatoeba"]': [
        ("caps = 3", "data.caps is 3, but must be a table"),
        ("caps = { x = 0 }", "data.caps.x is 0, but must be"),
        ('repeat = { "c.tsv" = 2 }', "data.repeat names 'c.tsv', which 'train' does not"),
    ],
    "steps = 10": [
        ("", "the key 'optimiser.steps' is missing"),
        ("steps = true", "optimiser.steps is True"),
        ("steps = 1.5", "optimiser.steps is 1.5"),
        (f"steps = 9\nclip_norm = {HUGE}", "optimiser.clip_norm is 1000"),
        (f"steps = {HUGE}", "optimiser.steps is 1000"),
    ],
    'name = "de-en/tiny"': [
        ("", "the key 'name' is missing"),
        ('name = "../../x"', "name is '../../x', but must be SOURCE-TARGET/SYSTEM"),
        ("name = 5", "name is 5, but must be a text"),
        ("name.first = 5", "name is {'first': 5}, but must be a text"),
        ('nam = "de-en/tiny"', "the key 'nam' is unknown; did you mean 'name'?"),
    ],
    "seed = 7": [
        ('start_from = "de-en/dot"', "[source_vocabulary] has no effect: start_from brings"),
        ("augment = 1", "augment is 1, but must be a table"),
        ("augment.share = 1.0", "augment.share is 1.0, but must be a number from 0.0 to 0.9"),
        ("seed = -1", "seed is -1"),
        ("report = 3", "report is 3, but must be a table: [report]"),
        ('seed = "x"', "seed is 'x'"),
        ("seed.first = 7", "seed is {'first': 7}, but must be a whole number"),
        (f"seed = {HUGE}", "seed is 1000"),
    ],
    'train = ["a.tsv", "b.tsv.gz"]': [
        ("", "[data]: name either files in 'train' or a synthetic 'task'"),
        ('train = "a.tsv"', "data.train is 'a.tsv', but must be a list of texts"),
        ("train = [1]", "data.train is [1], but must be a list of texts"),
        ('train = ["a"]\ntask = "x"', "[data]: name either"),
    ],
    'dev = "dev.tsv"': [
        ("", "[data]: 'train' needs a 'dev' file"),
        ("dev = 1979-05-27", "data.dev is datetime.date"),
        ('dev = "x"\nmax_tokens = 9999', "data.max_tokens is 9999"),
    ],
    'kind = "rnn"': [
        ("", "the key 'model.kind' is missing"),
        ('kind = "cnn"', "model.kind is 'cnn', but must be one of: rnn, transformer"),
        ('kind = ["rnn"]', "model.kind is ['rnn']"),
        ('kind = "rnn"\nheads = 2', "the key 'model.heads' is unknown"),
        ('kind = "rnn"\nwidth = 7', "model.width is 7, but two directions need an even one"),
        ('kind = "rnn"\nsource_vocabulary = 7', "has its place in [source_vocabulary]"),
        ('kind = "rnn"\nvocabulary = 7', "did you mean 'model."),
        ('kind = "transformer"\nshared_embeddings = true', "model.shared_embeddings: source and"),
    ],
    "size = 300": [
        ("size = 0", "source_vocabulary.size is 0"),
        ('kind = "word"', "source_vocabulary.kind is 'word', but must be one of: unigram"),
        ("split_digits = 1", "source_vocabulary.split_digits is 1, but must be true or false"),
        ("character_coverage = 2", "source_vocabulary.character_coverage is 2"),
    ],
}


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [(old, new, named) for old, cases in BROKEN.items() for new, named in cases],
)
def test_a_bad_key_is_one_clear_error(tmp_path: Path, old: str, new: str, named: str) -> None:
    assert old in CONFIG
    path = write(tmp_path, CONFIG.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        read_config(path)
    assert caught.value.code == "config_invalid"
    assert named in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff", "not_utf8"),
        (b"#" * (MOST_BYTES + 1), "file_unreadable"),
        (b"a = " + b"[" * 5000, "config_invalid"),
        (b"", "config_invalid"),
    ],
)
def test_a_file_that_is_no_config_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_config(path)
    assert caught.value.code == code


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "marked.toml"
    path.write_bytes(b"\xef\xbb\xbf" + CONFIG.encode())
    assert read_config(path).text == CONFIG


def test_a_name_that_no_file_can_have_is_one_clear_error() -> None:
    with pytest.raises(InputError) as caught:
        read_config("x" * 300)
    assert caught.value.code == "file_unreadable"


def test_an_unknown_config_is_told_the_nearest() -> None:
    with pytest.raises(InputError, match="such as 'de-en/transformer'"):
        read_config("de-en/transfomer")


@pytest.mark.parametrize("name", shipped_configs())
def test_a_shipped_config_is_what_its_name_says(name: str) -> None:
    settings = read_config(name).settings
    stage = name.removeprefix(settings.name)
    assert (settings.start_from, stage) in (
        ("", ""),
        ("zh-en/dot", ""),  # zh-en/general: with the identity as W its score is that of zh-en/dot
        *((settings.name, f".{each}") for each in ("tuned", "named")),
    )
    assert settings.data.test or settings.data.task
    if isinstance(settings.model, RnnSettings):
        kind, *details = settings.name.partition("/")[2].split("-")
        assert settings.model.attention == kind
        assert settings.model.reverse_source == ("reversed" in details)


def test_the_example_of_the_readme_is_whole(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    example = readme.partition("```toml\n")[2].partition("```")[0]
    settings = read_config(write(tmp_path, example)).settings
    assert settings.name == "es-en/dot-small"
    # The pieces of a pair that ships would be taken, whatever the example says of their number.
    assert not (models_folder() / "es-en").exists()


def test_every_system_of_the_field_ships() -> None:
    systems = ("none", "none-reversed", "dot", "general", "additive", "transformer")
    expected = {f"{pair}-en/{system}" for pair in ("de", "zh") for system in systems}
    assert expected | {"fr-en/transformer", "fr-en/dot"} <= set(shipped_configs())


def differing(one: str, other: str) -> set[str]:
    """The lines of two configs, comments apart, that are not the same in both."""
    texts = [read_config(name).text.splitlines() for name in (one, other)]
    lines = [[line for line in text if not line.startswith("#")] for text in texts]
    return {line for pair in zip(*lines, strict=True) if len(set(pair)) > 1 for line in pair}


@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        ("de-en/none", "de-en/none-reversed"),
        ("zh-en/none", "zh-en/none-reversed"),
        ("de-en/none-small", "de-en/none-reversed-small"),
    ],
)
def test_none_and_none_reversed_are_a_fair_pair(forward: str, backward: str) -> None:
    assert differing(forward, backward) == {
        f'name = "{forward}"',
        f'name = "{backward}"',
        "reverse_source = false",
        "reverse_source = true",
    }


def test_the_small_systems_of_one_pair_differ_in_attention_alone() -> None:
    assert differing("de-en/none-small", "de-en/dot-small") == {
        'name = "de-en/none-small"',
        'name = "de-en/dot-small"',
        'attention = "none"',
        'attention = "dot"',
    }
