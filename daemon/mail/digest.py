"""Two cheap fingerprints of a raw message, both made without parsing it."""

import hashlib
import re
from collections import Counter
from operator import itemgetter

# The fields that say which mail this is; trace fields (RFC 5322 s 3.6.7) differ with the way it came.
_WHICH = {b"from", b"sender", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references"}
# Those by which the body is read: with others the same bytes say something else.
_HOW = {b"content-type", b"content-transfer-encoding", b"content-disposition"}
_IDENTITY = frozenset(_WHICH | _HOW)
# What a mail without these fields is as well (RFC 2045 s 5.2 and 6.1, RFC 2183 s 2.1); some servers add them.
_UNSAID = {
    b"content-type": frozenset({b"text/plain", b"text/plain; charset=us-ascii"}),
    b"content-transfer-encoding": frozenset({b"7bit", b"8bit", b"binary"}),
    b"content-disposition": frozenset({b"inline"}),
}
# A type whose parameters mean the same with quotes and without (RFC 2045 s 5.1); servers write them anew.
_TOKEN = rb"[\w!#$%&'*+.^`{|}~-]+"
_PARAMETER = rb' ?; ?([a-z-]+)=(?:"(%s)"|(%s))' % (_TOKEN, _TOKEN)
_TYPE = re.compile(rb"(?i)([\w.+-]+/[\w.+-]+)((?:%s)*)" % _PARAMETER)
_EACH = re.compile(rb"(?i)" + _PARAMETER)
_MESSAGE_ID = re.compile(
    rb"(?i)(?:\A|[\r\n])message-id[ \t]*:[ \t]*(?:[\r\n]+[ \t]+)?(<[^<>\r\n]{1,998}>|[^\s<>]{1,998})"
)
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:|[ \t]|>?From ")  # a field, its continuation, or the line of an mbox
_BLANK_LINES = (b"\r\n", b"\n", b"\r")
_HEADER_LIMIT = 65_536
_CHUNK = 1 << 20
# Dovecot hands out NUL as 0x80; both become one byte, so the same mail from both has one digest.
_NUL_TABLE = bytes.maketrans(b"\0", b"\x80")


def _header_end(raw: bytes) -> int:
    """Return the offset behind the blank line that ends the header; the length where there is none."""
    for blank in _BLANK_LINES:
        if raw.startswith(blank):
            return len(blank)
    end, stop = len(raw), 1 << 20
    for blank in (b"\n\r\n", b"\n\n", b"\r\r"):
        at = raw.find(blank, 0, stop)
        if at >= 0:
            # What comes later than this one need not be looked for.
            end, stop = at + len(blank), at + len(blank) - 1
    return end


def _normal(data: bytes) -> bytes:
    """Make every line end a LF; CRLF, LF and CR are one."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data.translate(_NUL_TABLE) if b"\0" in data else data


def content_digest(raw: bytes) -> str:
    """Return a SHA-256 (hex) that is the same for one mail however it was transported.

    It covers the identity fields, unfolded and with their blanks squeezed, and the body with all line ends
    as LF and without blank lines at its end.  Trace fields, and fields that mail servers add, do not count.
    What stands in the header from the first line that is no field counts whole: it may be all there is.
    """
    end = _header_end(raw)
    digest = hashlib.sha256()
    header = _normal(raw[:end])
    for name, value in _identity_fields(header):
        digest.update(name + b":" + value + b"\n")
    digest.update(_no_fields(header))
    digest.update(b"\n")
    _add_body(digest, raw, end)
    return digest.hexdigest()


def _identity_fields(header: bytes) -> list[tuple[bytes, bytes]]:
    """List the identity fields by name, those of one name in their order: readers go by the first.

    Unfolding is one pass, as line ends are already LF.
    """
    found = []
    for line in header.replace(b"\n ", b" ").replace(b"\n\t", b" ").split(b"\n"):
        name, _, value = line.partition(b":")
        name = name.strip().lower()
        # Only then is the value looked at: any other may have megabytes.
        if name in _IDENTITY:
            value = b" ".join(value.split())
            found.append((name, _how(name, value) if name in _HOW else value))
    # Beside another one of its name even what goes without saying says something.
    twice = {name for name, count in Counter(name for name, _ in found).items() if count > 1}
    told = (one for one in found if one[0] in twice or one[1] not in _UNSAID.get(one[0], ()))
    return sorted(told, key=itemgetter(0))


def _how(name: bytes, value: bytes) -> bytes:
    """Return how a body is read in one spelling, where it is written as anybody reads it."""
    if name != b"content-type":
        # One word; names of files stand behind a semicolon.
        return value if b";" in value else value.lower()
    written = _TYPE.fullmatch(value)
    if written is None:
        return value
    spelled = [written[1].lower()]
    for one in _EACH.finditer(written[2]):
        key, said = one[1].lower(), one[2] or one[3]
        spelled.append(key + b"=" + (said.lower() if key == b"charset" else said))
    return b"; ".join(spelled)


def _no_fields(header: bytes) -> bytes:
    """Return the header from its first line that is no field, empty where it is one field after the other."""
    at = 0
    for line in header.split(b"\n"):
        if line and not _FIELD.match(line):
            return header[at:].strip(b"\n")
        at += len(line) + 1
    return b""


def _without_blank_end(raw: bytes, start: int) -> int:
    """Return where the last line that is not blank ends, looking back slice by slice."""
    stop = len(raw)
    while stop > start:
        begin = max(start, stop - _HEADER_LIMIT)
        kept = len(raw[begin:stop].rstrip(b"\r\n"))
        if kept:
            return begin + kept
        stop = begin
    return start


def _add_body(digest: "hashlib._Hash", raw: bytes, start: int) -> None:
    """Add the body in slices, so that a large mail is not copied whole; CRLF is never cut in two."""
    stop = _without_blank_end(raw, start)
    at = start
    while at < stop:
        end = min(at + _CHUNK, stop)
        if end < stop and raw[end - 1 : end + 1] == b"\r\n":
            end -= 1
        digest.update(_normal(raw[at:end]))
        at = end


def quick_message_id(raw: bytes) -> str:
    """Return the first Message-ID in the first 64 kB of the header as it is written, ``""`` without one."""
    head = raw[: min(_header_end(raw[:_HEADER_LIMIT]), _HEADER_LIMIT)]
    match = _MESSAGE_ID.search(head)
    return match.group(1).decode("utf-8", "replace") if match else ""
