"""Write addresses: rebuilt from their parts and never passed through (RFC 5322 s 3.4, RFC 5321 s 4.1.2)."""

import re
import unicodedata
from functools import lru_cache

from daemon.mail.fields_out import CompositionError, clean, phrase_words
from daemon.mail.message import Mailbox

# RFC 5321 s 4.5.3.1.3: a path has 256 octets with its brackets.  The limit of 64 for the local part is
# not kept by services that put tokens there, and is for the receiving server to judge.
_LIMIT_BYTES = 254
NAME_LIMIT_CHARS = 100

# Letters beyond ASCII are those of RFC 6531; what does not print is refused separately.
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\U0010ffff-]+"
_DOT_ATOM = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
# Some carriers gave out local parts with dots at the end or side by side; quoted they are correct.
_DOTTED = re.compile(rf"(?:{_ATOM}|\.)+")
_QUOTED = re.compile('"((?:[^"\\\\]|\\\\.)*)"')
_LABEL = "[A-Za-z0-9_\u00a1-\U0010ffff](?:[A-Za-z0-9_\u00a1-\U0010ffff-]{0,61}[A-Za-z0-9_\u00a1-\U0010ffff])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*|\[[A-Za-z0-9.:]+\]")


def mail_address(address: str) -> str:
    """Return an address as it stands in a header and on the wire: ``local@domain``, quoted where needed.

    The case is kept (RFC 5321 s 2.4).  A domain beyond ASCII is written in its ASCII form where the two
    mean the same and the local part is ASCII too, so that no relay needs SMTPUTF8 for it.  Raises
    CompositionError for anything that is not one plain address.
    """
    local, _, domain = address.rpartition("@")
    quoted = _QUOTED.fullmatch(local)
    plain = re.sub(r"\\(.)", r"\1", quoted.group(1)) if quoted else local
    if not (quoted or _DOTTED.fullmatch(local)) or not _is_stable(address):
        raise CompositionError(f"expected an address local@domain, got {address!r}")
    local = plain if _DOT_ATOM.fullmatch(plain) else '"' + re.sub(r'(["\\])', r"\\\1", plain) + '"'
    if local.isascii() and not domain.isascii():
        domain = _ascii_domain(domain)
    if not _DOMAIN.fullmatch(domain) or len(f"{local}@{domain}".encode()) > _LIMIT_BYTES:
        raise CompositionError(f"expected an address local@domain, got {address!r}")
    return f"{local}@{domain}"


def _is_stable(address: str) -> bool:
    """Refuse what does not print, and characters that some program on the way could take for others."""
    if address.isascii():
        return address.isprintable()
    folded = unicodedata.normalize("NFKC", address)
    return address.isprintable() and folded == address and "\u3002" not in address and address.count("@") == 1


def _ascii_domain(domain: str) -> str:
    """Return the A-labels where every edition of IDNA agrees on them, else the domain as it is."""
    try:
        ascii_form = domain.encode("idna")
        # The interpreter knows IDNA 2003, which maps a sharp s and others to a domain of somebody else.
        same = ascii_form.decode("idna") == domain.lower()
    except UnicodeError:
        return domain
    return ascii_form.decode("ascii") if same else domain


# The desk's own address and its agents' stand in every mail.
@lru_cache(maxsize=1000)
def mailbox_words(mailbox: Mailbox) -> tuple[str, ...]:
    """Return one mailbox as words for ``fold``: the display name and the address in brackets."""
    address = mail_address(mailbox.address)
    name = clean(mailbox.name, NAME_LIMIT_CHARS)
    return (*phrase_words(name), f"<{address}>") if name else (address,)


def mailbox_list_words(mailboxes: tuple[Mailbox, ...]) -> list[str]:
    """Return several mailboxes as words, the commas in their places."""
    words: list[str] = []
    for mailbox in mailboxes:
        if words:
            words[-1] += ","
        words += mailbox_words(mailbox)
    return words
