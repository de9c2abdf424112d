"""AUTH PLAIN and LOGIN against the accounts of the settings (RFC 4954, RFC 4616)."""

import binascii
import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from daemon.edges import replies
from daemon.edges.replies import Reply
from daemon.edges.smtp_settings import AccountSettings

MECHANISMS = ("PLAIN", "LOGIN")
# Sends "334 " and the text to the peer and returns the peer's line without its line end.
Exchange = Callable[[bytes], Awaitable[bytes]]


class Accounts:
    """Who may log in; passwords are read once, from files of their own."""

    def __init__(self, settings: Iterable[AccountSettings], base_dir: Path) -> None:
        self._passwords: dict[bytes, bytes] = {}
        self._addresses: dict[bytes, str] = {}
        for account in settings:
            username = account.username.encode()
            self._passwords[username] = _password(base_dir / account.password_file)
            self._addresses[username] = account.address
        # Compared where there is no such account, so that the time taken does not tell.
        self._nobody = secrets.token_bytes(32)

    def __bool__(self) -> bool:
        return bool(self._passwords)

    def address_of(self, username: bytes, password: bytes) -> str | None:
        """Return the address that the credentials prove, or None."""
        expected = self._passwords.get(username, self._nobody)
        return self._addresses.get(username) if _same(expected, password) else None


async def credentials(argument: str, exchange: Exchange) -> tuple[bytes, bytes] | Reply:
    """Return username and password as the mechanism that AUTH named hands them over, or a refusal."""
    words = argument.split()
    if not 1 <= len(words) <= 2:
        return replies.BAD_SYNTAX
    initial = words[1].encode() if len(words) == 2 else None
    mechanism = words[0].upper()
    if mechanism == "PLAIN":
        return await _plain(initial, exchange)
    if mechanism == "LOGIN":
        return await _login(initial, exchange)
    return replies.UNKNOWN_MECHANISM


async def _plain(initial: bytes | None, exchange: Exchange) -> tuple[bytes, bytes] | Reply:
    answer = _decoded(await exchange(b"") if initial is None else initial)
    if isinstance(answer, Reply):
        return answer
    fields = answer.split(b"\0")
    # RFC 4616 s 2: whom to act for, who it is, password.  Nobody acts for anybody else here.
    if len(fields) != 3 or fields[0] not in (b"", fields[1]):
        return replies.BAD_CREDENTIALS
    return fields[1], fields[2]


async def _login(initial: bytes | None, exchange: Exchange) -> tuple[bytes, bytes] | Reply:
    username = _decoded(await exchange(b"Username:") if initial is None else initial)
    if isinstance(username, Reply):
        return username
    password = _decoded(await exchange(b"Password:"))
    return password if isinstance(password, Reply) else (username, password)


def challenge(text: bytes) -> bytes:
    """Return the line that asks for the next answer; the blank after 334 stays (RFC 4954 s 4)."""
    return b"334 " + b64encode(text) + b"\r\n"


def _same(expected: bytes, given: bytes) -> bool:
    """Compare in a time that tells neither where two passwords differ nor how long they are."""
    return hmac.compare_digest(hashlib.sha256(expected).digest(), hashlib.sha256(given).digest())


def _decoded(answer: bytes) -> bytes | Reply:
    if answer == b"*":
        return replies.AUTH_ABORTED
    try:
        return b64decode(b"" if answer == b"=" else answer, validate=True)
    except binascii.Error:
        return replies.BAD_BASE64


def _password(file: Path) -> bytes:
    """Return the first line of a file; an empty password would let anybody in and is an error."""
    password = file.read_bytes().split(b"\n", 1)[0].rstrip(b"\r")
    if not password:
        raise ValueError(f"{file}: expected a password in the first line, found none")
    return password
