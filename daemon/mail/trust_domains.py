"""Domains as they are compared where proof is at stake: A-labels in lower case (RFC 5890), or nothing."""

import re
import unicodedata

_ASCII_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LENGTH_LIMIT = 253  # RFC 1035 s 2.3.4: 255 octets on the wire


def a_label(domain: str) -> str:
    """Return a domain in A-label form and lower case; ``""`` for what is no domain name.

    A U-label is encoded as it stands (RFC 5891 s 5): characters that would have to be mapped onto others
    first, full stops of other scripts and a dot at the end make it no domain, so nothing is mended here.
    """
    if len(domain) > _LENGTH_LIMIT:
        return ""
    labels = [_label(label) for label in domain.split(".")]
    found = ".".join(labels)
    return found if all(labels) and len(found) <= _LENGTH_LIMIT else ""


def domain_of(address: str) -> str:
    """Return the domain of an address in A-label form; ``""`` without one."""
    local, at, domain = address.rpartition("@")
    return a_label(domain) if at and local else ""


def _label(label: str) -> str:
    lower = label.lower()
    if lower.isascii():
        return lower if _ASCII_LABEL.fullmatch(lower) else ""
    if unicodedata.normalize("NFKC", lower) != lower or not all(map(_may_stand, lower)):
        return ""
    encoded = "xn--" + lower.encode("punycode").decode("ascii")
    return encoded if _ASCII_LABEL.fullmatch(encoded) else ""


def _may_stand(char: str) -> bool:
    """Tell whether a character is a letter, a mark, a digit or a hyphen (RFC 5892 s 2.1, in short)."""
    return char == "-" or unicodedata.category(char) in {"Ll", "Lo", "Lm", "Mn", "Mc", "Nd"}
