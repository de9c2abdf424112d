"""Write a mail: header, text, HTML and attachments as bytes, CRLF throughout (RFC 5322, RFC 2045 to 2047).

Written by hand since the standard library's writer takes over a millisecond for a copy and lets NUL through.
"""

import binascii
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Literal

from daemon.mail.addresses_out import mailbox_list_words, mailbox_words
from daemon.mail.fields_out import (
    LINE_LIMIT_BYTES,
    CompositionError,
    check_block,
    clean,
    fold,
    parameter_words,
    text_field,
)
from daemon.mail.message import Mailbox
from daemon.mail.splicing import SPLICE_ENCODINGS
from storage.records import Splice

SUBJECT_LIMIT_CHARS = 200
FILE_NAME_LIMIT_CHARS = 150
# More would make the field grow for ever; the root and the newest are what clients thread by.
REFERENCES_LIMIT = 20
LOOP_FIELD = "Postdesk-Loop"

# What ``extra`` may not say a second time (RFC 5322 s 3.6), nor anything of the envelope or of MIME.
_OWN_FIELDS = frozenset(
    {"date", "from", "sender", "reply-to", "to", "cc", "bcc", "subject", "message-id", "in-reply-to"}
    | {"references", "auto-submitted", "x-auto-response-suppress", "postdesk-loop", "return-path", "received"}
    | {"mime-version", "content-type", "content-transfer-encoding", "content-disposition", "content-id"}
)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,90}")
_CHARSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,40}")
# Everything of C0 and C1 but tab and line feed.
_BODY_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_C1_CONTROLS = re.compile(rb"\xc2[\x80-\x9f]")
# What separates folders somewhere, or cannot stand in a name somewhere; some readers also unwrap "<name>".
_NO_FILE_NAME = re.compile(r'[/\\<>:"|?*]')
_ASCII_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n"})
_BASE64_LINE = 76
# What is encoded in one step: whole lines of 76 letters, which are 57 bytes (RFC 2045 s 6.8).
_BASE64_STEP_BYTES = 57 * 1_000
# Pieces from this size on stay by themselves, so that the copies of a mail share them.
_SHARED_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of an outgoing mail.

    ``content`` is the decoded bytes, or the range of a received message that holds the part still in
    ``encoding``; only a range for which ``can_splice`` holds may be given.  A file that is ``inline`` and
    has a ``content_id`` belongs to the HTML text.
    """

    name: str
    content_type: str
    encoding: str
    content: bytes | Splice
    content_id: str = ""
    inline: bool = False
    charset: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to one recipient before it becomes bytes.

    ``html`` may be empty.  ``references`` run oldest first; ids that are none are left out, as is an
    ``in_reply_to`` that is none.  ``automatic`` is the word for Auto-Submitted (RFC 3834 s 5), None for
    mail that a person typed.  ``extra`` are further fields as (name, text).
    """

    header_from: Mailbox
    to: Mailbox
    subject: str
    text: str
    message_id: str
    date: datetime
    html: str = ""
    cc: tuple[Mailbox, ...] = ()
    reply_to: Mailbox | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    automatic: Literal["auto-replied", "auto-generated"] | None = None
    loop_mark: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """A MIME entity: its Content fields and what follows the empty line."""

    fields: tuple[tuple[str, bytes], ...]
    pieces: tuple[bytes | Splice, ...]


def compose(draft: Draft, body: Entity | None = None) -> tuple[bytes | Splice, ...]:
    """Return the mail in pieces, to be joined in order; the same draft always gives the same bytes.

    ``body`` is what ``body_of`` gave for the same texts and files, where that was made before.  Raises
    CompositionError for an address or a Message-ID that is none, and for a date without zone.
    """
    entity = body or body_of(draft)
    fields = [*_fields(draft), ("MIME-Version", b"MIME-Version: 1.0\r\n"), *entity.fields]
    return tuple(_joined([_block(fields), *entity.pieces]))


def _fields(draft: Draft) -> Iterator[tuple[str, bytes]]:
    if draft.date.tzinfo is None:
        raise CompositionError(f"expected a date with a zone, got {draft.date!r}")
    if not _MESSAGE_ID.fullmatch(draft.message_id):
        raise CompositionError(f"expected a Message-ID <left@right>, got {draft.message_id!r}")
    yield "Date", _date_field(draft.date)
    yield "From", fold("From", mailbox_words(draft.header_from))
    if draft.reply_to:
        yield "Reply-To", fold("Reply-To", mailbox_words(draft.reply_to))
    yield "To", fold("To", mailbox_words(draft.to))
    if draft.cc:
        yield "Cc", fold("Cc", mailbox_list_words(draft.cc))
    yield "Subject", text_field("Subject", draft.subject, SUBJECT_LIMIT_CHARS)
    yield "Message-ID", fold("Message-ID", [draft.message_id])
    yield from _threading(draft)
    if draft.automatic:
        yield "Auto-Submitted", fold("Auto-Submitted", [draft.automatic])
        # Exchange looks at no other mark.
        yield "X-Auto-Response-Suppress", b"X-Auto-Response-Suppress: All\r\n"
    if draft.loop_mark:
        yield LOOP_FIELD, text_field(LOOP_FIELD, draft.loop_mark)
    for name, value in draft.extra:
        if not _FIELD_NAME.fullmatch(name) or name.lower() in _OWN_FIELDS:
            raise CompositionError(f"expected the name of a further header field, got {name!r}")
        yield name, text_field(name, value)


# The copies of one mail are of one moment.
@lru_cache(maxsize=16)
def _date_field(date: datetime) -> bytes:
    return f"Date: {format_datetime(date)}\r\n".encode("ascii")


def _threading(draft: Draft) -> Iterator[tuple[str, bytes]]:
    if _MESSAGE_ID.fullmatch(draft.in_reply_to):
        yield "In-Reply-To", fold("In-Reply-To", [draft.in_reply_to])
    references = [one for one in dict.fromkeys(draft.references) if _MESSAGE_ID.fullmatch(one)]
    if len(references) > REFERENCES_LIMIT:
        references = [references[0], *references[1 - REFERENCES_LIMIT :]]
    if references:
        yield "References", fold("References", references)


def _block(fields: Sequence[tuple[str, bytes]]) -> bytes:
    block = b"".join(written for _, written in fields)
    check_block(block, [name for name, _ in fields])
    return block + b"\r\n"


def body_of(draft: Draft) -> Entity:
    """Write texts and files as MIME, without the header of the mail.

    Nested as mixed(alternative(text, related(html, files of the html)), files), each only where needed.
    """
    boundaries = _boundaries(draft)
    own = [file for file in draft.attachments if draft.html and file.inline and file.content_id]
    others = [file for file in draft.attachments if file not in own]
    entity = _text(draft.text, "plain")
    if draft.html:
        html = _text(draft.html, "html")
        if own:
            html = _multipart("related", [html, *map(_file, own)], next(boundaries))
        entity = _multipart("alternative", [entity, html], next(boundaries))
    if others:
        entity = _multipart("mixed", [entity, *map(_file, others)], next(boundaries))
    return entity


def _boundaries(draft: Draft) -> Iterator[str]:
    """Yield separators that occur in no text: ``=_`` cannot stand in base64 or quoted-printable.

    Nor can a received part hold one, since it was written before this Message-ID was.
    """
    for count in range(1_000):
        digest = hashlib.sha256(f"{draft.message_id} {count}".encode()).hexdigest()
        if digest[:32] not in draft.text and digest[:32] not in draft.html:
            yield f"=_{digest[:32]}"


def _text(text: str, subtype: str) -> Entity:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    data = _without_controls(text if text.endswith("\n") else text + "\n")
    encoding = "7bit"
    # A line that begins with "From " is changed by programs that keep mail in mbox files.
    if (
        not data.isascii()
        or b"\nFrom " in b"\n" + data
        or max(map(len, data.split(b"\n"))) > LINE_LIMIT_BYTES
    ):
        encoding = "quoted-printable"
        data = binascii.b2a_qp(data, istext=True)
        data = (b"\n" + data).replace(b"\nFrom ", b"\n=46rom ")[1:]
    fields = (
        ("Content-Type", f"Content-Type: text/{subtype}; charset=utf-8\r\n".encode("ascii")),
        ("Content-Transfer-Encoding", f"Content-Transfer-Encoding: {encoding}\r\n".encode("ascii")),
    )
    return Entity(fields, (data.replace(b"\n", b"\r\n"),))


def _without_controls(text: str) -> bytes:
    """Return text as UTF-8; a table finds controls several times faster than a regular expression."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        return _BODY_CONTROLS.sub("", text).encode("utf-8")
    if len(data.translate(None, _ASCII_CONTROLS)) == len(data) and not _C1_CONTROLS.search(data):
        return data
    return _BODY_CONTROLS.sub("", text).encode("utf-8")


def _file(file: Attachment) -> Entity:
    spliced = isinstance(file.content, Splice)
    encoding = (file.encoding.lower() or "7bit") if spliced else "base64"
    if encoding not in SPLICE_ENCODINGS:
        raise CompositionError(f"a part in {file.encoding!r} cannot be taken over as it is; give it decoded")
    disposition = ["inline;" if file.inline else "attachment;"]
    words = parameter_words("filename", _file_name(file.name))
    disposition += [f"{word};" for word in words[:-1]] + words[-1:]
    fields = [
        ("Content-Type", fold("Content-Type", _content_type(file, encoding))),
        ("Content-Transfer-Encoding", fold("Content-Transfer-Encoding", [encoding])),
        ("Content-Disposition", fold("Content-Disposition", disposition)),
    ]
    identifier = f"<{file.content_id.strip('<>')}>"
    if _MESSAGE_ID.fullmatch(identifier):
        fields.append(("Content-ID", fold("Content-ID", [identifier])))
    return Entity(
        tuple(fields), (file.content if isinstance(file.content, Splice) else _base64(file.content),)
    )


def _content_type(file: Attachment, encoding: str) -> list[str]:
    content_type = file.content_type.lower()
    # RFC 2046 s 5: a message may not be encoded; and a multipart without its boundary says nothing.
    opaque = content_type.startswith("multipart/") or (
        content_type.startswith("message/") and encoding != "7bit"
    )
    if opaque or not _CONTENT_TYPE.fullmatch(content_type):
        return ["application/octet-stream"]
    if _CHARSET.fullmatch(file.charset):
        return [f"{content_type};", f"charset={file.charset}"]
    return [content_type]


def _file_name(name: str) -> str:
    """Return a name that is safe to offer: no path, and cut in the middle so that its ending stays."""
    name = clean(_NO_FILE_NAME.sub("_", name), 1_000) or "file"
    if len(name) <= FILE_NAME_LIMIT_CHARS:
        return name
    ending = name[-20:]
    return name[: FILE_NAME_LIMIT_CHARS - 21] + "\u2026" + ending


def _base64(content: bytes) -> bytes:
    """Encode in steps: a list of all lines takes twice the memory of what is in them."""
    whole = io.BytesIO()
    for start in range(0, len(content) or 1, _BASE64_STEP_BYTES):
        encoded = binascii.b2a_base64(content[start : start + _BASE64_STEP_BYTES], newline=False)
        lines = (encoded[at : at + _BASE64_LINE] for at in range(0, len(encoded) or 1, _BASE64_LINE))
        whole.write(b"\r\n".join(lines) + b"\r\n")
    return whole.getvalue()


def _multipart(subtype: str, entities: Sequence[Entity], boundary: str) -> Entity:
    pieces: list[bytes | Splice] = []
    for at, entity in enumerate(entities):
        pieces.append(f"{'' if not at else chr(13) + chr(10)}--{boundary}\r\n".encode("ascii"))
        pieces.append(_block(entity.fields))
        pieces += entity.pieces
    pieces.append(f"\r\n--{boundary}--\r\n".encode("ascii"))
    words = [f"multipart/{subtype};", f'boundary="{boundary}"']
    return Entity((("Content-Type", fold("Content-Type", words)),), tuple(pieces))


def _joined(pieces: Sequence[bytes | Splice]) -> Iterator[bytes | Splice]:
    """Join neighbouring bytes that are small."""
    plain: list[bytes] = []
    for piece in pieces:
        if isinstance(piece, bytes) and len(piece) < _SHARED_BYTES:
            plain.append(piece)
            continue
        yield b"".join(plain)
        plain.clear()
        yield piece
    yield b"".join(plain)
