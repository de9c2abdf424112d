"""What is done closes by itself once the requester had time to disagree."""

from datetime import datetime, timedelta

from daemon.desk.automatic import ALL, Kind
from daemon.desk.changes import MoveState
from daemon.desk.lifecycle import SILENT
from daemon.services.apply import Cause, Work
from daemon.services.office import Office
from storage import tickets
from storage.tickets import TeamsOf
from storage.vocabulary import TicketState

BATCH = 200


def run(office: Office, now: datetime) -> str:
    """Close what ended longer ago than a reply could reopen it; nobody is mailed."""
    found = _ended(office, now)
    # Whoever locks several tickets does it in the order of their numbers, so that nobody waits in a ring.
    for number, days in sorted(found.items()):
        ticket = tickets.lock(number)
        if ticket is None or ticket.state not in SILENT:
            continue
        work = Work.on(ticket, Cause("postdesk", "job:close-resolved", now, office.levels))
        work.apply([MoveState(TicketState.CLOSED, f"nobody disagreed within {days} days")])
        work.finish()
    return f"closed {len(found)} tickets"


def _ended(office: Office, now: datetime) -> dict[int, int]:
    """Return the tickets that close now, with the days that their desk gives people to disagree."""
    roster, usual = office.roster, office.roster.desk.reopen_days
    days = {team.name: roster.desk_of(team.name).reopen_days for team in roster.teams}
    others = {team: count for team, count in days.items() if count != usual}
    groups = [(usual, TeamsOf(apart=tuple(others)))]
    groups += [(count, TeamsOf((team,))) for team, count in others.items()]
    return {
        number: count
        for count, teams in groups
        for number in tickets.done_before(
            SILENT, now - timedelta(days=count), BATCH, teams, (Kind.CLOSING, ALL)
        )
    }
