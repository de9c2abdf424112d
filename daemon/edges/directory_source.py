"""Fetch the directory from where it is kept: a CSV file, or a server by LDAP (RFC 4511)."""

import contextlib
import importlib
import importlib.util
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from daemon.desk.directory_csv import read_csv
from daemon.desk.directory_ldap import Entry, read_entries, wanted
from daemon.desk.directory_reading import Reading
from daemon.desk.directory_settings import DirectorySettings

# The package is an extra, and asking for it costs nothing.
AVAILABLE = importlib.util.find_spec("ldap3") is not None
# Servers answer at most so many entries at a time, often 1,000 (RFC 2696).
PAGE_SIZE = 500
# A company of that size has a database of its own for it; a file that is larger is something else.
CSV_LIMIT_BYTES = 64 << 20


class SourceError(Exception):
    """The directory could not be fetched; the text says from where and why."""


def fetch(settings: DirectorySettings, base_dir: Path) -> Reading:
    """Read the configured source; raises SourceError."""
    if settings.csv:
        return read_file(base_dir / settings.csv)
    return _read_server(settings, base_dir)


def read_file(path: Path) -> Reading:
    """Read a CSV file; raises SourceError where it cannot be read at all."""
    try:
        size_bytes = path.stat().st_size
        content = path.read_bytes() if size_bytes <= CSV_LIMIT_BYTES else b""
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    if size_bytes > CSV_LIMIT_BYTES:
        raise SourceError(f"{path} has {size_bytes:,} bytes, expected at most {CSV_LIMIT_BYTES:,}")
    return read_csv(content)


def _read_server(settings: DirectorySettings, base_dir: Path) -> Reading:
    with warnings.catch_warnings():
        # ldap3 2.9.1 asks pyasn1 for names that newer ones call by others; both are there.
        warnings.simplefilter("ignore", DeprecationWarning)
        ldap3: Any = importlib.import_module("ldap3")
        failure: Any = importlib.import_module("ldap3.core.exceptions").LDAPException
    try:
        connection = _connection(ldap3, settings, base_dir)
        try:
            _log_in(connection, settings)
            return read_entries(_entries(connection, settings), settings.attributes)
        finally:
            # After an error there may be nobody left to say goodbye to.
            with contextlib.suppress(failure, OSError):
                connection.unbind()
            # ldap3 2.9.1 leaves a socket open that never was connected.
            if connection.socket is not None:
                connection.socket.close()
    except (failure, OSError, UnicodeDecodeError) as error:
        raise SourceError(
            f"{settings.url}: {' '.join(str(error).split()) or type(error).__name__}"
        ) from error


def _connection(ldap3: Any, settings: DirectorySettings, base_dir: Path) -> Any:
    parts = urlsplit(settings.url)
    host, is_tls = parts.hostname or "", parts.scheme == "ldaps"
    server = ldap3.Server(
        host,
        port=parts.port or (636 if is_tls else 389),
        use_ssl=is_tls,
        tls=_tls(ldap3, host, settings, base_dir),
        get_info=ldap3.NONE,
        connect_timeout=settings.timeout_seconds,
    )
    return ldap3.Connection(
        server,
        user=settings.bind_dn or None,
        password=_password(settings, base_dir) if settings.bind_dn else None,
        authentication=ldap3.SIMPLE if settings.bind_dn else ldap3.ANONYMOUS,
        # Whoever is referred to would be given the password.
        auto_referrals=False,
        # A result that is cut short is an error, and not a directory with few people.
        raise_exceptions=True,
        read_only=True,
        receive_timeout=settings.timeout_seconds,
    )


def _tls(ldap3: Any, host: str, settings: DirectorySettings, base_dir: Path) -> Any:
    """Return TLS as ldap3 wants it, with the certificate and its name checked by OpenSSL.

    What ldap3 2.9.1 does itself compares names by a function that Python 3.12 no longer has.
    """
    authority = settings.certificate_authority_file
    context = ssl.create_default_context(cafile=str(base_dir / authority) if authority else None)

    def wrap_socket(connection: Any, do_handshake: bool = False) -> None:  # noqa: FBT001, FBT002  # ldap3's call
        connection.socket = context.wrap_socket(
            connection.socket, do_handshake_on_connect=do_handshake, server_hostname=host
        )

    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED)
    tls.wrap_socket = wrap_socket
    return tls


def _log_in(connection: Any, settings: DirectorySettings) -> None:
    connection.open(read_server_info=False)
    if settings.url.startswith("ldap:") and settings.starttls == "required":
        connection.start_tls(read_server_info=False)
    connection.bind(read_server_info=False)


def _entries(connection: Any, settings: DirectorySettings) -> Iterator[Entry]:
    """Ask page by page; referrals to other servers are left alone."""
    answers = connection.extend.standard.paged_search(
        search_base=settings.base,
        search_filter=settings.filter,
        attributes=wanted(settings.attributes),
        paged_size=PAGE_SIZE,
        time_limit=settings.timeout_seconds,
        generator=True,
    )
    for answer in answers:
        if answer["type"] == "searchResEntry":
            raw = answer["raw_attributes"].items()
            yield Entry(
                answer["dn"], {name.lower(): [_text(value) for value in values] for name, values in raw}
            )
    # Of a limit that was reached ldap3 says nothing, and what came before it looks like everything.
    if connection.result["result"] != 0:
        raise SourceError(f"{settings.url}: the search ended with {connection.result['description']}")


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _password(settings: DirectorySettings, base_dir: Path) -> str:
    if not settings.password_file:
        return settings.password
    # What an editor adds at the end of a line is no part of it.
    return (base_dir / settings.password_file).read_text("utf-8").strip("\r\n")
