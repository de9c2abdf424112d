"""Whether a part of a received mail can stand in a mail of ours just as it came."""

from daemon.mail.fields_out import LINE_LIMIT_BYTES

SPLICE_ENCODINGS = frozenset({"", "7bit", "base64", "quoted-printable"})
# Parts in these encodings stand in another mail byte for byte, without being decoded or stored again.
SPLICED = frozenset({"base64", "quoted-printable"})
# Of larger parts ``goes_as_it_is`` does not look at the whole content, which may be the whole message.
_LOOKED_AT_BYTES = 1_000_000


def can_splice(encoded: bytes, encoding: str) -> bool:
    """Say whether a part, as it was received, may stand in a mail of ours as it is.

    Not where its encoding has another name, it is not ASCII, or a line is longer than RFC 5322 allows:
    such a part is given decoded, and is encoded anew.
    """
    if encoding.lower() not in SPLICE_ENCODINGS or not encoded.isascii() or b"\0" in encoded:
        return False
    return not _has_long_line(encoded)


def goes_as_it_is(raw: bytes, start: int, end: int, encoding: str) -> bool:
    """Tell whether the part between two offsets is encoded and can be spliced; False for a large one."""
    if encoding not in SPLICED or not start < end <= start + _LOOKED_AT_BYTES:
        return False
    return can_splice(raw[start:end], encoding)


def _has_long_line(data: bytes) -> bool:
    """Say whether any line, ended by CR or LF, is longer than RFC 5322 allows; makes no list of them all."""
    start = 0
    while len(data) - start > LINE_LIMIT_BYTES:
        window = start, start + LINE_LIMIT_BYTES + 1
        line_end = max(data.rfind(b"\n", *window), data.rfind(b"\r", *window))
        if line_end < 0:
            return True
        start = line_end + 1
    return False
