"""Our own check of mail that strangers' servers hand to the listener: SPF, DKIM and DMARC, in threads.

The result is a field of ours, as a server in front would write it (RFC 8601), so that it is stored, shown and
believed the same way.  Time is bounded for each message; an answer of the DNS that is missing is neither pass
nor fail (RFC 9989 s 5.3.6), and nothing is asked twice.
"""

import logging
import re
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from daemon.edges.dns_lookup import HAVE_DNS, BudgetedDns, CachedDns, Dns, Resolver
from daemon.edges.mail_auth_dkim import HAVE_DKIM, dkim_results
from daemon.edges.mail_auth_dmarc import Identity, dmarc_result
from daemon.edges.mail_auth_spf import HAVE_SPF, SpfResult, spf_result
from daemon.mail.addresses import parse_addresses
from daemon.mail.scan import Header, read_header
from daemon.mail.trust_domains import domain_of
from storage.records import Arrival

log = logging.getLogger("postdesk.mail_auth")

AVAILABLE = HAVE_DNS and HAVE_DKIM and HAVE_SPF
BUDGET_SECONDS = 5.0
# A batch of 32 messages that all run out of time is through in 20 seconds, well inside its lease.
THREADS = 8
_SAFE = re.compile(r"[a-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found out; ``author_domain`` is ``""`` where From names nobody for certain."""

    author_domain: str
    dmarc: str
    spf: SpfResult
    signatures: tuple[Identity, ...]


class MailAuth:
    """Checks mail in its own threads; ``hostname`` names us in the fields that come back."""

    def __init__(
        self,
        hostname: str,
        dns: Dns,
        *,
        budget_seconds: float = BUDGET_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._hostname = hostname
        self._dns = dns
        self._budget_seconds = budget_seconds
        self._clock = clock
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="mail-auth")

    def begin(self, arrival: Arrival, raw: bytes) -> "Future[bytes]":
        """Start a check; see ``services.author_trust.Authenticator``."""
        return self._pool.submit(self._field, arrival, raw)

    def close(self) -> None:
        """Wait for the checks under way and end the threads."""
        self._pool.shutdown()

    def _field(self, arrival: Arrival, raw: bytes) -> bytes:
        dns = BudgetedDns(self._dns, self._clock() + self._budget_seconds, clock=self._clock)
        try:
            checked = check_mail(arrival, raw, dns)
        except Exception:
            # Whatever ails a check, its message is settled, as one of which nothing is known.
            log.exception("arrival %d could not be checked", arrival.id)
            checked = Checked("", "temperror", SpfResult("none", ""), ())
        return as_field(self._hostname, checked)


def system_dns() -> CachedDns:
    """Return the DNS of this machine, with a memory; needs the extra ``auth``."""
    return CachedDns(Resolver().ask)


def check_mail(arrival: Arrival, raw: bytes, dns: BudgetedDns) -> Checked:
    """Check who sent a message: its peer by SPF, its signatures by DKIM, both against From by DMARC."""
    header = read_header(raw, 0, len(raw))
    domain = _author_domain(header)
    spf = spf_result(arrival.peer.partition("%")[0], arrival.reverse_path or "", arrival.helo, dns)
    signatures = tuple(dkim_results(raw, header, dns))
    if not domain:
        return Checked("", "permerror", spf, signatures)
    result = dmarc_result(domain, Identity(spf.domain, spf.result), signatures, dns)
    return Checked(domain, _cautious(result, domain, signatures), spf, signatures)


def _cautious(result: str, domain: str, signatures: tuple[Identity, ...]) -> str:
    """Turn a fail into ``permerror`` where the author's own domain signed in a way that proves nothing.

    Such a mail is no forgery, only not proven: its author loses nothing that everybody has.
    """
    signed = any(one.result == "policy" and one.domain == domain for one in signatures)
    return "permerror" if result == "fail" and signed else result


def _author_domain(header: Header) -> str:
    """Return the domain of the one author, ``""`` where there are none or several (RFC 9989 s 5.3.1)."""
    authors, defects = parse_addresses(header.first("from"))
    if len(authors) != 1 or defects or header.identity_defects:
        return ""
    return domain_of(authors[0].address)


def as_field(hostname: str, checked: Checked) -> bytes:
    """Write an Authentication-Results field (RFC 8601 s 2.2), DMARC first; ends with CRLF.

    Domains that strangers wrote stand in it only where they are plain.
    """
    spf, name = checked.spf, "smtp.helo" if checked.spf.of_helo else "smtp.mailfrom"
    results = [
        f"dmarc={checked.dmarc}{_property('header.from', checked.author_domain)}",
        f"spf={spf.result}{_property(name, spf.domain)}",
    ]
    results += [f"dkim={one.result}{_property('header.d', one.domain)}" for one in checked.signatures]
    if not checked.signatures:
        results.append("dkim=none")
    return (f"Authentication-Results: {hostname};\r\n\t" + ";\r\n\t".join(results) + "\r\n").encode()


def _property(name: str, value: str) -> str:
    return f" {name}={value}" if _SAFE.fullmatch(value) else ""
