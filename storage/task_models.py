"""The tables of fulfilment: requests that are worked on, their tasks, and promises that were moved."""

from peewee import AutoField, BooleanField, CharField, IntegerField, TextField

from storage.model_base import Base, UTCDateTimeField


class FulfilmentRow(Base):
    """The work behind a request."""

    ticket_number = IntegerField(primary_key=True)
    item = TextField()
    # Where tasks are open that are not for the end of an access, or nobody knows yet that all is done.
    open = BooleanField()
    promised_at = UTCDateTimeField(null=True)
    # What was promised first; a promise is kept or broken by that.
    first_promised_at = UTCDateTimeField(null=True)
    # The last day of an access, as ISO 8601 writes it; empty where it does not.
    ends_on = TextField(default="")
    begun_at = UTCDateTimeField()
    fulfilled_at = UTCDateTimeField(null=True)
    # Called off, and why.
    ended_at = UTCDateTimeField(null=True)
    end_reason = TextField(default="")
    # When to look at it again; NULL for never.
    next_at = UTCDateTimeField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "fulfilments"


class TaskRow(Base):
    """A task of a request, as its item described it when the work began, and what became of it.

    A task that is to be done again gets a new row; the one before is ``superseded``.
    """

    id = AutoField()
    ticket_number = IntegerField()
    superseded = BooleanField(default=False)
    position = IntegerField()
    task = TextField()
    title = TextField()
    team = TextField()
    address = TextField()
    # JSON: the tasks that come before, and the questions whose answers are shown.
    after = TextField()
    shows = TextField()
    due_seconds = IntegerField()
    command = TextField()
    gate = BooleanField()
    at_end = BooleanField()
    state = CharField(max_length=8)
    started_at = UTCDateTimeField(null=True)
    due_at = UTCDateTimeField(null=True)
    first_due_at = UTCDateTimeField(null=True)
    done_at = UTCDateTimeField(null=True)
    why = TextField(default="")
    assignee = TextField(default="")
    done_by = TextField(default="")
    proof = TextField(default="")
    minutes = IntegerField(default=0)
    # JSON: amounts with their currencies.
    cost = TextField(default="[]")
    reminders = IntegerField(default=0)
    # When the next reminder is due; NULL for none.
    next_at = UTCDateTimeField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "tasks"


class PromiseMoveRow(Base):
    """A promise that was moved; ``task`` is empty for what the requester was promised."""

    id = AutoField()
    ticket_number = IntegerField()
    task = TextField()
    at = UTCDateTimeField()
    before_at = UTCDateTimeField(null=True)
    after_at = UTCDateTimeField(null=True)
    why = TextField()
    moved_by = TextField()

    class Meta:
        """Peewee's settings."""

        table_name = "promise_moves"


class AutomationRunRow(Base):
    """A command that runs, or ran, for a task; never twice for one."""

    task_id = IntegerField(primary_key=True)
    ticket_number = IntegerField()
    name = TextField()
    state = CharField(max_length=8)
    owner = TextField(default="")
    lease_until = UTCDateTimeField(null=True)
    asked_at = UTCDateTimeField()
    started_at = UTCDateTimeField(null=True)
    ended_at = UTCDateTimeField(null=True)
    result = TextField(default="")

    class Meta:
        """Peewee's settings."""

        table_name = "automation_runs"
