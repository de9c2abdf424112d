"""The table of the things that monitoring mail tells of."""

from peewee import BooleanField, CharField, IntegerField, TextField

from storage.model_base import Base, UTCDateTimeField


class MonitorRow(Base):
    """A thing that is watched: how it stands, and its incident."""

    key = TextField(primary_key=True)
    # The name of the rule that read the last mail about it.
    monitor = TextField()
    ticket_number = IntegerField(null=True)
    stands = CharField(max_length=8)
    # Moments in ISO 8601 between blanks, oldest first.
    changes = TextField(default="")
    flapping = BooleanField(default=False)
    seen_at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "monitors"
