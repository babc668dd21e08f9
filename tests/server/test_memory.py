"""Memory of a server: many threads share few heaps."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from seqviz.server import memory

ROOT = Path(__file__).parents[2]
HEAPS = """
import ctypes, re, threading
from seqviz.server import memory
if {prepares}:
    memory.prepare()
libc, meet = ctypes.CDLL(None), threading.Barrier(20)
libc.malloc.restype = ctypes.c_void_p
def take():
    libc.malloc(ctypes.c_size_t(100))
    meet.wait(60)
threads = [threading.Thread(target=take) for _ in range(20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(b"{file}", b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library than GNU's")
def test_many_threads_share_few_heaps(tmp_path: Path) -> None:
    def heaps(*, prepares: bool) -> int:
        file = tmp_path / "heaps.xml"
        code = HEAPS.format(prepares=prepares, file=file)
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
        return file.read_text().count("<heap nr=")

    assert heaps(prepares=True) <= memory.HEAPS < heaps(prepares=False)
