"""The tables of approvals: what is asked, whom, what they answered, who stands in, and how it ended."""

from peewee import AutoField, BooleanField, IntegerField, TextField

from storage.model_base import Base, UTCDateTimeField


class ApprovalRow(Base):
    """What is asked about a ticket; ``parties``, ``stages`` and ``problems`` are JSON lists."""

    id = AutoField()
    ticket_number = IntegerField()
    # The item of the catalogue that it is about, empty for a change.
    item = TextField()
    text = TextField()
    digest = TextField()
    parties = TextField()
    stages = TextField()
    problems = TextField()
    may_be_bypassed = BooleanField()
    # The stage that is asked, and since when.
    stage = IntegerField()
    opened_at = UTCDateTimeField()
    expires_at = UTCDateTimeField(null=True)
    state = TextField()
    reason = TextField()
    created_at = UTCDateTimeField()
    decided_at = UTCDateTimeField(null=True)
    # When to look at it again; NULL for never.
    next_at = UTCDateTimeField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "approvals"


class AskedRow(Base):
    """An address that is asked to decide for an approver of a stage; ``done`` is a JSON list of steps."""

    id = AutoField()
    approval_id = IntegerField()
    stage = IntegerField()
    approver = TextField()
    address = TextField()
    asked_at = UTCDateTimeField()
    # NULL as long as no mail could be sent.
    mailed_at = UTCDateTimeField(null=True)
    done = TextField()
    asked_back = IntegerField()
    waiting = BooleanField()
    # To be told in the next list of open decisions; whether a mail about it came back.
    listing = BooleanField()
    undelivered = BooleanField()

    class Meta:
        """Peewee's settings."""

        table_name = "approval_asked"


class VoteRow(Base):
    """A clear decision, whether it counts or not; its id orders votes of the same moment."""

    id = AutoField()
    approval_id = IntegerField()
    stage = IntegerField()
    approver = TextField()
    voter = TextField()
    decision = TextField()
    at = UTCDateTimeField()
    digest = TextField()
    words = TextField()
    comment = TextField()
    proof = TextField()
    arrival_id = IntegerField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "approval_votes"


class HandoverRow(Base):
    """From a moment on somebody may decide for an approver of a stage."""

    id = AutoField()
    approval_id = IntegerField()
    stage = IntegerField()
    approver = TextField()
    deputy = TextField()
    at = UTCDateTimeField()
    reason = TextField()

    class Meta:
        """Peewee's settings."""

        table_name = "approval_handovers"


class EndingRow(Base):
    """An end by hand."""

    id = AutoField()
    approval_id = IntegerField()
    kind = TextField()
    ended_by = TextField()
    at = UTCDateTimeField()
    reason = TextField()

    class Meta:
        """Peewee's settings."""

        table_name = "approval_endings"


TABLES = (ApprovalRow, AskedRow, VoteRow, HandoverRow, EndingRow)
