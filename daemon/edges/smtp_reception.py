"""What all connections of one listener share."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass

from daemon.clock import Clock
from daemon.edges.proxy import ProxyPeers
from daemon.edges.smtp_auth import Accounts
from daemon.edges.smtp_data import InFlight
from daemon.edges.smtp_door import Door
from daemon.edges.smtp_settings import ListenerSettings
from daemon.edges.smtp_store import Store
from storage.vocabulary import Source


@dataclass(frozen=True, slots=True)
class Reception:
    """The means of a listener; ``tls`` is None without a certificate."""

    settings: ListenerSettings
    hostname: str
    protocol: Source
    clock: Clock
    accepts: Callable[[str], bool]
    store: Store
    accounts: Accounts
    tls: ssl.SSLContext | None
    door: Door
    in_flight: InFlight
    proxies: ProxyPeers
