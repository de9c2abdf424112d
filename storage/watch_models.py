"""The tables of health: how mailboxes do, the tokens of OAuth 2.0, alarms."""

from peewee import AutoField, BooleanField, CharField, IntegerField, TextField

from storage.model_base import Base, UTCDateTimeField


class MailboxHealthRow(Base):
    """How one mailbox does; ``failing_since`` is NULL after a round in which every folder was read."""

    mailbox = TextField(primary_key=True)
    last_success_at = UTCDateTimeField(null=True)
    failing_since = UTCDateTimeField(null=True)
    last_error = TextField()
    errors = IntegerField()
    waiting = IntegerField()
    updated_at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "mailbox_health"


class OAuthTokenRow(Base):
    """The tokens of one ``[[oauth]]`` section; see ``storage.oauth_tokens`` for how they change."""

    name = TextField(primary_key=True)
    # Digests of the client's settings and of the first refresh token: another one begins anew.
    client = TextField(default="")
    seed = TextField(default="")
    refresh_token = TextField(default="")
    former_token = TextField(default="")
    refresh_since = UTCDateTimeField(null=True)
    refresh_until = UTCDateTimeField(null=True)
    access_token = TextField(default="")
    access_since = UTCDateTimeField(null=True)
    access_until = UTCDateTimeField(null=True)
    owner = TextField(null=True)
    lease_until = UTCDateTimeField(null=True)
    failing_since = UTCDateTimeField(null=True)
    refused = BooleanField(default=False)
    last_error = TextField(default="")
    not_before = UTCDateTimeField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "oauth_tokens"


class AlarmRow(Base):
    """Something that somebody has to look at; ``told`` is what the webhook has heard of it last."""

    id = AutoField()
    key = TextField(unique=True)
    level = CharField(max_length=10)
    text = TextField()
    raised_at = UTCDateTimeField()
    cleared_at = UTCDateTimeField(null=True)
    told = CharField(max_length=10)
    attempts = IntegerField()
    next_attempt_at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "alarms"


class ProbeRow(Base):
    """A moment that a probe left behind: that the database could be written, that a beat came back."""

    name = TextField(primary_key=True)
    at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "probes"
