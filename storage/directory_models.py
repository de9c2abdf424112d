"""The tables of the directory: who works here, under which names they are found, and who is away."""

from peewee import BooleanField, CharField, CompositeKey, TextField

from storage.model_base import Base, UTCDateTimeField


class DirectoryPersonRow(Base):
    """Somebody of whom the directory told; ``gone_at`` is when the directory told of them no more."""

    address = TextField(primary_key=True)
    name = TextField()
    manager = TextField()
    department = TextField()
    title = TextField()
    cost_centre = TextField()
    # JSON lists of text.
    roles = TextField()
    groups = TextField()
    deputies = TextField()
    also = TextField()
    active = BooleanField()
    source = TextField()
    seen_at = UTCDateTimeField()
    gone_at = UTCDateTimeField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "directory_people"


class DirectoryNameRow(Base):
    """A further address, a role or a group of somebody, so that people are found by it."""

    kind = CharField(max_length=8)
    name = TextField()
    address = TextField()

    class Meta:
        """Peewee's settings."""

        table_name = "directory_names"
        primary_key = CompositeKey("kind", "name", "address")


class DirectoryAbsenceRow(Base):
    """That somebody's absence program answered; ``until`` is an ISO 8601 date, the last day, or NULL."""

    address = TextField(primary_key=True)
    until = TextField(column_name="last_day", null=True)
    noted_at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "directory_absences"


class DirectoryToldRow(Base):
    """What the administrators were told last, as a digest, so that they are told once."""

    about = TextField(primary_key=True)
    digest = TextField()
    at = UTCDateTimeField()

    class Meta:
        """Peewee's settings."""

        table_name = "directory_told"


DIRECTORY_TABLES = (DirectoryPersonRow, DirectoryNameRow, DirectoryAbsenceRow, DirectoryToldRow)
