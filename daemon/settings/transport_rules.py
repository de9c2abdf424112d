"""What must hold for the ways in and out: listeners, mailboxes, relay and database."""

import ipaddress
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from daemon.desk.trust_settings import UNIX_PEER
from daemon.edges.imap_account import Account, MailboxError
from daemon.edges.imap_settings import MailboxSettings
from daemon.edges.smtp_settings import ListenerSettings, contradictions
from daemon.settings.problems import Fault, Key
from daemon.settings.sections import Document

_RELAY = 'expected "smtp://host:port", "smtps://host:port" or "maildir:folder"'
_EMPTY = "expected a text that is not empty"
_DATABASE = 'expected "sqlite:///file" or "postgresql://user@host/name"'
# RFC 5321 s 4.1.3 and s 2.3.5: a domain, or an address in brackets.
_HOST_NAME = re.compile(r"\[[0-9A-Za-z:.]+\]|[0-9A-Za-z](?:[0-9A-Za-z.-]*[0-9A-Za-z])?")


def database_is_a_url(document: Document) -> Iterator[Fault]:
    """The database is a SQLite file or a PostgreSQL database."""
    at: Key = ("database", "url")
    url = document.database.url
    parts = _split(url)
    if parts is None or parts.scheme not in {"sqlite", "postgresql", "postgres"}:
        yield Fault(at, f"{_DATABASE}, got {_scheme_of(url)}")
    elif parts.scheme == "sqlite" and parts.netloc:
        yield Fault(at, f"{_DATABASE}, got two slashes", f"write sqlite:///{parts.netloc}{parts.path}")
    elif parts.scheme == "sqlite" and parts.path.strip("/") in {"", ":memory:"}:
        yield Fault(at, f"{_DATABASE}, got no file", "a desk in memory would forget its mail")
    elif parts.scheme != "sqlite" and not parts.path.strip("/"):
        yield Fault(at, f"{_DATABASE}, got no name of a database")


def relay_is_a_url(document: Document) -> Iterator[Fault]:
    """The relay is a server or a Maildir, and its login is whole."""
    relay = document.relay
    at: Key = ("relay", "url")
    parts = _split(relay.url)
    if parts is None or parts.scheme not in {"smtp", "smtps", "maildir"}:
        yield Fault(at, f"{_RELAY}, got {_scheme_of(relay.url)}")
        return
    if parts.scheme == "maildir":
        if not relay.url.removeprefix("maildir:").strip("/"):
            yield Fault(at, f"{_RELAY}, got no folder")
        if relay.username:
            yield Fault(("relay", "username"), "a Maildir has no login", "leave it out")
        return
    if parts.username is not None or parts.password is not None:
        hint = "use relay.username with relay.password_file or relay.password_env"
        yield Fault(at, "a login does not stand in the address of the relay", hint)
    if not parts.hostname or parts.path.strip("/") or parts.query:
        yield Fault(at, f"{_RELAY}, got no host" if not parts.hostname else f"{_RELAY}, got more than that")
    if not relay.oauth:
        yield from _password(("relay",), relay.username, relay.password_file, relay.password_env)
    yield from _host_name(("relay", "helo"), relay.helo)


def listeners_are_complete(document: Document) -> Iterator[Fault]:
    """A listener has what its TLS, its accounts and its proxies need, and a port of its own."""
    for name, listener in (("listener", document.listener), ("lmtp", document.lmtp)):
        if listener is not None:
            yield from _listener(name, listener)
    one, other = document.listener, document.lmtp
    if one and other and not one.socket and not other.socket and one.port and _place(one) == _place(other):
        yield Fault(("lmtp", "port"), f"port {other.port} of {other.host} is the listener's already")


def mailboxes_are_complete(document: Document) -> Iterator[Fault]:
    """A mailbox has a login and folders that do not lead back to themselves, and is read once."""
    seen: dict[tuple[str, int, str, str], int] = {}
    for index, mailbox in enumerate(document.mailbox):
        at: Key = ("mailbox", index)
        faults = list(_mailbox(at, mailbox))
        yield from faults or _poller_faults(at, mailbox)
        for folder in mailbox.folders or (mailbox.folder,):
            place = (mailbox.host.casefold(), mailbox.port, mailbox.username, folder)
            if seen.setdefault(place, index) != index:
                yield Fault(at, f"folder {folder} is read by mailbox[{seen[place] + 1}] already")


def trust_is_complete(document: Document) -> Iterator[Fault]:
    """Trusted peers are addresses, and whoever names servers also says whose results are believed."""
    trust = document.trust
    for index, peer in enumerate(trust.trusted_peers):
        if peer != UNIX_PEER and not _is_network(peer):
            text = f'expected an address, a network such as 10.0.0.0/8, or "unix", got "{peer}"'
            yield Fault(("trust", "trusted_peers", index), text)
    if trust.trusted_peers and not trust.believes_fields:
        text = "missing; trusted_peers needs the name under which they write their results"
        yield Fault(("trust", "authserv_id"), text)
    if trust.authserv_id and (
        not trust.authserv_id.isprintable() or trust.authserv_id.split() != [trust.authserv_id]
    ):
        yield Fault(("trust", "authserv_id"), "expected a name like mx.example.com, without blanks")


def _is_network(peer: str) -> bool:
    try:
        ipaddress.ip_network(peer, strict=False)
    except ValueError:
        return False
    return True


def _mailbox(at: Key, mailbox: MailboxSettings) -> Iterator[Fault]:
    if not mailbox.password_file and not mailbox.password_env and not mailbox.oauth:
        text = "missing; expected the name of a file that holds the password"
        yield Fault((*at, "password_file"), text, "or set password_env to the name of a variable")
    yield from _password(at, mailbox.username, mailbox.password_file, mailbox.password_env)
    for key in ("host", "username"):
        if not getattr(mailbox, key):
            yield Fault((*at, key), _EMPTY)
    if mailbox.folders and mailbox.folder not in {"INBOX", *mailbox.folders}:
        yield Fault((*at, "folder"), "expected folder or folders, got both", "put it into folders")
    for folder in mailbox.folders or (mailbox.folder,):
        if not folder:
            yield Fault((*at, "folders" if mailbox.folders else "folder"), _EMPTY)
        elif folder == mailbox.done_folder:
            text = f"expected another folder than the one that is read, got {folder}"
            yield Fault((*at, "done_folder"), text)


def _poller_faults(at: Key, mailbox: MailboxSettings) -> Iterator[Fault]:
    """Ask the poller itself, so that it never refuses at the start what was called right here."""
    try:
        Account.of(mailbox, Path())
    except MailboxError as error:
        yield Fault(at, str(error))


def _listener(name: str, listener: ListenerSettings) -> Iterator[Fault]:
    for key, sentence in contradictions(listener):
        yield Fault((name, key), sentence)
    users: set[str] = set()
    for index, account in enumerate(listener.accounts):
        at: Key = (name, "accounts", index)
        for key in ("username", "password_file"):
            if not getattr(account, key):
                yield Fault((*at, key), _EMPTY)
        if account.username in users:
            yield Fault((*at, "username"), f"there is an account {account.username} already")
        users.add(account.username)
    yield from _host_name((name, "hostname"), listener.hostname)


def _place(listener: ListenerSettings) -> tuple[str, int]:
    return listener.host, listener.port


def _password(at: Key, username: str, file: str, variable: str) -> Iterator[Fault]:
    if file and variable:
        yield Fault((*at, "password_env"), "expected password_file or password_env, got both")
    if username and at == ("relay",) and not file and not variable:
        text = "missing; relay.username needs the name of a file that holds the password"
        yield Fault((*at, "password_file"), text, "or set password_env to the name of a variable")
    if not username and at == ("relay",) and (file or variable):
        yield Fault((*at, "username"), "missing; there is a password but nobody to log in as")


def _host_name(at: Key, name: str) -> Iterator[Fault]:
    if name and not _HOST_NAME.fullmatch(name):
        yield Fault(at, f'expected a host name like desk.example.com, got "{name}"')


def _split(url: str) -> SplitResult | None:
    """Split a URL; None where its port or its brackets are wrong."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is none
    except ValueError:
        return None
    return parts


def _scheme_of(url: str) -> str:
    """Say what a wrong URL begins with: the rest may hold a password."""
    scheme, colon, _ = url.partition(":")
    if not url:
        return "nothing"
    return f"something that begins with {scheme}:" if colon and scheme.isalnum() else "no URL"
