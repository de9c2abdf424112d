"""What a large message took is given back."""

import platform
import subprocess
import sys

import pytest

CHILD = """
import threading
from daemon.edges.allocator import return_large_blocks
if {fixed}:
    assert return_large_blocks()
def work():
    for size in (20, 30, 20):
        pieces = [bytes(100_000) for _ in range(size * 10)]
        whole = b"".join(pieces)
        del pieces, whole
for _ in range(3):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS")))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="mallopt is GNU's")
def test_process_is_small_again_after_large_blocks():
    def resident_kib(fixed: bool) -> int:
        child = [sys.executable, "-c", CHILD.format(fixed=fixed)]
        return int(subprocess.run(child, check=True, capture_output=True, text=True).stdout)

    assert resident_kib(fixed=True) <= resident_kib(fixed=False)
