"""The shelf of one OAuth client's tokens: every step is a transaction of its own, and durable."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.clock import Clock
from daemon.services.owner import is_dead, this_owner
from storage import oauth_tokens
from storage.database import Database, DatabaseError, InterfaceError
from storage.oauth_tokens import Granted, StoredTokens

# ``Granted`` and ``StoredTokens`` are named for the edge that talks with the provider.
__all__ = ["Database", "Granted", "ShelfUnavailable", "StoredTokens", "TokenShelf"]

# Longer than an exchange can take, and short enough that a crash in it is not felt.
LEASE = timedelta(minutes=1)
RETRY_AFTER = timedelta(seconds=30)
REFUSED_AGAIN_AFTER = timedelta(hours=1)
# A server that refuses a token it was just given will not like the next one better.
YOUNG = timedelta(minutes=5)


class ShelfUnavailable(Exception):  # noqa: N818  # a state of the world that is waited out
    """The database could not be read or written; what was to be stored is not."""


@dataclass(frozen=True, slots=True)
class TokenShelf:
    """The row of the section ``name``; may be used from any thread.

    ``client`` is a digest of everything that makes the client who it is.
    """

    database: Database
    name: str
    client: str
    clock: Clock

    def look(self, seed: str, first_token: str, until: datetime | None) -> StoredTokens:
        """Return what is there; a first token that was not seen before (``seed``) takes its place first."""
        with _available():
            with self.database.read():
                stored = oauth_tokens.get(self.name)
            if stored and stored.client == self.client and (not first_token or stored.seed == seed):
                return stored
            with self.database.write():
                stored = oauth_tokens.begin(self.name, self.client)
                if first_token and stored.seed != seed:
                    oauth_tokens.plant(self.name, first_token, seed, self.clock(), until)
                found = oauth_tokens.get(self.name)
        assert found is not None, "the row was begun in this transaction"
        return found

    def take(self) -> str:
        """Take the row for one exchange and return the name we have it under; empty where it is taken."""
        owner = f"{this_owner('oauth')}/{secrets.token_hex(4)}"
        with _available(), self.database.write():
            holder = oauth_tokens.owner_of(self.name)
            if holder and is_dead(holder):
                oauth_tokens.evict(self.name, holder)
            return owner if oauth_tokens.take(self.name, owner, self.clock(), LEASE) else ""

    def leave(self, owner: str) -> None:
        """Let go of the row as it is."""
        with _available(), self.database.write():
            oauth_tokens.give_back(self.name, owner)

    def keep(self, owner: str, used: str, granted: Granted) -> bool:
        """Store what was given for the refresh token ``used`` and let go of the row.

        ``used`` may be the former token, where the newer one was refused.  False where the row has moved on.
        """
        with _available(), self.database.write():
            stored = oauth_tokens.get(self.name)
            if stored and used and stored.former_token == used and stored.refresh_token != used:
                oauth_tokens.fall_back(self.name, stored.refresh_token)
            kept = oauth_tokens.store(self.name, used, granted, self.clock())
            oauth_tokens.give_back(self.name, owner)
        return kept

    def plant(self, refresh_token: str, until: datetime | None, granted: Granted) -> None:
        """Begin anew with what a person's login gave; who renews the old token meanwhile comes too late."""
        with _available(), self.database.write():
            before = oauth_tokens.begin(self.name, self.client)
            oauth_tokens.plant(self.name, refresh_token, before.seed, self.clock(), until)
            oauth_tokens.store(self.name, refresh_token, granted, self.clock())

    def failed(self, owner: str, error: str, *, refused: bool) -> None:
        """Note that nothing was given and let go of the row."""
        again = REFUSED_AGAIN_AFTER if refused else RETRY_AFTER
        with _available(), self.database.write():
            oauth_tokens.note_failure(self.name, error, self.clock(), again, refused=refused)
            oauth_tokens.give_back(self.name, owner)

    def discard(self, access_token: str) -> None:
        """Forget an access token that a server refused, unless it is brand new."""
        with _available(), self.database.write():
            oauth_tokens.discard_access(self.name, access_token, self.clock() - YOUNG)

    def close(self) -> None:
        """Close this thread's connection."""
        self.database.disconnect()


@contextmanager
def _available() -> Iterator[None]:
    """Turn an error of the database into ShelfUnavailable."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        raise ShelfUnavailable(" ".join(str(error).split())) from error
