"""What must hold for logins by OAuth 2.0, and for the alarm that tells when they fail."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from daemon.edges.oauth_places import endpoints
from daemon.edges.oauth_settings import OAuthSettings
from daemon.settings.problems import Fault, Key
from daemon.settings.sections import Document

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def oauth_is_complete(document: Document) -> Iterator[Fault]:
    """Every client has what its provider and its grant ask for, and a name of its own."""
    seen: dict[str, int] = {}
    for index, client in enumerate(document.oauth):
        at: Key = ("oauth", index)
        if not _NAME.fullmatch(client.name):
            yield Fault((*at, "name"), "expected a name of letters, digits, dots and dashes")
        elif seen.setdefault(client.name, index) != index:
            yield Fault((*at, "name"), f"is the name of oauth[{seen[client.name] + 1}] already")
        if not client.client_id.isprintable() or not client.client_id:
            yield Fault((*at, "client_id"), "expected a text that is not empty")
        yield from _provider(at, client)
        yield from _grant(at, client)


def oauth_names_are_known(document: Document) -> Iterator[Fault]:
    """A mailbox and the relay name a client that there is, and no password beside it."""
    names = {client.name for client in document.oauth}
    users: list[tuple[Key, str, bool]] = [
        (("mailbox", index), one.oauth, bool(one.password_file or one.password_env))
        for index, one in enumerate(document.mailbox)
    ]
    relay = document.relay
    users.append((("relay",), relay.oauth, bool(relay.password_file or relay.password_env)))
    for at, name, password in users:
        if name and name not in names:
            known = f"there are {', '.join(sorted(names))}" if names else "there is no [[oauth]] section"
            yield Fault((*at, "oauth"), f"expected the name of an [[oauth]] section, got {name}", known)
        if name and password:
            yield Fault((*at, "oauth"), "expected oauth or a password, got both", "take the password out")
    if relay.oauth and not relay.username:
        yield Fault(("relay", "username"), "missing; relay.oauth needs the mailbox that mail is sent from")


def alarm_is_complete(document: Document) -> Iterator[Fault]:
    """Alarms go to a web address, and signed."""
    alarm = document.alarm
    parts = urlsplit(alarm.webhook_url) if "[" not in alarm.webhook_url else None
    if alarm.webhook_url and (parts is None or parts.scheme not in {"http", "https"} or not parts.hostname):
        yield Fault(("alarm", "webhook_url"), "expected an address that begins with https:// or http://")
    if alarm.webhook_url and not alarm.secret_file:
        text = "missing; alarms are signed with the secret in that file"
        yield Fault(("alarm", "secret_file"), text)
    if alarm.secret_file and not alarm.webhook_url:
        yield Fault(("alarm", "secret_file"), "is read with alarm.webhook_url only")


def _provider(at: Key, client: OAuthSettings) -> Iterator[Fault]:
    if client.provider == "microsoft" and not re.fullmatch(r"[A-Za-z0-9.-]+", client.tenant):
        text = "missing; microsoft needs the directory (tenant) id or domain"
        yield Fault((*at, "tenant"), text)
    if client.provider != "microsoft" and client.tenant:
        yield Fault((*at, "tenant"), 'is read with provider = "microsoft" only')
    if client.provider == "google" and client.grant != "refresh_token":
        text = f"google gives no access to mail by {client.grant}"
        yield Fault((*at, "grant"), text, 'use grant = "refresh_token"')
    if client.provider == "custom" and not client.token_url:
        yield Fault((*at, "token_url"), "missing; only microsoft and google are known by name")
    needs_device = client.grant == "device_code" and client.provider == "custom"
    if needs_device and not client.device_url:
        yield Fault((*at, "device_url"), "missing; the grant device_code begins there")
    if client.device_url and client.grant != "device_code":
        yield Fault((*at, "device_url"), 'is read with grant = "device_code" only')
    places = endpoints(client)
    for key, url in (("token_url", places.token_url), ("device_url", places.device_url)):
        if url and not _is_safe(url):
            yield Fault((*at, key), f"expected an address that begins with https://, got {url}")


def _grant(at: Key, client: OAuthSettings) -> Iterator[Fault]:
    if client.grant == "client_credentials" and not client.client_secret_file:
        yield Fault((*at, "client_secret_file"), "missing; the grant client_credentials needs the secret")
    if client.grant == "refresh_token" and not client.refresh_token_file:
        text = "missing; the grant refresh_token begins with a token that somebody got by logging in"
        yield Fault((*at, "refresh_token_file"), text)
    if client.grant != "refresh_token" and client.refresh_token_file:
        yield Fault((*at, "refresh_token_file"), 'is read with grant = "refresh_token" only')


def _is_safe(url: str) -> bool:
    """Tell whether secrets may go there: by TLS, or to this machine."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is none
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    return plain and bool(parts.hostname) and not parts.username and (parts.scheme == "https" or local)
