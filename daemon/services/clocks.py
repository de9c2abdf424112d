"""Keep the clocks of a ticket: what one piece of work did moves them on, in the same transaction.

``services.apply`` calls ``keep`` at the end of every work.  A desk without service levels never gets here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from daemon.desk.addressing import fold
from daemon.desk.clocks import Reading, Turn, moment_of, readings, ring_of, step
from daemon.desk.service_levels import Promise, ServiceLevels
from storage import clocks
from storage.clocks import Alarm
from storage.journal import Line
from storage.records import Segment, Ticket
from storage.vocabulary import Clock, EntryKind, Visibility

# What an acknowledgement speaks of.
EXPECTED = (Clock.FIRST_RESPONSE, Clock.RESOLUTION)
# Lines of the journal that an agent's mail leaves where the agent has done nothing yet.
_PASSIVE = frozenset(
    {"entry", "held", "masked", "not sent", "refused", "undelivered", "unproven report", "asked whose mail"}
)
_OF_AGENTS = frozenset({EntryKind.ANSWER, EntryKind.NOTE, EntryKind.DRAFT})
_TERMS = ("state", "type", "priority", "team", "requester")


def keep(turn: Turn, lines: Iterable[Line], actor: str, levels: ServiceLevels) -> None:
    """Move the clocks on by one work, as the lines tell that it leaves in the journal; often by nothing."""
    turn = _with_lines(turn, list(lines), actor, levels)
    happened = turn.opened or turn.asked or turn.answered or turn.attended or turn.undelivered
    if happened or any(getattr(turn.before, name) != getattr(turn.after, name) for name in _TERMS):
        watch(turn.after, advance(turn, levels), turn.now, levels)


def _with_lines(turn: Turn, lines: Sequence[Line], actor: str, levels: ServiceLevels) -> Turn:
    said = [line.data for line in lines if line.kind == "entry"]
    kinds = {data["kind"] for data in said} | {
        line.data["became"] for line in lines if line.kind == "held mail"
    }
    answers = any(
        data["kind"] == EntryKind.ANSWER and data["visibility"] == Visibility.PUBLIC for data in said
    )
    accepted = any(line.kind == "held mail" and line.data["became"] == EntryKind.ANSWER for line in lines)
    opened = any(line.kind == "opened" for line in lines)
    # What the desk decides about a new ticket is told in the name of whoever wrote it.
    acted = not opened and fold(actor) in levels.agents and any(line.kind not in _PASSIVE for line in lines)
    return Turn(
        turn.now,
        turn.before,
        turn.after,
        turn.cause,
        opened=opened,
        asked=EntryKind.MESSAGE in kinds,
        answered=answers or accepted,
        attended=acted or bool(kinds & _OF_AGENTS),
        undelivered=any(_is_lost_answer(line, turn.after) for line in lines),
    )


def _is_lost_answer(line: Line, ticket: Ticket) -> bool:
    """Tell whether the line says that an answer did not reach the requester (lessons 10)."""
    requester = ticket.requester
    lost = line.kind == "undelivered" and line.data.get("notice") == "public-answer"
    return lost and requester is not None and fold(line.data.get("to", "")) == fold(requester.address)


def advance(turn: Turn, levels: ServiceLevels) -> list[Segment]:
    """Move the clocks on and write what changed; returns all segments as they are then."""
    number = turn.after.number
    stored = [] if turn.opened else clocks.of_ticket(number)
    found = step(stored, turn, levels)
    for before, after in zip(stored, found, strict=False):
        if before != after:
            clocks.end(after)
    clocks.add(found[len(stored) :])
    return found


def watch(ticket: Ticket, found: Sequence[Segment], now: datetime, levels: ServiceLevels) -> None:
    """Note when to look at these clocks again; nothing is to be looked at where all are over."""
    if all(one.ended_at is not None for one in found):
        clocks.forget(ticket.number)
        return
    fresh = all(one.id == 0 for one in found)
    raised = [] if fresh else clocks.alarms(ticket.number)
    going = [one for one in readings(found, now, levels) if one.stands == "running"]
    promise = levels.promise(ticket)
    looks = [at for one in going for at in _looks(one, promise, raised, now, levels)]
    due = [one.due_at for one in going if one.due_at is not None]
    clocks.watch(ticket.number, min(looks, default=None), min(due, default=None), levels.fingerprint)


def _looks(
    reading: Reading, promise: Promise, raised: Sequence[Alarm], now: datetime, levels: ServiceLevels
) -> Iterable[datetime]:
    """Yield the moments at which something is to be told of a clock that runs."""
    mine = alarms_of(reading, raised)
    yield from (one.due_at for one in mine if one.told_at is None)
    if reading.clock is Clock.ATTENTION:
        ring = ring_of(reading.segments, now, promise.ring_seconds)
        if ring is not None:
            yield ring[1]
        return
    steps = {one.step for one in mine}
    for level in promise.levels:
        at = moment_of(reading.segments, level.share, levels)
        if at is not None and step_of(level.share) not in steps:
            yield at


def alarms_of(reading: Reading, raised: Iterable[Alarm]) -> list[Alarm]:
    """Return the alarms of one run of a clock."""
    return [one for one in raised if (one.clock, one.run) == (reading.clock, reading.run)]


def step_of(share: float) -> int:
    """Return the number under which a share of the time is kept."""
    return round(1000 * share)


def expected(ticket: Ticket, now: datetime, levels: ServiceLevels) -> dict[Clock, datetime]:
    """Return by when the first answer and the resolution of a ticket are promised, of those that are."""
    fresh = ticket.created_at == now
    found = step(
        [] if fresh else clocks.of_ticket(ticket.number), _nothing(ticket, now, opened=fresh), levels
    )
    return {
        one.clock: one.due_at
        for one in readings(found, now, levels)
        if one.clock in EXPECTED and one.due_at is not None
    }


def _nothing(ticket: Ticket, now: datetime, *, opened: bool) -> Turn:
    return Turn(now, ticket, ticket, "", opened=opened)
