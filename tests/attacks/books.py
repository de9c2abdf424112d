"""The database of a desk under attack, read with a connection of our own: SQLite or PostgreSQL."""

import sqlite3
from typing import Any, Protocol

import psycopg
from psycopg.rows import dict_row

DATABASES = ("sqlite", "postgresql")


class Books(Protocol):
    """What the attacks ask of a database; statements have ``?`` where values go, whatever it is."""

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]: ...

    def tables(self) -> list[str]: ...

    def dangling(self) -> list[dict[str, Any]]:
        """Rows that point nowhere."""
        ...

    def close(self) -> None: ...


class SqliteBooks:
    """The file of a desk."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, timeout=20, isolation_level=None)
        self._connection.row_factory = sqlite3.Row

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        return [dict(row) for row in self._connection.execute(statement, values)]

    def tables(self) -> list[str]:
        return [row["name"] for row in self.rows("SELECT name FROM sqlite_master ORDER BY name")]

    def dangling(self) -> list[dict[str, Any]]:
        return self.rows("PRAGMA foreign_key_check")

    def close(self) -> None:
        self._connection.close()


class PostgresqlBooks:
    """A database of a server; it lets no row point nowhere."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True, row_factory=dict_row)

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        ready = statement.replace("%", "%%").replace("?", "%s")
        return self._connection.execute(ready, values).fetchall()  # type: ignore[arg-type]

    def tables(self) -> list[str]:
        found = self.rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        return [row["relname"] for row in found]

    def dangling(self) -> list[dict[str, Any]]:
        return []

    def close(self) -> None:
        self._connection.close()


def open_books(url: str) -> Books:
    """Open the database of a running desk; the URL is absolute."""
    if url.startswith("sqlite:///"):
        return SqliteBooks(url.removeprefix("sqlite:///"))
    return PostgresqlBooks(url)
