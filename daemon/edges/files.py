"""Messages out of files: mbox, Maildir, single files and standard input.

Each function yields ``(label, raw)``; the label names the message to the operator.  One message at a time
is in memory, whatever the file's size, and its bytes are as they were, line ends included.
"""

import logging
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

# The separator of mbox (RFC 4155): an address, a time of day and, somewhere after it, a year.  Without
# the time it is a line of text that some writer forgot to quote.
_SEPARATOR = re.compile(rb"From .*\d\d?:\d\d.*\b\d{4}\b")
# No separator but a field of the header, with blanks before its colon (RFC 5322 s 4.5).
_FROM_FIELD = re.compile(rb"From[ \t]+:")
# What mboxrd writers quote: each such line got one ">" more than it had.
_QUOTED_FROM = re.compile(rb">+From ")

_log = logging.getLogger(__name__)

LabelledMessage = tuple[str, bytes]


def messages_in_mbox(path: Path) -> Iterator[LabelledMessage]:
    """Yield the messages of an mbox file in their order, labelled ``name:1``, ``name:2``...

    Takes mboxrd and mboxo, with LF or CRLF; nothing for an empty file.  ValueError where the file does
    not begin like an mbox; OSError where it cannot be read.
    """
    with path.open("rb") as file:
        first = file.readline()
        if not first:
            return
        if not first.startswith(b"From "):
            raise ValueError(f"{path} is no mbox file: its first line does not begin with 'From '")
        for number, lines in enumerate(_split(file), start=1):
            yield f"{path.name}:{number}", b"".join(lines)


def messages_in_maildir(path: Path) -> Iterator[LabelledMessage]:
    """Yield the messages of a Maildir, ``new`` before ``cur``, each oldest first by its name.

    A message that a mail client moves meanwhile is met once.  ValueError where there is neither folder.
    """
    folders = [path / name for name in ("new", "cur") if (path / name).is_dir()]
    if not folders:
        raise ValueError(f"{path} is no Maildir: it has neither 'new' nor 'cur'")
    met: set[str] = set()
    for folder in folders:
        # Listed only when its turn comes: what has left "new" since then has arrived in "cur".
        for file in sorted(folder.iterdir(), key=_delivery_order):
            unique = file.name.partition(":")[0]
            if file.name.startswith(".") or unique in met or file.is_dir():
                continue
            try:
                raw = file.read_bytes()
            except FileNotFoundError:
                _log.info("%s has gone elsewhere in the meantime", file)
                continue
            met.add(unique)
            yield f"{folder.name}/{file.name}", raw


def message_in_file(path: Path) -> Iterator[LabelledMessage]:
    """Yield the one message of a file; a separator line of mbox above its header is left out."""
    yield str(path), _without_separator(path.read_bytes())


def message_on_stdin(stream: BinaryIO | None = None) -> Iterator[LabelledMessage]:
    """Yield the one message that a mail server pipes to us; some put a separator line above it."""
    source = sys.stdin.buffer if stream is None else stream
    yield "-", _without_separator(source.read())


def _split(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Split what follows the first separator; the empty line before a separator belongs to the format."""
    message: list[bytes] = []
    for line in lines:
        if line.startswith(b"From ") and _ends_with_empty_line(message) and _SEPARATOR.match(line):
            yield message[:-1]
            message = []
        else:
            message.append(line[1:] if _QUOTED_FROM.match(line) else line)
    yield message[:-1] if _ends_with_empty_line(message) else message


def _ends_with_empty_line(message: list[bytes]) -> bool:
    return bool(message) and message[-1] in (b"\n", b"\r\n")


def _without_separator(raw: bytes) -> bytes:
    if not raw.startswith(b"From ") or _FROM_FIELD.match(raw):
        return raw
    return raw.partition(b"\n")[2]


def _delivery_order(file: Path) -> tuple[int, str]:
    # A Maildir name begins with the second of its delivery; names of other making come first.
    seconds = file.name.partition(".")[0]
    return (int(seconds) if seconds.isascii() and seconds.isdigit() else 0, file.name)
