"""Commands on one ticket or on many: what they need is looked up, then all are decided at once.

Whoever gives commands, by a mail about a ticket, by answering a list, or on the command line, comes through
here.  All tickets that are named are locked first, in the order of their numbers.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from daemon import commands
from daemon.commands import NOT_DONE, Decision, Result
from daemon.commands.command import ApprovalFacts, Ask, Other, Requested, Sight
from daemon.desk.addressing import Agent
from daemon.desk.canned import Canned, Sent
from daemon.desk.changes import CopyIn
from daemon.desk.fulfilment import Work as Tasks
from daemon.desk.outcome import after
from daemon.desk.permissions import Claim, Role
from daemon.desk.sentences import Sentence, sentence
from daemon.desk.undoing import UNDO_WINDOW
from daemon.services import (
    approval_orders,
    assigning,
    automatic_mail,
    clock_views,
    held,
    request_flow,
    task_orders,
)
from daemon.services.apply import Work
from daemon.services.visit import Visit
from storage import absences, automatic_stops, entries, links, operations, requests, tickets
from storage.records import Entry, Operation, Ticket
from storage.vocabulary import EntryKind

_UNDO = "#undo"
_ABSENT = "#absent"
_SLA = "#sla"
_MAILS = "#mails"
_OF_TASKS = ("#task", "#promise", _UNDO)
_NAMING = "#appro"
_OF_APPROVALS = ("#appro", "#bypass", "#withdraw-approval", "#submit")
_OF_CANNED = ("#canned", "#template")
_OF_HELD = ("#accept", "#refuse", "#send", "#split")
_OF_LINKS = ("#link", "#unlink")


@dataclass(frozen=True, slots=True)
class Order:
    """Command lines for a ticket or, without number, for the desk; ``label`` names it in receipts."""

    number: int | None
    lines: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What an order comes to, and the work on its ticket, if it has one."""

    order: Order
    work: Work | None
    decision: Decision


@dataclass
class Sitting:
    """Orders that are decided together; ``works`` are those on all tickets that they name or concern.

    ``mailed`` counts the mails to people that left already while they were carried out.
    """

    visit: Visit
    agent: Agent
    works: dict[int, Work]
    decided: list[Decided] = field(default_factory=list)
    mailed: int = 0

    @property
    def refused(self) -> bool:
        """Whether anything was refused, so that nothing is done."""
        return any(one.decision.refused for one in self.decided)

    @property
    def results(self) -> list[dict[str, object]]:
        """What became of each line, for the receipt; with any refusal nothing was done."""
        found = []
        for one in self.decided:
            for result in one.decision.results:
                done = result.done and not self.refused
                text = result.text if done or not result.done else NOT_DONE
                found.append({"line": f"{one.order.label}{result.line}", "done": done, "text": text})
        return found

    def refuse(self, at: int, reason: Sentence) -> None:
        """Refuse an order after all, and with it everything."""
        one = self.decided[at]
        results = tuple(Result(line, done=False, text=reason) for line in one.order.lines)
        self.decided[at] = replace(one, decision=Decision(results))


def decide_all(
    visit: Visit,
    orders: Sequence[Order],
    *,
    words: str = "",
    inside: bool = False,
    locked: Ticket | None = None,
) -> Sitting:
    """Lock what is named and decide every order, each on the tickets as those before leave them.

    ``words`` is the text below the lines, ``inside`` says that it was written to the address for notes.
    ``locked`` is a ticket that the caller has locked already; then nothing else may be named.
    """
    agent = visit.case.agent
    assert agent is not None
    last = {order.number: _last(visit, agent, order) for order in orders}
    works = _locked(visit, orders, last.values(), locked)
    sitting = Sitting(visit, agent, works)
    others = _others(works, orders)
    for order in orders:
        work = works.get(order.number) if order.number is not None else None
        sight = _sight(visit, order, others, last[order.number])
        sight = replace(sight, words=words, inside=inside)
        decision = _decided(visit, agent, order, others, sight)
        sitting.decided.append(Decided(order, work, decision))
        others = _followed(others, order, decision, sight)
    return sitting


def _last(visit: Visit, agent: Agent, order: Order) -> Operation | None:
    """Return the operation that an order would take back; None for any other order."""
    if not any(line.lower().startswith(_UNDO) for line in order.lines):
        return None
    return operations.latest(agent.address, visit.case.cause.now - UNDO_WINDOW, order.number)


def _locked(
    visit: Visit, orders: Sequence[Order], lasts: Iterable[Operation | None], locked: Ticket | None
) -> dict[int, Work]:
    if locked is not None:
        return {locked.number: Work.on(locked, visit.case.cause)}
    named = {order.number for order in orders if order.number is not None}
    named.update(number for order in orders for number in commands.numbers_in(order.lines))
    named.update(step.ticket_number for last in lasts if last is not None for step in last.steps)
    # Whoever locks several tickets does it in the order of their numbers, so that nobody waits in a ring.
    found = ((number, tickets.lock(number)) for number in sorted(named))
    return {number: Work.on(ticket, visit.case.cause) for number, ticket in found if ticket is not None}


def _others(works: Mapping[int, Work], orders: Sequence[Order]) -> dict[int, Other]:
    if not any(order.lines for order in orders):
        return {}
    return {
        number: Other(work.ticket, tuple(one.person.address for one in tickets.participants(number)))
        for number, work in works.items()
    }


def _sight(visit: Visit, order: Order, others: Mapping[int, Other], last: Operation | None) -> Sight:
    """Look up what the commands of an order have to know; of what only some need, only for those."""
    number = order.number
    on = others.get(number) if number is not None else None
    linked = on is not None and any(line.lower().startswith(_OF_LINKS) for line in order.lines)
    put_back = others if last is not None else ()
    said = [entry for one in put_back for entry in entries.of_ticket(one)]
    shelf = _shelf(visit, on.ticket, order) if on is not None else (dict[str, Canned](), dict[str, Sent]())
    return Sight(
        catalogue=visit.postbag.office.catalogue,
        requested=_requested(visit, on.ticket) if on is not None else Requested(),
        canned=shelf[0],
        prepared=shelf[1],
        now=visit.case.cause.now,
        roster=visit.case.roster,
        others=others,
        links=tuple(links.of_ticket(on.ticket.number)) if on is not None and linked else (),
        people=on.people if on is not None else (),
        last=last,
        entries={entry.id: entry for entry in said},
        matrix=visit.postbag.office.handling.assessor.matrix,
        clocks=_clocks(visit, on.ticket, order) if on is not None else (),
        approval=_approval(visit, on.ticket, order) if on is not None else ApprovalFacts(),
        stops=_stops(on.ticket, order) if on is not None else frozenset(),
        mails=_mails(visit, on.ticket, order) if on is not None else (),
        tasks=_tasks(others, order),
        task_lines=_task_lines(visit, on.ticket, order) if on is not None else (),
        away_until=_away_until(visit, order),
    )


def _away_until(visit: Visit, order: Order) -> date | None:
    """Return until when the agent is away by the newest proposal, where that is asked."""
    agent, asked = visit.case.agent, any(line.strip().lower() == _ABSENT for line in order.lines)
    if agent is None or not asked:
        return None
    today = assigning.today(visit.postbag.office, agent, visit.case.cause.now)
    found = [one for one in absences.between(today, today, [agent.address]) if not one.confirmed]
    return found[-1].last if found else None


def _requested(visit: Visit, ticket: Ticket) -> Requested:
    request = requests.get(ticket.number)
    item = visit.postbag.office.catalogue.item(request.item) if request is not None else None
    if request is None or item is None:
        return Requested()
    needed = bool(item.stages_of(dict(request.answers)))
    return Requested(item.id, request.answers, needed and request_flow.never_began(ticket.number))


def _shelf(visit: Visit, ticket: Ticket, order: Order) -> tuple[dict[str, Canned], dict[str, Sent]]:
    """Return the canned texts that the agent may use, and those that the lines name as they would go out."""
    named = [line.split()[1].lower() for line in order.lines if len(line.split()) == 2]
    agent, roster = visit.case.agent, visit.case.roster
    if agent is None or not any(line.lower().startswith(_OF_CANNED) for line in order.lines):
        return {}, {}
    library = visit.postbag.office.library
    usable = library.usable(agent, roster)
    return usable, {name: library.rendered(name, ticket, agent, roster) for name in named if name in usable}


def _approval(visit: Visit, ticket: Ticket, order: Order) -> ApprovalFacts:
    """Look up how the approvals of a ticket stand, where a line is about them."""
    if not any(line.lower().startswith(_OF_APPROVALS) for line in order.lines):
        return ApprovalFacts()
    words = " ".join(line for line in order.lines if line.lower().startswith(_NAMING))
    named = [word.strip("<>") for word in re.split(r"[\s,;]+", words) if "@" in word]
    return approval_orders.facts_of(visit.postbag.office, ticket, visit.case.cause.now, named)


def _clocks(visit: Visit, ticket: Ticket, order: Order) -> tuple[str, ...]:
    """Explain the clocks of a ticket, where that is asked, in the zone that the agent lives in."""
    if not any(line.lower().startswith(_SLA) for line in order.lines):
        return ()
    cause = visit.case.cause
    return tuple(clock_views.lines(clock_views.of_ticket(ticket, cause.now, cause.levels), _zone(visit)))


def _stops(ticket: Ticket, order: Order) -> frozenset[str]:
    """Return what automatic mail is stopped, where that is asked."""
    if not any(line.lower().startswith(_MAILS) for line in order.lines):
        return frozenset()
    return frozenset(one.kind for one in automatic_stops.of_ticket(ticket.number))


def _mails(visit: Visit, ticket: Ticket, order: Order) -> tuple[str, ...]:
    """List what is planned, where that is asked, in the zone that the agent lives in."""
    if not any(line.lower().strip() == _MAILS for line in order.lines):
        return ()
    office, now = visit.postbag.office, visit.case.cause.now
    return tuple(automatic_mail.lines(office, ticket, now, _zone(visit)))


def _tasks(others: Mapping[int, Other], order: Order) -> dict[int, Tasks]:
    """Return the tasks of the tickets in hand, where a line is about tasks or may take them back."""
    if not any(line.lower().startswith(_OF_TASKS) for line in order.lines):
        return {}
    return task_orders.sight(list(others))


def _task_lines(visit: Visit, ticket: Ticket, order: Order) -> tuple[str, ...]:
    """Show how the tasks stand, where that is asked, in the zone that the agent lives in."""
    if not any(line.lower().strip() == "#tasks" for line in order.lines):
        return ()
    return tuple(task_orders.lines(ticket.number, visit.case.cause.now, _zone(visit)))


def _zone(visit: Visit) -> str:
    agent = visit.case.agent
    return (agent.timezone if agent is not None else "") or visit.case.roster.desk.timezone


def _decided(visit: Visit, agent: Agent, order: Order, others: Mapping[int, Other], sight: Sight) -> Decision:
    if not order.lines:
        return Decision()
    known = others.get(order.number) if order.number is not None else None
    on = known.ticket if known is not None else None
    if order.number is not None and on is None:
        reason = sentence("there is no ticket {number}", number=order.number)
        return Decision(tuple(Result(line, done=False, text=reason) for line in order.lines))
    waiting: list[Entry] = []
    meant = None
    if on is not None and any(line.lower().startswith(_OF_HELD) for line in order.lines):
        waiting, meant = held.waiting(on.number), held.answered_entry(visit.case.message)
    ask = Ask(
        on,
        agent,
        _claim(visit, agent, on, sight.last),
        sight,
        held=tuple(one for one in waiting if one.kind is EntryKind.HELD),
        drafts=tuple(one for one in waiting if one.kind is EntryKind.DRAFT),
        answered_entry=meant,
    )
    return commands.decide(order.lines, ask)


def _claim(visit: Visit, agent: Agent, on: Ticket | None, last: Operation | None) -> Claim:
    """Return the claim of the author on this ticket: each team's tickets are its own.

    Who is asked may answer, and who handed a ticket away may take that back, unless a private team has it.
    """
    roster = visit.case.roster
    if on is None or ((agent.address in on.asked or last is not None) and roster.sees(agent, on.team)):
        return replace(visit.case.claim, role=Role.AGENT)
    theirs = roster.acts_on(agent, on.routes, on.assignee)
    return replace(visit.case.claim, role=Role.AGENT if theirs else Role.OTHER_TEAM)


def _followed(others: dict[int, Other], order: Order, decision: Decision, sight: Sight) -> dict[int, Other]:
    """Return the tickets as they are after a decision."""
    found = dict(others)
    here = [(order.number, change) for change in decision.changes if order.number is not None]
    for number, change in (*here, *decision.elsewhere):
        known = found.get(number) if number is not None else None
        if known is None or number is None:
            continue
        more = change.addresses if isinstance(change, CopyIn) else ()
        found[number] = Other(after(known.ticket, change, sight.now), (*known.people, *more))
    return found
