"""The arguments of MAIL and RCPT, paths and parameters, read strictly (RFC 5321 s 4.1.1.2 to 4.1.2)."""

import ipaddress
import re
from dataclasses import dataclass

from daemon.edges import replies
from daemon.edges.replies import Reply

# RFC 5321 s 4.5.3.1: octets, the path's with its angle brackets.
_LOCAL_LIMIT_BYTES, _DOMAIN_LIMIT_BYTES, _PATH_LIMIT_BYTES = 64, 255, 256

# Non-ASCII letters are let through here and need SMTPUTF8 below; what does not print never gets this far.
_TEXT = "A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\U0010ffff-"
# Dots may stand anywhere: some carriers' own addresses read "a..b.@".
_ATOM = re.compile(f"[{_TEXT}.]+")
_QUOTED = re.compile('"(?:[ !#-\\[\\]-~\u00a1-\U0010ffff]|\\\\[ -~])*"')
_LABEL = "[A-Za-z0-9_\u00a1-\U0010ffff](?:[A-Za-z0-9_\u00a1-\U0010ffff-]{0,61}[A-Za-z0-9_\u00a1-\U0010ffff])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_ARGUMENT = re.compile(r' ?<((?:"(?:[^"\\]|\\.)*"|[^"<> ])*)>(?: +([^ ].*))?')
_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~\u00a1-\U0010ffff]+))?")
_SIZE = re.compile(r"[0-9]{1,20}")  # RFC 1870 s 4


@dataclass(frozen=True, slots=True)
class MailArgument:
    """What MAIL said: ``reverse_path`` None is the null reverse-path, ``size_bytes`` 0 means not declared."""

    reverse_path: str | None
    size_bytes: int = 0
    utf8: bool = False


def read_mail(argument: str, keywords: frozenset[str]) -> MailArgument | Reply:
    """Read the argument of MAIL, ``FROM:<path> [parameters]``, or return the refusal.

    ``keywords`` are the parameters that were announced to this client; empty after HELO.
    """
    split = _split(argument, "FROM:")
    if isinstance(split, Reply):
        return split
    path, text = split
    parameters = _parameters(text, keywords)
    if isinstance(parameters, Reply):
        return parameters
    if not _sound(parameters):
        return replies.BAD_SYNTAX
    utf8 = "SMTPUTF8" in parameters
    if path:
        refusal = _refusal_of_path(path, replies.BAD_SENDER, utf8=utf8)
        if refusal is not None:
            return refusal
    return MailArgument(path or None, int(parameters.get("SIZE") or 0), utf8)


def read_recipient(argument: str, *, utf8: bool) -> str | Reply:
    """Read the argument of RCPT, ``TO:<path>``, or return the refusal; no parameter is known.

    ``<postmaster>`` needs no domain (RFC 5321 s 4.1.1.3).  Routes in any spelling, RFC 821's and the older
    ``%`` and ``!``, are refused as relaying.  A local part that is quoted without need comes back unquoted.
    """
    split = _split(argument, "TO:")
    if isinstance(split, Reply):
        return split
    path, text = split
    if text:
        return replies.UNKNOWN_PARAMETER
    if path.lower() == "postmaster":
        return path
    refusal = _refusal_of_path(path, replies.BAD_RECIPIENT, utf8=utf8)
    if refusal is not None:
        return refusal
    local, _, domain = path.rpartition("@")
    if local.startswith('"'):
        bare = re.sub(r"\\(.)", r"\1", local[1:-1])
        local = bare if _ATOM.fullmatch(bare) else local
    if "%" in local or "!" in local or "@" in local:
        return replies.NO_RELAYING
    return f"{local}@{domain}"


def domain_of(address: str) -> str:
    """Return what stands behind the last ``@``, or "" where there is none."""
    return address.rpartition("@")[2] if "@" in address else ""


def _split(argument: str, keyword: str) -> tuple[str, str] | Reply:
    if argument[: len(keyword)].upper() != keyword:
        return replies.BAD_SYNTAX
    match = _ARGUMENT.fullmatch(argument[len(keyword) :])
    return (match[1], match[2] or "") if match else replies.BAD_SYNTAX


def _parameters(text: str, keywords: frozenset[str]) -> dict[str, str | None] | Reply:
    found: dict[str, str | None] = {}
    for word in text.split():
        match = _PARAMETER.fullmatch(word)
        keyword = match[1].upper() if match else ""
        if match is None or keyword in found:
            return replies.BAD_SYNTAX
        if keyword not in keywords:
            return replies.UNKNOWN_PARAMETER
        found[keyword] = match[2]
    return found


def _sound(parameters: dict[str, str | None]) -> bool:
    """Say whether each known parameter has the value that its standard asks for."""
    checks = {
        "SIZE": lambda value: value is not None and _SIZE.fullmatch(value) is not None,  # RFC 1870 s 6.1
        "BODY": lambda value: value is not None and value.upper() in {"7BIT", "8BITMIME"},  # RFC 6152 s 3
        "SMTPUTF8": lambda value: value is None,  # RFC 6531 s 3.4
        "AUTH": lambda value: value is not None,  # RFC 4954 s 5; what it claims is not believed
    }
    return all(checks[keyword](value) for keyword, value in parameters.items())


def _refusal_of_path(path: str, malformed: Reply, *, utf8: bool) -> Reply | None:
    if path.startswith("@"):
        return replies.NO_RELAYING  # a source route, RFC 5321 appendix C
    if not _well_formed(path):
        return malformed
    return replies.NEEDS_SMTPUTF8 if not path.isascii() and not utf8 else None


def _well_formed(path: str) -> bool:
    local, at, domain = path.rpartition("@")
    if not (at and path.isprintable() and _fits(path, local, domain)):
        return False
    if not (_ATOM.fullmatch(local) or _QUOTED.fullmatch(local)):
        return False
    return _literal(domain) if domain.startswith("[") else _DOMAIN.fullmatch(domain) is not None


def _fits(path: str, local: str, domain: str) -> bool:
    return (
        len(path.encode()) + 2 <= _PATH_LIMIT_BYTES
        and len(local.encode()) <= _LOCAL_LIMIT_BYTES
        and len(domain.encode()) <= _DOMAIN_LIMIT_BYTES
    )


def _literal(domain: str) -> bool:
    """Say whether a domain is an address literal, ``[192.0.2.1]`` or ``[IPv6:2001:db8::1]`` (s 4.1.3)."""
    inside = domain[1:-1] if domain.endswith("]") else ""
    try:
        if inside[:5].upper() == "IPV6:":
            ipaddress.IPv6Address(inside[5:])
        else:
            ipaddress.IPv4Address(inside)
    except ValueError:
        return False
    return "%" not in inside
