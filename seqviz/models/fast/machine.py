"""Code for this very CPU, compiled by LLVM from its assembly, where llvmlite is there.

Skip this to understand the model. The language: https://llvm.org/docs/LangRef.html.
"""

import ctypes
import struct
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

import torch

REGISTERS, LANES = (32, 16) if torch.backends.cpu.get_cpu_capability() == "AVX512" else (16, 8)
"""Of this CPU, and numbers in one."""
WIDE = f"<{LANES} x float>"
MULTIPLY_ADD, SUM = f"@llvm.fmuladd.v{LANES}f32", f"@llvm.vector.reduce.fadd.v{LANES}f32"
NAME = "compiled"
DECLARED = f"""
    declare {WIDE} {MULTIPLY_ADD}({WIDE}, {WIDE}, {WIDE})
    declare float {SUM}(float, {WIDE})
    declare void @llvm.prefetch.p0(ptr, i32, i32, i32)
    declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
"""

WHOLE = f'"prefer-vector-width"="{32 * LANES}" "min-legal-vector-width"="{32 * LANES}"'
"""Said of a function: no register is taken in halves."""

_LINE = 16
"""Numbers that come from memory together."""

_one_at_a_time = threading.Lock()
_engines: list[Any] = []
"""They own the code that the functions are."""


def function(
    assembly: str, arguments: tuple[int, int], *, optimised: bool = False
) -> Callable[..., None] | None:
    """Compile the function called ``NAME``; once a process.

    Args:
        assembly: that defines it.
        arguments: how many addresses it takes, and how many counts (int64) after them.
        optimised: let LLVM rewrite it first, which takes three times as long.

    Returns:
        None where llvmlite is not installed, or this system lets nobody compile.
    """
    with _one_at_a_time:
        return _function(assembly, arguments, optimised)


@cache
def _function(
    assembly: str, arguments: tuple[int, int], optimised: bool
) -> Callable[..., None] | None:
    try:
        import llvmlite.binding as llvm  # noqa: PLC0415 (it may be absent)

        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        machine = llvm.Target.from_default_triple().create_target_machine(
            cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3
        )
        module = llvm.parse_assembly(DECLARED + assembly)
        if optimised:
            builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options())
            builder.getModulePassManager().run(module, builder)
        engine = llvm.create_mcjit_compiler(module, machine)
        engine.finalize_object()
    except (ImportError, OSError, RuntimeError):
        return None
    _engines.append(engine)
    addresses, counts = arguments
    kinds = [ctypes.c_void_p] * addresses + [ctypes.c_int64] * counts
    return ctypes.CFUNCTYPE(None, *kinds)(engine.get_function_address(NAME))


def constant(number: float) -> str:
    """A float32 number, as LLVM spells it."""
    (rounded,) = struct.unpack("<f", struct.pack("<f", number))
    return "0x" + struct.pack(">d", rounded).hex()


def splat(name: str, number: str) -> list[str]:
    """A register of one number, ``number`` as often as it takes."""
    zeros = f"<{LANES} x i32> zeroinitializer"
    return [
        f"{name}.one = insertelement {WIDE} poison, float {number}, i32 0",
        f"{name} = shufflevector {WIDE} {name}.one, {WIDE} poison, {zeros}",
    ]


def ask_for(address: str, count: int) -> str:
    """Have so many numbers from an address on brought into the nearest cache."""
    return "\n".join(
        f"{address}.ask{at} = getelementptr float, ptr {address}, i64 {at}\n"
        f"call void @llvm.prefetch.p0(ptr {address}.ask{at}, i32 0, i32 3, i32 1)"
        for at in range(0, count, _LINE)
    )
