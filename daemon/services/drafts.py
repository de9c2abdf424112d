"""An agent's answer that would tell people internal words: held back, and the agent is asked."""

from daemon.desk.sentences import Sentence, sentence
from daemon.mail.parse import parse
from daemon.services import held
from daemon.services.apply import Work
from daemon.services.leaks import RUN_WORDS, Guarded, guard
from daemon.services.visit import Visit, arrival_words
from storage import entries, outbox
from storage.arrivals import Outcome
from storage.records import Ticket
from storage.vocabulary import Disposition, EntryKind, Visibility

_INTERNAL = frozenset({EntryKind.NOTE, EntryKind.HELD, EntryKind.REFUSED})
_PUBLIC = frozenset({EntryKind.MESSAGE, EntryKind.ANSWER})
# The words of a mail of ours stand at its beginning, before the files that it carries.
_NOTICE_BYTES = 256_000
_COPIES_LIMIT = 50
_NOTICES_LIMIT = 5


def check(visit: Visit, ticket: Ticket, words: str) -> Guarded:
    """Look for internal words in an answer; a notification that is quoted whole is cut off."""
    if len(words.split()) < RUN_WORDS and words.isascii():
        return Guarded(words)
    said = entries.of_ticket(ticket.number)
    internal = [one.text for one in said if one.kind in _INTERNAL]
    public = [ticket.subject, *(one.text for one in said if one.kind in _PUBLIC)]
    return guard(words, internal, _notices(visit, ticket), public)


def repeats(leaked: str) -> Sentence:
    """Say of words on a line that they must not leave."""
    return sentence('the words repeat what only agents have read: "{leaked}"', leaked=leaked)


def hold(visit: Visit, work: Work, words: str, leaked: str) -> Outcome:
    """Keep the answer among agents, do nothing else that its mail asks, and tell its author why."""
    case = visit.case
    shown = visit.file(work, EntryKind.DRAFT, Visibility.INTERNAL, words)
    copied = " ".join(one.address for one in case.copied())
    work.note(held.ANSWER_HELD, entry=str(shown.entry.id), copied=copied)
    reason = sentence('It repeats words that only agents have read: "{leaked}".', leaked=leaked)
    what_then = sentence(
        "Reply to this mail with #send on the first line to send it as it is. Or send a corrected answer, as "
        "a reply to the mail of the requester. In any other mail about this ticket: #send {entry}.",
        entry=shown.entry.id,
    )
    told = arrival_words(case, reason)
    visit.tell_author("answer-held", work, shown, arrival=told, next_step=what_then)
    work.finish()
    return visit.outcome(Disposition.HELD, "the answer repeats internal words", work)


def _notices(visit: Visit, ticket: Ticket) -> list[str]:
    """Return the text of the mail of ours that is answered, else of the newest that the agent got."""
    message = visit.case.message
    named = [*message.references, *message.in_reply_to][-1:]
    copies = [outbox.find_by_message_id(one) for one in named]
    found = [one for one in copies if one is not None and one.ticket_number == ticket.number]
    if not found:
        agent = visit.case.agent
        mine = agent.addresses if agent is not None else frozenset[str]()
        newest = outbox.items(limit=_COPIES_LIMIT, ticket_number=ticket.number)
        found = [one for one in newest if one.recipient in mine][:_NOTICES_LIMIT]
    return [parse(outbox.content(one.id)[:_NOTICE_BYTES]).text for one in found]
