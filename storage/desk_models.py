"""The tables of the agents' work: links, operations with their inverse, and lists that were sent."""

from peewee import AutoField, CharField, IntegerField, TextField

from storage.model_base import Base, UTCDateTimeField


class LinkRow(Base):
    """What one ticket is to another."""

    id = AutoField()
    ticket_number = IntegerField()
    kind = CharField(max_length=20)
    other = IntegerField()
    made_at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "links"


class OperationRow(Base):
    """What the commands of one mail or one call did, all together."""

    id = AutoField()
    actor = TextField()
    cause = TextField()
    at = UTCDateTimeField()
    summary = TextField()
    mailed = IntegerField()
    undone_at = UTCDateTimeField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "operations"


class OperationStepRow(Base):
    """The part of an operation that concerns one ticket, with what takes it back."""

    id = AutoField()
    operation_id = IntegerField()
    ticket_number = IntegerField()
    # JSON, of ``desk.packing`` and ``desk.undoing``.
    inverse = TextField()
    left = TextField(column_name="left_as")

    class Meta:
        """Peewee's settings."""

        table_name = "operation_steps"


class WorkListRow(Base):
    """A list of tickets that was mailed to an agent."""

    id = AutoField()
    message_id = TextField(unique=True)
    agent = TextField()
    # Space-separated, in the order of the list.
    numbers = TextField()
    command = TextField(default="")
    word = TextField(default="")
    made_at = UTCDateTimeField()
    expires_at = UTCDateTimeField()
    used_at = UTCDateTimeField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "work_lists"
