"""What requesters ask in a few words (``desk.requester_words``): how it stands, an end, haste and so on.

Whatever may not be done becomes a reply like any other, which a person reads; the sender is told why.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from daemon.desk.changes import MoveState, SetLevels, SetType
from daemon.desk.interpretation import Match
from daemon.desk.lifecycle import ENDED, INITIAL, Mover
from daemon.desk.permissions import Role, ask
from daemon.desk.requester_words import Spoken, Word, spoken
from daemon.desk.retyping import IllegalType, check_retype
from daemon.desk.sentences import sentence
from daemon.services import fulfilling, request_flow
from daemon.services.apply import Work
from daemon.services.case import Case
from daemon.services.standing import status, tell_help
from daemon.services.visit import Visit, locked
from daemon.services.wishes import (
    ACTIONS,
    HASTE,
    MOVERS,
    TYPES,
    Wish,
    fits,
    hastened,
    may_close,
    reopen_time,
)
from storage import requests
from storage.arrivals import Outcome
from storage.survey_facts import CALLED_OFF
from storage.vocabulary import Level, TicketState, TicketType

# As the mails about requests name the word, in each language.
_CANCELS = frozenset({"cancel", "stornieren", "cancelar", "annuler", "annullare", "annuleren"})
_HIGHER = {Level.LOW: Level.MEDIUM, Level.MEDIUM: Level.HIGH}


def take_words(visit: Visit, match: Match) -> Outcome | None:
    """Do what a reply says that is nothing but a few such words; None for any other reply."""
    case = visit.case
    if case.muted or any(part.fate == "attachment" for part in case.message.parts):
        return None
    said = spoken(case.message.new_text, _names(case), match.ticket_number)
    if said is None:
        return None
    person = case.author_person()
    if person is None:
        return None
    ticket = locked(match)
    if not fits(said.word, ticket, reopen_time(case, ticket)):
        return None
    reader = visit.postbag.office.letters.person(person)
    if person.language not in said.languages:
        reader = replace(reader, language=_language(reader.language, said))
    wish = Wish(visit, Work.on(ticket, case.cause), said, reader)
    verdict = ask(case.claim, ACTIONS[said.word])
    if verdict.allowed:
        return _EFFECTS[said.word](wish)
    case.evidence.append(f'"{said.word}" was not done: {verdict.reason}')
    return _refused(wish)


def _names(case: Case) -> tuple[str, ...]:
    roster = case.roster
    author = case.author.name if case.author is not None else ""
    desks = (roster.desk_of(team.name).name for team in roster.teams)
    return (author, roster.desk.name, *desks, *(agent.name for agent in roster.agents))


def _language(usual: str, said: Spoken) -> str:
    return usual if usual in said.languages else said.languages[0]


def _refused(wish: Wish) -> Outcome | None:
    """Say why nothing was done; the words go on as a reply, or are filed where a reply would reopen."""
    told = sentence(
        "Only the person whose ticket it is can do that. Your words went to the people who work on it."
    )
    if wish.visit.case.claim.role is Role.REQUESTER:
        told = sentence(
            "It takes a proof that the mail is yours: reply to the latest mail that you got from us about "
            "the ticket, from the address it was sent to."
        )
    if wish.visit.case.claim.role in MOVERS:
        wish.tell("requester-told", next_step=told)
    if wish.said.word in {Word.CLOSE, Word.YES} and wish.ticket.state in ENDED:
        return wish.filed("an end that is there already")
    wish.work.finish()
    return None


def _close(wish: Wish) -> Outcome | None:
    if _gives_back(wish):
        return _give_back(wish)
    if wish.ticket.state is TicketState.CLOSED:
        return wish.filed("an end that is there already")
    if not may_close(wish):
        told = sentence("Only the people who work on it can close it as it stands.")
        wish.tell("requester-told", next_step=told)
        wish.work.finish()
        return None
    solved = wish.ticket.state in ENDED
    if not solved and requests.get(wish.ticket.number) is not None:
        return _withdraw(wish)
    wish.work.apply([MoveState(TicketState.CLOSED, "the requester says so")])
    wish.tell("ticket-closed")
    news = sentence("The requester says that it is solved. The ticket is closed.")
    return wish.filed("closed", news if solved else sentence("The requester closed the ticket."))


def _gives_back(wish: Wish) -> bool:
    """Tell whether somebody cancels what was given already and is to be taken back on a later day.

    Only the word that the mails name does that: "solved" and "close it" leave an access as it is.
    """
    words = {one.strip(",.!*").casefold() for one in wish.visit.case.message.new_text.split()}
    return (
        bool(words & _CANCELS) and wish.ticket.state in ENDED and fulfilling.waits_for_end(wish.ticket.number)
    )


def _give_back(wish: Wish) -> Outcome:
    reason = CALLED_OFF
    if wish.ticket.state is not TicketState.CLOSED and may_close(wish):
        wish.work.apply([MoveState(TicketState.CLOSED, reason)])
    request_flow.stopped(wish.visit.postbag, wish.work, reason)
    told = sentence("Your request is cancelled. What you had got by it is taken back now.")
    wish.tell("ticket-closed", next_step=told)
    news = sentence("The requester cancelled the request. What was given is taken back now.")
    return wish.filed("cancelled, what was given is taken back", news)


def _withdraw(wish: Wish) -> Outcome:
    """Call a request off: approvers and whoever has a task of it are told."""
    reason = CALLED_OFF
    wish.work.apply([MoveState(TicketState.CLOSED, reason)])
    request_flow.stopped(wish.visit.postbag, wish.work, reason)
    told = sentence(
        "Your request is cancelled, and everybody who had to do with it knows. If that was a mistake, reply "
        "to this mail."
    )
    wish.tell("ticket-closed", next_step=told)
    return wish.filed("cancelled", sentence("The requester cancelled the request."))


def _reopen(wish: Wish) -> Outcome:
    to = request_flow.back_to(wish.ticket)
    if wish.ticket.state not in ENDED or to is None:
        told = sentence("The ticket is open; nothing had to be done for that.")
        wish.tell("requester-told", next_step=told)
        return wish.done("it is open")
    wish.work.apply([MoveState(to, "the requester says that it is not solved")])
    told = sentence("The ticket is open again, and the people who work on it know.")
    wish.tell("requester-told", next_step=told)
    news = sentence("The requester says that it is not solved. The ticket is open again.")
    return wish.filed("reopened", news)


def _urgent(wish: Wish) -> Outcome:
    ticket = wish.ticket
    if hastened(ticket):
        told = sentence("The people who work on it know that it is urgent.")
        wish.tell("requester-told", next_step=told)
        return wish.done("urgent, once more")
    urgency = _HIGHER.get(ticket.urgency, ticket.urgency)
    rank = wish.visit.postbag.office.handling.assessor.matrix[ticket.impact, urgency]
    # Who set a higher one by hand had a reason for that.
    wish.work.apply([SetLevels(ticket.impact, urgency, min(rank, ticket.priority), HASTE)])
    told = sentence("We have noted that it is urgent, and the people who work on it know.")
    wish.tell("requester-told", next_step=told)
    return wish.filed("urgent", sentence("The requester says that it is urgent."))


def _type(wish: Wish) -> Outcome | None:
    ticket, wanted = wish.ticket, TYPES[wish.said.word]
    try:
        state = check_retype(ticket.number, ticket.type, ticket.state, wanted, Mover.REQUESTER)
    except IllegalType as error:
        wish.visit.case.evidence.append(str(error))
        return None
    if ticket.state is TicketState.AWAITING_DETAILS:
        # Nobody waits for the answers to a form that was not meant.
        state = INITIAL[wanted]
    wish.work.apply([SetType(wanted, state, "the requester says so")])
    request_flow.stopped(wish.visit.postbag, wish.work, f"its type is {wanted} now")
    wish.visit.case.evidence.append(f"ticket {ticket.number} is a {wanted} now: the requester says so")
    told = sentence("We take it as an incident now: something does not work as it should.")
    news = sentence("The requester says that it is an incident.")
    if wanted is TicketType.SERVICE_REQUEST:
        told = sentence("We take it as a request now: you want to have something.")
        news = sentence("The requester says that it is a request.")
    wish.tell("requester-told", next_step=told)
    return wish.filed(f"{wanted}", news)


_EFFECTS: Mapping[Word, Callable[[Wish], Outcome | None]] = {
    Word.STATUS: status,
    Word.HELP: tell_help,
    Word.CLOSE: _close,
    Word.YES: _close,
    Word.REOPEN: _reopen,
    Word.NO: _reopen,
    Word.URGENT: _urgent,
    Word.REQUEST: _type,
    Word.INCIDENT: _type,
}
