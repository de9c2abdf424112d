"""Files of a received mail become files of ours: by their place in it wherever that will do."""

import base64
import quopri

import pytest

from daemon.mail.message import Part
from daemon.mail.parse import parse
from daemon.mail.splicing import goes_as_it_is
from daemon.services.files import Source, attachments
from storage.records import Splice, StoredPart

HEAD = b"From: a@b.test\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nwords\r\n"
CONTENTS = {
    "base64": ("base64", base64.encodebytes(b"scan" * 500), True),
    "quoted-printable": ("quoted-printable", quopri.encodestring("Grüße\n".encode() * 50), True),
    "none": ("", b"plain", False),
    "8bit": ("8bit", "Grüße".encode(), False),
    "base64 with a long line": ("base64", base64.b64encode(b"scan" * 500), False),
    "base64 with what is not ASCII": ("base64", base64.encodebytes(b"scan") + b"\xff\n", False),
    "uuencode": ("x-uuencode", b"begin 644 a\n#86)C\n`\nend\n", False),
}


def mail(encoding: str, content: bytes) -> bytes:
    field = f"Content-Transfer-Encoding: {encoding}\r\n".encode() if encoding else b""
    head = b"--x\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\n" + field
    return HEAD + head + b"\r\n" + content.replace(b"\n", b"\r\n") + b"\r\n--x--\r\n"


def stored(part: Part) -> StoredPart:
    names = [name for name in StoredPart.__slots__ if name not in {"arrival_id", "fate"}]
    return StoredPart(arrival_id=1, fate=str(part.fate), **{name: getattr(part, name) for name in names})


def never() -> bytes:
    raise AssertionError("nobody has to look into the mail")


@pytest.mark.parametrize("kind", CONTENTS)
def test_a_file_known_to_go_as_it_is_goes_as_one_that_is_looked_at(kind: str):
    encoding, content, unchanged = CONTENTS[kind]
    raw = mail(encoding, content)
    (part,) = [one for one in parse(raw).parts if one.fate == "attachment"]
    (looked_at,) = attachments([stored(part)], Source("digest", lambda: raw))

    assert part.as_it_is is unchanged
    if unchanged:
        known = Source("digest", never, frozenset({part.path}))
        assert attachments([stored(part)], known) == (looked_at,)
        assert looked_at.content == Splice("digest", part.start, part.end)


def test_one_file_that_is_not_known_has_the_mail_read_once():
    raws = [mail("base64", base64.encodebytes(b"scan"))]
    (part,) = [one for one in parse(raws[0]).parts if one.fate == "attachment"]

    found = attachments([stored(part)] * 2, Source("digest", raws.pop))

    assert found == attachments([stored(part)] * 2, Source("digest", never, frozenset({part.path})))
    assert raws == []


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 3), (0, 1_000_001)])
def test_what_is_nowhere_or_large_is_not_looked_at(start: int, end: int):
    assert not goes_as_it_is(b"QUJD\r\n" * 200_000, start, end, "base64")
