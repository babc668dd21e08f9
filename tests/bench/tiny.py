"""A small random model for the engines, and made-up reports."""

from pathlib import Path

from seqviz.bench.plan import Case
from seqviz.bench.process import Absent
from seqviz.bench.report import (
    ATTENTIONS,
    CTRANSLATE2,
    OURS,
    TRANSFORMERS,
    UNRECORDED,
    CaseResult,
    CorpusResult,
    GrowthCell,
    MemoryResult,
    RandomModelResult,
    Report,
    Settings,
    ShippedResult,
    StartUp,
)
from seqviz.bench.shape import Shape
from seqviz.bench.timing import Timing
from seqviz.bench.weights import write_model

TINY = Shape(vocabulary=300, width=64, heads=4, layers=3, inner_width=128, max_positions=64)


def tiny_folder(folder: Path, seed: int) -> Path:
    """A folder with a small random Marian model."""
    write_model(folder, TINY, seed)
    return folder


def timing(engine: str, *seconds: float, threads: int = 1, differing: int = 0) -> Timing:
    return Timing(
        engine=engine,
        threads=threads,
        seconds=seconds,
        differing=differing,
        compared=len(seconds),
    )


def case_result(length: int, beam_size: int, *timings: Timing) -> CaseResult:
    return CaseResult(case=Case(length=length, beam_size=beam_size), timings=timings)


def made_up_report(*, differing: int = 0, device: str = "cpu") -> Report:
    """A report with one of everything.

    At S = 30, beam 5 transformers takes three times as long, CTranslate2 the same time, and
    recording a quarter more; the second round of CTranslate2 stalled.
    """
    peers = case_result(
        30,
        5,
        timing(OURS, 1.0, 1.0, 1.25),
        timing(UNRECORDED, 0.8, 0.8, 0.8),
        timing(ATTENTIONS, 3.0, 3.0, 2.0, differing=differing),
        timing(CTRANSLATE2, 1.0, 5.0, 1.0),
    )
    case = Case(length=300, beam_size=5)
    large = Case(length=300, beam_size=64)
    found = RandomModelResult(
        absent=(Absent(engine=TRANSFORMERS, reason="not installed"),),
        peers=(peers,),
        memory=(
            MemoryResult(case=case, engine=OURS, extra_bytes=120_971_520, kept_bytes=100_000_000),
            MemoryResult(case=case, engine=CTRANSLATE2, extra_bytes=None, kept_bytes=0),
        ),
        growth=(
            GrowthCell(case=case, timing=timing(OURS, 1.5), kept_bytes=147_000_000, refused=""),
            GrowthCell(case=large, timing=None, kept_bytes=0, refused="too large"),
        ),
        corpus=CorpusResult(
            sentences=20,
            batches=2,
            beam_size=5,
            timings=(timing(OURS, 2.0), timing(CTRANSLATE2, 1.0)),
        ),
    )
    shipped = ShippedResult(
        name="de-en/dot",
        kind="rnn",
        loading=timing(OURS, 0.3, 0.2),
        results=(case_result(30, 5, timing(OURS, 0.024), timing(UNRECORDED, 0.02)),),
    )
    return Report(
        machine={"cpu": "A processor", "cores": 2, "system": "Linux", "python": "3.11"},
        versions={"torch": "2.13.0"},
        settings=Settings(device=device),
        rounds=3,
        random_model=found,
        shipped=(shipped,),
        start_ups=(StartUp(command="seqviz --help", timing=timing("seqviz --help", 0.1)),),
    )
