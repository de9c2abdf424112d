"""Mail that is held beside a ticket till an agent decides: taken on, put aside, or a ticket of its own."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from daemon.desk.changes import AcceptHeld, AddParticipants, Change, SendHeld, SplitFrom, SplitHeld
from daemon.desk.sentences import Sentence, sentence
from daemon.mail.message import Message
from daemon.services import opening
from daemon.services.apply import Opening, Work
from daemon.services.case import NEVER_ANSWERED
from daemon.services.postbag import Postbag, Shown
from daemon.services.visit import SUBJECT_LIMIT_CHARS, Visit
from storage import arrivals, entries, journal, outbox, people, tickets
from storage.records import Arrival, Entry, Person
from storage.vocabulary import EntryKind, ParticipantRole, Visibility

_SUBJECT = "held"
# How the journal calls an answer that was held back.
ANSWER_HELD = "answer held"
# Ids are looked at from the newest on; no client names more than one mail that it answers.
_IDS_LIMIT = 3


def how_to_decide(entry: Entry) -> Sentence:
    """Tell an agent the three words by which a held mail is decided."""
    return sentence(
        "Decide with one word on the first line of a reply to this mail: #accept takes it onto the ticket, "
        "and its sender joins the ticket; #refuse puts it aside, and the sender hears nothing; #split makes "
        "it a ticket of its own. In any other mail about this ticket add its number: #accept {entry}.",
        entry=entry.id,
    )


def remember_subject(work: Work, entry: Entry, subject: str) -> None:
    """Note the subject of a held mail, which a ticket of its own would need."""
    work.note(_SUBJECT, entry=str(entry.id), subject=subject[:SUBJECT_LIMIT_CHARS])


def waiting(ticket_number: int) -> list[Entry]:
    """List the mails and the answers that are held beside a ticket, oldest first."""
    held = (one for one in entries.of_ticket(ticket_number) if one.kind in {EntryKind.HELD, EntryKind.DRAFT})
    # The stub of a message in quarantine is no mail that could be taken.
    return [entry for entry in held if entry.arrival_id is not None]


def answered_entry(message: Message) -> int | None:
    """Return the entry that was shown in the mail that this one answers; None where that is not known."""
    ids = dict.fromkeys([*reversed(message.in_reply_to), *reversed(message.references)])
    shown = (_held_entry(message_id) for message_id in list(ids)[:_IDS_LIMIT])
    return next((entry_id for entry_id in shown if entry_id is not None), None)


def _held_entry(message_id: str) -> int | None:
    copy = outbox.find_by_message_id(message_id)
    asked = copy is not None and copy.notice in {"mail-held", "answer-held"}
    return outbox.entry_shown(message_id) if asked else None


@dataclass
class Followed:
    """What came of decisions: the tickets that were opened, still to be finished, and the mails to people."""

    opened: list[Work] = field(default_factory=list)
    mailed: int = 0


def follow(visit: Visit, work: Work, changes: Iterable[Change]) -> Followed:
    """Do what follows from the decisions about held mail; the ticket is changed already."""
    found = Followed()
    for change in changes:
        if isinstance(change, AcceptHeld):
            _take_on(visit, work, change.entry)
        elif isinstance(change, SplitHeld):
            found.opened.append(_split(visit, work, change.entry))
            found.mailed += 1
        elif isinstance(change, SendHeld):
            found.mailed += _send(visit, work, change.entry)
    return found


def _take_on(visit: Visit, work: Work, entry: Entry) -> None:
    """Let its author join the ticket, and show it to the agents as a reply."""
    arrival = _arrival(entry)
    author = _author(visit, entry)
    if author is not None and visit.case.roster.agent(author.address) is None:
        work.apply([AddParticipants(((author.id, ParticipantRole.COPIED),))])
    _remember(arrival, work)
    own = own_visit(visit, entry)
    accepted = replace(entry, kind=EntryKind.MESSAGE, visibility=Visibility.PUBLIC)
    audience = [*visit.watchers(work.ticket), *([visit.case.agent] if visit.case.agent else [])]
    for agent in {one.address: one for one in audience}.values():
        own.tell_agent("requester-replied", work, _shown(accepted, arrival), agent)
    own.postbag.post()


def _split(visit: Visit, work: Work, entry: Entry) -> Work:
    """Open a ticket for it, acknowledged as if it had come without a number."""
    arrival = _arrival(entry)
    author = _author(visit, entry)
    asked = Opening(
        subject=_subject(work, entry),
        requester=author,
        routes=work.ticket.routes,
        root_message_id=arrival.message_id or f"<{arrival.raw_digest[:32]}@{visit.case.roster.domain}>",
    )
    fresh = opening.begin(visit, asked, entry.text, follows=work.ticket)
    fresh.apply([SplitFrom(work.ticket.number)])
    work.note("split into", ticket=str(fresh.ticket.number), entry=str(entry.id))
    if author is not None:
        fresh.apply([AddParticipants(((author.id, ParticipantRole.REQUESTER),))])
    entries.become(entry.id, EntryKind.MESSAGE, Visibility.PUBLIC, fresh.ticket.number)
    _remember(arrival, fresh)
    own = own_visit(visit, entry)
    if visit.case.roster.desk_of(fresh.ticket.team).acknowledge and not _is_muted(arrival):
        own.tell_requester("ticket-opened", fresh)
    moved = replace(
        entry, ticket_number=fresh.ticket.number, kind=EntryKind.MESSAGE, visibility=Visibility.PUBLIC
    )
    for agent in visit.watchers(fresh.ticket):
        own.tell_agent("ticket-new", fresh, _shown(moved, arrival), agent)
    own.postbag.post()
    return fresh


def _send(visit: Visit, work: Work, entry: Entry) -> int:
    """Send a held answer to everybody on the ticket, with those whom its author copied."""
    arrival = _arrival(entry)
    events = journal.of_ticket(work.ticket.number)
    noted = (one for one in events if one.kind == ANSWER_HELD and one.data.get("entry") == str(entry.id))
    copied = next((one.data.get("copied", "") for one in noted), "").split()
    found = [people.find_or_add(address, "", visit.case.cause.now) for address in copied]
    work.apply([AddParticipants(tuple((person.id, ParticipantRole.COPIED) for person in found))])
    _remember(arrival, work)
    own = own_visit(visit, entry)
    sent = replace(entry, kind=EntryKind.ANSWER, visibility=Visibility.PUBLIC)
    own.tell_people("public-answer", work, _shown(sent, arrival))
    return own.postbag.post()


def own_visit(visit: Visit, entry: Entry) -> Visit:
    """Return a visit with a postbag of its own: a postbag shows one entry, and this is another one."""
    bag = visit.postbag
    cause = replace(bag.cause, origin=f"{bag.cause.origin}/entry:{entry.id}")
    return Visit(visit.case, Postbag(bag.office, cause, arrival_id=bag.arrival_id))


def _author(visit: Visit, entry: Entry) -> Person | None:
    if "@" not in entry.author:
        return None
    return people.find_or_add(entry.author, entry.author_name, visit.case.cause.now)


def _arrival(entry: Entry) -> Arrival:
    found = arrivals.get(entry.arrival_id) if entry.arrival_id is not None else None
    if found is None:
        raise LookupError(f"held entry {entry.id} has no arrival {entry.arrival_id}")
    return found


def _shown(entry: Entry, arrival: Arrival) -> Shown:
    return Shown(entry, tuple(entries.parts_of([arrival.id])), arrival.raw_digest)


def _remember(arrival: Arrival, work: Work) -> None:
    if arrival.message_id:
        tickets.remember_message_ids([arrival.message_id], work.ticket.number)


def must_not_be_answered(entry: Entry) -> bool:
    """Tell whether intake found that whoever sent this held mail may be a machine, or somebody else."""
    return _is_muted(_arrival(entry))


def _is_muted(arrival: Arrival) -> bool:
    """Tell whether intake found that this mail must not be answered."""
    return any(sentence.startswith(NEVER_ANSWERED) for sentence in arrival.evidence)


def _subject(work: Work, entry: Entry) -> str:
    events = journal.of_ticket(work.ticket.number)
    noted = (one for one in events if one.kind == _SUBJECT and one.data.get("entry") == str(entry.id))
    return next((one.data.get("subject", "") for one in noted), work.ticket.subject)
