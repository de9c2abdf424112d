"""What the operator decides about the SMTP and the LMTP listener."""

import ipaddress
from typing import Annotated

import msgspec
from msgspec import Meta

Port = Annotated[int, Meta(ge=0, le=65535)]
Seconds = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]
# What a message holds beside its content while it is read: stuffed dots and the final dot.
OVERHEAD_BYTES = 65_536


class AccountSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account that may log in to the listener (RFC 4954); its mail is proven to be of ``address``."""

    username: str
    address: str
    password_file: str


class ListenerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One listener.  Files are relative to the configuration file."""

    host: str = "127.0.0.1"
    port: Port = 2525
    socket: str = ""
    hostname: str = ""
    tls: Annotated[str, Meta(pattern="^(none|starttls|starttls-required|implicit)$")] = "none"
    certificate_file: str = ""
    key_file: str = ""
    proxy_protocol: bool = False
    proxy_peers: tuple[str, ...] = ()
    accounts: tuple[AccountSettings, ...] = ()
    message_limit_bytes: Count = 26_214_400
    line_limit_bytes: Count = 65_536
    recipient_limit: Count = 100
    connection_limit: Count = 2_000
    connection_limit_per_peer: Count = 50
    in_flight_limit_bytes: Count = 134_217_728
    idle_timeout_seconds: Seconds = 300
    session_timeout_seconds: Seconds = 1_200
    minimum_rate_bytes: Annotated[int, Meta(ge=0)] = 500


def contradictions(settings: ListenerSettings) -> tuple[tuple[str, str], ...]:
    """List the settings that cannot stand together, as pairs of a key and a sentence; empty if none."""
    tls = settings.tls != "none"
    findings = (
        ("certificate_file", "is needed for tls", tls and not settings.certificate_file),
        ("accounts", "need tls: passwords never travel in the clear", bool(settings.accounts) and not tls),
        ("proxy_peers", "is needed for proxy_protocol", settings.proxy_protocol and not settings.proxy_peers),
        ("proxy_peers", "is read with proxy_protocol = true only", _peers_without_protocol(settings)),
        (
            "proxy_protocol",
            'cannot go with tls = "implicit"; let the proxy end TLS',
            _hidden_header(settings),
        ),
        ("proxy_peers", "expects addresses or networks such as 10.0.0.0/8", not _are_networks(settings)),
        (
            "in_flight_limit_bytes",
            "must hold at least one message of message_limit_bytes",
            settings.in_flight_limit_bytes < settings.message_limit_bytes + OVERHEAD_BYTES,
        ),
    )
    return tuple((key, sentence) for key, sentence, found in findings if found)


def _peers_without_protocol(settings: ListenerSettings) -> bool:
    return bool(settings.proxy_peers) and not settings.proxy_protocol


def _hidden_header(settings: ListenerSettings) -> bool:
    return settings.proxy_protocol and settings.tls == "implicit"


def _are_networks(settings: ListenerSettings) -> bool:
    for peer in settings.proxy_peers:
        try:
            ipaddress.ip_network(peer, strict=False)
        except ValueError:
            return False
    return True
