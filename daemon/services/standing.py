"""What a requester is told who asks how a ticket stands, or what there is to say."""

from daemon.desk.lifecycle import ENDED
from daemon.desk.permissions import ask
from daemon.desk.requester_words import Word
from daemon.desk.sentences import Sentence, sentence
from daemon.services import clocks
from daemon.services.wishes import ACTIONS, TYPES, Wish, fits, hastened, may_close, reopen_time
from storage.arrivals import Outcome
from storage.vocabulary import Clock

# What one can write, as the help mail shows it; every translation must be understood (a test asks).
SAYINGS: tuple[tuple[Word, Sentence, Sentence], ...] = (
    (Word.STATUS, sentence("Status?"), sentence("tells you how it stands, who works on it, and by when")),
    (Word.CLOSE, sentence("Please close this"), sentence("closes the ticket")),
    (Word.REOPEN, sentence("Please reopen"), sentence("opens the ticket again")),
    (Word.URGENT, sentence("Urgent"), sentence("tells the team that it is urgent, once")),
    (Word.REQUEST, sentence("Request"), sentence("says that you want to have something")),
    (Word.INCIDENT, sentence("Incident"), sentence("says that something does not work as it should")),
    (Word.HELP, sentence("Help"), sentence("gets you this list")),
)


def status(wish: Wish) -> Outcome:
    """Tell how it stands; nothing of it stays on the ticket but a line in the journal."""
    wish.work.note("asked how it stands", by=wish.visit.case.author_address)
    wish.tell("ticket-status", standing=_standing(wish))
    return wish.done("how it stands")


def _standing(wish: Wish) -> dict[str, str]:
    """Describe how a ticket stands, as its requester may know it."""
    ticket, office = wish.ticket, wish.visit.postbag.office
    agent = office.roster.agent(ticket.assignee or "")
    at = ticket.due_at
    if at is None and office.levels is not None and ticket.state not in ENDED:
        expected = clocks.expected(ticket, wish.work.cause.now, office.levels)
        at = expected.get(Clock.RESOLUTION) or expected.get(Clock.FIRST_RESPONSE)
    over = at is not None and at < wish.work.cause.now
    return {
        "assignee": agent.name if agent is not None else "",
        "due": wish.reader.told(at) if at is not None and not over else "",
        "until": wish.reader.told(ticket.pending_until) if ticket.pending_until is not None else "",
    }


def tell_help(wish: Wish) -> Outcome:
    """Tell what this very sender can say about the ticket as it is."""
    wish.work.note("asked for help", by=wish.visit.case.author_address)
    wish.tell("requester-help", abilities=_abilities(wish))
    return wish.done("help")


def _abilities(wish: Wish) -> list[dict[str, Sentence]]:
    """List what this very sender may say about the ticket as it is."""
    case, oldest = wish.visit.case, reopen_time(wish.visit.case, wish.ticket)
    return [
        {"say": say, "does": does}
        for word, say, does in SAYINGS
        if ask(case.claim, ACTIONS[word]).allowed
        and fits(word, wish.ticket, oldest)
        and _changes_something(word, wish)
    ]


def _changes_something(word: Word, wish: Wish) -> bool:
    ticket = wish.ticket
    if word is Word.CLOSE:
        return may_close(wish)
    if word is Word.REOPEN:
        return ticket.state in ENDED
    if word is Word.URGENT:
        return not hastened(ticket)
    return word not in TYPES or TYPES[word] is not ticket.type
