"""The table of requests for items of the catalogue."""

from peewee import IntegerField, TextField

from storage.model_base import Base, UTCDateTimeField


class RequestRow(Base):
    """What a service request asks for; ``answers`` is JSON, a list of pairs in the order of the questions."""

    ticket_number = IntegerField(primary_key=True)
    item = TextField()
    answers = TextField()
    version = IntegerField()
    created_at = UTCDateTimeField()
    updated_at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "requests"
