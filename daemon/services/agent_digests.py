"""Write the digest of one agent: everything that waits for it, told once, in the transaction that says so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daemon.desk.addressing import Agent, with_detail
from daemon.desk.agent_digests import Load, last_slot, quick_wins, spread
from daemon.desk.lifecycle import ENDED, WAITING
from daemon.desk.roster import AgentSettings
from daemon.mail.tokens import Purpose
from daemon.services.apply import Cause
from daemon.services.assigning import LATELY_DAYS
from daemon.services.letters import Context, Reader, tag, written
from daemon.services.lists import LIST_LIFETIME
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from storage import digests, entries, finding, tickets, work_lists, workload
from storage.digests import Item
from storage.finding import Reach, Wanted
from storage.records import Entry, Ticket, WorkList
from storage.vocabulary import TicketState

NOTICE = "agent-digest"
# What does not fit is told in the next one, which then comes at once.
TICKETS_LIMIT = 40
NEWS_LIMIT = 5
EXCERPT_CHARS = 300
NOBODY = "nobody"
KEPT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class _Digest:
    office: Office
    agent: Agent
    settings: AgentSettings
    reader: Reader
    postbag: Postbag
    now: datetime


def is_due(office: Office, address: str, items: Sequence[Item], now: datetime) -> bool:
    """Tell whether a digest is to be sent: a time for it has come since the first thing that waits."""
    agent = office.roster.agent(address)
    settings = office.handling.agents.get(agent.address) if agent is not None else None
    if agent is None or settings is None or not items:
        return False
    levels = office.levels
    calendar = levels.calendar(agent.calendar) if levels is not None and agent.calendar else None
    slot = last_slot(settings, agent.timezone or office.roster.desk.timezone, calendar, now)
    return slot is not None and items[0].at <= slot


def send(office: Office, address: str, now: datetime) -> int:
    """Send an agent's digest if it is due, and return how many notices it tells.

    The caller holds the transaction.  Where the gate says no, everything waits on.
    """
    items = digests.waiting(address)
    agent = office.roster.agent(address)
    if agent is None:
        # Whoever works here no more is told nothing more; the tickets have it all.
        digests.told(items, NOBODY)
        return 0
    if not is_due(office, address, items, now):
        return 0
    shown = set(list(dict.fromkeys(one.ticket_number for one in items))[:TICKETS_LIMIT])
    items = [one for one in items if one.ticket_number in shown]
    cause = Cause("postdesk", f"job:{NOTICE}:{items[-1].id}", now)
    digest = _Digest(
        office,
        agent,
        office.handling.agents[agent.address],
        _reader(office, agent),
        Postbag(office, cause),
        now,
    )
    found = [ticket for number in sorted(shown) if (ticket := tickets.get(number)) is not None]
    # A ticket may have gone meanwhile to a team whose tickets are for its members alone.
    found = [ticket for ticket in found if office.roster.sees(agent, ticket.team)]
    if not found:
        digests.told(items, NOBODY)
        return 0
    found.sort(key=lambda one: (one.priority, one.number))
    digest.postbag.write(NOTICE, digest.reader, None, digest=_told(digest, found, items))
    if not digest.postbag.copies:
        return 0
    message_id = digest.postbag.copies[-1].message_id
    if not digest.postbag.post():
        # Another process sent it, and is about to say so.
        return 0
    numbers = tuple(ticket.number for ticket in found)
    work_lists.add(WorkList(0, message_id, agent.address, numbers, now + LIST_LIFETIME), now)
    return digests.told(items, message_id)


def _reader(office: Office, agent: Agent) -> Reader:
    """Return the agent as a reader whose answer comes to an address that proves who got the digest."""
    known, desk = office.letters.reader(agent.address), office.roster.desk
    detail = office.signer.detail(Purpose.NOTE, 0, agent.address)
    return replace(known, reply_to=with_detail(desk.address, detail) if desk.sub_addressing else desk.address)


def _told(digest: _Digest, found: Sequence[Ticket], items: Sequence[Item]) -> Context:
    numbers = {ticket.number for ticket in found}
    return {
        "interval": digest.settings.digest,
        "count": sum(one.ticket_number in numbers for one in items),
        "tickets": [
            _ticket(digest, at, ticket, [one for one in items if one.ticket_number == ticket.number])
            for at, ticket in enumerate(found, 1)
        ],
        "wins": _wins(digest),
        "load": _load(digest),
        "teams": _teams(digest),
    }


def _ticket(digest: _Digest, at: int, ticket: Ticket, items: Sequence[Item]) -> Context:
    requester = ticket.requester
    return {
        "at": at,
        "tag": tag(ticket.number),
        "subject": ticket.subject,
        "state": str(ticket.state),
        "priority": str(ticket.priority),
        "who": (requester.name or requester.address) if requester is not None else "",
        "assignee": ticket.assignee or "",
        "public": _address(digest, Purpose.REPLY, ticket),
        "internal": _address(digest, Purpose.NOTE, ticket),
        "news": [_news(digest, ticket, one) for one in items[-NEWS_LIMIT:]],
        "earlier": max(0, len(items) - NEWS_LIMIT),
    }


def _address(digest: _Digest, purpose: Purpose, ticket: Ticket) -> str:
    """Return the agent's own signed address for a ticket; empty for a desk without sub-addressing."""
    office = digest.office
    if not office.roster.desk.sub_addressing:
        return ""
    own = digest.postbag.address_of(ticket)
    return with_detail(own, office.signer.detail(purpose, ticket.number, digest.agent.address))


def _news(digest: _Digest, ticket: Ticket, item: Item) -> Context:
    said = _entry(ticket, item)
    return {
        "notice": item.notice,
        "at": written(item.at, digest.reader.zone),
        "author": (said.author_name or said.author) if said is not None else "",
        "excerpt": " ".join(said.text.split())[:EXCERPT_CHARS] if said is not None else "",
    }


def _entry(ticket: Ticket, item: Item) -> Entry | None:
    if item.entry_id is None:
        return None
    found = entries.latest(ticket.number, 1, before=item.entry_id + 1)
    return found[0] if found and found[0].id == item.entry_id else None


def _wins(digest: _Digest) -> list[Context]:
    """Return what the agent could do quickly: own tickets, and those of the teams that nobody has."""
    roster, minutes = digest.office.roster, digest.office.handling.workload.quick_minutes
    teams = tuple(team.name for team in roster.teams if digest.agent in roster.members(team.name))
    states = [state for state in TicketState if state not in ENDED | WAITING]
    near = finding.found(
        Wanted(Reach(teams, digest.agent.address, roster.hidden_from(digest.agent)), states=states)
    )
    free = [one for one in near if one.assignee is None or one.assignee in digest.agent.addresses]
    return [
        {
            "tag": tag(one.ticket.number),
            "subject": one.ticket.subject,
            "minutes": one.minutes,
            "category": one.ticket.category,
            "samples": one.samples,
        }
        for one in quick_wins(free, workload.efforts(), minutes)
    ]


def loads(office: Office, agents: Sequence[Agent], now: datetime) -> list[Load]:
    """Return what these agents have to do, in their order."""
    addresses = [agent.address for agent in agents]
    opened = workload.open_tickets(addresses, sorted(ENDED))
    lately = workload.given_since(addresses, now - timedelta(days=LATELY_DAYS))
    known = office.handling.agents
    return [
        Load(one, opened.get(one, 0), lately.get(one, 0), known[one].capacity if one in known else 1.0)
        for one in addresses
    ]


def _load(digest: _Digest) -> Context:
    (mine,) = loads(digest.office, [digest.agent], digest.now)
    limit = digest.office.handling.workload.limit
    over = mine.over(limit)
    return {"open": mine.open_tickets, "lately": mine.lately, "limit": limit, "over": over}


def _teams(digest: _Digest) -> list[Context]:
    """Return for each team of the agent who has how much, and how evenly that is."""
    roster, found = digest.office.roster, list[Context]()
    for team in roster.teams:
        members = roster.members(team.name)
        if digest.agent not in members:
            continue
        shared = loads(digest.office, members, digest.now)
        names = {agent.address: agent.name for agent in members}
        found.append(
            {
                "name": team.name,
                "members": [
                    {"name": names[one.address], "open": one.open_tickets, "lately": one.lately}
                    for one in shared
                ],
                "spread": spread(shared) or 0,
            }
        )
    return found
