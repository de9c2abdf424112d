"""Give the memory of large messages back to the system (mallopt(3)), where the C library is GNU's."""

import ctypes

_MMAP_THRESHOLD = -3
# Blocks from this size on are mapped one by one and unmapped when they are freed.
LARGE_BLOCK_BYTES = 131_072


def return_large_blocks() -> bool:
    """Fix the size from which a freed block goes back to the system; False where that cannot be said.

    Left alone, the library raises that size to the largest block it has seen, and every thread that once held
    a mail of 25 MB keeps room for it for good.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return bool(mallopt and mallopt(_MMAP_THRESHOLD, LARGE_BLOCK_BYTES))
