"""The signing keys of this desk, made on first start.  Callers hold the transaction."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from storage.models import SecretRow

KEY_BYTES = 32
ID_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key and the two letters that name it in every token made with it."""

    id: str
    value: bytes = field(repr=False)
    created_at: datetime


def signing_keys() -> list[SigningKey]:
    """Return all keys, the newest first."""
    newest_first = (SecretRow.created_at.desc(), SecretRow.id)
    query = SecretRow.select().where(SecretRow.purpose == "token").order_by(*newest_first)
    return [SigningKey(row.id, bytes(row.value), row.created_at) for row in query]


def add_signing_key(now: datetime) -> SigningKey:
    """Make a key from the system's random source and keep it."""
    taken = {key.id for key in signing_keys()}
    name = next(name for name in iter(_random_id, "") if name not in taken)
    key = SigningKey(name, secrets.token_bytes(KEY_BYTES), now)
    SecretRow.insert(id=key.id, purpose="token", value=key.value, created_at=now).execute()
    return key


def drop_signing_key(key_id: str) -> None:
    """Forget a key: no token that was made with it is valid any more."""
    SecretRow.delete().where(SecretRow.purpose == "token", SecretRow.id == key_id).execute()


def _random_id() -> str:
    return "".join(secrets.choice(ID_LETTERS) for _ in range(2))
