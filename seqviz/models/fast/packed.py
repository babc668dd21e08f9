"""One weight matrix in the order that a CPU reads fastest, beside the weight itself.

Skip this to understand the model: its products are those of ``F.linear``, sooner on a CPU.

With a few rows, as in a step of a beam, a plain product spends most of its time reordering the
weight; a copy has done so once. Which copy is fastest depends on the shape, the rows and the
machine: it is measured when the first weight of a shape is packed. The ways differ in the last bits
of a sum, and no more: every copy is tried when it is made; and for a shape the choice holds as
long as the process, so that one process always finds the same. Where ``STEADY`` is set nothing is
measured, so that all processes do. A copy is used only as long as its weight is what it was. Knows
no models.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from seqviz.models.fast.compiled import compiled, compiled_halves
from seqviz.models.fast.products import (
    Product,
    blocked,
    exact_halves,
    halves,
    has_bfloat16,
    imitated,
    plain,
    rounded,
)

TRIED_ROWS = (1, 5, 24)
"""One prefix, a beam, and a sentence or a batch; a beam is up to ``MOST_FEW`` rows."""
MOST_FEW = 6
TOLERANCE = 1e-4
"""Of what a tried product may differ by, relative to its largest value."""
_COARSE = 0.01
"""The same for bfloat16, whose numbers are as coarse."""
_RUNS = 5
_CLEARLY = 0.75
"""A way is preferred to those before it where it takes less than this part of their time: a
compiled one can stand in a list of calls (``listed``), and a measurement hits a busy moment."""
_MOST_MEASURED = 1024
"""Rows of a weight: more of them take longer by every way."""
_LARGE, _CACHES = 2**21, 2**25
"""Bytes of weights that a step always finds in memory, and of what passes through the caches
between two runs, so that a run finds them there, too."""

Way = Callable[[Tensor], Product | None]
_HALVED: tuple[Way, ...] = (compiled_halves, halves)
WAYS: tuple[Way, ...] = (*_HALVED, compiled, blocked, plain)
"""The first is the one to be had where several are as fast."""
_SPARED: tuple[Way, ...] = (halves, compiled)
"""Not asked where the first is to be had, which is hardly ever slower."""

STEADY = threading.Event()
"""While it is set, weights that are packed get the first way that is to be had."""
_chosen: dict[tuple[int, ...], tuple[Way, ...]] = {}
"""For each of ``TRIED_ROWS``, by shape, exact halves, and threads."""
_choosing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Products:
    """The fastest product for each of ``TRIED_ROWS``."""

    single: Product
    few: Product
    many: Product

    def of(self, rows: int) -> Product:
        """The one for so many rows."""
        return self.single if rows == 1 else self.few if rows <= MOST_FEW else self.many


@dataclass(frozen=True, slots=True, eq=False)
class PackedWeight:
    """Copies of a weight (D', D) and what tells whether the weight has changed since.

    Copied or pickled it becomes None: a copied model is not packed.
    """

    weight: Tensor
    values: Tensor
    """What the weight held: kept, so that no other values can come to lie at their address."""
    version: int
    products: Products

    def serves(self, x: Tensor, weight: Tensor) -> bool:
        """Whether ``x`` times ``weight`` may be computed from this copy."""
        return weight is self.weight and x.dtype is torch.float32 and self.holds()

    def holds(self) -> bool:
        """Whether the weight is what it was."""
        return (
            self.weight._version == self.version
            and self.weight.data_ptr() == self.values.data_ptr()
        )

    def times(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """``x`` (…, D) times the transposed weight, plus the bias (D',)."""
        return self.products.of(x.numel() // self.weight.shape[1])(x, bias)

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        """No copy: see above."""
        return type(None), ()


def linear(
    x: Tensor, weight: Tensor, *, bias: Tensor | None, packed: PackedWeight | None
) -> Tensor:
    """``F.linear``, from the packed copy where there is one that may be used."""
    if packed is None or torch.is_grad_enabled() or not packed.serves(x, weight):
        return F.linear(x, weight, bias)
    return packed.times(x, bias)


def packable(weight: Tensor) -> bool:
    """Whether it is float32 on the CPU, and a change of it can be noticed."""
    on_cpu = weight.device.type == "cpu" and weight.dtype == torch.float32
    return on_cpu and not weight.is_inference()


@torch.no_grad()
def pack_weight(
    weight: Tensor, *, as_bfloat16: bool = False, of_sources: bool = False
) -> PackedWeight | None:
    """A packed copy of a float32 weight (D', D) on the CPU; None for any other.

    Args:
        weight: its later changes are noticed.
        as_bfloat16: see ``fastest``.
        of_sources: see ``fastest``.
    """
    if not packable(weight):
        return None
    values = weight.detach()
    return PackedWeight(
        weight=weight,
        values=values,
        version=weight._version,
        products=fastest(values, as_bfloat16=as_bfloat16, of_sources=of_sources),
    )


@torch.no_grad()
def fastest(weight: Tensor, *, as_bfloat16: bool = False, of_sources: bool = False) -> Products:
    """The products with a weight (D', D), float32 on the CPU, that must not change any more.

    Args:
        weight: where it may change, ``PackedWeight`` is the one to ask.
        as_bfloat16: the products are those of ``rounded``, whose numbers differ.
        of_sources: a step never multiplies by it, so that the product of many rows is enough.
    """
    if as_bfloat16:
        alike = imitated(weight)
        found = _tried(rounded, weight, alike, tolerance=_COARSE) if has_bfloat16() else None
        return Products(*[found or alike] * 3)
    chosen = _choice(weight, with_halves=exact_halves(weight) is not None)
    chosen = chosen[-1:] * len(chosen) if of_sources else chosen
    made = {way: _tried(way, weight) for way in set(chosen)}
    return Products(*(made[way] or plain(weight) for way in chosen))


def _choice(weight: Tensor, *, with_halves: bool) -> tuple[Way, ...]:
    """The fastest way for each of ``TRIED_ROWS``, measured once a process; see ``STEADY``."""
    sample = weight[:_MOST_MEASURED]
    ways = [way for way in WAYS if with_halves or way not in _HALVED]
    if STEADY.is_set():
        return (next(way for way in ways if _tried(way, sample)),) * len(TRIED_ROWS)
    key = (*sample.shape, with_halves, torch.get_num_threads())
    with _choosing:
        if key not in _chosen:
            products = {way: product for way in ways if (product := _tried(way, sample))}
            if compiled_halves in products:  # one copy is enough
                products = {way: products[way] for way in products if way not in _SPARED}
            passing = torch.ones(_CACHES // 4 if sample.nbytes >= _LARGE else 0)
            _chosen[key] = tuple(
                _quickest(products, _probe(rows, sample), passing) for rows in TRIED_ROWS
            )
        return _chosen[key]


def _quickest(products: Mapping[Way, Product], x: Tensor, passing: Tensor) -> Way:
    runs = [
        {way: _seconds(product, x, passing) for way, product in products.items()}
        for _ in range(_RUNS)
    ]  # in turns, so that a busy moment hits all
    best: Way = plain
    least = float("inf")
    for way in products:
        took = min(run[way] for run in runs)
        if took < _CLEARLY * least:
            best, least = way, took
    return best


def _seconds(product: Product, x: Tensor, passing: Tensor) -> float:
    passing.sum()
    started = time.perf_counter()
    product(x, None)
    return time.perf_counter() - started


def _tried(
    way: Way, weight: Tensor, alike: Product | None = None, *, tolerance: float = TOLERANCE
) -> Product | None:
    """A product whose numbers are those of another one; None: this torch has no such one.

    Args:
        way: to be tried.
        weight: (D', D).
        alike: the other product; None: the plain one.
        tolerance: see ``TOLERANCE``.
    """
    expected = alike or plain(weight)
    try:
        product = way(weight)
        if product is None:
            return None
        probes = [_probe(rows, weight) for rows in TRIED_ROWS]
        if all(_agree(product(x, None), expected(x, None), tolerance) for x in probes):
            return product
    except (AttributeError, RuntimeError, TypeError):
        pass
    return None


def _agree(found: Tensor, expected: Tensor, tolerance: float) -> bool:
    if found.shape != expected.shape:
        return False
    return bool((found - expected).abs().max() <= tolerance * float(expected.abs().max()))


def _probe(rows: int, weight: Tensor) -> Tensor:
    """Numbers that are no one's (and not random), (rows, D)."""
    columns = weight.shape[1]
    return torch.arange(rows * columns, dtype=torch.float32).sin().view(rows, columns)
