"""Addresses as the operator lists them: ``ann@corp.test``, ``corp.test`` for a domain, or with ``*``.

A ``*`` stands for anything.  What has no ``@`` is a domain, and not its parts.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_STARS = re.compile(r"\*+")


@dataclass(frozen=True)
class Patterns:
    """A list of addresses, domains and patterns, sorted out once."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    globs: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, listed: Iterable[str]) -> "Patterns":
        """Sort a list out; ``@corp.test`` is the domain as well."""
        folded = [one.strip().lower().removeprefix("@") for one in listed]
        globs = [one if "@" in one else f"*@{one}" for one in folded if "*" in one]
        return cls(
            frozenset(one for one in folded if "@" in one and "*" not in one),
            frozenset(one for one in folded if "@" not in one and "*" not in one),
            tuple(tuple(_STARS.split(one)) for one in globs),
        )

    def fits(self, address: str) -> bool:
        """Tell whether a folded address is on the list."""
        return (
            address in self.addresses
            or address.rpartition("@")[2] in self.domains
            or any(_fits(address, pieces) for pieces in self.globs)
        )

    def first(self, addresses: Iterable[str]) -> str:
        """Return the first of these folded addresses that is on the list, or nothing."""
        return next((one for one in addresses if self.fits(one)), "")


def _fits(address: str, pieces: tuple[str, ...]) -> bool:
    """Look for the pieces between the stars one after the other: each search goes on where the last ended."""
    head, *middle, tail = pieces
    if not address.startswith(head) or len(address) < len(head) + len(tail):
        return False
    at = len(head)
    for piece in middle:
        found = address.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return address.endswith(tail) and len(address) - len(tail) >= at
