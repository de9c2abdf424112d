"""Tell an error of the machine from an error of what was written: only the former is waited out.

Nothing is read from an error's words: SQLite has its result codes, PostgreSQL its SQLSTATE.
"""

import errno
import sqlite3
from collections.abc import Iterator

import peewee

# The primary code is the low byte of the extended one (SQLite, "Result and Error Codes").
_PRIMARY = 0xFF
_SQLITE_OUTAGES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
_SQLITE_DISK = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
# Connection, rollback by the server, resources, objects in use, intervention, system: PostgreSQL, appendix A.
# 54, a limit of the program, is not among them: the same row would meet it again.
_POSTGRES_OUTAGES = ("08", "40", "53", "55", "57", "58", "25006", "XX001", "XX002")
_POSTGRES_DISK = ("58030", "XX001", "XX002")


def is_outage(error: BaseException) -> bool:
    """Tell whether the database could not do its work now, whatever the work was."""
    return any(map(_is_outage, _chain(error)))


def is_disk_error(error: BaseException) -> bool:
    """Tell whether the disk failed to read or to write: what it holds is known after a fresh start only."""
    return any(map(_is_disk_error, _chain(error)))


def origin(error: BaseException) -> BaseException:
    """Return what an error began with: a failed commit is often hidden behind its failed rollback."""
    return list(_chain(error))[-1]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it was raised from; peewee wraps what the driver raised."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _is_outage(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return _sqlite_code(error) in _SQLITE_OUTAGES
    state = getattr(error, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_POSTGRES_OUTAGES)
    # A connection that is gone has no SQLSTATE; the driver has no error of its own under peewee's then.
    return _is_lost_connection(error)


def _is_lost_connection(error: BaseException) -> bool:
    if isinstance(error, peewee.OperationalError | peewee.InterfaceError):
        return error.__cause__ is None and error.__context__ is None
    driver = type(error).__module__.partition(".")[0]
    return driver == "psycopg" and type(error).__name__ in {"OperationalError", "InterfaceError"}


def _is_disk_error(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return _sqlite_code(error) in _SQLITE_DISK
    if isinstance(error, OSError):
        return error.errno == errno.EIO
    return str(getattr(error, "sqlstate", None) or "").startswith(_POSTGRES_DISK)


def _sqlite_code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & _PRIMARY
