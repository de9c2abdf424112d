"""Messages that could not be handled: set aside with the error, shown to agents, tried again by command."""

import re
from dataclasses import dataclass
from datetime import datetime

from daemon.desk.changes import MoveState
from daemon.desk.service_levels import ServiceLevels
from daemon.mail.message import Message
from daemon.services.apply import Cause, Opening, Work
from daemon.services.failures import watchers
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from storage import arrivals, raws, tickets
from storage.arrivals import Outcome
from storage.entries import NewEntry
from storage.records import Arrival
from storage.vocabulary import Disposition, EntryKind, TicketState, Visibility

GLIMPSE_BYTES = 8_192
FIELD = re.compile(rb"^(from|subject):[ \t]*([^\r\n]{0,300})", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a message could not be handled: a sentence for agents, and the error in full for the operator."""

    reason: str
    error: str


def set_aside(
    office: Office, arrival: Arrival, message: Message | None, trouble: Trouble, now: datetime
) -> None:
    """Put a message into quarantine, with a stub ticket by which agents see it."""
    sender, subject = _named(message) if message else _glimpse(arrival)
    cause = Cause("postdesk", f"arrival:{arrival.id}", now, office.levels)
    stub = tickets.lock(arrival.ticket_number or 0)
    if stub is not None and stub.state is not TicketState.CLOSED:
        _again(arrival, Work.on(stub, cause), trouble)
        return
    opening = Opening(
        subject=f"Unreadable mail: {subject}"[:250],
        requester=None,
        routes=office.roster.teams_for(arrival.recipients),
        root_message_id=office.signer.message_id(0),
    )
    work = Work.opening(opening, cause)
    kept = f"It is kept whole as arrival {arrival.id}."
    words = f"{trouble.reason}\n\nFrom: {sender}\nSubject: {subject}\n\n{kept}"
    work.say(NewEntry(EntryKind.HELD, Visibility.INTERNAL, sender, "", words, words))
    postbag = Postbag(office, cause, arrival_id=arrival.id)
    told = {"id": arrival.id, "sender": sender, "subject": subject, "reason": trouble.reason}
    for agent in watchers(office, work.ticket):
        postbag.write("mail-quarantined", office.letters.reader(agent.address), work, None, arrival=told)
    postbag.post()
    work.finish()
    outcome = Outcome(Disposition.QUARANTINED, trouble.reason, (), work.ticket.number)
    arrivals.quarantine(arrival.id, outcome, trouble.error, now)


def _again(arrival: Arrival, work: Work, trouble: Trouble) -> None:
    """Note on the stub of a message that was tried again that it failed again."""
    work.note("quarantined again", reason=trouble.reason)
    outcome = Outcome(Disposition.QUARANTINED, trouble.reason, (), work.ticket.number)
    arrivals.quarantine(arrival.id, outcome, trouble.error, work.cause.now)
    work.finish()


def close_stub(
    arrival: Arrival, outcome: Outcome, now: datetime, levels: ServiceLevels | None = None
) -> None:
    """Close the stub ticket of a message that was settled after all."""
    stub = tickets.lock(arrival.ticket_number or 0)
    if stub is None or stub.number == outcome.ticket_number or stub.state is TicketState.CLOSED:
        return
    work = Work.on(stub, Cause("postdesk", f"arrival:{arrival.id}", now, levels))
    where = f", ticket {outcome.ticket_number}" if outcome.ticket_number else ""
    work.apply(
        [MoveState(TicketState.CLOSED, f"the mail was handled after all: {outcome.disposition}{where}")]
    )
    work.finish()


def _named(message: Message) -> tuple[str, str]:
    sender = message.header_from[0].address if message.header_from else ""
    return sender[:200], message.subject[:200]


def _glimpse(arrival: Arrival) -> tuple[str, str]:
    """Look at the first lines of a message that nothing else could read."""
    head = raws.beginning(arrival.raw_digest)[:GLIMPSE_BYTES]
    found = {name.lower(): value for name, value in reversed(FIELD.findall(head))}
    return _clean(found.get(b"from", b"")), _clean(found.get(b"subject", b""))


def _clean(value: bytes) -> str:
    text = value.decode("utf-8", "replace")
    return "".join(letter for letter in text if letter.isprintable()).strip()[:200]
