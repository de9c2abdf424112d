"""What all tables share: the database they are bound to, moments in UTC, plain tuples."""

import datetime as dt
from typing import Any

from peewee import DatabaseProxy, DateTimeField, Model

database = DatabaseProxy()


class UTCDateTimeField(DateTimeField):
    """Aware UTC in Python, naive UTC in the table: the same on every database and in every session zone."""

    def db_value(self, value: dt.datetime | None) -> Any:
        """Turn an aware moment into naive UTC; a naive one is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"expected an aware datetime, got {value!r}")
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def python_value(self, value: Any) -> dt.datetime | None:
        """Turn what the table holds into an aware moment."""
        naive: dt.datetime | None = super().python_value(value)  # type: ignore[no-untyped-call]
        return naive.replace(tzinfo=dt.UTC) if naive is not None else None


class Base(Model):
    """What all tables share."""

    class Meta:
        """Peewee's settings."""

        database = database
        legacy_table_names = False


def tuples(query: Any) -> list[tuple[Any, ...]]:
    """Run a query and return plain tuples; peewee's type stubs know only the models."""
    return list(query.tuples())
