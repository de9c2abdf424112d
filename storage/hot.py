"""The statements that every message needs, run from text that is put together once.

Peewee builds the words of a query anew each time, which takes several times as long as running it; a
message needs some twenty.  Everything else goes through peewee.  Placeholders are written as ``?``.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

from peewee import BooleanField, SqliteDatabase

# What turns the errors of a driver into peewee's; the type stub does not know it.
from peewee import __exception_wrapper__ as as_errors_of_peewee  # type: ignore[attr-defined]

from storage.models import Base, UTCDateTimeField, database

# Values that every driver takes as they are; most values are of these.
_PLAIN = frozenset({str, int, bytes, bool, float, type(None)})


def query(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a query and return its rows as the driver gives them: a moment of SQLite is a text."""
    return list(_run(sql, values).fetchall())


def execute(sql: str, values: Sequence[Any] = ()) -> int:
    """Run a statement and return how many rows it changed."""
    return int(_run(sql, values).rowcount)


def execute_many(sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run a statement once for each row of values, which takes a fraction of the time of as many calls."""
    given = [_given(values) for values in rows]
    if given:
        with as_errors_of_peewee:
            database.cursor().executemany(_spelled(sql), given)


def insert(table: type[Base], rows: Sequence[Mapping[str, Any]], *, on_conflict: str = "") -> int:
    """Insert rows, all with the same columns in the same order, and return how many came to be.

    Columns that are left out get the default of the model.
    """
    if not rows:
        return 0
    sql, defaults = _insertion(table, tuple(rows[0]), len(rows))
    return execute(f"{sql} {on_conflict}", _flat(rows, defaults))


def insert_returning(
    table: type[Base], rows: Sequence[Mapping[str, Any]], *, on_conflict: str = ""
) -> list[int]:
    """Insert rows as ``insert`` does and return the keys of those that came to be, in their order."""
    if not rows:
        return []
    sql, defaults = _insertion(table, tuple(rows[0]), len(rows))
    key = _meta(table).primary_key.column_name
    return [number for (number,) in query(f"{sql} {on_conflict} RETURNING {key}", _flat(rows, defaults))]


def rows(table: type[Base], condition: str, values: Sequence[Any] = ()) -> list[Any]:
    """Return the rows of a table that fit a condition, and its order: values by the names of its columns.

    They are what peewee would read, without being models.
    """
    sql, names, moments, flags = _selection(table)
    found = []
    for row in query(f"{sql} WHERE {condition}", values):
        read = dict(zip(names, row, strict=True))
        for name in moments:
            if read[name] is not None:
                read[name] = aware(read[name])
        for name in flags:
            read[name] = bool(read[name])
        found.append(SimpleNamespace(**read))
    return found


@cache
def _selection(table: type[Base]) -> tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the query for all columns, their names, and which of them are moments or flags."""
    meta = _meta(table)
    fields = meta.sorted_fields
    columns = ", ".join(f'"{field.column_name}"' for field in fields)
    moments = tuple(field.name for field in fields if isinstance(field, UTCDateTimeField))
    flags = tuple(field.name for field in fields if isinstance(field, BooleanField))
    sql = f'SELECT {columns} FROM "{meta.table_name}"'  # noqa: S608  # names of ours
    return sql, tuple(field.name for field in fields), moments, flags


def update(table: type[Base], key: str, value: Any, fields: Mapping[str, Any]) -> int:
    """Write columns of the rows with this value in the column ``key``; return how many there are."""
    columns = ", ".join(f"{name} = ?" for name in fields)
    return execute(
        f'UPDATE "{_meta(table).table_name}" SET {columns} WHERE {key} = ?',  # noqa: S608  # names of ours
        [*fields.values(), value],
    )


def aware(moment: str | datetime) -> datetime:
    """Return a moment as a query gave it, a text or without zone, as an aware one."""
    if isinstance(moment, str):
        # In one step: to give a zone to a moment that has none takes several times as long as to read it.
        return datetime.fromisoformat(f"{moment}+00:00")
    return moment.replace(tzinfo=UTC)


def moment(value: str | datetime | None) -> datetime | None:
    """Return what ``aware`` returns; None for a moment that is not there."""
    return aware(value) if value is not None else None


def marks(count: int) -> str:
    """Return so many placeholders for a list of values."""
    return ", ".join("?" * count)


def _run(sql: str, values: Sequence[Any]) -> Any:
    return database.execute_sql(_spelled(sql), _given(values))


def _spelled(sql: str) -> str:
    return sql if isinstance(database.obj, SqliteDatabase) else _for_postgres(sql)


def _given(values: Sequence[Any]) -> list[Any]:
    return [value if type(value) in _PLAIN else _stored(value) for value in values]


@cache
def _for_postgres(sql: str) -> str:
    return sql.replace("?", "%s")


def _stored(value: Any) -> Any:
    """Return a value as the tables hold it (see ``UTCDateTimeField``)."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"expected an aware datetime, got {value!r}")
        return _moment(value, isinstance(database.obj, SqliteDatabase))
    return value.value if isinstance(value, StrEnum) else value


# All rows of one message have the same few moments.
@lru_cache(maxsize=100)
def _moment(value: datetime, as_text: bool) -> Any:  # noqa: FBT001  # what the database takes
    bare = value.astimezone(UTC).replace(tzinfo=None)
    return bare.isoformat(" ") if as_text else bare


# Bounded, since the text has a place for every value of every row.
@lru_cache(maxsize=200)
def _insertion(table: type[Base], names: tuple[str, ...], count: int) -> tuple[str, tuple[Any, ...]]:
    """Return the statement for so many rows, and the values of the columns that the rows leave out."""
    meta = _meta(table)
    left_out = {field.name: field.default for field in meta.defaults if field.name not in names}
    columns = [f'"{meta.fields[name].column_name}"' for name in (*names, *left_out)]
    row = f"({marks(len(columns))})"
    sql = f'INSERT INTO "{meta.table_name}" ({", ".join(columns)}) VALUES {", ".join([row] * count)}'  # noqa: S608
    return sql, tuple(left_out.values())


def _flat(rows: Sequence[Mapping[str, Any]], defaults: tuple[Any, ...]) -> list[Any]:
    return [value for row in rows for value in (*row.values(), *defaults)]


def _meta(table: type[Base]) -> Any:
    """Return what peewee knows of a table; the name is documented, the underscore keeps columns apart."""
    return table._meta  # noqa: SLF001
