"""How bytes of mail are made smaller before they are kept."""

import zlib

# Level 1 takes a third of the time of level 6 and gives all but a few per cent of its size.
DEFLATE_LEVEL = 1
# A message beyond this size that has base64 in it is mostly base64.  In that nothing repeats: looking for
# repetitions takes three quarters of the time and wins nothing, counting letters alone gets the same size.
REPEATS_LIMIT_BYTES = 32_768


def deflate(raw: bytes) -> bytes:
    """Compress; releases the interpreter lock, so that other threads work meanwhile."""
    packer = packer_for(raw)
    return packer.compress(raw) + packer.flush()


def packer_for(raw: bytes) -> "zlib._Compress":
    """Return the compressor that suits these bytes."""
    if len(raw) <= REPEATS_LIMIT_BYTES or b"base64" not in raw:
        return zlib.compressobj(DEFLATE_LEVEL)
    return zlib.compressobj(
        DEFLATE_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_HUFFMAN_ONLY
    )
