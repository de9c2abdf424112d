"""Tell an agent of mail that did not reach its reader: once, and never about a report of trouble."""

from datetime import datetime

from daemon.desk.addressing import Agent, fold
from daemon.desk.notices import NOTICES
from daemon.services.apply import Cause, Work
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from storage import approvals, digests, people, tickets
from storage.records import OutboxItem, Ticket

# Reporting these again would report the trouble of a report; and nobody waits for a survey.
SILENT_NOTICES = frozenset({"delivery-failed", "mail-quarantined", "budget-digest", "survey"})

# The list of open decisions; it belongs to no ticket.
_DECISIONS = "approval-digest"


def give_up(office: Office, item: OutboxItem, reply: str, cause: Cause) -> None:
    """Record on its ticket that a copy finally failed, and tell an agent; inside the caller's transaction."""
    # What a digest told waits for the next one: that agent has not heard of it.
    digests.put_back(item.message_id)
    note_unasked(item, cause.now)
    ticket = tickets.lock(item.ticket_number) if item.ticket_number else None
    if ticket is None:
        return
    work = Work.on(ticket, cause)
    work.note("undelivered", notice=item.notice, to=item.recipient, reply=reply[:300])
    postbag = Postbag(office, cause)
    tell_of_failure(postbag, work, item, reply)
    postbag.post()
    work.finish()


def note_unasked(item: OutboxItem, now: datetime) -> None:
    """Note that whoever had to decide was not asked by this copy: about one request, or by a list of many."""
    if item.notice == _DECISIONS:
        approvals.undelivered_list(fold(item.recipient), now)
    else:
        approvals.undelivered(item.message_id, now)


def tell_of_failure(
    postbag: Postbag, work: Work, item: OutboxItem, reply: str, *, unproven: bool = False
) -> None:
    """Write to the assignee, else to the team, that this copy did not arrive, or that somebody says so."""
    if item.notice in SILENT_NOTICES or item.notice not in NOTICES:
        return
    failure: dict[str, object] = {"recipient": item.recipient, "reply": reply, "unproven": unproven}
    failure |= {"notice": item.notice, "subject": item.subject}
    letters = postbag.office.letters
    for agent in watchers(postbag.office, work.ticket):
        # An agent whose own mailbox fails does not hear of it through that mailbox.
        if fold(item.recipient) not in agent.addresses:
            postbag.write("delivery-failed", letters.reader(agent.address), work, None, failure=failure)


def watchers(office: Office, ticket: Ticket) -> list[Agent]:
    """List the agents who are told: the assignee, else the teams the ticket was addressed to.

    An assignee whose mailbox is dead hears nothing; then the teams are told.  Who watches always hears.
    """
    roster = office.roster
    watching = [one for one in map(roster.agent, ticket.watchers) if one and roster.sees(one, ticket.team)]
    assignee = roster.agent(ticket.assignee or "")
    if assignee is not None and not roster.sees(assignee, ticket.team):
        assignee = None
    if assignee is not None and not people.suppressions([assignee.address]):
        return list({agent.address: agent for agent in (assignee, *watching)}.values())
    members = (agent for team in ticket.routes for agent in roster.members(team))
    agents = [*(agent for agent in members if roster.sees(agent, ticket.team)), *watching]
    return list({agent.address: agent for agent in agents}.values())
