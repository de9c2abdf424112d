"""The table of automatic mail that was stopped for a ticket."""

from peewee import CompositeKey, IntegerField, TextField

from storage.model_base import Base, UTCDateTimeField


class AutomaticStopRow(Base):
    """A kind of automatic mail, or all, that nobody gets about a ticket any more."""

    ticket_number = IntegerField()
    kind = TextField()
    stopped_by = TextField()
    at = UTCDateTimeField()
    why = TextField()

    class Meta:
        """Peewee's settings."""

        table_name = "automatic_stops"
        primary_key = CompositeKey("ticket_number", "kind")
