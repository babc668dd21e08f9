"""What a training run depends on, besides its data. Knows nothing of files or torch.

``config`` reads these records from TOML: one table each, with the names of the fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from seqviz.models.checks import check_choice, check_flag, check_share, check_size
from seqviz.models.settings import RnnSettings, TransformerSettings

Schedule = Literal["cosine", "inverse-sqrt"]
TrainingPrecision = Literal["float32", "bfloat16", "float16"]
PieceKind = Literal["unigram", "bpe", "char"]
Result = Literal["best", "last"]

MOST_STEPS = 10_000_000
MOST_TOKENS = 10_000_000


@dataclass(frozen=True, kw_only=True)
class DataSettings:
    """Where the sentence pairs come from: files of a data folder, or a synthetic task.

    Raises:
        ValueError: a value is out of its range, or does not fit another.
    """

    train: tuple[str, ...] = ()
    """Files of source<TAB>target<TAB>corpus, ``.tsv`` or ``.tsv.gz``."""
    dev: str = ""
    """File of pairs that choose the best checkpoint."""
    test: str = ""
    """File of pairs that the model card reports."""
    corpora: tuple[str, ...] = ()
    """Take only pairs whose third column is one of these; none named: all."""
    caps: Mapping[str, int] = field(default_factory=dict)
    """Most pairs of a corpus, drawn by the seed."""
    repeat: Mapping[str, int] = field(default_factory=dict)
    """How often the pairs of a training file count; of one that is not named, once."""
    task: str = ""
    """Name of a synthetic task, in place of files."""
    task_pairs: int = 20_000
    """Training pairs to generate for a task."""
    task_dev: int = 500
    """Development pairs to generate."""
    task_test: int = 2_000
    """Test pairs to generate."""
    max_tokens: int = 100
    """Training pairs with more pieces on a side are left out."""

    def __post_init__(self) -> None:
        """Refuse what cannot be read."""
        if bool(self.task) == bool(self.train):
            raise ValueError("name either files in 'train' or a synthetic 'task'")
        if self.train and not self.dev:
            raise ValueError("'train' needs a 'dev' file to choose the best checkpoint")
        for name in ("task_pairs", "task_dev", "task_test"):
            check_size(name, getattr(self, name), MOST_TOKENS)
        check_size("max_tokens", self.max_tokens, 512)
        for name, counts in (("caps", self.caps), ("repeat", self.repeat)):
            for key, count in counts.items():
                check_size(f"{name}.{key}", count, MOST_TOKENS)
        for file in self.repeat:
            if file not in self.train:
                raise ValueError(f"repeat names {file!r:.60}, which 'train' does not")


@dataclass(frozen=True, kw_only=True)
class AugmentSettings:
    """More training pairs from those that are there, with other numbers and names.

    Raises:
        ValueError: a value is out of its range.
    """

    share: float = 0.0
    """Of the pairs in the end, how many were made so; 0: none."""
    names: float = 1.0
    """How many times as often as else a pair is made for a name of a person or place."""
    coined: float = 0.0
    """Of the names that are put in, how many are in no list, but spelled like those that are."""

    def __post_init__(self) -> None:
        """Refuse what leaves no pair as it was."""
        check_number("share", self.share, low=0.0, high=0.9)
        check_number("names", self.names, low=0.0, high=20.0)
        check_number("coined", self.coined, low=0.0, high=1.0)


@dataclass(frozen=True, kw_only=True)
class VocabularySettings:
    """How SentencePiece splits one side.

    A pair shares its pieces among all its systems: where PAIR/source.model exists, it is used, and
    these settings have no effect.
    """

    size: int = 8_000
    """Pieces, special ones included; fewer where the text does not hold so many."""
    kind: PieceKind = "unigram"
    character_coverage: float = 1.0
    """Share of the characters that get pieces of their own."""
    split_digits: bool = False
    """Every digit is a piece."""
    dummy_prefix: bool = True
    """The first word is marked as a word start, too."""

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        check_size("size", self.size, 100_000)
        check_choice("kind", self.kind, get_args(PieceKind))
        check_number("character_coverage", self.character_coverage, low=0.5, high=1.0)
        check_flag("split_digits", self.split_digits)
        check_flag("dummy_prefix", self.dummy_prefix)


@dataclass(frozen=True, kw_only=True)
class AddedSettings:
    """Characters that become pieces beside those of the model that a training goes on from.

    Such a model has pieces of its own, PAIR/SYSTEM/source.model and target.model.
    """

    source: str = ""
    target: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no piece, and a character given twice."""
        for name in ("source", "target"):
            characters = getattr(self, name)
            if not isinstance(characters, str) or any(map(str.isspace, characters)):
                raise ValueError(f"{name} must be characters without spaces between them")
            if twice := next((one for one in characters if characters.count(one) > 1), ""):
                raise ValueError(f"{name} has {twice!r} twice")


@dataclass(frozen=True, kw_only=True)
class OptimiserSettings:
    """How the weights move: Adam (Kingma & Ba 2015, https://arxiv.org/abs/1412.6980).

    Raises:
        ValueError: a value is out of its range.
    """

    steps: int
    """Updates of a whole run; the schedule ends there."""
    batch_tokens: int = 12_000
    """Padded tokens of a batch, on its longer side."""
    accumulate: int = 1
    """Batches of an update, so that it may see more than memory holds at once."""
    learning_rate: float = 2e-3
    """The highest, reached at the end of the warm-up."""
    warmup_steps: int = 800
    """Steps in which the learning rate rises linearly."""
    schedule: Schedule = "cosine"
    """After the warm-up: half a cosine to 0, or falling with the inverse square root of the step
    (Vaswani et al. 2017, section 5.3)."""
    beta1: float = 0.9
    beta2: float = 0.98
    label_smoothing: float = 0.1
    """Share of the target distribution spread over the vocabulary (Szegedy et al. 2016)."""
    clip_norm: float = 1.0
    """Largest norm of a gradient; 0: not clipped."""
    average_last: int = 1
    """The mean of so many measured checkpoints, the last ones, is the result where its score on
    the development set is better than that of the best single one; 1: no mean is tried."""
    result: Result = "best"
    """Which weights come out: the best on the development set, or "last", whatever their score: the
    mean of the last ``average_last`` checkpoints. For trainings whose aim that set does not show.
    """
    keep_start: float = 0.0
    """Share of the weights that it went on from in the result, which so forgets less of what they
    knew (Wortsman et al. 2022, https://arxiv.org/abs/2109.01903); 0: none."""
    precision: TrainingPrecision = "float32"
    """Of the products; the halves are automatic mixed precision."""

    def __post_init__(self) -> None:
        """Refuse what cannot be run."""
        check_size("steps", self.steps, MOST_STEPS)
        check_size("batch_tokens", self.batch_tokens, MOST_TOKENS)
        check_size("accumulate", self.accumulate, 1_000)
        check_size("average_last", self.average_last, 20)
        check_choice("schedule", self.schedule, get_args(Schedule))
        check_choice("result", self.result, get_args(Result))
        check_choice("precision", self.precision, get_args(TrainingPrecision))
        for name in ("beta1", "beta2", "label_smoothing"):
            check_share(name, getattr(self, name))
        check_number("keep_start", self.keep_start, low=0.0, high=1.0)
        check_number("learning_rate", self.learning_rate, low=1e-8, high=10.0)
        check_number("clip_norm", self.clip_norm, low=0.0, high=1e6)
        check_number("warmup_steps", self.warmup_steps, low=0, high=MOST_STEPS)


@dataclass(frozen=True, kw_only=True)
class ReportSettings:
    """What is looked at while the model learns, and how often.

    Raises:
        ValueError: a value is out of its range.
    """

    log_every: int = 20
    """Steps between two points of the loss curve."""
    dev_every: int = 500
    """Steps between two measurements on the development set; a checkpoint is written with each."""
    dev_sentences: int = 500
    """At most so many, from the start of the set, are translated greedily."""
    patience: int = 0
    """Stop after so many measurements without a better score; 0: never."""
    replay_frames: int = 20
    """Logarithmically spaced steps at which the fixed sentences are translated; 0: no replay."""
    replay_sentences: int = 6
    """Fixed sentences, of different lengths, from the development set."""

    def __post_init__(self) -> None:
        """Refuse what cannot be run."""
        for name in ("log_every", "dev_every", "dev_sentences"):
            check_size(name, getattr(self, name), MOST_STEPS)
        check_number("patience", self.patience, low=0, high=MOST_STEPS)
        check_number("replay_frames", self.replay_frames, low=0, high=50)
        check_number("replay_sentences", self.replay_sentences, low=1, high=12)


@dataclass(frozen=True, kw_only=True)
class TrainSettings:
    """Everything that a run depends on, besides its data and the program."""

    name: str
    """PAIR/SYSTEM, such as "de-en/general"."""
    model: RnnSettings | TransformerSettings
    """Its vocabulary sizes are upper bounds, as in ``vocabulary``: those of the pieces count."""
    data: DataSettings
    optimiser: OptimiserSettings
    start_from: str = ""
    """PAIR/SYSTEM whose weights and pieces this goes on from; "": from random weights."""
    added_pieces: AddedSettings = field(default_factory=AddedSettings)
    augment: AugmentSettings = field(default_factory=AugmentSettings)
    source_vocabulary: VocabularySettings = field(default_factory=VocabularySettings)
    target_vocabulary: VocabularySettings = field(default_factory=VocabularySettings)
    report: ReportSettings = field(default_factory=ReportSettings)
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse a name that is no PAIR/SYSTEM, and a seed out of range."""
        pair, _, system = self.name.partition("/")
        source, _, target = pair.partition("-")
        parts = (source, target, system)
        if not all(part.replace("-", "").isalnum() for part in parts):
            raise ValueError(f"name is {self.name!r:.40}, but must be SOURCE-TARGET/SYSTEM")
        if self.start_from and self.start_from.partition("/")[0] != pair:
            raise ValueError(
                f"start_from is {self.start_from!r:.40}, but must be a model of {pair}"
            )
        begun = {
            "optimiser.keep_start": self.optimiser.keep_start,
            "added_pieces": self.added_pieces != AddedSettings(),
        }
        if not self.start_from and (given := [name for name, value in begun.items() if value]):
            raise ValueError(f"{given[0]} needs a model to go on from: start_from")
        check_number("seed", self.seed, low=0, high=2**32 - 1)

    @property
    def languages(self) -> str:
        """Of the pair, such as "de-en"."""
        return self.name.partition("/")[0]

    @property
    def source_language(self) -> str:
        """Code before the dash."""
        return self.languages.partition("-")[0]

    @property
    def target_language(self) -> str:
        """Code after the dash."""
        return self.languages.partition("-")[2]


def check_number(name: str, value: object, *, low: float, high: float) -> None:
    """Refuse what is no finite number of a closed range; a whole one where ``low`` is whole.

    Raises:
        ValueError: naming the setting, what was found and what is possible.
    """
    kinds = (int,) if isinstance(low, int) else (int, float)
    # No comparison holds for NaN.
    if type(value) not in kinds or not low <= value <= high:  # type: ignore[operator]  # by its type
        kind = "a whole number" if isinstance(low, int) else "a number"
        raise ValueError(f"{name} is {value!r:.40}, but must be {kind} from {low} to {high}")
