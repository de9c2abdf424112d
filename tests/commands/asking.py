"""Asks for the tests of commands: a ticket, an agent, and what the agent sees beside it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from daemon import commands
from daemon.commands import Decision
from daemon.commands.command import Ask, Sight
from daemon.desk.addressing import Roster
from daemon.desk.permissions import Claim, Role
from daemon.desk.proof import Trust
from daemon.desk.roster import DeskSettings
from storage.records import Person, Ticket
from storage.vocabulary import Level, Priority, TicketState, TicketType
from tests.scenarios.bench import AGENTS, FIELDS, TEAMS
from tests.scenarios.desk import SUPPORT

NOW = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
ROSTER = Roster.build(DeskSettings(name="IT Support", address=SUPPORT), TEAMS, AGENTS, FIELDS)
PROVEN = Claim(Role.AGENT, Trust.VERIFIED)
CARA = Person(1, "Cara", "cara@cust.test")


def ticket(number: int = 7, **facts: Any) -> Ticket:
    """Return an incident of Cara's; ``facts`` are those that differ."""
    made = Ticket(
        number=number,
        type=TicketType.INCIDENT,
        state=TicketState.NEW,
        impact=Level.MEDIUM,
        urgency=Level.MEDIUM,
        priority=Priority.P3,
        team="it",
        assignee=None,
        requester=CARA,
        subject="Printer",
        root_message_id="<a@b>",
        created_at=NOW,
        updated_at=NOW,
        resolved_at=None,
        closed_at=None,
        journal_hash="",
        routes=("it",),
    )
    return replace(made, **facts)


def asked(on: Ticket | None, claim: Claim = PROVEN, **seen: Any) -> Ask:
    """Return what Ann asks; ``seen`` is what she sees beside the ticket."""
    return Ask(on, ROSTER.agents[0], claim, Sight(NOW, ROSTER, **seen))


def decide(lines: tuple[str, ...], on: Ticket | None, claim: Claim = PROVEN, **seen: Any) -> Decision:
    """Decide lines of Ann's."""
    return commands.decide(lines, asked(on, claim, **seen))
