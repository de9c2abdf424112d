"""Mail that lists tickets to an agent: the queue, what a search found, how one stands, what bulk would do.

A list is kept with the Message-ID of its mail, so that an answer like ``2 close thanks`` means the very
ticket that stood at 2, however the queue looks by then.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from daemon.commands import GROUPS
from daemon.commands.command import Listing, ListKind
from daemon.desk.addressing import Agent, Roster, with_detail
from daemon.desk.dates import spoken_minutes
from daemon.desk.sentences import NOBODY, Sentence, joined, sentence, term
from daemon.mail.tokens import Purpose
from daemon.services.letters import UNKNOWN, Context, Reader, tag
from daemon.services.postbag import Postbag
from daemon.services.visit import Visit
from storage import entries, finding, links, tickets, work_lists
from storage.finding import Reach, Wanted
from storage.records import Link, Ticket, WorkList

# How long a line of a list can be answered; for bulk, how long the preview can be confirmed.
LIST_LIFETIME = timedelta(days=3)
BULK_LIFETIME = timedelta(hours=4)
SHOWN_LIMIT = 40
BULK_LIMIT = 200
BULK_SHOWN = 10
LAST_ENTRIES = 3
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def command_groups() -> list[Context]:
    """Describe all commands for the help mail, in the order of their table."""
    return [
        {"title": title, "commands": [{"usage": one.usage, "summary": one.summary} for one in group]}
        for title, group in GROUPS
    ]


def send(visit: Visit, listings: Sequence[Listing]) -> None:
    """Mail the lists that an agent asked for in one mail; previews go each alone, for each has its word."""
    agent = visit.case.agent
    together = [one for one in listings if one.kind is not ListKind.BULK]
    groups = [together, *([one] for one in listings if one.kind is ListKind.BULK)]
    for at, group in enumerate(groups):
        if agent is not None and group:
            bag = _own_bag(visit.postbag, at)
            _send(visit, bag, agent, group)
            bag.post()


def _own_bag(bag: Postbag, at: int) -> Postbag:
    cause = replace(bag.cause, origin=f"{bag.cause.origin}/list:{at}")
    return Postbag(bag.office, cause, arrival_id=bag.arrival_id, answers=bag.answers, answered=bag.answered)


def _send(visit: Visit, bag: Postbag, agent: Agent, listings: Sequence[Listing]) -> None:
    now, first = visit.case.cause.now, listings[0]
    reader = _reader(visit, agent)
    bulk = first.kind is ListKind.BULK
    limit = BULK_LIMIT if bulk else SHOWN_LIMIT
    found = [(one, _tickets(one, agent, visit.case.roster, limit + 1)) for one in listings]
    word = _word() if bulk and 0 < len(found[0][1]) <= BULK_LIMIT else ""
    sections, numbers = list[Context](), list[int]()
    for listing, rows in found:
        sections.append(_described(listing, rows, len(numbers), reader))
        numbers += [ticket.number for ticket in rows[:limit]]
    how = next(filter(None, (_how(listing, rows, word) for listing, rows in found)), "")
    described = {**sections[0], "further": sections[1:], "how": how}
    bag.write("work-list", reader, None, None, list=described)
    if not bag.copies:
        # The gate said no; what was not mailed cannot be answered.
        return
    expires = now + (BULK_LIFETIME if bulk else LIST_LIFETIME)
    made = WorkList(0, bag.copies[-1].message_id, agent.address, tuple(numbers), expires, first.command, word)
    work_lists.add(made, now)


def _reader(visit: Visit, agent: Agent) -> Reader:
    """Return the agent as a reader whose answer comes to an address that proves who got the list."""
    office = visit.postbag.office
    known = office.letters.reader(agent.address)
    desk = office.roster.desk
    detail = office.signer.detail(Purpose.NOTE, 0, agent.address)
    address = with_detail(desk.address, detail) if desk.sub_addressing else desk.address
    return replace(known, reply_to=address)


def _word() -> str:
    """Make a word that confirms one preview and no other."""
    return "do-" + "".join(secrets.choice(_LETTERS) for _ in range(5))


def _tickets(listing: Listing, agent: Agent, roster: Roster, limit: int) -> list[Ticket]:
    if listing.kind is ListKind.STATUS:
        one = tickets.get(listing.number)
        return [one] if one is not None else []
    teams = tuple(team.name for team in roster.teams if agent in roster.members(team.name))
    everywhere = roster.desk.agents_act_everywhere
    reach = Reach(None if everywhere else teams, agent.address, roster.hidden_from(agent))
    asked = listing.query
    wanted = Wanted(reach, **{name: getattr(asked, name) for name in asked.__slots__})
    return finding.found(wanted, limit)


def _described(listing: Listing, rows: list[Ticket], above: int, reader: Reader) -> Context:
    """Describe a list whose numbers go on where those of the lists ``above`` end."""
    bulk = listing.kind is ListKind.BULK
    limit = BULK_SHOWN if bulk else SHOWN_LIMIT
    shown = rows[:limit]
    status = listing.kind is ListKind.STATUS
    return {
        "title": listing.title,
        "kind": str(listing.kind),
        "count": min(len(rows), BULK_LIMIT if bulk else SHOWN_LIMIT),
        "rows": [_row(at, ticket, reader) for at, ticket in enumerate(shown, above + 1)],
        "more": max(0, min(len(rows), BULK_LIMIT if bulk else SHOWN_LIMIT) - len(shown)),
        "facts": [{"name": name, "value": value} for name, value in _facts(rows[0], reader)]
        if status and rows
        else [],
    }


def _row(at: int, ticket: Ticket, reader: Reader) -> Context:
    requester = ticket.requester
    return {
        "at": at,
        "tag": tag(ticket.number),
        "subject": ticket.subject or sentence("(no subject)"),
        "state": str(ticket.state),
        "priority": str(ticket.priority),
        "who": (requester.name or requester.address) if requester is not None else UNKNOWN,
        "assignee": ticket.assignee or sentence("nobody yet"),
        "due": reader.told(ticket.due_at) if ticket.due_at is not None else "",
    }


def _how(listing: Listing, rows: list[Ticket], word: str) -> str:
    """Tell what can be answered to the list."""
    if listing.kind is ListKind.BULK:
        if not rows:
            return sentence("No ticket matches, so nothing can be done.")
        if not word:
            return sentence(
                "These are more than {limit} tickets, too many at once; ask for fewer.", limit=BULK_LIMIT
            )
        hours = BULK_LIFETIME.seconds // 3600
        return sentence(
            "Nothing is done yet. Reply with {word} on the first line within {hours} hours, and "
            "#{command} is given on exactly these tickets. #undo takes it back within the hour.",
            word=word,
            hours=hours,
            command=listing.command,
        )
    if listing.kind is ListKind.STATUS or not rows:
        return ""
    return sentence(
        "Reply with lines like: 2 close thanks, or: 1 take, or: 3 pending mon. The number is the one in "
        "this list, for {days} days; any command can stand behind it.",
        days=LIST_LIFETIME.days,
    )


def _linked(found: Iterable[Link]) -> Sentence:
    return joined(
        ", ",
        (joined(" ", (tag(one.ticket_number), term(one.kind), tag(one.other))) for one in found),
    )


def _facts(ticket: Ticket, reader: Reader) -> Iterable[tuple[str, str]]:
    def moment(at: datetime | None) -> str:
        return reader.told(at) if at is not None else ""

    requester = ticket.requester
    there = links.of_ticket(ticket.number)
    said = entries.of_ticket(ticket.number)[-LAST_ENTRIES:]
    found = [
        (sentence("Type"), term(ticket.type)),
        (sentence("State"), term(ticket.state)),
        (sentence("Goes on as"), tag(ticket.merged_into) if ticket.merged_into is not None else ""),
        (sentence("Waits until"), moment(ticket.pending_until)),
        (
            sentence("Priority"),
            sentence(
                "{priority} (impact {impact}, urgency {urgency})",
                priority=ticket.priority,
                impact=term(ticket.impact),
                urgency=term(ticket.urgency),
            ),
        ),
        (sentence("Promised for"), moment(ticket.due_at)),
        (sentence("Team"), ticket.team),
        (sentence("Assignee"), ticket.assignee or NOBODY),
        (sentence("Waits for an answer of"), ", ".join(ticket.asked)),
        (sentence("Watched by"), ", ".join(ticket.watchers)),
        (
            sentence("Requester"),
            (requester.name or requester.address) if requester is not None else sentence("unknown"),
        ),
        (sentence("Category"), ticket.category),
        (sentence("Tags"), ", ".join(ticket.tags)),
        *ticket.fields,
        (sentence("Time spent"), spoken_minutes(ticket.minutes_spent) if ticket.minutes_spent else ""),
        (sentence("Links"), _linked(there)),
        (sentence("Opened"), moment(ticket.created_at)),
        *(
            (
                joined(", ", (term(one.kind), moment(one.at))),
                f"{one.author_name or one.author}: {one.text[:300]}",
            )
            for one in said
        ),
    ]
    return [(name, value) for name, value in found if value]
