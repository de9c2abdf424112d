"""What Authentication-Results fields prove of an author: the pinned server's word, the worst of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from daemon.mail.authentication_results import Reading, read_field
from daemon.mail.message import AuthenticationField
from daemon.mail.trust_domains import a_label


class Check(StrEnum):
    """What a server found out about the domain in From (RFC 9989)."""

    PASS = "pass"  # noqa: S105  # not a password
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Pin:
    """Whose fields count: those of ``authserv_id`` that stand above the ``trusted_hops``-th Received field.

    ``nameless`` takes fields that name no server at all.  An empty ``authserv_id`` is the name of nobody.
    """

    authserv_id: str
    trusted_hops: int = 1
    nameless: bool = False

    def is_ours(self, authserv_id: str) -> bool:
        """Compare a name as RFC 8601 s 2.5 asks: without regard to case, A-labels equal to U-labels."""
        if not authserv_id:
            return self.nameless
        ours = _comparable(self.authserv_id)
        return bool(ours) and _comparable(authserv_id) == ours


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found out, with the reason in words; ``silent`` where no server said anything."""

    check: Check
    why: str
    silent: bool = False


def proof_of_domain(fields: Iterable[AuthenticationField], pin: Pin, domain: str) -> Proof:
    """Return what the pinned server says of the author's domain (A-label form, ``""`` for nobody's).

    Only what stands above the trusted hops counts, and there the worst of all it says: a fail, then any
    doubt, then the pass, which must name this very domain (RFC 9989 s 5.3.1).
    """
    read = [(field, read_field(field.value, nameless=pin.nameless)) for field in fields]
    named = [(field, reading) for field, reading in read if pin.is_ours(reading.authserv_id)]
    believed = [r for field, r in named if field.stamped and field.received_above < pin.trusted_hops]
    server = pin.authserv_id or "the server in front"
    if not believed:
        return Proof(Check.UNKNOWN, _nothing_said(server, len(named), len(read)), silent=True)
    checks = [_proof(reading, server, domain) for reading in believed]
    return min(checks, key=lambda one: _WORST_FIRST.index(one.check))


_WORST_FIRST = (Check.FAIL, Check.UNKNOWN, Check.PASS)


def _nothing_said(server: str, named: int, read: int) -> str:
    if named:
        return f"the result in the name of {server} stands below the trusted hops and is not believed"
    others = f"; {read} of other servers are not believed" if read else ""
    return f"no result of {server}{others}"


def _proof(reading: Reading, server: str, domain: str) -> Proof:
    if reading.broken:
        return Proof(Check.UNKNOWN, f"the result of {server} cannot be read")
    found = [result for result in reading.results if result.method == "dmarc"]
    if any(result.value == "fail" for result in found):
        return Proof(Check.FAIL, f"dmarc=fail by {server}")
    if not found:
        others = ", ".join(f"{result.method}={result.value}" for result in reading.results[:5])
        return Proof(Check.UNKNOWN, f"{server} says nothing of DMARC ({others or 'nothing was checked'})")
    doubtful = next((result for result in found if result.value != "pass"), None)
    if doubtful is not None:
        return Proof(Check.UNKNOWN, f"dmarc={doubtful.value} by {server}")
    named = {name for result in found for name in (result.every("header.from") or {""})}
    if len(named) == 1 and domain and a_label(next(iter(named))) == domain:
        return Proof(Check.PASS, f"dmarc=pass by {server}")
    whose = ", ".join(sorted(named)).strip(", ") or "no domain"
    return Proof(Check.UNKNOWN, f"dmarc=pass by {server} is for {whose}")


def _comparable(authserv_id: str) -> str:
    """Return the form in which names of servers are compared; one that is no domain name stays as it is."""
    return a_label(authserv_id) or authserv_id.lower()
