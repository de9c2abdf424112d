"""Look for what the settings name outside their file: secrets, certificates, folders, drivers."""

import importlib.util
import os
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

from daemon.desk.addressing import Roster
from daemon.edges import directory_source, metrics
from daemon.services import canned
from daemon.settings import places
from daemon.settings.automation_rules import automation_faults
from daemon.settings.catalogue import problems_of_catalogue
from daemon.settings.credentials import PREFIX, VARIABLE
from daemon.settings.problems import Fault, Key, Origin, Problem
from daemon.settings.sections import Settings
from daemon.settings.service_levels import calendar_faults

_AUTHORITY = "certificate_authority_file"
_AUTH_PACKAGES = ("dkim", "dns", "spf")


def problems_of_machine(settings: Settings, environ: Mapping[str, str]) -> tuple[Problem, ...]:
    """List what ``check`` and ``run`` refuse and the file alone cannot show; empty when all is there."""
    faults = [*_file_faults(settings), *_variable_faults(settings, environ), *_other_faults(settings)]
    faults += [*calendar_faults(settings), *automation_faults(settings)]
    # A certificate that is missing is told above; here it would be told in the words of OpenSSL.
    faults += [] if faults else _certificate_faults(settings)
    lines = places.lines(settings.path.read_text("utf-8-sig"))
    origin = Origin(settings.path, lines)
    return (*(origin.problem(fault) for fault in faults), *problems_of_catalogue(settings))


def _file_faults(settings: Settings) -> Iterator[Fault]:
    for at, name in _named_files(settings):
        if name.startswith(PREFIX):
            credential = name.removeprefix(PREFIX)
            hint = f"start Postdesk by a systemd unit with LoadCredential={credential}:FILE"
            yield Fault(at, f"there is no credential {credential}: {VARIABLE} is not set", hint)
            continue
        path = settings.base_dir / name
        try:
            if not path.read_bytes().strip():
                yield Fault(at, f"{path} is empty")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            hint = "the name starts at the configuration's folder"
            yield Fault(at, f"{path} cannot be read: {reason}", hint)


def _named_files(settings: Settings) -> Iterator[tuple[Key, str]]:
    """Yield the files that are set, with their keys, in the order of the structures."""
    for name, listener in (("listener", settings.listener), ("lmtp", settings.lmtp)):
        if listener is None:
            continue
        for key in ("certificate_file", "key_file"):
            if getattr(listener, key) and listener.tls != "none":
                yield (name, key), getattr(listener, key)
        for index, account in enumerate(listener.accounts):
            yield (name, "accounts", index, "password_file"), account.password_file
    places_of_login = [(("mailbox", index), mailbox) for index, mailbox in enumerate(settings.mailbox)]
    services = ((("relay",), settings.relay), (("directory",), settings.directory))
    for at, login in (*places_of_login, *services):
        for key in ("password_file", _AUTHORITY):
            if getattr(login, key):
                yield (*at, key), getattr(login, key)
    yield from _files_of_oauth(settings)


def _files_of_oauth(settings: Settings) -> Iterator[tuple[Key, str]]:
    if settings.alarm.secret_file:
        yield ("alarm", "secret_file"), settings.alarm.secret_file
    for index, hook in enumerate(settings.hook):
        for key in ("url_file", "secret_file", "token_file"):
            if getattr(hook, key):
                yield ("hook", index, key), getattr(hook, key)
    for index, client in enumerate(settings.oauth):
        for key in ("client_secret_file", "refresh_token_file"):
            if getattr(client, key):
                yield ("oauth", index, key), getattr(client, key)


def _certificate_faults(settings: Settings) -> Iterator[Fault]:
    for name, listener in (("listener", settings.listener), ("lmtp", settings.lmtp)):
        if listener is None or listener.tls == "none":
            continue
        certificate = settings.base_dir / listener.certificate_file
        key = settings.base_dir / listener.key_file if listener.key_file else None
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
        except ssl.SSLError as error:
            text = f"{certificate} cannot be used: {error.reason or error}"
            yield Fault(
                (name, "certificate_file"), text, "it must hold a certificate that fits its key, in PEM"
            )
    authorities: list[tuple[Key, str]] = [
        (("mailbox", index, _AUTHORITY), mailbox.certificate_authority_file)
        for index, mailbox in enumerate(settings.mailbox)
    ]
    authorities += [
        ((name, _AUTHORITY), getattr(settings, name).certificate_authority_file)
        for name in ("relay", "directory")
    ]
    for at, name in authorities:
        if name:
            yield from _authority_faults(at, settings.base_dir / name)


def _authority_faults(at: Key, file: Path) -> Iterator[Fault]:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except ssl.SSLError as error:
        yield Fault(at, f"{file} cannot be used: {error.reason or error}", "it must hold certificates in PEM")


def _variable_faults(settings: Settings, environ: Mapping[str, str]) -> Iterator[Fault]:
    named: list[tuple[Key, str]] = [
        (("mailbox", index, "password_env"), mailbox.password_env)
        for index, mailbox in enumerate(settings.mailbox)
    ]
    named.append((("relay", "password_env"), settings.relay.password_env))
    for at, variable in named:
        if variable and not environ.get(variable):
            yield Fault(at, f"the environment has no variable {variable}, or it is empty")


def _canned_faults(settings: Settings) -> Iterator[Fault]:
    """Read the folder of canned responses and try each on sample tickets."""
    if settings.canned_folder is None:
        return
    roster = Roster.build(settings.desk, settings.team, settings.agent, settings.field)
    for problem in canned.problems(settings.canned_folder, roster):
        yield Fault(("desk", "canned"), problem, "docs/canned.md shows what such a file looks like")


def _package_faults(settings: Settings) -> Iterator[Fault]:
    """Name the extras that the settings need and nobody installed."""
    if settings.metrics.port and not metrics.AVAILABLE:
        text = "the package that writes numbers for Prometheus is not installed"
        yield Fault(("metrics", "port"), text, 'install "postdesk[metrics]"')
    if settings.directory.url and not directory_source.AVAILABLE:
        text = "the package that speaks LDAP is not installed"
        yield Fault(("directory", "url"), text, 'install "postdesk[ldap]"')


def _other_faults(settings: Settings) -> Iterator[Fault]:
    folder = settings.template_folder
    if folder is not None and not folder.is_dir():
        yield Fault(("templates", "folder"), f"{folder} is no folder")
    yield from _canned_faults(settings)
    for index, team in enumerate(settings.team):
        if team.templates and not (own := settings.team_folders[team.name]).is_dir():
            yield Fault(("team", index, "templates"), f"{own} is no folder")
    on_postgres = settings.database.url.startswith("postgres")
    if on_postgres and importlib.util.find_spec("psycopg") is None:
        hint = 'install "postdesk[postgres]"'
        yield Fault(("database", "url"), "the driver for PostgreSQL is not installed", hint)
    yield from _package_faults(settings)
    if settings.trust.check == "auto":
        missing = [name for name in _AUTH_PACKAGES if importlib.util.find_spec(name) is None]
        if missing:
            text = f"the packages that check mail are not installed: {', '.join(missing)}"
            yield Fault(("trust", "check"), text, 'install "postdesk[auth]"')
    socket_folders = [
        ((name, "socket"), Path(os.path.dirname(settings.base_dir / listener.socket)))  # noqa: PTH120
        for name, listener in (("listener", settings.listener), ("lmtp", settings.lmtp))
        if listener is not None and listener.socket
    ]
    for at, parent in socket_folders:
        if not parent.is_dir():
            yield Fault(at, f"{parent} is no folder")
