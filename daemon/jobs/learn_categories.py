"""Learn from tickets that ended what their category looks like."""

from datetime import datetime

from daemon.services import suggestions
from daemon.services.office import Office


def run(office: Office, now: datetime) -> str:
    """Learn a batch of tickets, where the desk has categories at all."""
    if not office.handling.categories:
        return "there are no categories"
    return f"learned from {suggestions.learn(now)} tickets"
