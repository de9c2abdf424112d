"""Who may come in: connections in all and of one peer, and who has to go when it is full."""

import ipaddress
from typing import Protocol

# Every address of one IPv6 customer is one peer: an end site has at least a /64 (RFC 6177 s 2).
_IPV6_SITE_BITS = 64


class Guest(Protocol):
    """A connection, as the door sees it."""

    @property
    def has_spoken(self) -> bool:
        """Whether a command that we understand has come."""

    @property
    def busy(self) -> bool:
        """Whether a mail is under way; such a connection is never turned out."""

    def turn_out(self) -> None:
        """Say 421 and end the connection."""


class Door:
    """Counts connections.  A full house turns out who was silent for longest, not who comes with mail."""

    def __init__(self, limit: int, limit_per_peer: int) -> None:
        self._limit = limit
        self._limit_per_peer = limit_per_peer
        self._inside: dict[Guest, str] = {}  # oldest first
        self._of_peer: dict[str, dict[Guest, None]] = {}

    def __len__(self) -> int:
        return len(self._inside)

    def has_room(self, peer: str) -> bool:
        """Find a place for one more connection of this peer, if need be a silent one's.

        An empty peer has no limit of its own: a local socket, or a proxy that speaks for many.
        """
        party = self._of_peer.get(peer, {})
        if peer and len(party) >= self._limit_per_peer and not self._make_room(party):
            return False
        return len(self._inside) < self._limit or self._make_room(self._inside)

    def enter(self, guest: Guest, peer: str) -> None:
        """Count a connection in, under its peer."""
        self._inside[guest] = peer
        self._of_peer.setdefault(peer, {})[guest] = None

    def leave(self, guest: Guest) -> None:
        """Forget a connection; harmless when repeated."""
        peer = self._inside.pop(guest, None)
        if peer is None:
            return
        party = self._of_peer[peer]
        del party[guest]
        if not party:
            del self._of_peer[peer]

    def guests(self) -> tuple[Guest, ...]:
        """Return who is inside, oldest first."""
        return tuple(self._inside)

    def _make_room(self, among: dict[Guest, str] | dict[Guest, None]) -> bool:
        victim = next((guest for guest in among if not guest.has_spoken), None)
        if victim is None:
            victim = next((guest for guest in among if not guest.busy), None)
        if victim is None:
            return False
        self.leave(victim)
        victim.turn_out()
        return True


def peer_key(address: str) -> str:
    """Return what counts as one peer: an IPv4 address, or an IPv6 site; anything else is "" (no peer)."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _IPV6_SITE_BITS), strict=False))
    return str(found)
