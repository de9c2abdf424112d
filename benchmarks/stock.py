"""Part of ``intake.py``: a database in which tickets of years are stored already, made by bulk SQL."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from storage.database import Database
from storage.migrations import migrate

_STATEMENTS = Path(__file__).with_suffix(".sql")
_TICKETS_PER_PERSON = 10
# Nobody needs the file after a crash.
_PRAGMAS = ("journal_mode = off", "synchronous = off", "cache_size = -500000", "temp_store = memory")
_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql != ''"


def fill(path: Path, tickets: int) -> None:
    """Make a database with so many tickets, and all that belongs to them, at ``path``."""
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.disconnect()
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()
    values = {
        "count": tickets,
        "people": max(tickets // _TICKETS_PER_PERSON, 1),
        "now": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
    }
    indexes = connection.execute(_INDEXES).fetchall()
    connection.execute("BEGIN")
    # An index that is made at the end takes a fraction of the time of one that grows row by row.
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    for statement in _STATEMENTS.read_text("utf-8").split(";\n"):
        connection.execute(statement, values)
    for _, sql in indexes:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.close()
