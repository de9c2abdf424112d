"""The PROXY protocol: believed from the proxies of the settings, from nobody else."""

import ipaddress
import struct

import pytest

from daemon.edges import smtp_connection
from daemon.edges.proxy import ProxyPeers
from tests.edges.smtp_desk import Desk, eventually

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def _v2(command: int, source: str, family: int = 0x11) -> bytes:
    packed = ipaddress.ip_address(source).packed
    addresses = packed + ipaddress.ip_address("::1" if len(packed) == 16 else "127.0.0.1").packed
    body = addresses + struct.pack("!HH", 4711, 25)
    return SIGNATURE + struct.pack("!BBH", 0x20 | command, family, len(body)) + body


@pytest.fixture
def desk():
    with Desk(proxy_protocol=True, proxy_peers=("127.0.0.1", "10.0.0.0/8")) as desk:
        yield desk


@pytest.mark.parametrize(
    ("header", "peer"),
    [
        (b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 25\r\n", "192.0.2.7"),
        (b"PROXY TCP6 2001:db8::7 ::1 4711 25\r\n", "2001:db8::7"),
        (b"PROXY UNKNOWN\r\n", "127.0.0.1"),
        (_v2(1, "192.0.2.7"), "192.0.2.7"),
        (_v2(1, "2001:db8::7", 0x21), "2001:db8::7"),
        (_v2(0, "192.0.2.7"), "127.0.0.1"),
    ],
    ids=["v1", "v1-ipv6", "v1-unknown", "v2", "v2-ipv6", "v2-local"],
)
def test_the_client_behind_a_proxy_is_the_peer(desk, header, peer):
    with desk.connect() as client:
        client.send(header)
        client.expect(220)
        client.say("EHLO cust.test", 250)
        client.mail()

    (incoming,) = desk.kept
    literal = f"[IPv6:{peer}]" if ":" in peer else f"[{peer}]"
    assert incoming.peer == peer
    assert f"from cust.test ({literal})\r\n".encode() in incoming.trace


@pytest.mark.parametrize(
    "header",
    [
        b"EHLO cust.test\r\n",
        b"PROXY TCP4 192.0.2.7\r\n",
        b"PROXY TCP4 x y 1 2\r\n",
        SIGNATURE + b"\x31\x11\0\0",
    ],
)
def test_a_proxy_without_a_valid_header_is_hung_up_on(desk, header):
    with desk.connect() as client:
        client.send(header)
        client.expect("554 5.5.1")
        assert client.closed()


def test_a_proxy_that_says_nothing_is_hung_up_on(desk, monkeypatch):
    monkeypatch.setattr(smtp_connection, "HEADER_TIMEOUT_SECONDS", 0.1)
    with desk.connect() as client:
        client.expect("554 5.5.1")
        assert client.closed()


def test_a_proxy_that_leaves_frees_its_place(desk):
    with desk.connect() as client:
        with eventually() as wait:
            wait(lambda: desk.listener.open_connections == 1)
        client.send(b"PRO")
    with eventually() as wait:
        wait(lambda: desk.listener.open_connections == 0)


def test_others_may_not_say_who_they_are(desk):
    with desk.connect(source="127.0.0.9") as client:
        client.expect(220)
        client.send(b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 25\r\n")
        client.expect("554 5.5.1")
        assert client.closed()


def test_the_limit_per_peer_is_the_clients_and_not_the_proxys():
    with (
        Desk(proxy_protocol=True, proxy_peers=("127.0.0.1",), connection_limit_per_peer=1) as desk,
        desk.connect() as first,
        desk.connect() as second,
        desk.connect() as third,
    ):
        for client, address in ((first, "192.0.2.7"), (second, "192.0.2.8")):
            client.send(f"PROXY TCP4 {address} 127.0.0.1 4711 25\r\n".encode())
            client.expect(220)
            client.say("EHLO x", 250)
            client.say("MAIL FROM:<a@b.test>", 250)
        third.send(b"PROXY TCP4 192.0.2.8 127.0.0.1 4712 25\r\n")
        third.expect("421 4.3.2")
        assert desk.listener.open_connections == 2


def test_proxies_are_addresses_or_networks():
    peers = ProxyPeers(("192.0.2.1", "10.0.0.0/8", "2001:db8::/32"))

    assert all(peer in peers for peer in ("192.0.2.1", "10.9.8.7", "::ffff:10.9.8.7", "2001:db8::1"))
    assert not any(peer in peers for peer in ("192.0.2.2", "2001:db9::1", "", "unix"))
