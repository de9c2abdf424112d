"""Signed reply addresses and signed Message-IDs: what proves that somebody got a mail from us.

A reply address ``support+r1042.ab.<mac>@`` is made for one ticket, one recipient and one purpose.  It is
written in lower case only, since mail systems on the way may fold it.  A Message-ID of ours carries its
ticket and a MAC over its random part; it travels further than a reply address and therefore proves less.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]
MAC_BYTES = 16
ID_MAC_BYTES = 10


class Purpose(StrEnum):
    """What a reply address may be used for; the letter stands in the address.

    The number beside it is that of a ticket; for a heartbeat, the moment when it left; for an approval, a
    task or a survey, that of its record.
    """

    REPLY = "r"
    NOTE = "n"
    APPROVAL = "a"
    TASK = "t"
    SURVEY = "s"
    CONFIRMATION = "c"
    HEARTBEAT = "h"
    # The reverse-path of one copy: delivery reports about it come there (``services.return_addresses``).
    RETURN = "b"


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key and the short name by which a token says that it was made with it."""

    id: str
    value: bytes


@dataclass(frozen=True, slots=True)
class ReplyToken:
    """What a reply address claims; ``verify`` tells for whom it was made."""

    purpose: Purpose
    ticket_number: int
    key_id: str
    mac: str


DETAIL = re.compile(r"([rnatschb])(\d{1,12})\.([a-z0-9]{2})\.([a-z2-7]{26})", re.ASCII)
OWN_ID = re.compile(
    r"<(\d{1,12})\.([a-z2-7]{26})\.([a-z0-9]{2})\.([a-z2-7]{16})@([^<>@\s]{1,255})>", re.ASCII
)


class Signer:
    """Makes and checks tokens with the keys of the desk; the first key is the one for new tokens."""

    def __init__(
        self, keys: Sequence[Key], domain: str, random_bytes: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self.adopt(keys)
        self._domain = domain.lower()
        self._random_bytes = random_bytes

    def adopt(self, keys: Sequence[Key]) -> None:
        """Make new tokens with the first of these keys from now on, and check with all of them."""
        self._keys = {key.id: key.value for key in keys}
        self._current = keys[0]

    def detail(self, purpose: Purpose, ticket_number: int, recipient: str) -> str:
        """Return the part after ``+`` of a reply address for this recipient."""
        claim = f"{purpose}{ticket_number}"
        mac = self._mac(self._current.value, f"reply {claim} {recipient.lower()}", MAC_BYTES)
        return f"{claim}.{self._current.id}.{mac}"

    def verify(self, token: ReplyToken, recipients: Iterable[str]) -> str | None:
        """Return the one of these addresses that the token was made for, or None."""
        key = self._keys.get(token.key_id)
        if key is None:
            return None
        claim = f"{token.purpose}{token.ticket_number}"
        for recipient in recipients:
            made = self._mac(key, f"reply {claim} {recipient.lower()}", MAC_BYTES)
            if hmac.compare_digest(made, token.mac):
                return recipient
        return None

    def message_id(self, ticket_number: int) -> str:
        """Return a new Message-ID for one copy of a mail about this ticket; 0 where there is none."""
        unique = _letters(self._random_bytes(MAC_BYTES))
        mac = self._mac(self._current.value, f"id {ticket_number} {unique}", ID_MAC_BYTES)
        return f"<{ticket_number}.{unique}.{self._current.id}.{mac}@{self._domain}>"

    def ticket_of_own_id(self, message_id: str) -> int | None:
        """Return the ticket of a Message-ID that we made, None for any other; 0 is "no ticket"."""
        found = OWN_ID.fullmatch(message_id.lower())
        if found is None or found[5] != self._domain:
            return None
        number, unique, key_id, mac, _ = found.groups()
        key = self._keys.get(key_id)
        if key is None or not hmac.compare_digest(self._mac(key, f"id {number} {unique}", ID_MAC_BYTES), mac):
            return None
        return int(number)

    @staticmethod
    def _mac(key: bytes, claim: str, size: int) -> str:
        return _letters(hmac.digest(key, claim.encode(), hashlib.sha256)[:size])


def parse_detail(detail: str) -> ReplyToken | None:
    """Read the part after ``+`` of an address; None where it is not one of our reply addresses."""
    found = DETAIL.fullmatch(detail.lower())
    if found is None:
        return None
    return ReplyToken(Purpose(found[1]), int(found[2]), found[3], found[4])


def _letters(value: bytes) -> str:
    """Write bytes in base 32 (RFC 4648 s 6), in lower case and without padding.

    Two letters at a time; each mail has several tokens, and the standard library takes twice as long.
    """
    bits = len(value) * 8
    pairs = -(-bits // 10)
    number = int.from_bytes(value, "big") << (pairs * 10 - bits)
    written = "".join([_PAIRS[number >> at & 1023] for at in range(pairs * 10 - 10, -1, -10)])
    return written[: -(-bits // 5)]
