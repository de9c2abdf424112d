"""A signing key is dropped when the last token that was made with it has ended."""

from datetime import datetime, timedelta

from daemon.services import keyring
from daemon.services.office import Office


def run(office: Office, now: datetime) -> str:
    """Drop the keys that were replaced longer ago than tokens are valid."""
    dropped = keyring.forget(now, timedelta(days=office.roster.desk.token_days))
    return f"dropped {len(dropped)} signing keys"
