"""The tables of service-level clocks."""

from peewee import AutoField, CharField, IntegerField, TextField

from storage.model_base import Base, UTCDateTimeField


class SegmentRow(Base):
    """A stretch of time of one clock of a ticket; only its end is written later."""

    id = AutoField()
    ticket_number = IntegerField()
    clock = CharField(max_length=16)
    run = IntegerField()
    kind = CharField(max_length=8)
    started_at = UTCDateTimeField()
    ended_at = UTCDateTimeField(null=True)
    reason = TextField()
    ended_reason = TextField()
    cause = TextField()
    rule = TextField()
    calendar = TextField()
    target_seconds = IntegerField(null=True)
    used_seconds = IntegerField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "clock_segments"


class ClockWatchRow(Base):
    """A ticket with a clock that is not over: when to look at it again, and what it is due."""

    ticket_number = IntegerField(primary_key=True)
    # NULL where nothing is to be told however long it lasts.
    next_at = UTCDateTimeField(null=True)
    due_at = UTCDateTimeField(null=True)
    # The fingerprint of the service levels that were in force then.
    levels = CharField(max_length=16)

    class Meta:
        """Peewee's settings."""

        table_name = "clock_watch"


class ClockAlarmRow(Base):
    """What a reader is told, once, about a run of a clock; ``step`` is a share in thousandths or a ring."""

    id = AutoField()
    ticket_number = IntegerField()
    clock = CharField(max_length=16)
    run = IntegerField()
    step = IntegerField()
    recipient = TextField()
    due_at = UTCDateTimeField()
    # NULL as long as the reader's working hours are waited for.
    told_at = UTCDateTimeField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "clock_alarms"
