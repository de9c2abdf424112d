"""What an agent's mail does: its commands, then its words as an answer to people or a note among agents."""

from daemon import commands
from daemon.desk.addressing import Agent
from daemon.desk.changes import AddParticipants, Assign, Change, MoveState, SendHeld
from daemon.desk.interpretation import Match, Place
from daemon.services import drafts, forwards, held
from daemon.services.apply import Work
from daemon.services.postbag import Shown
from daemon.services.visit import Visit, copied_people, locked
from storage.arrivals import Outcome
from storage.records import Ticket
from storage.vocabulary import Disposition, EntryKind, TicketState, Visibility


def take_answer(visit: Visit, match: Match, place: Place) -> Outcome:
    """Do what an agent's mail asks: its commands, then its words as an answer or a note."""
    case, agent = visit.case, visit.case.agent
    assert agent is not None
    ticket = locked(match)
    lines, words = commands.split(case.message.new_text)
    told = forwards.answered(visit, ticket, words) if not lines else None
    if told is not None:
        return told
    work = Work.on(ticket, case.cause)
    decision = commands.decide(lines, _asked(visit, work.ticket, agent, lines))
    if decision.refused:
        return _refuse_commands(visit, work, decision)
    note = decision.note or place is Place.NOTE
    if not note:
        checked = drafts.check(visit, ticket, words)
        if checked.leaked:
            return drafts.hold(visit, work, words, checked.leaked)
        words = checked.text
    has_words = bool(words) or (not lines and bool(case.message.parts))
    shown = _file_words(visit, work, words, note=note) if has_words else None
    answered = (has_words and not note) or any(isinstance(one, SendHeld) for one in decision.changes)
    work.apply(_following(work.ticket, agent, decision.changes, answered=answered))
    if shown is not None:
        _send_words(visit, work, shown, note=note)
    held.follow(visit, work, decision.changes)
    _tell_of_moves(visit, work, told=answered)
    _tell_results(visit, work, decision)
    work.finish()
    if shown is None:
        return visit.outcome(Disposition.ACTED, f"commands on ticket {match.ticket_number}", work)
    what = "a note" if note else "an answer"
    return visit.outcome(Disposition.APPENDED, f"{what} on ticket {match.ticket_number}", work)


def _asked(visit: Visit, ticket: Ticket, agent: Agent, lines: tuple[str, ...]) -> commands.Ask:
    if not lines:
        return commands.Ask(ticket, agent, visit.case.claim)
    waiting, meant = held.waiting(ticket.number), held.answered_entry(visit.case.message)
    return commands.Ask(
        ticket,
        agent,
        visit.case.claim,
        held=tuple(one for one in waiting if one.kind is EntryKind.HELD),
        drafts=tuple(one for one in waiting if one.kind is EntryKind.DRAFT),
        answered_entry=meant,
    )


def _following(ticket: Ticket, agent: Agent, asked: tuple[Change, ...], *, answered: bool) -> list[Change]:
    """Add what follows from an answer by itself: who answers first takes the ticket, and it is open."""
    changes = list(asked)
    if answered and ticket.assignee is None and not any(isinstance(change, Assign) for change in asked):
        changes.insert(0, Assign(agent.address, "the first to answer"))
    if answered and ticket.state is TicketState.NEW and not any(isinstance(one, MoveState) for one in asked):
        changes.append(MoveState(TicketState.OPEN, "an agent answered"))
    return changes


def _file_words(visit: Visit, work: Work, words: str, *, note: bool) -> Shown:
    if not note:
        work.apply([AddParticipants(tuple(copied_people(visit.case)))])
    visit.remember(work)
    kind = EntryKind.NOTE if note else EntryKind.ANSWER
    return visit.file(work, kind, Visibility.INTERNAL if note else Visibility.PUBLIC, words)


def _send_words(visit: Visit, work: Work, shown: Shown, *, note: bool) -> None:
    if not note:
        visit.tell_people("public-answer", work, shown)
        return
    roster, ticket = visit.case.roster, work.ticket
    everybody = [
        *visit.watchers(ticket),
        *(agent for team in ticket.routes for agent in roster.members(team)),
    ]
    visit.tell_agents("internal-note", work, shown, {agent.address: agent for agent in everybody}.values())


def _tell_of_moves(visit: Visit, work: Work, *, told: bool) -> None:
    """Tell the requester that the ticket ended, unless an answer in the same mail says so already."""
    if work.ticket.state is work.before.state or told:
        return
    if work.ticket.state is TicketState.RESOLVED:
        visit.tell_requester("ticket-resolved", work)
    if work.ticket.state is TicketState.CLOSED:
        visit.tell_requester("ticket-closed", work)


def _tell_results(visit: Visit, work: Work, decision: commands.Decision) -> None:
    if decision.help:
        visit.tell_author("command-help", work)
    elif decision.results:
        visit.tell_author("command-results", work, results=_results(decision))


def _results(decision: commands.Decision) -> list[dict[str, object]]:
    return [{"line": one.line, "done": one.done, "text": one.text} for one in decision.results]


def _refuse_commands(visit: Visit, work: Work, decision: commands.Decision) -> Outcome:
    reasons = "; ".join(f"{one.line}: {one.text}" for one in decision.results if not one.done)
    work.note("refused", commands=reasons[:500])
    visit.tell_author("command-results", work, results=_results(decision))
    work.finish()
    return visit.outcome(Disposition.REFUSED, f"commands refused: {reasons[:300]}", work)
