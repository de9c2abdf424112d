"""What an agent reads once an hour or a day instead of one mail each time: which notices, and when; pure.

Also what a digest tells besides: tickets that are quickly done, and how the work is shared.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from daemon.desk.addressing import Agent
from daemon.desk.calendars import Calendar
from daemon.desk.lifecycle import ENDED, WAITING
from daemon.desk.roster import AgentSettings
from storage.records import Ticket
from storage.vocabulary import Priority

HOURLY, DAILY = "hourly", "daily"
# Notices that can wait.  What answers the agent, hands over a ticket, asks a question or rings does not.
COLLECTED = frozenset(
    {
        "ticket-new",
        "requester-replied",
        "internal-note",
        "mail-held",
        "duplicate-route",
        "monitoring-news",
    }
)
# How far back a slot is looked for: over every holiday, and what is older is sent at the next one.
LOOK_BACK_DAYS = 21
# Fewer tickets of a category say nothing about the next one.
ENOUGH_SAMPLES = 3
WINS_LIMIT = 5
_HOUR = timedelta(hours=1)


def waits(notice: str, settings: AgentSettings | None, agent: Agent, ticket: Ticket) -> bool:
    """Tell whether a notice can wait for the digest: nothing critical, and no ticket that is now his."""
    if settings is None or not settings.digest or notice not in COLLECTED:
        return False
    handed = notice == "ticket-new" and (ticket.assignee or "") in agent.addresses
    return ticket.priority is not Priority.P1 and not handed


def last_slot(
    settings: AgentSettings, zone: str, calendar: Calendar | None, now: datetime
) -> datetime | None:
    """Return the last moment at which a digest is due, None where there was none for weeks.

    Without an interval, as when the operator switched it off, what is left is due at once.
    """
    if not settings.digest:
        return now
    slots = _hours(now) if settings.digest == HOURLY else _times(settings.digest_times, zone, now)
    return next((slot for slot in slots if slot <= now and _is_open(calendar, slot, settings.digest)), None)


def _hours(now: datetime) -> Iterable[datetime]:
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return (hour - at * _HOUR for at in range(24 * LOOK_BACK_DAYS))


def _times(times: Sequence[str], zone: str, now: datetime) -> Iterable[datetime]:
    """Yield the times of the last days by the clock on the wall, the latest first."""
    local = ZoneInfo(zone)
    today = now.astimezone(local).date()
    daily = sorted({time_of(one) for one in times}, reverse=True)
    for back in range(LOOK_BACK_DAYS):
        for at in daily:
            yield datetime.combine(today - timedelta(days=back), at, local).astimezone(UTC)


def time_of(text: str) -> time:
    """Read a time of the day like ``8:00``; raises ValueError."""
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):
        raise ValueError(f'expected a time like "08:00", got "{text}"')
    return time(int(hours), int(minutes))


def _is_open(calendar: Calendar | None, slot: datetime, interval: str) -> bool:
    """Tell whether an agent works then; a daily digest may come before the day's work begins."""
    if calendar is None:
        return True
    if interval == HOURLY:
        # The hour at which the day ends has its digest too.
        return calendar.is_open(slot) or calendar.is_open(slot - timedelta(minutes=1))
    midnight = slot.astimezone(calendar.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return calendar.working_seconds(midnight, midnight + timedelta(days=1)) > 0


@dataclass(frozen=True, slots=True)
class Win:
    """A ticket that is quickly done, as far as others of its category tell."""

    ticket: Ticket
    minutes: int
    samples: int


def quick_wins(open_tickets: Iterable[Ticket], efforts: Mapping[str, Sequence[int]], limit: int) -> list[Win]:
    """Return tickets that are expected to take at most so many minutes, the shortest first.

    ``efforts`` are the minutes that ended tickets of each category took.
    """
    expected = {
        category: int(median(took))
        for category, took in efforts.items()
        if category and len(took) >= ENOUGH_SAMPLES
    }
    found = [
        Win(ticket, expected[ticket.category], len(efforts[ticket.category]))
        for ticket in open_tickets
        if ticket.category in expected and ticket.state not in ENDED | WAITING
    ]
    quick = [one for one in found if one.minutes <= limit]
    return sorted(quick, key=lambda one: (one.minutes, one.ticket.number))[:WINS_LIMIT]


@dataclass(frozen=True, slots=True)
class Load:
    """What an agent has to do: open tickets, those that came lately, and the part of a week worked."""

    address: str
    open_tickets: int
    lately: int
    capacity: float = 1.0

    def over(self, limit: int) -> bool:
        """Tell whether that is more than an agent can do; a limit of 0 is none."""
        return limit > 0 and self.open_tickets > limit * self.capacity


def spread(loads: Sequence[Load]) -> float | None:
    """Return how unevenly the work is shared: the most open tickets for full capacity by the mean.

    None where there is nothing to share or nobody to share with.
    """
    shares = [one.open_tickets / one.capacity for one in loads]
    if len(shares) < 2 or not any(shares):
        return None
    return round(max(shares) / (sum(shares) / len(shares)), 2)
