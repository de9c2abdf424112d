"""The table of tickets that wait."""

from peewee import IntegerField

from storage.model_base import Base, UTCDateTimeField


class WaitRow(Base):
    """A ticket that waits for its requester or for a day."""

    ticket_number = IntegerField(primary_key=True)
    # When it began, or when its requester was last reminded.
    since_at = UTCDateTimeField()
    reminders = IntegerField()
    # When to look at it again; NULL for never.
    next_at = UTCDateTimeField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "waits"
