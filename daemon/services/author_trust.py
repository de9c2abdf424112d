"""How sure we are of the author of one arrival, and by what: its login, the server in front, or our check."""

import ipaddress
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from daemon.desk.addressing import fold
from daemon.desk.interpretation import Trust
from daemon.desk.trust_settings import UNIX_PEER, TrustSettings
from daemon.mail.authentication_results import authentication_fields, read_field
from daemon.mail.message import AuthenticationField, Message
from daemon.mail.scan import read_header
from daemon.mail.trust import Check, Pin, Proof, proof_of_domain
from daemon.mail.trust_domains import domain_of
from storage.records import Arrival
from storage.vocabulary import Source

_OWN_FIELD = b"authentication-results:"
_TRUST = {Check.PASS: Trust.VERIFIED, Check.FAIL: Trust.FAILED, Check.UNKNOWN: Trust.UNVERIFIED}


@dataclass(frozen=True, slots=True)
class Judgement:
    """How sure we are of an author, with the reason in words for ``trace``."""

    trust: Trust = Trust.UNVERIFIED
    why: str = ""


class Authenticator(Protocol):
    """Checks SPF, DKIM and DMARC of mail that came straight to the listener."""

    def begin(self, arrival: Arrival, raw: bytes) -> "Future[bytes]":
        """Start a check, which ends in bounded time; its result is our own Authentication-Results field.

        The field ends with CRLF.  The future never raises: what could not be found out is a result too.
        """
        ...


def judge(arrival: Arrival, message: Message, settings: TrustSettings) -> Judgement:
    """Say how sure we are that the author of a message is who From names; the worst of all signs counts.

    A login with another address than the author's is a failed proof.  Where the header names nobody for
    certain, nothing can verify it.
    """
    login = _of_login(arrival, message)
    checked = _of_check(arrival, message, settings)
    signs = [sign for sign in (login, checked) if sign is not None]
    failed = next((sign for sign in signs if sign.trust is Trust.FAILED), None)
    if failed is not None:
        return failed
    if message.author is None:
        return Judgement(Trust.UNVERIFIED, "; ".join(message.identity_defects) or "From names nobody")
    return signs[0] if signs else Judgement()


def _of_login(arrival: Arrival, message: Message) -> Judgement | None:
    if arrival.auth_user is None:
        return None
    author = fold(message.author.address) if message.author else ""
    if author and fold(arrival.auth_user) == author:
        return Judgement(Trust.VERIFIED, f"logged in as {author}")
    return Judgement(Trust.FAILED, f"logged in as {arrival.auth_user}, which is another address")


def _of_check(arrival: Arrival, message: Message, settings: TrustSettings) -> Judgement | None:
    domain = domain_of(message.author.address) if message.author else ""
    if settings.believes_fields and is_from_trusted_server(arrival, settings):
        pin = Pin(settings.authserv_id, settings.trusted_hops, settings.microsoft)
        return _judged(proof_of_domain(message.authentication, pin, domain))
    own = own_result(arrival)
    if own is not None:
        return _judged(own_proof(own, domain))
    if settings.believes_fields and message.authentication:
        return Judgement(Trust.UNVERIFIED, "its peer may not tell us results of checks")
    return None


def _judged(proof: Proof) -> Judgement:
    return Judgement(_TRUST[proof.check], proof.why)


def own_result(arrival: Arrival) -> str | None:
    """Return the body of the field that our own check wrote above the message, or None before a check."""
    if not arrival.trace.lower().startswith(_OWN_FIELD):
        return None
    return authentication_fields(read_header(arrival.trace, 0, len(arrival.trace)))[0].value


def own_proof(value: str, domain: str) -> Proof:
    """Return what our own check proves of a domain."""
    field = AuthenticationField(value, received_above=0, stamped=True)
    return proof_of_domain([field], Pin(read_field(value).authserv_id), domain)


def is_from_trusted_server(arrival: Arrival, settings: TrustSettings) -> bool:
    """Tell whether what stands at the top of a message was written by a server that the operator trusts.

    That of a mailbox and of a file was: whoever hands them over is the operator's own.  Over SMTP and LMTP it
    depends on the peer.
    """
    if arrival.source in {Source.IMAP, Source.FILE}:
        return True
    return is_trusted_peer(arrival.peer, settings.trusted_peers)


def is_trusted_peer(peer: str, trusted: tuple[str, ...]) -> bool:
    """Tell whether a peer is among addresses, networks and the word for sockets in the file system."""
    if peer == UNIX_PEER:
        return UNIX_PEER in trusted
    address = peer_address(peer)
    networks = (ipaddress.ip_network(one, strict=False) for one in trusted if one != UNIX_PEER)
    return address is not None and any(address in network for network in networks)


def peer_address(peer: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return a peer's address, an IPv4 address inside IPv6 as what it is; None for a socket file."""
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def wants_check(arrival: Arrival, settings: TrustSettings) -> bool:
    """Tell whether we look ourselves: mail that came straight to the SMTP listener, whole, without login.

    Not over LMTP and not from a trusted peer: there the peer is no stranger's server, and SPF would ask about
    the wrong one.
    """
    return (
        settings.check == "auto"
        and arrival.source is Source.SMTP
        and arrival.auth_user is None
        and arrival.full_size_bytes <= arrival.size_bytes
        and peer_address(arrival.peer) is not None
        and not is_trusted_peer(arrival.peer, settings.trusted_peers)
        and own_result(arrival) is None
    )
