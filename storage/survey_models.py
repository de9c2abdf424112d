"""The tables of satisfaction surveys: who was asked or not and why, what was answered, what followed."""

from peewee import AutoField, CharField, IntegerField, TextField

from storage.model_base import Base, UTCDateTimeField


class SurveyRow(Base):
    """One closure of a ticket, with the decision whether its requester is asked, and the answer that counts.

    The four columns from ``team`` to ``category`` are as they were when the survey was sent.
    """

    id = AutoField()
    ticket_number = IntegerField()
    closed_at = UTCDateTimeField()
    address = TextField()
    state = CharField(max_length=8)
    reason = TextField()
    # When to look at it again; NULL where the decision is made.
    look_at = UTCDateTimeField(null=True)
    language = TextField(default="")
    team = TextField(default="")
    agent = TextField(default="")
    item = TextField(default="")
    category = TextField(default="")
    message_id = TextField(default="")
    sent_at = UTCDateTimeField(null=True)
    expires_at = UTCDateTimeField(null=True)
    asked_back_at = UTCDateTimeField(null=True)
    answered_at = UTCDateTimeField(null=True)
    score = IntegerField(null=True)
    words = TextField(default="")
    # The survey whose follow-up ended with this closure.
    follows = IntegerField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "surveys"


class SurveyAnswerRow(Base):
    """One answer to a survey, counted or not: ``reason`` says why not and is empty for one that counts."""

    id = AutoField()
    survey_id = IntegerField()
    at = UTCDateTimeField()
    author = TextField()
    score = IntegerField(null=True)
    words = TextField()
    reason = TextField()
    arrival_id = IntegerField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "survey_answers"


class SurveyFollowUpRow(Base):
    """What a bad answer opened: the ticket of the follow-up, and when and how its end was told."""

    survey_id = IntegerField(primary_key=True)
    ticket_number = IntegerField()
    opened_at = UTCDateTimeField()
    ended_at = UTCDateTimeField(null=True)
    outcome = TextField(default="")

    class Meta:
        """Peewee's settings."""

        table_name = "survey_follow_ups"


TABLES = (SurveyRow, SurveyAnswerRow, SurveyFollowUpRow)
