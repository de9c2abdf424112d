"""Log a person in by device code (RFC 8628): they type a code elsewhere, we ask until they have."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from daemon.clock import Clock
from daemon.edges.oauth import Client, granted
from daemon.edges.oauth_exchange import OAuthError, ask
from daemon.edges.oauth_settings import OAuthSettings
from daemon.services.oauth import Database, ShelfUnavailable, TokenShelf

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
USUAL_INTERVAL_SECONDS, SLOWER_SECONDS = 5.0, 5.0
LONGEST_INTERVAL_SECONDS, LONGEST_WAIT_SECONDS = 60.0, 1_800.0


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What the person has to be told, and what we ask with.  Times are in seconds."""

    user_code: str
    place: str
    device_code: str
    interval: float
    lifetime: float


def begin(settings: OAuthSettings, base_dir: Path) -> DeviceCode:
    """Ask the provider for a code; OAuthError where it gives none."""
    client = Client.of(settings, base_dir)
    form = {"client_id": settings.client_id, "scope": client.places.scope}
    answer = ask(client.places.device_url, form, [client.secret])
    # Google says verification_url.
    place = answer.get("verification_uri") or answer.get("verification_url")
    words = (answer.get("user_code"), place, answer.get("device_code"))
    if not all(isinstance(word, str) and word.isprintable() and word for word in words):
        raise OAuthError("the provider's answer has no user_code, verification_uri or device_code")
    interval = _number(answer.get("interval"), USUAL_INTERVAL_SECONDS)
    lifetime = min(_number(answer.get("expires_in"), LONGEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS)
    return DeviceCode(str(words[0]), str(words[1]), str(words[2]), interval, lifetime)


def finish(
    code: DeviceCode,
    settings: OAuthSettings,
    place: tuple[Database, Path, Clock],
    sleep: Callable[[float], object],
) -> None:
    """Ask until the person has logged in, and store the refresh token; OAuthError where nothing comes of it.

    ``place`` is the database, the folder of the configuration and the clock.
    """
    database, base_dir, clock = place
    client = Client.of(settings, base_dir)
    form = {"grant_type": _GRANT, "device_code": code.device_code, **client.form}
    waited, interval = 0.0, code.interval
    while waited < code.lifetime:
        sleep(interval)
        waited += interval
        try:
            answer = ask(client.places.token_url, form, [client.secret, code.device_code])
        except OAuthError as error:
            if error.refused or error.code not in {"authorization_pending", "slow_down", ""}:
                raise
            # RFC 8628 s 3.5: slower where asked to, and where nothing was answered.
            slower = 0.0 if error.code == "authorization_pending" else SLOWER_SECONDS
            interval = min(interval + slower, LONGEST_INTERVAL_SECONDS)
            continue
        given = granted(answer, client, "", clock())
        if not given.refresh_token:
            raise OAuthError("the provider gives no refresh token; the scope may lack offline_access")
        try:
            shelf = TokenShelf(database, settings.name, client.digest, clock)
            shelf.plant(given.refresh_token, given.refresh_until or client.refresh_until(clock()), given)
        except ShelfUnavailable as error:
            raise OAuthError(f"the token cannot be stored, log in again: {error}") from error
        return
    raise OAuthError("nobody typed the code in time")


def _number(value: object, usual: float) -> float:
    return float(value) if isinstance(value, int | float) and 0 < value < 1e6 else usual
