"""The mails that everything is measured with: a made-up day at a helpdesk, the same for the same seed."""

import base64
import quopri
import random
from collections.abc import Iterator
from dataclasses import dataclass

DESK = "support@desk.test"
DOMAIN = "desk.test"

# Share of all mails, in the order in which they are dealt out.
SHARES = (("text", 0.60), ("alternative", 0.25), ("inline image", 0.10), ("attachment", 0.05))
TEXT_BYTES, ALTERNATIVE_BYTES = 2_000, 15_000
IMAGE_BYTES, ATTACHMENT_BYTES = 40_000, 300_000

_FIRST = ("Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Radia", "Margaret", "Sophie", "Jürgen")
_LAST = ("Novak", "Meier", "Larsen", "Okafor", "Tanaka", "Silva", "Dubois", "Haddad", "Björk", "Weiß")
_SUBJECTS = (
    "Printer on the third floor does not answer",
    "Cannot log in since this morning",
    "New laptop for a colleague who starts on Monday",
    "VPN drops every ten minutes",
    "Rückfrage zur Zugangskarte",
    "Invoice from our supplier cannot be opened",
    "Please add me to the mailing list of the project",
    "Screen stays black after the update",
)
_SENTENCE = (
    "the printer on the third floor does not answer any more since we came back from lunch and I have "
    "tried to switch it off and on again but the display only shows a number that nobody here has seen "
    "before could you please have a look at it today because we need to send the contract to the customer "
    "before five thank you very much the same happens on my colleague's machine when she opens the folder"
)
_WORDS = tuple(_SENTENCE.split())


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it goes over the wire, without its final dot; ``kind`` is its name in ``SHARES``."""

    kind: str
    sender: str
    raw: bytes


def mails(count: int, seed: int = 1) -> list[Mail]:
    """Make so many mails, each from another sender, the kinds shuffled."""
    chance = random.Random(seed)
    kinds = [kind for kind, share in SHARES for _ in range(round(count * share))]
    kinds += ["text"] * (count - len(kinds))
    chance.shuffle(kinds)
    return [_mail(kind, number, seed, chance) for number, kind in enumerate(kinds[:count])]


def _mail(kind: str, number: int, seed: int, chance: random.Random) -> Mail:
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    sender = f"person{number}.{seed}@customer{number % 97}.test"
    content = _BODIES[kind](f"{seed}.{number}", name, chance)
    header = "\r\n".join(_header(kind, number, name, sender, chance))
    return Mail(kind, sender, f"{header}\r\n".encode() + content)


def _header(kind: str, number: int, name: str, sender: str, chance: random.Random) -> Iterator[str]:
    domain = sender.partition("@")[2]
    for hop in range(3):
        yield f"Received: from mx{hop}.{domain} (mx{hop}.{domain} [192.0.2.{hop + 1}])"
        yield f"\tby mx{hop + 1}.{domain} (Postfix) with ESMTPS id {chance.getrandbits(44):X}"
        yield f"\tfor <{DESK}>; Mon, 15 Jan 2024 08:{number % 60:02}:{hop:02} +0000 (UTC)"
    yield f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=k1;"
    yield f"\th=from:to:subject:date:message-id; bh={_letters(32, chance)};"
    yield f"\tb={_letters(48, chance)}\r\n\t {_letters(48, chance)}\r\n\t {_letters(48, chance)}"
    yield f"From: {_word(name)} <{sender}>"
    yield f"To: IT Support <{DESK}>"
    yield f"Subject: {_word(chance.choice(_SUBJECTS))}"
    yield f"Date: Mon, 15 Jan 2024 09:{number % 60:02}:00 +0100"
    yield f"Message-ID: <{chance.getrandbits(96):024x}@{domain}>"
    yield "MIME-Version: 1.0"
    yield f"User-Agent: {'Mozilla Thunderbird' if kind == 'text' else 'Microsoft Outlook 16.0'}"


def _word(text: str) -> str:
    """Encode a text for a header where it has to be (RFC 2047)."""
    return text if text.isascii() else f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="


def _letters(count: int, chance: random.Random) -> str:
    return base64.b64encode(chance.randbytes(count)).decode()


def _prose(size: int, name: str, chance: random.Random) -> str:
    """Write about ``size`` characters: a greeting, paragraphs, and a signature."""
    lines = ["Hello,", ""]
    length = 0
    while length < size:
        words = chance.choices(_WORDS, k=12)
        lines.append(" ".join(words).capitalize() + chance.choice((".", ".", "?", " \u2013 so far.")))
        length += len(lines[-1])
        if chance.random() < 0.2:
            lines.append("")
    return "\r\n".join([*lines, "", "Best regards", name, "-- ", name, "Tel. +49 30 1234567"]) + "\r\n"


def _quoted(subtype: str, text: str) -> bytes:
    body = quopri.encodestring(text.replace("\r\n", "\n").encode()).replace(b"\n", b"\r\n")
    head = (
        f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    return head.encode() + body


def _html(size: int, name: str, chance: random.Random) -> str:
    """Write HTML as a mail program does: every paragraph dressed anew."""
    style = "margin:0cm;font-size:11.0pt;font-family:Calibri,sans-serif"
    rows = ["<html><head><style>p.MsoNormal{margin:0cm}</style></head><body lang=EN-GB><div>"]
    length = 0
    while length < size:
        words = " ".join(chance.choices(_WORDS, k=14))
        rows.append(f'<p class="MsoNormal" style="{style}"><span lang=EN-GB>{words}.<o:p></o:p></span></p>')
        length += len(rows[-1])
    return "\r\n".join([*rows, f"<p>Best regards<br>{name}</p></div></body></html>"]) + "\r\n"


def _base64_part(content_type: str, name: str, disposition: str, size: int, chance: random.Random) -> bytes:
    head = (
        f'Content-Type: {content_type}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: {disposition}; filename="{name}"\r\nContent-ID: <{name}@mix>\r\n\r\n'
    )
    return head.encode() + base64.encodebytes(chance.randbytes(size)).replace(b"\n", b"\r\n")


def _multipart(subtype: str, mark: str, parts: list[bytes]) -> bytes:
    boundary = f"----=_Part_{subtype}_{mark}".encode()
    head = b'Content-Type: multipart/%s;\r\n\tboundary="%s"\r\n\r\n' % (subtype.encode(), boundary)
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts)
    return head + body + b"--%s--\r\n" % boundary


def _text(_: str, name: str, chance: random.Random) -> bytes:
    text = _prose(TEXT_BYTES - 1_450, name, chance)
    return (
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text.encode()
    )


def _alternative(mark: str, name: str, chance: random.Random, size: int = ALTERNATIVE_BYTES) -> bytes:
    text = _quoted("plain", _prose(size // 5, name, chance))
    return _multipart("alternative", mark, [text, _quoted("html", _html(size * 3 // 5, name, chance))])


def _with_image(mark: str, name: str, chance: random.Random) -> bytes:
    image = _base64_part("image/png", "image001.png", "inline", IMAGE_BYTES, chance)
    return _multipart("related", mark, [_alternative(mark, name, chance, 6_000), image])


def _with_attachment(mark: str, name: str, chance: random.Random) -> bytes:
    file = _base64_part("application/pdf", "contract.pdf", "attachment", ATTACHMENT_BYTES, chance)
    return _multipart("mixed", mark, [_quoted("plain", _prose(1_000, name, chance)), file])


_BODIES = {
    "text": _text,
    "alternative": _alternative,
    "inline image": _with_image,
    "attachment": _with_attachment,
}
