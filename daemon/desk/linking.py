"""Second addresses of a person: what is asked for, what may not be linked, and what the mail back says.

A wish stands on the first line of a mail, ``#link other@address``.  What was asked and what came of it are
lines in the journal of the ticket; a code is bound to both addresses and to the mail that asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.desk.addressing import Roster, fold
from daemon.desk.sentences import sentence
from storage.records import Event

ASKED, LINKED, DECLINED, REFUSED = "link asked", "address linked", "link declined", "link refused"
UNLINKED = "address unlinked"
CODE_LIFETIME = timedelta(hours=24)
# So many mails back one person can cause within the lifetime of a code.
ASKS_LIMIT = 3

_WISH = re.compile(r"#(link|unlink)(?:[ \t]+(.{0,500}?))?[ \t]*", re.ASCII | re.IGNORECASE)
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+", re.ASCII)
_LONGEST_ADDRESS = 254  # RFC 5321 s 4.5.3.1.3: a path of 256 with its angle brackets
# Machines answer by themselves, so nobody can confirm anything there.
_MACHINE = re.compile(
    r"(?:mailer-daemon|postmaster|abuse|hostmaster|no-?_?reply|do-?_?not-?_?reply|bounces?|listserv|majordomo)@"
    r"|[^@]*-(?:request|owner|bounces?)@",
    re.ASCII,
)
_YES = frozenset({"yes", "ja", "oui", "si", "sí", "sì", "sim", "tak", "ano", "igen", "da", "да"})
_NO = frozenset({"no", "nein", "non", "não", "nee", "nej", "nie", "ne", "nem", "nu", "нет"})
_SIGNS = " \t.!*_>,;:\"'"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a mail asks for on its first line: to link or to unlink an address, folded, as it was typed."""

    unlink: bool
    address: str


@dataclass(frozen=True, slots=True)
class News:
    """What people are told: ``state`` is ``asked``, ``linked``, ``unlinked`` or ``refused``.

    ``until`` is the end of a code where one is under way.
    """

    state: str
    known: str
    other: str
    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """An address that was asked to belong to another; ``origin`` names the mail that asked.

    ``settled`` says that the code was used, by a yes or by a no.
    """

    ticket_number: int
    known: str
    other: str
    origin: str
    asked_at: datetime
    settled: bool

    @property
    def claim(self) -> str:
        """What the code of this request is made for."""
        return f"{self.known} {self.other} {self.origin}"

    @property
    def until(self) -> datetime:
        """The moment after which its code is too old."""
        return self.asked_at + CODE_LIFETIME


def wish(text: str) -> tuple[Wish | None, str]:
    """Return what the first line of a mail asks for, or None, and the words below that line."""
    first, _, rest = text.lstrip().partition("\n")
    found = _WISH.fullmatch(first.strip())
    if found is None:
        return None, text
    typed = fold(found[2] or "").removeprefix("<").removesuffix(">").removeprefix("mailto:")
    return Wish(found[1].lower() == "unlink", typed), rest.strip()


def objection(asked: Wish, author: str, own: Sequence[str], roster: Roster) -> str:
    """Say why this cannot be done, as a sentence for its author, or nothing.

    ``own`` are the addresses of the person, the one first that mail goes to.  Which addresses belong to
    agents or machines is not told.
    """
    address = asked.address
    if len(address) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        return sentence("Expected one e-mail address behind the word, like: #link ann@example.com")
    if roster.agent(author) is not None:
        return sentence("The addresses of an agent stand in the configuration of the desk.")
    if asked.unlink:
        return _objection_to_unlink(address, own)
    if address in own:
        return sentence("{address} is linked to you already.", address=address)
    if roster.is_own(address) or roster.agent(address) is not None or _MACHINE.match(address):
        return sentence("{address} cannot be linked.", address=address)
    return ""


def _objection_to_unlink(address: str, own: Sequence[str]) -> str:
    if address not in own:
        return sentence("{address} is not linked to you.", address=address)
    if address == own[0]:
        return sentence(
            "{address} is the address that our mail goes to; it cannot be unlinked.", address=address
        )
    return ""


def answer(text: str) -> bool | None:
    """Return whether the first line of an answer is a plain yes or a plain no; None for anything else."""
    first = next((line for line in text.splitlines() if line.strip(_SIGNS)), "").strip(_SIGNS).lower()
    if first in _YES:
        return True
    return False if first in _NO else None


def requests(ticket_number: int, events: Sequence[Event]) -> list[Request]:
    """List what was asked on a ticket, oldest first, out of its journal."""
    settled = {
        (event.data.get("request"), event.data.get("address"))
        for event in events
        if event.kind in {LINKED, DECLINED}
    }
    return [
        Request(
            ticket_number=ticket_number,
            known=event.data.get("to", ""),
            other=event.data.get("address", ""),
            origin=event.cause,
            asked_at=event.at,
            settled=(event.cause, event.data.get("address")) in settled,
        )
        for event in events
        if event.kind == ASKED
    ]
