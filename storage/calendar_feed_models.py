"""The table of calendar feeds from the web."""

from peewee import CharField, TextField

from storage.model_base import Base, UTCDateTimeField


class CalendarFeedRow(Base):
    """A feed by the digest of its address, which may be a secret; ``digest`` is that of its days."""

    feed = CharField(primary_key=True, max_length=64)
    # ISO 8601 dates between blanks.
    days = TextField()
    digest = CharField(max_length=64)
    read_for = TextField()
    etag = TextField()
    modified = TextField()
    good_at = UTCDateTimeField(null=True)
    tried_at = UTCDateTimeField()
    failing_since = UTCDateTimeField(null=True)
    problem = TextField()

    class Meta:
        """Peewee's settings."""

        table_name = "calendar_feeds"
