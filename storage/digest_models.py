"""The table of what agents are told in their digests."""

from peewee import AutoField, IntegerField, TextField

from storage.model_base import Base, UTCDateTimeField


class DigestItemRow(Base):
    """One notice that waits for an agent's digest, or went out with one."""

    id = AutoField()
    # What the mail would have had as its key in the outbox.
    key = TextField(unique=True)
    agent = TextField()
    ticket_number = IntegerField()
    notice = TextField()
    entry_id = IntegerField(null=True)
    at = UTCDateTimeField()
    # The Message-ID of the digest that told it; NULL while it waits.
    message_id = TextField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "digest_items"
