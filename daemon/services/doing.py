"""Carry out what was decided about commands: changes, words, the mail that follows, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from daemon.commands import Decision
from daemon.commands.canned import placed
from daemon.desk import changes as c
from daemon.desk.addressing import Agent
from daemon.desk.changes import Change
from daemon.desk.lifecycle import DONE, ENDED, INITIAL, WORKING
from daemon.desk.notices import NOTICES
from daemon.desk.sentences import sentence
from daemon.desk.undoing import step
from daemon.services import (
    approval_orders,
    handing,
    held,
    request_flow,
    request_orders,
    survey_follow_up,
    task_orders,
)
from daemon.services.apply import Opening, Work
from daemon.services.letters import tag
from daemon.services.orders import Decided, Sitting
from daemon.services.postbag import Postbag, Shown
from daemon.services.visit import SUBJECT_LIMIT_CHARS, Visit, copied_people, kept_text
from storage import absences, entries, operations
from storage.absences import NotedAbsence
from storage.entries import NewEntry
from storage.operations import NewOperation
from storage.records import Ticket
from storage.vocabulary import EntryKind, LinkKind, ParticipantRole, TicketState, Visibility

SUMMARY_LIMIT_CHARS = 200


@dataclass(frozen=True, slots=True)
class Said:
    """Words that go with commands; ``whole`` says that they are those of the mail in hand, with its files.

    ``below`` is the text below the lines that a command took for itself.
    """

    text: str = ""
    note: bool = False
    whole: bool = False
    present: bool = False
    below: str = ""


def words_of(decision: Decision, below: str, *, inside: bool = False) -> Said:
    """Put together what is said: the words on the lines, then the text below them, unless a command took it.

    ``inside`` says that the text was written to the address for notes.
    """
    on_lines = [grant.words or grant.note_words for grant in decision.grants if not grant.canned]
    kept = "" if decision.takes_words else below
    for grant in decision.grants:
        if grant.canned:
            within = placed(kept, grant.words)
            kept = within if within is not None else "\n\n".join(filter(None, (grant.words, kept)))
    text = "\n\n".join(part for part in (*on_lines, kept) if part)
    aloud = decision.public or any(grant.words for grant in decision.grants)
    note = decision.note or (inside and not aloud)
    return Said(text, note=note, present=bool(text), below=below)


def carry_out(visit: Visit, sitting: Sitting, decided: Decided, said: Said) -> Shown | None:
    """Carry out one order with its words, tell everybody whom it concerns, and return the words as filed."""
    decision, work = decided.decision, decided.work
    if work is None:
        _elsewhere(sitting, decision)
        return None
    shown = _file(visit, work, said) if said.present else None
    if shown is not None and decision.canned:
        shown = _with_files(visit, work, shown, decision.canned)
    sent = any(isinstance(one, c.SendHeld) for one in decision.changes)
    answered = (shown is not None and not said.note) or sent
    work.apply(_following(work.ticket, sitting.agent, decision.changes, answered=answered))
    _elsewhere(sitting, decision)
    if shown is not None:
        _send_words(visit, work, shown, decision, note=said.note)
    for order in (grant.approval for grant in decision.grants if grant.approval is not None):
        approval_orders.carry_out(visit, work, order)
    request_orders.follow(visit.postbag, work, decision.changes)
    followed = held.follow(visit, work, decision.changes)
    sitting.mailed += followed.mailed
    opened = [*followed.opened, *_split_words(visit, work, decision, said)]
    sitting.works.update({fresh.ticket.number: fresh for fresh in opened})
    if decision.undoes is None:
        _tell_of_moves(visit, work, told=answered or _told_otherwise(decision))
        _tell_of_handing(visit, sitting.agent, work)
    return shown


def _told_otherwise(decision: Decision) -> bool:
    """Tell whether the requester hears with the end of an approval, and its reason, what became of it."""
    return any(
        one.approval is not None and one.approval.kind in {"bypass", "withdraw"} for one in decision.grants
    )


def _elsewhere(sitting: Sitting, decision: Decision) -> None:
    for number, change in decision.elsewhere:
        sitting.works[number].apply([change])


def finish(sitting: Sitting, bags: Sequence[Postbag]) -> None:
    """Record the operation with what takes it back, and write every ticket that was worked on."""
    now = sitting.visit.case.cause.now
    undone = [one.decision.undoes for one in sitting.decided if one.decision.undoes is not None]
    for operation in undone:
        operations.mark_undone(operation, now)
    _note_presence(sitting)
    for work in list(sitting.works.values()):
        task_orders.follow(sitting.visit.postbag, work)
    mailed = sitting.mailed + sum(NOTICES[copy.notice].audience.public for bag in bags for copy in bag.copies)
    lines = [f"{one.order.label}{line}" for one in sitting.decided for line in one.order.lines]
    steps = [step(work.before, work.ticket, work.done) for work in sitting.works.values() if work.done]
    if lines and steps and not undone:
        summary = "; ".join(line.removeprefix("#") for line in lines)[:SUMMARY_LIMIT_CHARS]
        cause = sitting.visit.case.cause.origin
        operations.add(NewOperation(sitting.agent.address, cause, now, summary, mailed), steps)
    for _, work in sorted(sitting.works.items()):
        work.finish()


def _note_presence(sitting: Sitting) -> None:
    case = sitting.visit.case
    agent, now = sitting.agent, case.cause.now
    zone = agent.timezone or case.roster.desk.timezone
    for grant in (grant for one in sitting.decided for grant in one.decision.grants):
        if grant.away is not None or grant.back:
            # Who says anew until when he is away means that, and not what was noted before.
            absences.end(agent.address, now.astimezone(ZoneInfo(zone)).date())
        if grant.away is not None:
            noted = NotedAbsence(agent.address, grant.away.first, grant.away.last, "by command")
            absences.add(replace(noted, arrival_id=case.arrival.id or None), now)


def _following(ticket: Ticket, agent: Agent, asked: tuple[Change, ...], *, answered: bool) -> list[Change]:
    """Add what follows from an answer by itself: who answers first takes the ticket, and it is open."""
    changes = list(asked)
    if not answered:
        # Whoever was asked has answered with a note, or in person.
        return [*changes, *_no_longer_asked(ticket, agent, changes)]
    if ticket.assignee is None and not any(isinstance(change, c.Assign | c.SetTeam) for change in asked):
        changes.insert(0, c.Assign(agent.address, "the first to answer"))
    working = WORKING.get(ticket.type)
    moved = any(isinstance(one, c.StateChange) for one in asked)
    fresh = ticket.state is INITIAL[ticket.type] and not request_flow.never_began(ticket.number)
    if fresh and working is not None and not moved:
        changes.append(c.MoveState(working, "an agent answered"))
    return [*changes, *_no_longer_asked(ticket, agent, changes)]


def _no_longer_asked(ticket: Ticket, agent: Agent, changes: Sequence[Change]) -> list[Change]:
    if agent.address not in ticket.asked or any(isinstance(one, c.SetAsked) for one in changes):
        return []
    return [c.SetAsked(tuple(one for one in ticket.asked if one != agent.address))]


def _file(visit: Visit, work: Work, said: Said) -> Shown:
    kind = EntryKind.NOTE if said.note else EntryKind.ANSWER
    visibility = Visibility.INTERNAL if said.note else Visibility.PUBLIC
    if not said.whole:
        agent = visit.case.agent
        assert agent is not None
        kept = kept_text(said.text).text
        return Shown(work.say(NewEntry(kind, visibility, agent.address, agent.name, kept, kept)))
    if not said.note:
        work.apply([c.AddParticipants(tuple(copied_people(visit.case)))])
    visit.remember(work)
    return visit.file(work, kind, visibility, said.text)


def _with_files(visit: Visit, work: Work, shown: Shown, name: str) -> Shown:
    """Add the files of a canned response, and note which one was sent."""
    files = visit.postbag.office.library.attachments.get(name, ())
    work.note("canned", name=name, files=", ".join(one.name for one in files))
    return replace(shown, files=files)


def _send_words(visit: Visit, work: Work, shown: Shown, decision: Decision, *, note: bool) -> None:
    if not note:
        survey_follow_up.tell_words(visit, work, shown)
        return
    roster, ticket = visit.case.roster, work.ticket
    everybody = [
        *visit.watchers(ticket),
        *(agent for team in ticket.routes for agent in roster.members(team)),
    ]
    asked = [agent for agent in map(roster.agent, decision.asks) if agent is not None]
    visit.tell_agents("colleague-asked", work, shown, asked)
    others = {agent.address: agent for agent in everybody if agent not in asked}
    visit.tell_agents("internal-note", work, shown, others.values())


def _split_words(visit: Visit, work: Work, decision: Decision, said: Said) -> list[Work]:
    """Open a ticket for the text below the lines, linked with the one that it was written about."""
    split = next((one for one in decision.changes if isinstance(one, c.SplitWords)), None)
    agent = visit.case.agent
    if split is None or agent is None:
        return []
    ticket, case = work.ticket, visit.case
    subject = split.subject or said.below.splitlines()[0]
    requester = ticket.requester
    cause = case.cause.origin.replace(":", "-").replace("/", "-")
    origin = f"<split-{ticket.number}-{cause}@{case.roster.domain}>"
    opening = Opening(subject[:SUBJECT_LIMIT_CHARS], requester, ticket.routes, origin)
    fresh = Work.opening(opening, case.cause)
    members = ((requester.id, ParticipantRole.REQUESTER),) if requester is not None else ()
    linked = c.AddLink(LinkKind.RELATED, ticket.number)
    fresh.apply([c.AddParticipants(members), c.SplitFrom(ticket.number), linked])
    work.note("split into", ticket=str(fresh.ticket.number))
    kept = kept_text(said.below).text
    entry = fresh.say(NewEntry(EntryKind.MESSAGE, Visibility.PUBLIC, agent.address, agent.name, kept, kept))
    own = held.own_visit(visit, entry)
    if case.roster.desk_of(fresh.ticket.team).acknowledge:
        own.tell_requester("ticket-opened", fresh)
    for watcher in own.watchers(fresh.ticket):
        own.tell_agent("ticket-new", fresh, Shown(entry), watcher)
    own.postbag.post()
    return [fresh]


def _tell_of_moves(visit: Visit, work: Work, *, told: bool) -> None:
    """Tell the requester that the ticket ended, unless an answer in the same mail says so already."""
    ticket, before = work.ticket, work.before
    if ticket.merged_into is not None and before.merged_into is None:
        goes_on = sentence(
            "It goes on as ticket {tag}, where the same matter is worked on. "
            "You need not do anything; replies to this mail are added there.",
            tag=tag(ticket.merged_into),
        )
        visit.tell_requester("ticket-closed", work, next_step=goes_on)
    elif ticket.state is not before.state and not told:
        if survey_follow_up.tell_outcome(visit, work, None):
            return
        if ticket.state is DONE[ticket.type] and ticket.state in ENDED:
            if not request_flow.tell_fulfilled(visit.postbag, work):
                visit.tell_requester("ticket-resolved", work)
        elif ticket.state in {TicketState.CLOSED, TicketState.REJECTED}:
            visit.tell_requester("ticket-closed", work)


def _tell_of_handing(visit: Visit, giver: Agent, work: Work) -> None:
    """Show the ticket to the agent or the team that it was handed to by somebody else."""
    ticket, before, roster = work.ticket, work.before, visit.case.roster
    told: list[Agent] = []
    if ticket.team != before.team and ticket.assignee is None:
        told += [one for one in roster.members(ticket.team) if one not in roster.members(before.team)]
    assignee = roster.agent(ticket.assignee or "")
    if assignee is not None and ticket.assignee != before.assignee:
        told.append(assignee)
    told = [one for one in told if one.address != giver.address]
    said = entries.of_ticket(ticket.number) if told else []
    known = handing.words(ticket, said, visit.case.cause) if told else ""
    for entry in said[:1]:
        own = held.own_visit(visit, entry)
        own.tell_agents("ticket-handed", work, Shown(entry), told, next_step=known)
        own.postbag.post()
