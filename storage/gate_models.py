"""The tables of the gate for outgoing mail."""

from peewee import AutoField, TextField

from storage.model_base import Base, UTCDateTimeField


class GateCountRow(Base):
    """One automatic mail that was let through, counted under one key."""

    id = AutoField()
    key = TextField()
    at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "gate_counts"


class GateMarkRow(Base):
    """A moment that the gate remembers, by name."""

    name = TextField(primary_key=True)
    at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "gate_marks"
