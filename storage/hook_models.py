"""The tables of hooks: how far each has read the journals, and what it is to be told."""

from peewee import AutoField, CharField, IntegerField, TextField

from storage.model_base import Base, UTCDateTimeField


class HookCursorRow(Base):
    """The last line of all journals that a hook has looked at, those before it included."""

    hook = TextField(primary_key=True)
    event_id = IntegerField()

    class Meta:
        """Peewee's settings."""

        table_name = "hook_cursors"


class HookCallRow(Base):
    """One message to one hook, frozen when it was queued."""

    id = AutoField()
    hook = TextField()
    event_id = IntegerField()
    # JSON.
    message = TextField()
    state = CharField(max_length=8)
    attempts = IntegerField(default=0)
    next_attempt_at = UTCDateTimeField()
    last_answer = TextField(default="")
    created_at = UTCDateTimeField()
    done_at = UTCDateTimeField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "hook_calls"
