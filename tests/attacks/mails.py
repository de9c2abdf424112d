"""Mails as bytes, as people, their servers and attackers write them."""

import itertools
from collections.abc import Mapping

HELP = "help@desk.test"
ANN, BOB, CARA, DAN, EVE = (
    "ann@corp.test",
    "bob@corp.test",
    "cara@cust.test",
    "dan@cust2.test",
    "eve@evil.test",
)
CANARY = "INTERNAL-CANARY-7f3"
DATE = "Mon, 15 Jan 2024 09:00:00 +0000"

_numbers = itertools.count(1)


def mail(
    sender: str = CARA,
    subject: str = "The printer is dead",
    text: str | bytes = "Since today it says PC LOAD LETTER.\r\n",
    *,
    to: str = HELP,
    headers: Mapping[str, str] | None = None,
    top: bytes = b"",
) -> bytes:
    """Write a mail; ``headers`` replace the usual fields or come after them, ``top`` comes before."""
    fields = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Date": DATE,
        "Message-ID": f"<{next(_numbers)}.attack@mail.test>",
        **(headers or {}),
    }
    lines = [f"{name}: {value}\r\n".encode() for name, value in fields.items() if value is not None]
    body = text if isinstance(text, bytes) else text.encode()
    if isinstance(text, str) and not text.isascii() and "Content-Type" not in fields:
        lines.append(b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n")
        lines.append(b"Content-Transfer-Encoding: 8bit\r\n")
    return top + b"".join(lines) + b"\r\n" + body


def raw_mail(header: bytes, body: bytes = b"Since today nothing works.\r\n") -> bytes:
    """Write a mail whose header is exactly this; a Message-ID of its own is added at the end."""
    return header + b"Message-ID: <%d.attack@mail.test>\r\n\r\n" % next(_numbers) + body


def quoting(shown: str, words: str) -> str:
    """Put new words above a quoted mail, as mail clients do."""
    quoted = "\r\n".join(f"> {line}" for line in shown.splitlines())
    return f"{words}\r\n\r\nOn Mon, 15 Jan 2024 at 10:00, IT Support <{HELP}> wrote:\r\n{quoted}\r\n"


def checked(result: str) -> bytes:
    """Return what the organisation's server writes above a mail that it has checked."""
    return (
        b"Authentication-Results: mx.corp.test;\r\n\t" + result.encode() + b"\r\n"
        b"Received: from sender.test (sender.test [192.0.2.7])\r\n"
        b"\tby mx.corp.test (Postfix) with ESMTPS id 4F1\r\n\tfor <help@desk.test>; "
        + DATE.encode()
        + b"\r\n"
    )


def passed(domain: str) -> bytes:
    """Return what that server writes where the check of this domain succeeded."""
    return checked(f"dkim=pass header.d={domain}; dmarc=pass (p=reject) header.from={domain}")


def multipart(kind: str, *parts: bytes) -> tuple[dict[str, str], bytes]:
    """Return the fields and the body of a multipart mail of these parts, each with its own header."""
    body = b"".join(b"--=_limit\r\n" + part + b"\r\n" for part in parts) + b"--=_limit--\r\n"
    return {"MIME-Version": "1.0", "Content-Type": f'multipart/{kind}; boundary="=_limit"'}, body


def part(content_type: str, content: bytes, *more: str) -> bytes:
    """Return one part with its header."""
    head = "".join(f"{line}\r\n" for line in (f"Content-Type: {content_type}", *more))
    return head.encode() + b"\r\n" + content
