"""The signing keys of a running desk: which one signs, which ones only check, and when one is forgotten.

A new key signs some minutes after it was made.  By then every process has read it again, so that no reply
comes to one that does not know the key of the token.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from daemon.mail.tokens import Key, Signer
from storage import keys
from storage.database import Database
from storage.keys import SigningKey

READ_AGAIN = timedelta(minutes=1)
SIGNS_AFTER = 2 * READ_AGAIN


class KeyState(StrEnum):
    """What a key is used for."""

    NEXT = "next"
    SIGNS = "signs"
    CHECKS = "checks"


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What may be told of a key: ``until`` is when its tokens end, None while it signs or will."""

    id: str
    state: KeyState
    made_at: datetime
    signs_from: datetime
    until: datetime | None


@dataclass
class Keyring:
    """Keeps the keys of a signer as the database has them, read again at most once a minute."""

    signer: Signer
    _read_at: datetime | None = field(default=None)

    def renew(self, now: datetime) -> None:
        """Read the keys again if a minute has passed; inside the caller's transaction."""
        if self._read_at is not None and self._read_at <= now < self._read_at + READ_AGAIN:
            return
        found = keys.signing_keys()
        if found:
            self.signer.adopt(in_order(found, now))
        self._read_at = now


def in_order(found: Sequence[SigningKey], now: datetime) -> list[Key]:
    """Return the keys with the one first that signs; ``found`` has the newest first and is not empty."""
    current = _signing(found, now)
    return [Key(key.id, key.value) for key in (current, *(key for key in found if key is not current))]


def _signing(found: Sequence[SigningKey], now: datetime) -> SigningKey:
    """Return the newest key that is old enough; of keys that are all fresh the oldest."""
    return next((key for key in found if key.created_at + SIGNS_AFTER <= now), found[-1])


def facts(found: Sequence[SigningKey], now: datetime, valid_for: timedelta) -> list[KeyFacts]:
    """Tell of each key, newest first, what it does and how long its tokens are valid."""
    signing = _signing(found, now) if found else None
    told, state = [], KeyState.NEXT
    for newer, key in zip((None, *found), found, strict=False):
        state = KeyState.SIGNS if key is signing else state
        until = newer.created_at + SIGNS_AFTER + valid_for if newer and state is KeyState.CHECKS else None
        signs_from = key.created_at if key is found[-1] else key.created_at + SIGNS_AFTER
        told.append(KeyFacts(key.id, state, key.created_at, signs_from, until))
        state = KeyState.CHECKS if state is KeyState.SIGNS else state
    return told


def forget(now: datetime, valid_for: timedelta) -> list[str]:
    """Drop the keys of which no valid token is left, and return their names."""
    ended = [
        one.id
        for one in facts(keys.signing_keys(), now, valid_for)
        if one.until is not None and one.until < now
    ]
    for key_id in ended:
        keys.drop_signing_key(key_id)
    return ended


def listed(database: Database, now: datetime, valid_for: timedelta) -> list[KeyFacts]:
    """List the keys for the operator, newest first; never their values."""
    with database.read():
        return facts(keys.signing_keys(), now, valid_for)


def rotate(database: Database, now: datetime, valid_for: timedelta) -> KeyFacts:
    """Make a new key and return what may be told of it."""
    with database.write():
        made = keys.add_signing_key(now)
        told = facts(keys.signing_keys(), now, valid_for)
    return next(one for one in told if one.id == made.id)
