"""Where the access tokens of one OAuth 2.0 client come from: the shelf, and the provider when they run out.

Grants: client credentials (RFC 6749 s 4.4) and refresh token (s 6), the latter also after a login by device
code (``oauth_login``).  Tokens are renewed a minute early; a refresh token that the provider replaces is on
the disk before anything else happens, and no two processes use one at the same time.
"""

import hashlib
import logging
import math
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from daemon.clock import Clock
from daemon.edges.oauth_exchange import OAuthError, ask
from daemon.edges.oauth_places import Endpoints, endpoints
from daemon.edges.oauth_settings import OAuthSettings
from daemon.services.oauth import Database, Granted, ShelfUnavailable, StoredTokens, TokenShelf

__all__ = ["OAuthError", "TokenSource"]

EARLY = timedelta(minutes=1)
# Whoever else renews the token is done by then, or its provider does not answer.
WAIT_SECONDS, LOOK_SECONDS = 20.0, 0.2
SAVE_ATTEMPTS = 3
# Where a provider does not say how long a token lives (RFC 6749 s 5.1), and the most that it may say.
UNKNOWN_SECONDS, LONGEST_SECONDS = 300.0, 86_400.0
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")

log = logging.getLogger("postdesk.oauth")


@dataclass(frozen=True, slots=True)
class Client:
    """A client with its secret at hand; ``form`` is what every request of it says."""

    settings: OAuthSettings
    places: Endpoints
    secret: str

    @classmethod
    def of(cls, settings: OAuthSettings, base_dir: Path) -> "Client":
        """Read the secret anew, so that a changed one counts from the next request on."""
        secret = read_secret(settings.name, "client_secret_file", settings.client_secret_file, base_dir)
        return cls(settings, endpoints(settings), secret)

    @property
    def form(self) -> dict[str, str]:
        """Return who asks for what."""
        return {
            "client_id": self.settings.client_id,
            "client_secret": self.secret,
            "scope": self.places.scope,
        }

    @property
    def digest(self) -> str:
        """Name this client: one with another secret or scope begins anew."""
        return _digest(self.places.token_url, self.settings.grant, *self.form.values())

    def refresh_until(self, now: datetime) -> datetime | None:
        """Return until when a refresh token given now lives where the provider does not say, or None."""
        days = self.places.refresh_days
        return now + timedelta(days=days) if days else None


class TokenSource:
    """Gives access tokens for one section; ``token`` may be called from any thread, and may take a while.

    ``sleep`` waits while another process renews the token.
    """

    def __init__(self, settings: OAuthSettings, database: Database, base_dir: Path, clock: Clock) -> None:
        self.name = settings.name
        self.sleep: Callable[[float], object] = time.sleep
        self._settings = settings
        self._database = database
        self._base_dir = base_dir
        self._clock = clock
        # One thread of this process asks at a time; what another has fetched meanwhile is on the shelf.
        self._turn = threading.Lock()
        self._unsaved: tuple[TokenShelf, str, str, Granted] | None = None

    def token(self) -> str:
        """Return an access token that is good for another minute at least, as far as the provider says.

        OAuthError where there is none to be had now.
        """
        with self._turn:
            try:
                return self._token()
            except ShelfUnavailable as error:
                self._database.reset()
                raise OAuthError(f"oauth {self.name}: the database does not answer: {error}") from error
            finally:
                self._database.disconnect()

    def rejected(self, access_token: str) -> None:
        """Note that a mail server refused this token; the next one is another, unless it was young."""
        try:
            self._shelf(Client.of(self._settings, self._base_dir)).discard(access_token)
        except (ShelfUnavailable, OAuthError) as error:
            log.warning("oauth %s: a refused token is kept: %s", self.name, error)
        finally:
            self._database.disconnect()

    def _shelf(self, client: Client) -> TokenShelf:
        return TokenShelf(self._database, self.name, client.digest, self._clock)

    def _token(self) -> str:
        self._save()
        client = Client.of(self._settings, self._base_dir)
        shelf = self._shelf(client)
        for _ in range(math.ceil(WAIT_SECONDS / LOOK_SECONDS)):
            stored = self._look(client, shelf)
            if _good_until(stored) > self._clock() + EARLY:
                return stored.access_token
            self._complain(stored)
            owner = "" if _must_wait(stored, self._clock()) else shelf.take()
            if owner:
                return self._renew(client, shelf, owner)
            if _good_until(stored) > self._clock():
                return stored.access_token
            self.sleep(LOOK_SECONDS)
        raise OAuthError(f"oauth {self.name}: another process has been renewing the token for too long")

    def _look(self, client: Client, shelf: TokenShelf) -> StoredTokens:
        file = self._settings.refresh_token_file
        if self._settings.grant != "refresh_token":
            return shelf.look("", "", None)
        first = read_secret(self.name, "refresh_token_file", file, self._base_dir)
        return shelf.look(_digest(first), first, client.refresh_until(self._clock()))

    def _complain(self, stored: StoredTokens) -> None:
        """Raise where it makes no sense to ask the provider now."""
        if self._settings.grant != "client_credentials" and not stored.refresh_token:
            text = f'oauth {self.name}: nobody has logged in; run "postdesk oauth login {self.name}"'
            raise OAuthError(text, refused=True)
        if _must_wait(stored, self._clock()) and _good_until(stored) <= self._clock():
            raise OAuthError(f"oauth {self.name}: {stored.last_error}", refused=stored.refused)

    def _renew(self, client: Client, shelf: TokenShelf, owner: str) -> str:
        stored = self._look(client, shelf)
        if _good_until(stored) > self._clock() + EARLY:
            # Whoever held the row before has just done it.
            shelf.leave(owner)
            return stored.access_token
        try:
            used, granted = self._ask(client, stored)
        except OAuthError as error:
            shelf.failed(owner, str(error), refused=error.refused)
            if _good_until(stored) > self._clock() and not error.refused:
                return stored.access_token
            raise OAuthError(f"oauth {self.name}: {error}", refused=error.refused) from error
        self._unsaved = (shelf, owner, used, granted)
        self._save()
        return granted.access_token

    def _ask(self, client: Client, stored: StoredTokens) -> tuple[str, Granted]:
        """Return the refresh token that was used, and what was given for it."""
        if self._settings.grant == "client_credentials":
            answer = ask(
                client.places.token_url,
                {"grant_type": "client_credentials", **client.form},
                [client.secret],
            )
            return stored.refresh_token, granted(answer, client, stored.refresh_token, self._clock())
        try:
            return stored.refresh_token, self._refreshed(client, stored.refresh_token)
        except OAuthError as error:
            if error.code != "invalid_grant" or not stored.former_token:
                raise
            log.warning("oauth %s: the newest refresh token is refused, trying the one before", self.name)
            try:
                return stored.former_token, self._refreshed(client, stored.former_token)
            except OAuthError:
                raise error from None

    def _refreshed(self, client: Client, refresh_token: str) -> Granted:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, **client.form}
        answer = ask(client.places.token_url, form, [client.secret, refresh_token])
        return granted(answer, client, refresh_token, self._clock())

    def _save(self) -> None:
        """Store what was given; until that is done it is kept here, for nobody else has it."""
        if self._unsaved is None:
            return
        shelf, owner, used, given = self._unsaved
        for attempt in range(SAVE_ATTEMPTS):
            try:
                kept = shelf.keep(owner, used, given)
            except ShelfUnavailable as error:
                self._database.reset()
                log.error("oauth %s: a new token cannot be stored: %s", self.name, error)  # noqa: TRY400
                if attempt == SAVE_ATTEMPTS - 1:
                    raise
                self.sleep(LOOK_SECONDS)
            else:
                break
        if not kept:
            log.warning("oauth %s: a token came too late; a newer one is stored", self.name)
        self._unsaved = None


def granted(answer: Mapping[str, Any], client: Client, used: str, now: datetime) -> Granted:
    """Read what a provider gave for the refresh token ``used`` (RFC 6749 s 5.1), or raise OAuthError."""
    kind = answer.get("token_type", "Bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise OAuthError("the provider gives a token that is no bearer token")
    access_token = _token_in(answer, "access_token")
    if not access_token:
        raise OAuthError("the provider's answer has no access_token")
    refresh_token = _token_in(answer, "refresh_token")
    lifetime = _seconds(answer.get("refresh_token_expires_in"))
    until = now + timedelta(seconds=lifetime) if lifetime else None
    if until is None and refresh_token and refresh_token != used:
        until = client.refresh_until(now)
    seconds = min(_seconds(answer.get("expires_in")) or UNKNOWN_SECONDS, LONGEST_SECONDS)
    return Granted(access_token, now + timedelta(seconds=seconds), refresh_token, until)


def read_secret(name: str, key: str, file: str, base_dir: Path) -> str:
    """Return the content of a file that the settings name, or an empty text where they name none."""
    if not file:
        return ""
    path = base_dir / file
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OAuthError(f"oauth {name}: {key} {path}: {error}") from error
    if not _TOKEN.fullmatch(secret):
        raise OAuthError(f"oauth {name}: {key} {path} does not hold one line of printable ASCII")
    return secret


def _good_until(stored: StoredTokens) -> datetime:
    if not stored.access_token or stored.access_until is None:
        return datetime.min.replace(tzinfo=UTC)
    return stored.access_until


def _must_wait(stored: StoredTokens, now: datetime) -> bool:
    return stored.not_before is not None and now < stored.not_before


def _token_in(answer: Mapping[str, Any], key: str) -> str:
    value = answer.get(key, "")
    if not isinstance(value, str) or (value and not _TOKEN.fullmatch(value)):
        raise OAuthError(f"the provider's {key} is no line of printable ASCII")
    return value


def _seconds(value: object) -> float:
    """Read a span that providers give as a number or as a text; 0 where it is none."""
    try:
        seconds = float(value) if isinstance(value, int | float | str) else 0.0
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and 0 < seconds < 1e10 else 0.0


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()
