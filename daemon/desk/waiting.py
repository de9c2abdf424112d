"""Tickets that wait: how often and when their requesters are reminded, and when waiting is over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from daemon.desk.calendars import AROUND_THE_CLOCK, Calendar
from daemon.desk.durations import seconds_of
from storage.records import Ticket
from storage.vocabulary import TicketState

# Where the desk waits for an answer of the requester's.
REMINDED = frozenset({TicketState.PENDING_REQUESTER, TicketState.AWAITING_DETAILS})
# Where it waits for anything that time brings: an answer that does not come, or a day.
WATCHED = REMINDED | {TicketState.PENDING_DATE}


class WaitingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Reminders to requesters whose answer is waited for; without any reminder nothing is closed either."""

    reminders: Annotated[int, Meta(ge=0, le=20)] = 3
    remind_after: str = "72h"
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The settings, ready to be asked; the time between two steps is open time of the calendar.

    ``of_teams`` has the calendars of teams that have one of their own.
    """

    reminders: int
    step_seconds: int
    calendar: Calendar
    of_teams: Mapping[str, Calendar] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        settings: WaitingSettings,
        calendar: Calendar = AROUND_THE_CLOCK,
        of_teams: Mapping[str, Calendar] | None = None,
    ) -> "Waiting":
        """Read settings that were found to be right."""
        return cls(settings.reminders, seconds_of(settings.remind_after), calendar, of_teams or {})

    def next_step(self, since: datetime, team: str = "") -> datetime | None:
        """Return when something is to be done after the last step on a ticket of a team; None for never."""
        calendar = self.of_teams.get(team, self.calendar)
        return calendar.add_working(since, self.step_seconds) if self.reminders else None


def usual() -> Waiting:
    """Return how a desk reminds that says nothing about it."""
    return Waiting.of(WaitingSettings())


def begins(before: Ticket, after: Ticket) -> bool:
    """Tell whether a ticket began to wait, or waits for something else than before."""
    return after.state in WATCHED and _waits_for(before) != _waits_for(after)


def ends(before: Ticket, after: Ticket) -> bool:
    """Tell whether a ticket waits no more."""
    return before.state in WATCHED and after.state not in WATCHED


def _waits_for(ticket: Ticket) -> tuple[TicketState, datetime | None]:
    return ticket.state, ticket.pending_until
