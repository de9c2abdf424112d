"""The clocks of a ticket as a pure machine: segments and what happened in, segments out.

Only segments are kept.  What a clock shows (used, left, due) is read from them with the calendar in force,
so that a change of priority, team or service level computes it anew and nothing is ever guessed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daemon.desk.lifecycle import ENDED, INITIAL
from daemon.desk.service_levels import Promise, ServiceLevels
from storage.records import Segment, Ticket
from storage.vocabulary import Clock, SegmentKind

ANSWERED = "an agent answered"


@dataclass(frozen=True, slots=True)
class Turn:
    """What happened to a ticket at one moment.

    ``asked``: somebody on the ticket wrote publicly.  ``answered``: an agent did, as a person.
    ``attended``: an agent did anything.  ``undelivered``: an answer came back from the requester's server.
    """

    now: datetime
    before: Ticket
    after: Ticket
    cause: str
    opened: bool = False
    asked: bool = False
    answered: bool = False
    attended: bool = False
    undelivered: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nobody works on the ticket any more."""
        return self.after.state in ENDED

    @property
    def state(self) -> str:
        """The state in words."""
        return f"the ticket is {self.after.state.replace('-', ' ')}"


@dataclass(frozen=True, slots=True)
class Wish:
    """How a clock should stand after a turn: ``kind`` None is stopped."""

    kind: SegmentKind | None
    run: int
    reason: str


def step(segments: Sequence[Segment], turn: Turn, levels: ServiceLevels) -> list[Segment]:
    """Return all segments of a ticket after a turn: new ones have the id 0, in the order of their start."""
    turn = replace(turn, now=turn.now.replace(microsecond=0))
    promise = levels.promise(turn.after)
    found = list(segments)
    for clock in Clock:
        wish = _wish(clock, found, turn, promise)
        found = _granted(clock, found, wish, turn, levels)
    return found


def _wish(clock: Clock, found: Sequence[Segment], turn: Turn, promise: Promise) -> Wish:
    match clock:
        case Clock.FIRST_RESPONSE:
            return _first_response(found, turn)
        case Clock.NEXT_RESPONSE:
            return _next_response(found, turn)
        case Clock.RESOLUTION:
            return _resolution(found, turn, promise)
        case Clock.UPDATE:
            return _update(found, turn, promise)
        case Clock.ATTENTION:
            return _attention(found, turn, promise)


def _first_response(found: Sequence[Segment], turn: Turn) -> Wish:
    mine = of_clock(found, Clock.FIRST_RESPONSE)
    if turn.answered or turn.is_over:
        return _stopped(turn, ANSWERED if turn.answered else "")
    if running(mine):
        return Wish(SegmentKind.RUNNING, 1, "")
    if not mine and (turn.opened or turn.before.state is INITIAL[turn.before.type]):
        return Wish(SegmentKind.RUNNING, 1, "the ticket was opened")
    # Once somebody asked again, what did not arrive was the answer to that.
    if _came_back(mine, turn) and not of_clock(found, Clock.NEXT_RESPONSE):
        return Wish(SegmentKind.RUNNING, 1, "the answer did not arrive")
    return _stopped(turn)


def _next_response(found: Sequence[Segment], turn: Turn) -> Wish:
    """Count from the first message that nobody answered; never beside the first response (lessons 37)."""
    mine = of_clock(found, Clock.NEXT_RESPONSE)
    last = mine[-1].run if mine else 0
    if turn.answered or turn.is_over:
        return _stopped(turn, ANSWERED if turn.answered else "")
    if running(mine):
        return Wish(SegmentKind.RUNNING, last, "")
    if _came_back(mine, turn):
        return Wish(SegmentKind.RUNNING, last, "the answer did not arrive")
    if turn.asked and not turn.opened and running(of_clock(found, Clock.FIRST_RESPONSE)) is None:
        return Wish(SegmentKind.RUNNING, last + 1, "somebody on the ticket wrote")
    return _stopped(turn)


def _resolution(found: Sequence[Segment], turn: Turn, promise: Promise) -> Wish:
    mine = of_clock(found, Clock.RESOLUTION)
    last = mine[-1].run if mine else 0
    if turn.is_over:
        return _stopped(turn)
    if mine and mine[-1].ended_at is None:
        return Wish(_counted(turn, promise), last, turn.state)
    begun = "the ticket was opened again" if mine else "the ticket was opened"
    return Wish(_counted(turn, promise), last + 1, begun)


def _update(found: Sequence[Segment], turn: Turn, promise: Promise) -> Wish:
    mine = of_clock(found, Clock.UPDATE)
    last = mine[-1].run if mine else 0
    if turn.is_over or Clock.UPDATE not in promise.targets:
        return _stopped(turn, "" if turn.is_over else "no updates are promised")
    if mine and mine[-1].ended_at is None and not turn.answered:
        return Wish(_counted(turn, promise), last, turn.state)
    return Wish(_counted(turn, promise), last + 1, ANSWERED if turn.answered else "updates are promised")


def _attention(found: Sequence[Segment], turn: Turn, promise: Promise) -> Wish:
    mine = of_clock(found, Clock.ATTENTION)
    last = mine[-1].run if mine else 0
    if turn.attended:
        return _stopped(turn, "an agent is at it")
    if turn.is_over or not promise.ring_seconds:
        return _stopped(turn, "" if turn.is_over else "it is not critical any more")
    if running(mine):
        return Wish(SegmentKind.RUNNING, last, "")
    waits = any(running(of_clock(found, one)) for one in (Clock.FIRST_RESPONSE, Clock.NEXT_RESPONSE))
    if waits and (turn.asked or turn.opened or turn.before.priority is not turn.after.priority):
        return Wish(SegmentKind.RUNNING, last + 1, f"it is {turn.after.priority} and nobody is at it")
    return _stopped(turn)


def _stopped(turn: Turn, reason: str = "") -> Wish:
    return Wish(None, 0, reason or turn.state)


def _counted(turn: Turn, promise: Promise) -> SegmentKind:
    return SegmentKind.PAUSED if turn.after.state in promise.pause else SegmentKind.RUNNING


def _came_back(mine: Sequence[Segment], turn: Turn) -> bool:
    return turn.undelivered and bool(mine) and mine[-1].ended_reason == ANSWERED


def _granted(
    clock: Clock, found: list[Segment], wish: Wish, turn: Turn, levels: ServiceLevels
) -> list[Segment]:
    """Bring a clock to where it should stand: end its open segment, begin another, or leave it alone."""
    at = next((i for i, one in enumerate(found) if one.clock is clock and one.ended_at is None), None)
    if wish.kind is None:
        return found if at is None else _with(found, at, _ended(found[at], turn.now, wish.reason, levels))
    promise = levels.promise(turn.after)
    fresh = Segment(
        id=0,
        ticket_number=turn.after.number,
        clock=clock,
        run=wish.run,
        kind=wish.kind,
        started_at=turn.now,
        ended_at=None,
        reason=wish.reason,
        ended_reason="",
        cause=turn.cause,
        rule=promise.rule,
        calendar=promise.calendar,
        target_seconds=promise.targets.get(clock),
        used_seconds=None,
    )
    if at is None:
        return [*found, fresh]
    if _same(found[at], fresh):
        return found
    if (found[at].run, found[at].kind) == (fresh.run, fresh.kind):
        fresh = replace(fresh, reason=_new_terms(turn))
    return [*_with(found, at, _ended(found[at], turn.now, fresh.reason, levels)), fresh]


def _same(one: Segment, other: Segment) -> bool:
    def terms(of: Segment) -> tuple[object, ...]:
        return of.run, of.kind, of.rule, of.calendar, of.target_seconds

    return terms(one) == terms(other)


def _new_terms(turn: Turn) -> str:
    for name in ("priority", "type", "team"):
        if getattr(turn.before, name) != getattr(turn.after, name):
            return f"its {name} became {getattr(turn.after, name)}"
    return "the service level changed"


def _with(found: list[Segment], at: int, segment: Segment) -> list[Segment]:
    return [*found[:at], segment, *found[at + 1 :]]


def _ended(segment: Segment, now: datetime, reason: str, levels: ServiceLevels) -> Segment:
    # A clock of the machine that was put back must not make time that never was.
    until = max(now, segment.started_at)
    used = 0
    if segment.kind is SegmentKind.RUNNING:
        used = levels.calendar(segment.calendar).working_seconds(segment.started_at, until)
    return replace(segment, ended_at=until, ended_reason=reason, used_seconds=used)


def of_clock(segments: Iterable[Segment], clock: Clock) -> list[Segment]:
    """Return the segments of one clock, in their order."""
    return [one for one in segments if one.clock is clock]


def running(mine: Sequence[Segment]) -> Segment | None:
    """Return the segment of a clock that counts now, or None."""
    last = mine[-1] if mine else None
    return last if last is not None and last.ended_at is None and last.kind is SegmentKind.RUNNING else None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a run of a clock shows at a moment.

    ``due_at`` is None where nothing was promised, where the clock stands still, and where its calendar does
    not open long enough.  ``left_seconds`` is below 0 for a promise that was broken.
    """

    clock: Clock
    run: int
    segments: tuple[Segment, ...]
    used_seconds: int
    target_seconds: int | None
    due_at: datetime | None

    @property
    def last(self) -> Segment:
        """The newest segment."""
        return self.segments[-1]

    @property
    def stands(self) -> str:
        """How the clock stands: running, paused or stopped."""
        return str(self.last.kind) if self.last.ended_at is None else "stopped"

    @property
    def left_seconds(self) -> int | None:
        """The open time that is left, or None where nothing was promised."""
        return None if self.target_seconds is None else self.target_seconds - self.used_seconds


def readings(segments: Sequence[Segment], now: datetime, levels: ServiceLevels) -> list[Reading]:
    """Read all runs of all clocks, in the order of the clocks and of their runs."""
    found = []
    for clock in Clock:
        mine = of_clock(segments, clock)
        runs = dict.fromkeys(one.run for one in mine)
        found += [_reading([one for one in mine if one.run == run], now, levels) for run in runs]
    return found


def _reading(mine: Sequence[Segment], now: datetime, levels: ServiceLevels) -> Reading:
    last, counting = mine[-1], running(mine)
    used = sum(one.used_seconds or 0 for one in mine)
    if counting is not None:
        used += levels.calendar(counting.calendar).working_seconds(counting.started_at, now)
    return Reading(last.clock, last.run, tuple(mine), used, last.target_seconds, moment_of(mine, 1.0, levels))


def moment_of(mine: Sequence[Segment], share: float, levels: ServiceLevels) -> datetime | None:
    """Return when a share of the target of a run has passed, if its clock runs on; else None.

    Where it passed before the newest segment began, that is the beginning of the segment: its terms were
    not in force before.
    """
    counting = running(mine)
    if counting is None or counting.target_seconds is None:
        return None
    used = sum(one.used_seconds or 0 for one in mine)
    wanted = round(counting.target_seconds * share) - used
    return levels.calendar(counting.calendar).add_working(counting.started_at, wanted)


def ring_of(mine: Sequence[Segment], now: datetime, every_seconds: int) -> tuple[int, datetime] | None:
    """Return how often a run of the attention clock should have rung by now, and when it rings next."""
    counting = running(mine)
    if counting is None or not every_seconds:
        return None
    rung = max(now - counting.started_at, timedelta()) // timedelta(seconds=every_seconds)
    return rung, counting.started_at + timedelta(seconds=every_seconds * (rung + 1))
