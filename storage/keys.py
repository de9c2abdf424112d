"""The signing keys of this desk, made on first start.  Callers hold the transaction."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from storage.models import SecretRow

KEY_BYTES = 32
ID_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key and the two letters that name it in every token made with it."""

    id: str
    value: bytes


def signing_keys() -> list[SigningKey]:
    """Return all keys, the newest first: tokens are made with that one and checked with all."""
    query = SecretRow.select().where(SecretRow.purpose == "token").order_by(SecretRow.created_at.desc())
    return [SigningKey(row.id, bytes(row.value)) for row in query]


def add_signing_key(now: datetime) -> SigningKey:
    """Make a key from the system's random source and keep it."""
    taken = {key.id for key in signing_keys()}
    name = next(name for name in iter(_random_id, "") if name not in taken)
    key = SigningKey(name, secrets.token_bytes(KEY_BYTES))
    SecretRow.insert(id=key.id, purpose="token", value=key.value, created_at=now).execute()
    return key


def _random_id() -> str:
    return "".join(secrets.choice(ID_LETTERS) for _ in range(2))
