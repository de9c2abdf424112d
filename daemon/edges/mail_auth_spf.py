"""The one guarded door to pyspf (RFC 7208), with the DNS injected."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Any

from daemon.edges.dns_lookup import Dns, DnsTrouble
from daemon.mail.trust_domains import a_label

try:
    import spf
except ImportError:  # the extra "auth" is not installed; ``settings.machine`` says so where it is needed
    HAVE_SPF = False
    _Query: Any = object
else:
    HAVE_SPF = True
    _Query = spf.query

_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9!#$&'*+/=?^_`{|}~.-]{1,64}")
_RESULTS = frozenset({"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"})


@dataclass(frozen=True, slots=True)
class SpfResult:
    """What SPF says, and of whom: the domain of the reverse-path, or of HELO where that is null."""

    result: str
    domain: str
    of_helo: bool = False


class _InjectedQuery(_Query):  # type: ignore[misc]  # pyspf is untyped, and an extra
    """A query whose every question goes to our DNS."""

    def __init__(self, dns: Dns, **given: str) -> None:
        super().__init__(**given)
        self._dns = dns

    # The signature is pyspf's; a resolver has followed the CNAMEs already.
    def dns(
        self,
        name: str,
        qtype: str,
        cnames: object = None,  # noqa: ARG002
        ignore_void: bool = False,  # noqa: FBT001, FBT002
    ) -> list[object]:
        """Answer as pyspf expects it: TXT in tuples of bytes, MX with its preference."""
        try:
            found = self._dns.lookup(name, qtype)
        except DnsTrouble as error:
            raise spf.TempError(str(error)) from error
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:  # RFC 7208 s 4.6.4
                raise spf.PermError("too many questions without an answer")
        return [_as_pyspf(record, qtype) for record in found]


def _as_pyspf(record: str, kind: str) -> object:
    if kind == "TXT":
        return (record.encode("latin-1"),)
    if kind == "MX":
        preference, _, host = record.partition(" ")
        return int(preference), host.strip()
    return record


def spf_result(peer: str, reverse_path: str, helo: str, dns: Dns) -> SpfResult:
    """Check a peer against the SPF record of the reverse-path's domain (RFC 7208 s 2.4); never raises.

    A peer on this very machine has no address that a record could name: ``none``.
    """
    domain = a_label((reverse_path or f"@{helo}").rpartition("@")[2])
    of_helo = not reverse_path
    if not domain or ipaddress.ip_address(peer).is_loopback:
        return SpfResult("none", domain, of_helo)
    local = reverse_path.rpartition("@")[0]
    if not _PLAIN_LOCAL.fullmatch(local):
        # pyspf takes what stands behind the first @ for the domain; no record needs more than this word.
        local = "postmaster"
    try:
        result = str(_InjectedQuery(dns, i=peer, s=f"{local}@{domain}", h=helo).check()[0])
    # The records are written by strangers, and pyspf raises what it likes on bad ones (AssertionError,
    # UnicodeError, ValueError were seen): the guarded accessor of a foreign parser.
    except Exception:  # noqa: BLE001
        result = "permerror"
    return SpfResult(result if result in _RESULTS else "permerror", domain, of_helo)
