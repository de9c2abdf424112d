"""The tables of handling: what categories are learned from, and when agents are away."""

from peewee import AutoField, BooleanField, IntegerField, TextField

from storage.model_base import Base, UTCDateTimeField


class CategoryExampleRow(Base):
    """A ticket whose category people stood by, with its most telling words."""

    ticket_number = IntegerField(primary_key=True)
    category = TextField()
    # Space-separated, the most telling first.
    terms = TextField()
    learned_at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "category_examples"


class AbsenceRow(Base):
    """Days on which an agent is away; what a mail proposed counts once it is ``confirmed``."""

    id = AutoField()
    agent = TextField()
    # ISO 8601 dates, in the calendar of the agent.
    first = TextField(column_name="first_day")
    last = TextField(column_name="last_day", null=True)
    stand_in = TextField(default="")
    source = TextField()
    confirmed = BooleanField()
    arrival_id = IntegerField(null=True)
    noted_at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "absences"
