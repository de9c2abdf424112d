"""Mail that an agent forwards: its author becomes the requester, or the agent is asked who that is.

Only an agent whose mail is verified can put words into somebody else's mouth; from everybody else a
forward is a mail like any other.
"""

import re

from daemon.desk.addressing import fold
from daemon.desk.changes import AddParticipants, SetRequester
from daemon.desk.permissions import Action, ask
from daemon.mail.message import Forward, Mailbox
from daemon.services import opening
from daemon.services.addresses import without_tokens
from daemon.services.apply import Opening, Work
from daemon.services.case import Case
from daemon.services.postbag import Shown
from daemon.services.secrets_masking import mask
from daemon.services.visit import SUBJECT_LIMIT_CHARS, TEXT_LIMIT_CHARS, Visit, warnings
from storage import journal, people
from storage.arrivals import Outcome
from storage.entries import NewEntry
from storage.records import Ticket
from storage.vocabulary import Disposition, EntryKind, ParticipantRole, Visibility

QUESTION, ANSWERED = "asked whose mail", "told whose mail"
CHOICES_LIMIT = 9
NUMBER = re.compile(r"\s*(\d)\s*[.)]?\s*", re.ASCII)


def of_agent(case: Case) -> Forward | None:
    """Return the forward in this mail, if a verified agent sent it to open a ticket."""
    allowed = case.agent is not None and ask(case.claim, Action.FORWARD).allowed
    return case.message.forward if allowed else None


def open_forwarded(visit: Visit, forward: Forward) -> Outcome:
    """Open a ticket for somebody's mail that an agent forwarded."""
    case = visit.case
    author = forward.author if forward.sure and _may_ask(case, forward.author) else None
    requester = people.find_or_add(author.address, author.name, case.cause.now) if author else None
    asked = Opening(
        subject=(forward.subject or case.message.subject)[:SUBJECT_LIMIT_CHARS],
        requester=requester,
        routes=case.roster.teams_for(case.recipients),
        root_message_id=case.root_message_id,
    )
    work = opening.begin(visit, asked, forward.text)
    if requester is not None:
        work.apply([AddParticipants(((requester.id, ParticipantRole.REQUESTER),))])
    words = forward.text if author else case.message.text
    shown = visit.file(work, EntryKind.MESSAGE, Visibility.PUBLIC, words, author)
    _keep_comment(work, case, forward if author else None)
    visit.remember(work)
    if author is None:
        _ask(visit, work, shown, forward)
    elif not case.muted:
        visit.tell_requester("ticket-opened", work)
    for agent in visit.watchers(work.ticket):
        visit.tell_agent("ticket-new", work, shown, agent, warnings=warnings(case))
    work.finish()
    return visit.outcome(Disposition.TICKETED, "an agent forwarded it", work)


def _may_ask(case: Case, author: Mailbox | None) -> bool:
    """Tell whether this can be a requester: not the desk itself, nor the agent who forwards."""
    if author is None or case.roster.is_own(author.address):
        return False
    return case.agent is None or fold(author.address) not in case.agent.addresses


def _keep_comment(work: Work, case: Case, forward: Forward | None) -> None:
    agent = case.agent
    if forward is None or agent is None or not forward.comment.strip():
        return
    words = mask(without_tokens(forward.comment.strip()[:TEXT_LIMIT_CHARS])).text
    work.say(NewEntry(EntryKind.NOTE, Visibility.INTERNAL, agent.address, agent.name, words, words))


def _ask(visit: Visit, work: Work, shown: Shown, forward: Forward) -> None:
    named = [one for one in forward.candidates if _may_ask(visit.case, one)][:CHOICES_LIMIT]
    choices = [{"number": at, "name": one.name, "address": one.address} for at, one in enumerate(named, 1)]
    work.note(QUESTION, **{str(one["number"]): str(one["address"]) for one in choices})
    visit.tell_author("forward-question", work, shown, choices=choices)


def answered(visit: Visit, ticket: Ticket, words: str) -> Outcome | None:
    """Take a bare number as the answer to the question whose mail it was; None where it is none."""
    found = NUMBER.fullmatch(words)
    if found is None or ticket.requester is not None:
        return None
    if not ask(visit.case.claim, Action.NAME_REQUESTER).allowed:
        return None
    asked = [event for event in journal.of_ticket(ticket.number) if event.kind in {QUESTION, ANSWERED}]
    if not asked or asked[-1].kind == ANSWERED:
        return None
    agent = visit.case.agent
    address = asked[-1].data.get(found[1], agent.address if agent and found[1] == "0" else "")
    if not address:
        return None
    work = Work.on(ticket, visit.case.cause)
    person = people.find_or_add(address, "", visit.case.cause.now)
    work.note(ANSWERED, number=found[1], address=address)
    work.apply([SetRequester(person)])
    if found[1] != "0":
        visit.tell_requester("ticket-opened", work)
    work.finish()
    return visit.outcome(Disposition.ACTED, f"ticket {ticket.number} is {address}'s", work)
