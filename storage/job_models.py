"""The table of periodic jobs."""

from peewee import IntegerField, TextField

from storage.model_base import Base, UTCDateTimeField


class JobRow(Base):
    """When a periodic job last ran and what came of it; one host runs a job at a time."""

    name = TextField(primary_key=True)
    last_run_at = UTCDateTimeField(null=True)
    last_result = TextField(default="")
    owner = TextField(null=True)
    lease_until = UTCDateTimeField(null=True)
    # When it was first asked about; an appointment before that was never missed.
    since_at = UTCDateTimeField(null=True)
    # In a row, since it was last done.
    failures = IntegerField(default=0)
    failed_at = UTCDateTimeField(null=True)
    last_failure = TextField(default="")
    retry_at = UTCDateTimeField(null=True)
    stopped_at = UTCDateTimeField(null=True)
    # Who last stopped or started it by hand.
    switched_by = TextField(default="")
    switched_at = UTCDateTimeField(null=True)

    class Meta:
        """Peewee's settings."""

        table_name = "jobs"
