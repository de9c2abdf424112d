"""What the operator decides about the SMTP and the LMTP listener."""

from typing import Annotated

import msgspec
from msgspec import Meta

Port = Annotated[int, Meta(ge=0, le=65535)]
Seconds = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]


class AccountSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account that may log in to the listener (RFC 4954); its mail counts as proven to be ``address``'s."""

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
