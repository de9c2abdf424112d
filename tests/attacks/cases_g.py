"""G: parsers and resources.  Whatever the bytes are, they are stored, read in time, and do nothing."""

import base64
import functools
import gzip
import struct
import time
import zlib
from collections.abc import Callable
from typing import Any

from daemon.mail.cut import cut
from daemon.mail.parse import parse
from tests.attacks.mails import CARA, mail, multipart, part, raw_mail
from tests.attacks.runner import Stage, case, departs

BASE = b"From: cara@cust.test\r\nTo: help@desk.test\r\nSubject: Odd\r\n"
TAKEN = {"ticketed", "appended", "quarantined"}


def all_taken(stage: Stage, mails: list[bytes], **how: Any) -> list[dict[str, Any]]:
    """Drive mails and see that each was stored and handled, none of them by a crash of the reader."""
    rows = stage.send_all(mails, sender=CARA, **how)
    ended = [(row["disposition"], row["reason"]) for row in rows]
    assert {one for one, _ in ended} <= TAKEN, ended
    assert {(row["deaths"], row["failures"]) for row in rows} == {(0, 0)}, rows
    return rows


def seconds(act: Callable[[Any], object], given: object) -> float:
    """Measure the CPU time of a reading by itself."""
    begun = time.thread_time()
    act(given)
    return time.thread_time() - begun


def parts_of(stage: Stage, row: dict[str, Any]) -> list[dict[str, Any]]:
    return stage.desk.rows("SELECT * FROM parts WHERE arrival_id = ? ORDER BY id", row["id"])


@case(141, "to-32k", allowed={CARA})
def to_32k(stage: Stage) -> None:
    many = b",\r\n ".join(b"u%d@b.test" % number for number in range(32_000))
    header = b"From: cara@cust.test\r\nSubject: All\r\nTo: help@desk.test,\r\n " + many + b"\r\n"
    (row,) = all_taken(stage, [raw_mail(header)])

    assert stage.participants(row["ticket_number"]) <= {CARA}


@case(142, "ct-params", allowed={CARA})
def ct_params(stage: Stage) -> None:
    params = b"".join(b";\r\n a%d=b" % number for number in range(16_000))
    all_taken(stage, [raw_mail(BASE + b"Content-Type: text/plain" + params + b"\r\n")])


@case(144, "refs-100k", allowed={CARA})
def refs_100k(stage: Stage) -> None:
    domain = f"b{time.monotonic_ns()}.test"
    ids = [b"\r\n <%d@%s>" % (number, domain.encode()) for number in range(100_000)]
    all_taken(stage, [raw_mail(BASE + b"References:" + b"".join(ids) + b"\r\n")])

    kept = stage.desk.one("SELECT COUNT(*) FROM message_ids WHERE message_id LIKE ?", f"%@{domain}>")
    assert kept <= 50
    # The last ones count: what it answers stands at the end.
    last = b"".join([*ids, b"\r\n ", stage.t1.answer.message_id.encode()])
    row = stage.send(raw_mail(BASE.replace(b"cara@cust", b"stranger@else") + b"References:" + last + b"\r\n"))
    assert (row["disposition"], row["ticket_number"]) == ("held", stage.t1.number)


@case(145, "encwords", allowed={CARA})
def encwords(stage: Stage) -> None:
    words = b"\r\n ".join([b"=?utf-8?q?a?="] * 16_000)
    header = b"From: cara@cust.test\r\nTo: help@desk.test\r\nSubject: " + words + b"\r\n"
    (row,) = all_taken(stage, [raw_mail(header)])

    assert len(stage.ticket(row["ticket_number"])["subject"]) <= 250


@case(146, "header-10mb")
def header_10mb(stage: Stage) -> None:
    field = b"X-Long: " + b"\r\n ".join([b"a" * 900] * 11_000) + b"\r\n"
    fields = b"".join(b"X-%d: a\r\n" % number for number in range(100_000))
    for raw in (raw_mail(BASE + field), raw_mail(BASE + fields)):
        row = stage.send(raw, sender=CARA)
        assert (row["disposition"], row["deaths"], row["failures"]) == ("quarantined", 0, 0), row
        assert "broken-header" in row["reason"]
    assert stage.mails() == []


@case(147, "no-separator", allowed={CARA})
def no_separator(stage: Stage) -> None:
    mails = [
        b"From: cara@cust.test\r\nTo: help@desk.test\r\nSubject: no body %d" % time.monotonic_ns(),
        b"Only words, no header at all, and no end %d\r\n" % time.monotonic_ns(),
        b"\r\nOnly words below an empty line %d\r\n" % time.monotonic_ns(),
        b"From: cara@cust.test\r\nThis is no field and no separator %d\r\nSubject: x\r\n\r\nWords\r\n"
        % time.monotonic_ns(),
    ]
    rows = all_taken(stage, mails, bare=True)
    for row in rows[1:3]:
        assert stage.ticket(row["ticket_number"])["subject"] == ""
        assert stage.entries(row["ticket_number"])[0]["text"].startswith("Only words")
    empty = stage.send(b"", sender=CARA, bare=True)

    assert empty["disposition"] in {"ticketed", "duplicate"}
    assert stage.ticket(empty["ticket_number"])["subject"] == ""


@case(148, "boundary", allowed={CARA})
def boundary(stage: Stage) -> None:
    inner = b"--%s\r\nContent-Type: text/plain\r\n\r\nThe words.\r\n--%s--\r\n"
    mails = []
    for value in (b"", b"boundary=", b'boundary=""', b"boundary=" + b"x" * 10_000, b'boundary="a \\" b"'):
        name = value.partition(b"=")[2].strip(b'"')
        head = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; " + value + b"\r\n"
        mails.append(raw_mail(BASE + head, inner % (name, name)))
    nested = b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n" * 5 + b"\r\nThe words.\r\n--q--\r\n"
    mails.append(
        raw_mail(BASE + b"MIME-Version: 1.0\r\n" + nested.partition(b"\r\n\r\n")[0] + b"\r\n", nested)
    )
    all_taken(stage, mails)


@case(149, "codec-name", allowed={CARA})
def codec_name(stage: Stage) -> None:
    names = ("zip", "hex", "rot13", "undefined", "unicode_escape", "idna", "utf-7", "mbcs", "punycode", "bz2")
    mails = []
    for name in names:
        head = b"Content-Type: text/plain; charset=%s\r\n" % name.encode()
        head += b"X-Word: =?%s?b?eJxLTEpOAQADugF4?=\r\n" % name.encode()
        mails.append(raw_mail(BASE + head, b"x\x9c\\u0041 +AEE- caf\xe9 %s\r\n" % name.encode()))
    for raw in mails:
        assert seconds(parse, raw) < 1
    rows = all_taken(stage, mails)

    for row, name in zip(rows, names, strict=True):
        assert name in stage.entries(row["ticket_number"])[0]["text"]


@case(150, "cte", allowed={CARA})
def cte(stage: Stage) -> None:
    bodies = {
        b"base64": [b"QUJ", b"====", b"QUJD=QUJD", b"not base64 at all!", b"=" * 5_000],
        b"quoted-printable": [b"=ZZ=", b"=", b"a=\r\n=\r\n=", b"=3"],
        b"x-uuencode": [b"begin 644 x\r\n#0V%T\r\n`\r\nend", b"begin 644 ../../x\r\nM"],
        b"x-unknown": [b"words in the open"],
        b"8bit; x=y": [b"words in the open \xff"],
    }
    mails = [
        raw_mail(BASE + b"MIME-Version: 1.0\r\nContent-Transfer-Encoding: %s\r\n" % name, body + b"\r\n")
        for name, some in bodies.items()
        for body in some
    ]
    all_taken(stage, mails)


@case(151, "redos-divider", allowed={CARA})
def redos_divider(stage: Stage) -> None:
    def lines(text: bytes) -> bytes:
        return b"\r\n".join(text[at : at + 990] for at in range(0, len(text), 990)) + b"\r\n"

    mails = [
        raw_mail(BASE, b"-" * 30_000 + b"\r\n"),
        raw_mail(BASE, b">" * 5_000 + b" deep\r\n"),
        raw_mail(BASE, b"".join(b">" * n + b"\r\n" for n in range(1_000))),
        raw_mail(BASE, lines(b"On " * 330_000 + b"wrote:")),
        raw_mail(BASE, b"On Mon, 15 Jan 2024\r\n" * 19_000),
        raw_mail(BASE, b"-----Original Message-----\r\n" * 15_000),
    ]
    for raw in mails:
        # A tenth of it on a quiet machine; what is not linear takes minutes.
        assert seconds(cut, parse(raw).text) < 2
    all_taken(stage, mails)


FILE_IN_BOMB = 32 * 1024 * 1024


@functools.cache
def bomb(name: bytes) -> bytes:
    """Make a zip of some forty kilobytes that becomes four gigabytes: its 128 entries share one content."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = squeezer.compress(bytes(FILE_IN_BOMB)) + squeezer.flush()
    crc, entries = zlib.crc32(bytes(FILE_IN_BOMB)), 128
    sizes = struct.pack("<III", crc, len(content), FILE_IN_BOMB)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + struct.pack("<HH", 1, 0) + b"x"
    listed = b""
    for number in range(entries):
        path = name % number
        listed += b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes
        listed += struct.pack("<HHHHHII", len(path), 0, 0, 0, 0, 0, 0) + path
    end = struct.pack("<HHHHIIH", 0, 0, entries, entries, len(listed), len(local) + len(content), 0)
    return local + content + listed + b"PK\x05\x06" + end


@case(153, "zipbomb", allowed={CARA})
def zipbomb(stage: Stage) -> None:
    nested = gzip.compress(gzip.compress(bytes(FILE_IN_BOMB), mtime=0), mtime=0)
    bombs = {
        "application/zip": bomb(b"x%d"),
        "application/gzip": nested,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": bomb(b"word/%d.xml"),
    }
    mails = []
    for kind, content in bombs.items():
        coded = base64.encodebytes(content).replace(b"\n", b"\r\n")
        name = f'Content-Disposition: attachment; filename="bomb.{len(mails)}"'
        file = part(kind, coded, name, "Content-Transfer-Encoding: base64")
        headers, body = multipart("mixed", part("text/plain", b"See the file."), file)
        mails.append(mail(CARA, "Bomb", body, headers=headers))
    rows = all_taken(stage, mails)

    for row in rows:
        assert [one["fate"] for one in parts_of(stage, row)][-1] == "attachment"


@case(154, "tnef", allowed={CARA})
def tnef(stage: Stage) -> None:
    before = outside(stage)
    signature = bytes.fromhex("789f3e22") + b"\x01\0"
    name = b"..\\..\\..\\etc\\x\0"
    attribute = b"\x02\x10\x80\x01\0" + len(name).to_bytes(4, "little") + name
    content = signature + attribute + sum(name).to_bytes(2, "little") + b"\x02\x01\x80\x06\0\xff\xff\xff\x7f"
    file = part(
        "application/ms-tnef",
        content.hex().encode(),
        'Content-Disposition: attachment; filename="winmail.dat"',
    )
    binary = part("application/ms-tnef; name=winmail.dat", content, "Content-Transfer-Encoding: binary")
    mails = []
    for one in (file, binary):
        headers, body = multipart("mixed", part("text/plain", b"See the file."), one)
        mails.append(mail(CARA, "TNEF", body, headers=headers))
    for row in all_taken(stage, mails):
        assert all("/" not in one["name"] and "\\" not in one["name"] for one in parts_of(stage, row))

    assert outside(stage) == before


departs(
    154,
    "Outlook puts all that people wrote into it, so its words are read and its files are named, under"
    " cleaned names, in the process that reads mail; nothing is unpacked into a file, ever",
)


def outside(stage: Stage) -> set[str]:
    """Every file below the desk's folder but those of the database, the log and the mailbox."""
    known = ("postdesk.db", "postdesk.toml", "imap.secret")
    files = (path for path in stage.desk.folder.parent.rglob("*") if not path.name.startswith(known))
    return {str(path) for path in files if path.suffix != ".log"}


def with_file(disposition: str, number: int = 0) -> bytes:
    file = part(
        "application/octet-stream", b"content %d" % number, f"Content-Disposition: attachment; {disposition}"
    )
    headers, body = multipart("mixed", part("text/plain", b"See the file."), file)
    return mail(CARA, f"File {number}", body, headers=headers)


@case(156, "fn-traversal", allowed={CARA})
def fn_traversal(stage: Stage) -> None:
    before = outside(stage)
    names = ("../../../../etc/cron.d/x", "/etc/passwd", r"C:\\x", "..%2f..%2f", "....//....//x", "~/x")
    rows = all_taken(stage, [with_file(f'filename="{name}"', at) for at, name in enumerate(names)])

    for row in rows:
        (name,) = (one["name"] for one in parts_of(stage, row) if one["fate"] == "attachment")
        assert name
        assert not set(name) & set("/\\")
        assert name not in {".", ".."}
    assert outside(stage) == before


@case(157, "fn-odd", allowed={CARA})
def fn_odd(stage: Stage) -> None:
    odd = (
        "filename*=utf-8''a%00b.exe",
        "filename*=utf-8''a%0d%0aBcc:%20eve@evil.test",
        "filename*=utf-8''exe.fdp%e2%80%ae",
        f'filename="{"x" * 5_000}.txt"',
        'filename=""',
        'filename="."',
        'filename="CON"',
        'filename="a/b"',
        "filename*0*=utf-8''a%22;filename*1*=%0a.txt",
    )
    rows = all_taken(stage, [with_file(one, at) for at, one in enumerate(odd)])

    for row in rows:
        (name,) = (one["name"] for one in parts_of(stage, row) if one["fate"] == "attachment")
        assert name not in {"", ".", ".."}
        assert name.isprintable()
        assert not set(name) & set('/\\"\u202e')
        assert len(name) <= 200


@case(159, "fn-same", allowed={CARA})
def fn_same(stage: Stage) -> None:
    files = [
        part("text/csv", b"row %d" % n, 'Content-Disposition: attachment; filename="a.txt"')
        for n in range(500)
    ]
    headers, body = multipart("mixed", part("text/plain", b"Many files."), *files)
    (row,) = all_taken(stage, [mail(CARA, "Many", body, headers=headers)])

    kept = parts_of(stage, row)
    assert len({one["path"] for one in kept}) == len(kept) >= 501
    assert len({one["sha256"] for one in kept if one["content_type"] == "text/csv"}) == 500


@case(160, "cid", allowed={CARA})
def cid(stage: Stage) -> None:
    before = outside(stage)
    html = b"<p>See</p><img src='cid:../../x'>" + b"<img src=cid:same>\r\n" * 1_000
    image = part("image/png", b"\x89PNG one", "Content-ID: <same>", "Content-Disposition: inline")
    other = part("image/png", b"\x89PNG two", "Content-ID: <same>", "Content-Disposition: inline")
    headers, body = multipart("related", part("text/html", html), image, other)
    all_taken(stage, [mail(CARA, "Images", body, headers=headers)])

    assert outside(stage) == before
