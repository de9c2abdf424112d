"""The one guarded door to dkimpy (RFC 6376): every signature, and only those that prove something.

dkimpy verifies what a signature says.  What a signature must say to prove an author, and how much work a
stranger's mail may make, is decided here.
"""

import re
from collections import Counter
from dataclasses import dataclass

from daemon.edges.dns_lookup import BudgetedDns, DnsTrouble
from daemon.edges.mail_auth_dmarc import Identity
from daemon.mail.scan import Header
from daemon.mail.trust_domains import a_label

try:
    import dkim
except ImportError:  # the extra "auth" is not installed; ``settings.machine`` says so where it is needed
    HAVE_DKIM = False
else:
    HAVE_DKIM = True

SIGNATURES_LIMIT = 5
_SIGNATURE_LIMIT_BYTES = 4_096
# A key of 4096 bits has some 740 characters; longer ones cost seconds of arithmetic.
_KEY_RECORD_LIMIT_CHARS = 2_048
_SMALLEST_KEY_BITS = 1_024  # RFC 8301 s 3.2
_ALGORITHMS = frozenset({b"rsa-sha256", b"ed25519-sha256"})  # RFC 8301 s 3.1: never SHA-1
# dkimpy's patterns take the square of a run of blanks; the sum of the squares is bounded by this (0.2 s).
_BLANKS_COST_LIMIT = 20_000_000
_BLANKS = re.compile(rb"[\t ]{8,}")
# Fields that change who speaks or what is read; one that was signed may not have got company since.
_FIXED = frozenset(
    {
        b"from", b"sender", b"reply-to", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to",
        b"references", b"mime-version", b"content-type", b"content-transfer-encoding",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fields:
    """What dkimpy took for the header: names in lower case with how often they stand there."""

    counts: Counter[bytes]


def dkim_results(raw: bytes, header: Header, dns: BudgetedDns) -> list[Identity]:
    """Verify the first five signatures from the top; never raises.

    ``policy`` stands for a signature that verifies and proves nothing: a part of the body only (``l=``,
    RFC 6376 s 8.2), no From, or a signed field that got company (s 8.15).
    """
    count = sum(name == "dkim-signature" for name, _ in header.fields)
    if not count:
        return []
    fields = _fields_as_we_read_them(raw, header)
    if fields is None:
        return [Identity("", "permerror")]
    return [_verified(raw, index, fields, dns) for index in range(min(count, SIGNATURES_LIMIT))]


def _fields_as_we_read_them(raw: bytes, header: Header) -> _Fields | None:
    """Return the header as dkimpy reads it, or None where it differs from our reading or costs too much.

    A signature of one reading proves nothing about the other: the author and the text are taken from ours.
    """
    if header.identity_defects or _cost_of_blanks(raw) > _BLANKS_COST_LIMIT:
        return None
    try:
        found, body = dkim.rfc822_parse(raw)
    except Exception:  # noqa: BLE001 - the guarded accessor of a foreign parser, see ``_verified``
        return None
    names = [name.lower() for name, _ in found]
    ours = [name.encode() for name, _ in header.fields], re.sub(rb"\r?\n", b"\r\n", raw[header.body_start :])
    if (names, body) != ours:
        return None
    too_long = any(
        len(value) > _SIGNATURE_LIMIT_BYTES for name, value in found if name.lower() == b"dkim-signature"
    )
    return None if too_long else _Fields(Counter(names))


def _cost_of_blanks(raw: bytes) -> int:
    return sum((match.end() - match.start()) ** 2 for match in _BLANKS.finditer(raw))


def _verified(raw: bytes, index: int, fields: _Fields, dns: BudgetedDns) -> Identity:
    troubled = False

    def key_record(name: bytes, timeout: int = 5) -> bytes | None:  # noqa: ARG001  # dkimpy's signature
        nonlocal troubled
        try:
            records = dns.lookup(name.decode("ascii", "replace"), "TXT")
        except DnsTrouble:
            troubled = True
            return None
        usable = [one for one in records if len(one) <= _KEY_RECORD_LIMIT_CHARS]
        return usable[0].encode("latin-1") if len(usable) == 1 else None

    verifier = dkim.DKIM(raw, minkey=_SMALLEST_KEY_BITS)
    try:
        passed = bool(verifier.verify(idx=index, dnsfunc=key_record))
    # What stands in a signature and in a key record was written by strangers; dkimpy raises its own errors
    # and what Python raises on the way: the guarded accessor of a foreign parser.
    except Exception:  # noqa: BLE001
        passed = False
    signature = getattr(verifier, "signature_fields", {})
    domain = a_label(signature.get(b"d", b"").decode("ascii", "replace"))
    if troubled:
        return Identity(domain, "temperror")
    if not passed:
        return Identity(domain, "fail")
    return Identity(domain, "pass" if _proves(signature, fields) else "policy")


def _proves(signature: dict[bytes, bytes], fields: _Fields) -> bool:
    signed = Counter(name.strip().lower() for name in signature.get(b"h", b"").split(b":"))
    return (
        b"l" not in signature
        and signature.get(b"a") in _ALGORITHMS
        and signed[b"from"] >= 1
        and all(fields.counts[name] <= signed[name] for name in _FIXED if signed[name])
    )
