"""The PROXY protocol, versions 1 and 2, from the proxies that are allowed to speak it."""

import asyncio
import ipaddress
from collections.abc import Iterable

from aiosmtpd.proxy_protocol import V2_CMD, get_proxy

# A proxy sends its line at once; who takes longer is no proxy.
HEADER_TIMEOUT_SECONDS = 5.0


class ProxyPeers:
    """The addresses and networks whose word about the client's address is taken."""

    def __init__(self, peers: Iterable[str]) -> None:
        self._networks = [ipaddress.ip_network(peer, strict=False) for peer in peers]

    def __contains__(self, peer: str) -> bool:
        try:
            address = ipaddress.ip_address(peer.partition("%")[0])
        except ValueError:
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network for network in self._networks)


async def client_behind(reader: asyncio.StreamReader, proxy: str) -> str | None:
    """Read the header and return the client's address, or None where it is not a valid header.

    ``proxy``'s own address comes back for its health checks (LOCAL) and where it does not know (UNKNOWN).
    Raises IncompleteReadError when the proxy goes away first.
    """
    header = await get_proxy(reader)
    if not header.valid:
        return None
    if header.command == V2_CMD.LOCAL or header.src_addr is None or isinstance(header.src_addr, bytes):
        return proxy
    return str(header.src_addr)
