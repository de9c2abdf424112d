"""A requester's wish in a few words: what proof it takes, and whether it says anything about the ticket."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.desk.lifecycle import DONE, ENDED, INITIAL, REPLIED, Mover, moves
from daemon.desk.permissions import Action, Role
from daemon.desk.requester_words import Spoken, Word
from daemon.desk.sentences import Sentence
from daemon.services import replied
from daemon.services.apply import Work
from daemon.services.case import Case
from daemon.services.letters import Reader
from daemon.services.visit import Visit
from storage import journal
from storage.arrivals import Outcome
from storage.records import Ticket
from storage.vocabulary import Disposition, EntryKind, TicketState, TicketType, Visibility

HASTE = "the requester says that it is urgent"
TYPES = {Word.REQUEST: TicketType.SERVICE_REQUEST, Word.INCIDENT: TicketType.INCIDENT}
ACTIONS: Mapping[Word, Action] = {
    Word.STATUS: Action.ASK_STATUS,
    Word.HELP: Action.ASK_HELP,
    Word.CLOSE: Action.CLOSE_OWN,
    Word.YES: Action.CLOSE_OWN,
    Word.REOPEN: Action.REOPEN_OWN,
    Word.NO: Action.REOPEN_OWN,
    Word.URGENT: Action.RAISE_URGENCY,
    Word.REQUEST: Action.NAME_TYPE,
    Word.INCIDENT: Action.NAME_TYPE,
}
MOVERS = {Role.REQUESTER: Mover.REQUESTER, Role.PARTICIPANT: Mover.PARTICIPANT}


@dataclass(frozen=True, slots=True)
class Wish:
    """A requester's words about a ticket that is in our hands, and who reads the answer."""

    visit: Visit
    work: Work
    said: Spoken
    reader: Reader

    @property
    def ticket(self) -> Ticket:
        """The ticket as it is by now."""
        return self.work.ticket

    def tell(self, notice: str, **extra: object) -> None:
        """Write back to whoever said it."""
        self.visit.postbag.write(notice, self.reader, self.work, None, **extra)

    def done(self, what: str) -> Outcome:
        """Finish, with a mail that did what it asked and left no words on the ticket."""
        self.work.finish()
        return self.visit.outcome(Disposition.ACTED, f"the requester's words: {what}", self.work)

    def filed(self, what: str, news: Sentence | None = None) -> Outcome:
        """Finish, with the words on the ticket; agents are shown them where there is ``news``."""
        visit, work = self.visit, self.work
        shown = visit.file(work, EntryKind.MESSAGE, Visibility.PUBLIC, visit.case.message.new_text)
        visit.remember(work)
        if news is not None:
            replied.tell_agents(visit, work, shown, next_step=news)
        work.finish()
        reason = f"the requester's words: {what} on ticket {work.ticket.number}"
        return visit.outcome(Disposition.APPENDED, reason, work)


def reopen_time(case: Case, ticket: Ticket) -> datetime:
    """Return since when a ticket must have ended to be opened again."""
    return case.cause.now - timedelta(days=case.roster.desk_of(ticket.team).reopen_days)


def fits(word: Word, ticket: Ticket, oldest: datetime) -> bool:
    """Tell whether a word says anything about a ticket as it is; else it is a reply like any other."""
    ended = ticket.state in ENDED
    if word in {Word.STATUS, Word.HELP, Word.CLOSE}:
        return True
    if word is Word.YES:
        return ended
    if word in {Word.NO, Word.REOPEN}:
        recent = (ticket.resolved_at or ticket.closed_at or ticket.updated_at) >= oldest
        back = ticket.state in REPLIED[ticket.type]
        asked = ticket.state is DONE[ticket.type] or word is Word.REOPEN
        return (ended and recent and back and asked) or (not ended and word is Word.REOPEN)
    untouched = ticket.state in {INITIAL[ticket.type], TicketState.AWAITING_DETAILS}
    return not ended and (word is Word.URGENT or untouched)


def may_close(wish: Wish) -> bool:
    """Tell whether whoever says it may close the ticket as it stands."""
    mover = MOVERS.get(wish.visit.case.claim.role, Mover.PARTICIPANT)
    return TicketState.CLOSED in moves(wish.ticket.type, wish.ticket.state, mover)


def hastened(ticket: Ticket) -> bool:
    """Tell whether the requester said before that it is urgent; nobody is told a second time."""
    return any(
        event.kind == "priority" and event.data.get("reason") == HASTE
        for event in journal.of_ticket(ticket.number)
    )
