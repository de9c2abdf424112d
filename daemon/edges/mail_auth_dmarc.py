"""DMARC (RFC 9989): the policy of a domain, its organizational domain by walking the tree, and alignment."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from daemon.edges.dns_lookup import Dns, DnsTrouble

# RFC 9989 s 4.10: a name of eight labels or more goes on with its last seven.
_LABELS_ASKED = 7
_VERSION = re.compile(r"\s*v\s*=\s*DMARC1\s*(?:;|\Z)")

Record = dict[str, str]


@dataclass(frozen=True, slots=True)
class Identity:
    """A domain that SPF or a signature stands for; ``result`` is ``pass``, ``temperror`` or anything else."""

    domain: str
    result: str


def dmarc_result(author_domain: str, spf: Identity, signatures: Iterable[Identity], dns: Dns) -> str:
    """Return ``pass``, ``fail``, ``none``, ``temperror`` for the one domain in From (A-label form).

    ``none``: the domain has no policy.  ``temperror``: it would be a fail, but an answer of the DNS that
    might have made it a pass is missing (RFC 9989 s 5.3.6).
    """
    signatures = list(signatures)
    try:
        walk = _Walk(dns)
        policy = walk.policy(author_domain)
        if policy is None:
            return "none"
        if _aligned(walk, author_domain, spf, policy.get("aspf", "r")):
            return "pass"
        if any(_aligned(walk, author_domain, one, policy.get("adkim", "r")) for one in signatures):
            return "pass"
    except DnsTrouble:
        return "temperror"
    missing = any(one.result == "temperror" for one in (spf, *signatures))
    return "temperror" if missing else "fail"


def _aligned(walk: "_Walk", author_domain: str, one: Identity, mode: str) -> bool:
    """Tell whether a domain that passed is the author's: the same, or of one organization (s 4.4)."""
    if one.result != "pass" or not one.domain:
        return False
    if one.domain == author_domain:
        return True
    return mode.lower() != "s" and walk.organization(one.domain) == walk.organization(author_domain)


class _Walk:
    """Walks up the DNS from a domain (s 4.10); asks for each name once."""

    def __init__(self, dns: Dns) -> None:
        self._dns = dns
        self._records: dict[str, Record | None] = {}

    def record(self, domain: str) -> Record | None:
        """Return the one DMARC record of a domain; several count as none."""
        if domain not in self._records:
            texts = [t for t in self._dns.lookup(f"_dmarc.{domain}", "TXT") if _VERSION.match(t)]
            self._records[domain] = _tags(texts[0]) if len(texts) == 1 else None
        return self._records[domain]

    def policy(self, domain: str) -> Record | None:
        """Return the record that applies: the domain's own, its organization's, its public suffix's."""
        own = self.record(domain)
        if own is not None:
            return own
        organization, suffix = self._walked(domain)
        return self.record(organization) or (self.record(suffix) if suffix else None)

    def organization(self, domain: str) -> str:
        """Return the organizational domain; the domain itself where the walk finds no record."""
        return self._walked(domain)[0]

    def _walked(self, domain: str) -> tuple[str, str]:
        """Return the organizational domain, and the public suffix domain above it where one was found."""
        best, below = domain, domain
        for name in _names(domain):
            record = self.record(name)
            psd = record.get("psd", "").lower() if record else ""
            if psd == "n":
                return name, ""
            if psd == "y" and name != domain:
                return below, name
            if record is not None:
                best = name
            below = name
        return best, ""


def _names(domain: str) -> list[str]:
    """List the names to ask, the domain first; at most eight."""
    labels = domain.split(".")
    names = [".".join(labels[at:]) for at in range(1, len(labels))]
    return [domain, *names[-_LABELS_ASKED:]]


def _tags(record: str) -> Record:
    """Read ``tag=value; ...``; of a tag that stands twice the first counts, what is no tag is passed over."""
    tags: Record = {}
    for part in record.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip())
    return tags
