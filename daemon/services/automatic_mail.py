"""Everything that will be mailed about a ticket by itself: listed, shown in full before it is sent, stopped.

A new source of automatic mail is one line in SOURCES, with its kinds in ``desk.automatic``; before it sends
it asks ``automatic_stops.stopped``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.desk.automatic import ALL, Kind, Planned
from daemon.desk.sentences import Moment, Sentence, joined, moment_said, sentence
from daemon.services import approval_clock, clock_alarms, closing, surveying, task_watch, waiting
from daemon.services.gate import Gate
from daemon.services.languages import written
from daemon.services.office import Office
from storage import automatic_stops, journal, outbox
from storage.automatic_stops import Stop
from storage.records import Ticket
from storage.rehearsal import rehearsed

# What comes after so many is planned anew long before; it is listed without a subject.
PREVIEWS_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Source:
    """What sends some kinds of automatic mail, and what foretells it.

    ``upcoming`` lists what comes if nobody does anything, at no moment before now.  ``send`` does what is due
    for one ticket at a moment, as its job would: a preview calls it and takes it back.  None where nothing
    is ever mailed.
    """

    kinds: tuple[Kind, ...]
    upcoming: Callable[[Office, Ticket, datetime], list[Planned]]
    send: Callable[[Office, int, datetime], object] | None = None


def _look_at_clocks(office: Office, number: int, now: datetime) -> None:
    if office.levels is not None:
        clock_alarms.look(office, number, now, office.levels)


SOURCES: tuple[Source, ...] = (
    Source((Kind.REMINDER, Kind.CLOSING, Kind.COMING_BACK), waiting.upcoming, waiting.look),
    Source((Kind.CLOSING,), closing.upcoming),
    Source((Kind.WARNING, Kind.RINGING), clock_alarms.upcoming, _look_at_clocks),
    Source((Kind.SURVEY,), surveying.upcoming, surveying.look),
    Source((Kind.APPROVAL,), approval_clock.upcoming, approval_clock.look_at_ticket),
    Source((Kind.TASK,), task_watch.upcoming, task_watch.look),
    # Here the next one: its kinds, what it plans for a ticket, what it does for one ticket.
)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One planned mail with what is in the way of it.

    ``stop`` is what stops it, or None.  ``subject`` and ``content`` are those of the mail as it would be
    written, empty where none would be; ``held`` says why not, where the gate does.
    """

    planned: Planned
    stop: Stop | None
    subject: str = ""
    content: bytes = b""
    held: str = ""


def planned(office: Office, ticket: Ticket, now: datetime) -> list[Planned]:
    """List what will happen by itself about a ticket, the next first, whether it is stopped or not."""
    found = [one for source in SOURCES for one in source.upcoming(office, ticket, now)]
    return sorted(found, key=lambda one: one.at)


def foreseen(office: Office, ticket: Ticket, now: datetime, *, whole: bool = False) -> list[Foreseen]:
    """List what is planned with the subject of each mail, or ``whole`` with all of it.

    Each is really written at its moment, one after the other, and all of it taken back; inside the caller's
    transaction.
    """
    stops = {one.kind: one for one in automatic_stops.of_ticket(ticket.number)}
    found = [Foreseen(one, stops.get(one.kind) or stops.get(ALL)) for one in planned(office, ticket, now)]
    with rehearsed():
        # The counters of the real gate must not count what is not sent.
        stage = replace(office, gate=Gate(office.roster))
        shown = _rehearse(stage, ticket.number, found[:PREVIEWS_LIMIT], whole=whole)
    return [*shown, *found[PREVIEWS_LIMIT:]]


def _rehearse(office: Office, number: int, found: Sequence[Foreseen], *, whole: bool) -> list[Foreseen]:
    seen, shown = _newest(number), []
    for at in dict.fromkeys(one.planned.at for one in found):
        due = [one for one in found if one.planned.at == at]
        noted = len(journal.of_ticket(number))
        for source in SOURCES:
            if source.send is not None and any(one.planned.kind in source.kinds for one in due):
                source.send(office, number, at)
        fresh = [one for one in outbox.items(ticket_number=number) if one.id > seen]
        held = {
            (event.data["notice"], event.data["to"]): event.data["reason"]
            for event in journal.of_ticket(number)[noted:]
            if event.kind == "not sent"
        }
        copies = {(one.notice, one.recipient): one for one in fresh}
        seen = max([seen, *(one.id for one in fresh)])
        for one in due:
            key = (one.planned.notice, one.planned.to)
            copy = copies.get(key)
            if copy is None:
                shown.append(replace(one, held=held.get(key, "")))
            else:
                content = outbox.content(copy.id) if whole else b""
                shown.append(replace(one, subject=copy.subject, content=content))
    return shown


def _newest(number: int) -> int:
    return max((one.id for one in outbox.items(limit=1, ticket_number=number)), default=0)


def lines(office: Office, ticket: Ticket, now: datetime, zone: str) -> Iterator[Sentence]:
    """Yield what is planned, a line each, with the subjects; moments in this zone."""
    for stop in automatic_stops.of_ticket(ticket.number):
        yield sentence(
            "- stopped: {kind}, by {who} on {when}{why}",
            kind=stop.kind,
            who=stop.by,
            when=_moment(stop.at, zone),
            why=_because(stop),
        )
    found = foreseen(office, ticket, now)
    if not found:
        yield sentence("nothing is planned: no automatic mail about this ticket will be sent as it stands")
    for one in found:
        yield joined("- ", ("", line(one, zone)))


def line(one: Foreseen, zone: str) -> Sentence:
    """Return one planned mail as a line: when, which kind, to whom, why, and its subject."""
    plan = one.planned
    to = sentence(" to {address}", address=plan.to) if plan.to else sentence(", without a mail")
    said = f': "{one.subject}"' if one.subject else ""
    held = sentence("; held back: {reason}", reason=one.held) if one.held else ""
    stopped = sentence(" [stopped]") if one.stop is not None else ""
    when = _moment(plan.at, zone)
    return joined("", (when, "  ", plan.kind, stopped, to, " (", plan.why, ")", said, held))


def _moment(at: datetime, zone: str) -> Moment:
    return moment_said(written(at, zone), at, zone)


def _because(stop: Stop) -> str:
    return f": {stop.why}" if stop.why else ""
