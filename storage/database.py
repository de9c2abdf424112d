"""Open the database, SQLite or PostgreSQL, and bound its transactions.

SQLite runs in WAL mode with ``synchronous=FULL``: with NORMAL a power cut forgets transactions that were
answered with 250.  Writing transactions begin IMMEDIATE, since a deferred one that reads first cannot
wait for the lock.
"""

import logging
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import peewee
from playhouse.pool import PooledPostgresqlDatabase

from storage.models import database as bound

log = logging.getLogger("postdesk.storage")

BUSY_TIMEOUT_SECONDS = 30
# Versions before this one have the rare WAL-reset race between a writer and a checkpointer.
SAFE_SQLITE = (3, 51, 3)

DatabaseError = peewee.DatabaseError
InterfaceError = peewee.InterfaceError
IntegrityError = peewee.IntegrityError


class Database:
    """One database, open for all threads of this process; each thread has its own connection."""

    def __init__(self, url: str, base_dir: Path | None = None) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite:")
        self.path = sqlite_path(url, base_dir or Path()) if self.is_sqlite else None
        self._peewee = _open_sqlite(self.path) if self.path else _open_postgres(url)
        # Threads of one process queue up here in order; SQLite's own waiting is a lottery of sleeps.
        self._turn = threading.Lock() if self.is_sqlite else None
        self._sync = threading.local()
        bound.initialize(self._peewee)

    @contextmanager
    def write(self, *, lasting: bool = True) -> Iterator[None]:
        """Run a writing transaction: committed at the end, rolled back on any exception.

        One that is not ``lasting`` does not wait for the disk.  A power cut can undo it, but never alone:
        whatever was committed after it goes too, and the next lasting one makes both durable.  So it is for
        work that would be done again, and of which nothing is told outside before a lasting commit.
        """
        self._connect()
        if self._turn is None:
            with self._peewee.atomic():
                if not lasting:
                    bound.execute_sql("SET LOCAL synchronous_commit = off")
                yield
            return
        self._wait_for_disk(lasting=lasting)
        with self._turn, self._peewee.atomic("IMMEDIATE"):
            yield

    def _wait_for_disk(self, *, lasting: bool) -> None:
        """Set whether a commit on this thread's connection waits, where it is not set so already."""
        if getattr(self._sync, "lasting", True) is not lasting:
            bound.execute_sql(f"PRAGMA synchronous = {'full' if lasting else 'normal'}")
            self._sync.lasting = lasting

    @contextmanager
    def read(self) -> Iterator[None]:
        """Run a reading transaction: everything inside sees the same moment."""
        self._connect()
        with self._peewee.atomic():
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Run a reading transaction of several queries that must fit together to the line.

        In PostgreSQL every query of a plain one sees what was committed until then.
        """
        with self.read():
            if not self.is_sqlite:
                bound.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Run a part of a transaction that can be undone alone (a savepoint)."""
        with self._peewee.savepoint():
            yield

    def shrink(self) -> None:
        """Give back the memory in which this thread's connection keeps pages, after a large message."""
        if self.is_sqlite and not self._peewee.is_closed():
            bound.execute_sql("PRAGMA shrink_memory")

    def disconnect(self) -> None:
        """Close this thread's connection, if it has one."""
        if not self._peewee.is_closed():
            self._peewee.close()
        # A new connection syncs.
        self._sync.lasting = True

    def reset(self) -> None:
        """Drop this thread's connection after an error whose outcome is unknown; the next use opens anew."""
        try:
            self.disconnect()
        except peewee.PeeweeException:
            log.warning("the connection could not be closed in order", exc_info=True)

    def _connect(self) -> None:
        self._peewee.connect(reuse_if_open=True)


def sqlite_path(url: str, base_dir: Path) -> Path:
    """Return the file that ``sqlite:///file`` names; relative names start at ``base_dir``."""
    name = unquote(url.removeprefix("sqlite:").removeprefix("//"))
    name = name.removeprefix("/") if not name.startswith("//") else name[1:]
    return base_dir / name


def _open_sqlite(path: Path) -> peewee.Database:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Mail is private: the file is made before SQLite makes it readable for others.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        log.info(
            "SQLite %s has a rare race that %s.%s.%s mends; update it when your system offers that",
            sqlite3.sqlite_version,
            *SAFE_SQLITE,
        )
    return peewee.SqliteDatabase(
        str(path),
        autoconnect=False,
        timeout=BUSY_TIMEOUT_SECONDS,
        pragmas={
            "journal_mode": "wal",
            "synchronous": "full",
            "foreign_keys": 1,
            "cache_size": -16_000,
            "mmap_size": 0,
            "temp_store": "memory",
            # In pages: a checkpoint waits for the disk twice, and a message writes some fifty.
            "wal_autocheckpoint": 4_000,
        },
    )


def _open_postgres(url: str) -> peewee.Database:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    pool: peewee.Database = PooledPostgresqlDatabase(
        parts.path.lstrip("/") or "postgres",
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        host=options.pop("host", None) or parts.hostname,
        port=parts.port,
        max_connections=16,
        stale_timeout=300,
        timeout=BUSY_TIMEOUT_SECONDS,
        prefer_psycopg3=True,
        autoconnect=False,
        # Whoever is stopped in the middle of a transaction must not keep its locks for ever.
        options="-c timezone=UTC -c synchronous_commit=on -c idle_in_transaction_session_timeout=60s",
        **options,
    )
    return pool
