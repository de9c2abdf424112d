"""The tokens of OAuth 2.0: who renews one now, and what the provider gave.  Callers hold the transaction.

A refresh token may be good for one use only (RFC 6749 s 6, RFC 9700 s 4.14.2).  So whoever uses it holds the
row under a lease, and a new one is stored beside the one it came from: ``former_token`` stays until the new
one has been used itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.watch_models import OAuthTokenRow


@dataclass(frozen=True, slots=True)
class StoredTokens:
    """One row; empty texts and None stand for what there is not.

    ``failing_since`` is the first of the failures in a row, ``refused`` says that the provider will not give
    anything for the refresh token any more.  ``not_before`` is the earliest moment of another attempt.
    """

    name: str
    client: str
    seed: str
    refresh_token: str
    former_token: str
    refresh_since: datetime | None
    refresh_until: datetime | None
    access_token: str
    access_since: datetime | None
    access_until: datetime | None
    failing_since: datetime | None
    refused: bool
    last_error: str
    not_before: datetime | None

    def __repr__(self) -> str:
        """Show the name only: a token in a traceback or a log would be a key left in the door."""
        return f"StoredTokens({self.name!r})"


@dataclass(frozen=True, slots=True)
class Granted:
    """What a provider gave; ``refresh_token`` is empty where the old one stays in force."""

    access_token: str
    access_until: datetime
    refresh_token: str = ""
    refresh_until: datetime | None = None

    def __repr__(self) -> str:
        """Show no token."""
        return f"Granted(until {self.access_until})"


def get(name: str) -> StoredTokens | None:
    """Return the tokens of a section, or None."""
    row = OAuthTokenRow.get_or_none(OAuthTokenRow.name == name)
    return _record(row) if row else None


def every() -> list[StoredTokens]:
    """Return all rows by name."""
    return [_record(row) for row in OAuthTokenRow.select().order_by(OAuthTokenRow.name)]


def begin(name: str, client: str) -> StoredTokens:
    """Return the row of a client, made where it is missing.

    Another client under the name (another tenant, scope or id) does not inherit the access token.
    """
    OAuthTokenRow.insert(name=name, client=client, refused=False).on_conflict_ignore().execute()
    OAuthTokenRow.update(
        client=client, access_token="", access_since=None, access_until=None, refused=False, not_before=None
    ).where(OAuthTokenRow.name == name, OAuthTokenRow.client != client).execute()
    return _record(OAuthTokenRow.get_by_id(name))


def plant(name: str, refresh_token: str, seed: str, now: datetime, until: datetime | None) -> None:
    """Start anew with a refresh token from outside; ``seed`` names it, so that it is planted once."""
    OAuthTokenRow.update(
        seed=seed,
        refresh_token=refresh_token,
        former_token="",
        refresh_since=now,
        refresh_until=until,
        access_token="",
        access_since=None,
        access_until=None,
        failing_since=None,
        refused=False,
        last_error="",
        not_before=None,
    ).where(OAuthTokenRow.name == name).execute()


def take(name: str, owner: str, now: datetime, lease: timedelta) -> bool:
    """Take the row for one exchange with the provider; False while another owner has it."""
    free = OAuthTokenRow.owner.is_null() | (OAuthTokenRow.lease_until <= now)
    query = OAuthTokenRow.update(owner=owner, lease_until=now + lease)
    return bool(query.where(OAuthTokenRow.name == name, free).execute())


def owner_of(name: str) -> str:
    """Return who holds the row, or an empty text."""
    row = OAuthTokenRow.get_or_none(OAuthTokenRow.name == name)
    return (row.owner or "") if row else ""


def evict(name: str, owner: str) -> None:
    """Take the row from an owner that is known to be dead."""
    OAuthTokenRow.update(owner=None, lease_until=None).where(
        OAuthTokenRow.name == name, OAuthTokenRow.owner == owner
    ).execute()


def give_back(name: str, owner: str) -> None:
    """Let go of the row; nothing where it is somebody else's by now."""
    evict(name, owner)


def store(name: str, used: str, granted: Granted, now: datetime) -> bool:
    """Keep what the provider gave for the refresh token ``used``.

    False where the row has moved on from that token meanwhile: what is there is newer then.  It does not
    matter who holds the lease: a token that came late is still the only one that is good.
    """
    changes: dict[str, object] = {
        "access_token": granted.access_token,
        "access_since": now,
        "access_until": granted.access_until,
        "failing_since": None,
        "refused": False,
        "last_error": "",
        "not_before": None,
    }
    if granted.refresh_token and granted.refresh_token != used:
        changes |= {"refresh_token": granted.refresh_token, "former_token": used, "refresh_since": now}
    if granted.refresh_until:
        changes["refresh_until"] = granted.refresh_until
    known = (OAuthTokenRow.refresh_token == used) | (OAuthTokenRow.former_token == used)
    if granted.refresh_token and granted.refresh_token != used:
        known = OAuthTokenRow.refresh_token == used
    return bool(OAuthTokenRow.update(changes).where(OAuthTokenRow.name == name, known).execute())


def fall_back(name: str, refused: str) -> bool:
    """Go back to the former refresh token after the newer one was refused; False where there is none."""
    query = OAuthTokenRow.update(refresh_token=OAuthTokenRow.former_token, former_token="").where(
        OAuthTokenRow.name == name, OAuthTokenRow.refresh_token == refused, OAuthTokenRow.former_token != ""
    )
    return bool(query.execute())


def note_failure(name: str, error: str, now: datetime, retry_after: timedelta, *, refused: bool) -> None:
    """Note that the provider gave nothing; the first failure in a row is remembered."""
    OAuthTokenRow.update(failing_since=now).where(
        OAuthTokenRow.name == name, OAuthTokenRow.failing_since.is_null()
    ).execute()
    OAuthTokenRow.update(last_error=error, refused=refused, not_before=now + retry_after).where(
        OAuthTokenRow.name == name
    ).execute()


def discard_access(name: str, access_token: str, given_before: datetime) -> bool:
    """Forget an access token that a server refused, unless it was given after that moment."""
    query = OAuthTokenRow.update(access_token="", access_until=None).where(
        OAuthTokenRow.name == name,
        OAuthTokenRow.access_token == access_token,
        OAuthTokenRow.access_since <= given_before,
    )
    return bool(query.execute())


def _record(row: OAuthTokenRow) -> StoredTokens:
    return StoredTokens(
        name=row.name,
        client=row.client,
        seed=row.seed,
        refresh_token=row.refresh_token,
        former_token=row.former_token,
        refresh_since=row.refresh_since,
        refresh_until=row.refresh_until,
        access_token=row.access_token,
        access_since=row.access_since,
        access_until=row.access_until,
        failing_since=row.failing_since,
        refused=row.refused,
        last_error=row.last_error,
        not_before=row.not_before,
    )
