"""What must hold for the source of the directory."""

from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from daemon.desk.directory_settings import DirectorySettings
from daemon.settings.problems import Fault
from daemon.settings.sections import Document

_URL = 'expected "ldap://host:port" or "ldaps://host:port"'


def directory_can_be_read(document: Document) -> Iterator[Fault]:
    """People come from one source, and what it takes to ask a server is whole."""
    directory = document.directory
    if directory.csv and directory.url:
        yield Fault(("directory", "url"), "expected csv or url, got both", "leave one of them out")
    if directory.url:
        yield from _server_faults(directory)
    elif directory.bind_dn or directory.password or directory.password_file:
        key = "bind_dn" if directory.bind_dn else "password" if directory.password else "password_file"
        yield Fault(("directory", key), "a login is for a server, and no url is set", "set directory.url")


def _server_faults(directory: DirectorySettings) -> Iterator[Fault]:
    parts = _split(directory.url)
    if parts is None or parts.scheme not in {"ldap", "ldaps"} or not parts.hostname:
        yield Fault(("directory", "url"), f"{_URL}, got something else")
    elif parts.username is not None or parts.password is not None:
        hint = "use directory.bind_dn with directory.password_file"
        yield Fault(("directory", "url"), "a login does not stand in the address of the server", hint)
    elif parts.path.strip("/") or parts.query:
        hint = "the entry to search below is directory.base"
        yield Fault(("directory", "url"), f"{_URL}, got more than that", hint)
    if not directory.base.strip():
        text = "missing; expected the name of the entry to search below, like dc=example,dc=com"
        yield Fault(("directory", "base"), text)
    search = directory.filter.strip()
    if not (search.startswith("(") and search.endswith(")") and search.count("(") == search.count(")")):
        yield Fault(("directory", "filter"), f'expected a filter like (mail=*), got "{directory.filter}"')
    yield from _login_faults(directory)


def _login_faults(directory: DirectorySettings) -> Iterator[Fault]:
    """A login has a name and one password; an empty one would log in as nobody (RFC 4513 s 5.1.2)."""
    key = "password" if directory.password else "password_file"
    if directory.password and directory.password_file:
        hint = "leave password out, which others can read in this file"
        yield Fault(("directory", "password"), "expected password or password_file, got both", hint)
    elif directory.bind_dn and not getattr(directory, key):
        text = "missing; expected the name of a file that holds the password of bind_dn"
        yield Fault(("directory", "password_file"), text)
    elif getattr(directory, key) and not directory.bind_dn:
        yield Fault(("directory", key), "a password needs the name that logs in", "set directory.bind_dn")


def _split(url: str) -> SplitResult | None:
    """Divide a URL, with a port that is one; None where it is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts
