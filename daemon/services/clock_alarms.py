"""Tell what a clock has to tell: warnings, broken promises and rings, each reader once, in working hours.

Whom a share of the time concerns is settled when it passes.  A reader whose calendar is closed then is told
when it opens, with whatever has passed meanwhile as one mail; only critical tickets do not wait.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from daemon.desk.addressing import Agent
from daemon.desk.automatic import Kind, Planned
from daemon.desk.changes import Assign, SetLevels
from daemon.desk.clocks import Reading, Turn, moment_of, readings, ring_of
from daemon.desk.sentences import sentence, term
from daemon.desk.service_levels import ASSIGNEE, BREACH, OWNER, TEAM, Level, Promise, ServiceLevels
from daemon.services import clocks as keeping
from daemon.services.apply import Cause, Work
from daemon.services.automatic_stops import stopped
from daemon.services.failures import watchers
from daemon.services.languages import length
from daemon.services.letters import Reader
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from storage import clocks, tickets
from storage.clocks import Alarm
from storage.records import Segment, Ticket
from storage.vocabulary import Clock, Priority

ORIGIN = "job:clock-watch"
WARNING, BREACHED, RINGING = "sla-warning", "sla-breached", "critical-ringing"


def look(office: Office, number: int, now: datetime, levels: ServiceLevels) -> int:
    """Look at the clocks of one ticket, tell what is due and return how many mails that made.

    Also puts right what a ticket's clocks did not hear of.  The caller holds the transaction.
    """
    ticket = tickets.lock(number)
    if ticket is None:
        clocks.forget(number)
        return 0
    work = Work.on(ticket, Cause("postdesk", ORIGIN, now, levels))
    found = keeping.advance(Turn(now, ticket, ticket, ORIGIN), levels)
    going = [one for one in readings(found, now, levels) if one.stands == "running"]
    _raise(office, work, going, levels)
    mails = _tell(office, work, going, levels)
    work.finish()
    _watch(ticket, number, now, levels)
    return mails


def _watch(ticket: Ticket, number: int, now: datetime, levels: ServiceLevels) -> None:
    found: Sequence[Segment] = clocks.of_ticket(number)
    keeping.watch(ticket, found, now, levels)


def upcoming(office: Office, ticket: Ticket, now: datetime) -> list[Planned]:
    """Return what will be told of the clocks that run, if nobody does anything; rings but for the next."""
    levels = office.levels
    if levels is None:
        return []
    promise, raised = levels.promise(ticket), clocks.alarms(ticket.number)
    found: dict[tuple[Clock, str, datetime], Planned] = {}
    for reading in readings(clocks.of_ticket(ticket.number), now, levels):
        if reading.stands != "running":
            continue
        mine = keeping.alarms_of(reading, raised)
        due = [(one.step, one.recipient, max(one.due_at, now)) for one in mine if one.told_at is None]
        due += [
            (step, agent.address, _hours(agent, ticket, at, levels))
            for step, to, at in _coming(reading, promise, now, levels)
            for agent in (
                _agents(office, ticket, to, promise) if step not in {one.step for one in mine} else ()
            )
        ]
        # Of what comes to a reader at one moment the last step only is told.
        found |= {(reading.clock, to, at): _planned(reading, step, to, at) for step, to, at in sorted(due)}
    return list(found.values())


def _coming(
    reading: Reading, promise: Promise, now: datetime, levels: ServiceLevels
) -> Iterator[tuple[int, tuple[str, ...], datetime]]:
    """Yield the steps of a clock, those that have passed and those to come; of rings two at the most."""
    if reading.clock is Clock.ATTENTION:
        ring = ring_of(reading.segments, now, promise.ring_seconds)
        rings = ((ring[0], now), (ring[0] + 1, ring[1])) if ring is not None else ()
        yield from ((count, _rung(promise, count), at) for count, at in rings if count)
        return
    for level in promise.levels:
        at = moment_of(reading.segments, level.share, levels)
        if at is not None:
            yield keeping.step_of(level.share), level.to, max(at, now)


def _rung(promise: Promise, count: int) -> tuple[str, ...]:
    return promise.ladder[min(count, len(promise.ladder)) - 1]


def _planned(reading: Reading, step: int, to: str, at: datetime) -> Planned:
    name = term(str(reading.clock).replace("-", " "))
    why = sentence("{share} of the time for {clock}", share=_percent(step), clock=name)
    if reading.clock is Clock.ATTENTION:
        why = sentence("ring {count}", count=step)
    return Planned(_kind(reading), at, to, _notice(reading, step), why)


def _kind(reading: Reading) -> Kind:
    return Kind.RINGING if reading.clock is Clock.ATTENTION else Kind.WARNING


def _notice(reading: Reading, step: int) -> str:
    if reading.clock is Clock.ATTENTION:
        return RINGING
    return BREACHED if step >= keeping.step_of(BREACH) else WARNING


def _raise(office: Office, work: Work, going: Iterable[Reading], levels: ServiceLevels) -> None:
    """Note whom to tell of every share that has passed, and of the newest ring."""
    now, promise = work.cause.now, levels.promise(work.ticket)
    known = clocks.alarms(work.ticket.number)
    for reading in going:
        steps = {one.step for one in keeping.alarms_of(reading, known)}
        for step, level, due in _passed(reading, promise, now, levels):
            if step in steps:
                continue
            _escalate(office, work, level, promise, f"{_percent(step)} of the {reading.clock} time is over")
            # What passes while it is stopped concerns nobody, also later.
            silent = stopped(work.ticket.number, _kind(reading))
            agents = [] if silent else _agents(office, work.ticket, level.to, promise)
            at = {one.address: _hours(one, work.ticket, now, levels) for one in agents}
            fresh = [Alarm(reading.clock, reading.run, step, address, when) for address, when in at.items()]
            # Where there is nobody to tell, that is remembered too.
            nobody = [Alarm(reading.clock, reading.run, step, "", now, now)]
            clocks.raise_alarms(work.ticket.number, fresh or nobody)
            if not (silent and reading.clock is Clock.ATTENTION):
                _note(work, reading, step, due, at)


def _passed(
    reading: Reading, promise: Promise, now: datetime, levels: ServiceLevels
) -> Iterator[tuple[int, Level, datetime]]:
    """Yield the steps of a clock that have passed, in order: number, what they bring, since when."""
    if reading.clock is Clock.ATTENTION:
        ring = ring_of(reading.segments, now, promise.ring_seconds)
        if ring is not None and ring[0]:
            yield ring[0], Level(0, _rung(promise, ring[0])), now
        return
    for level in promise.levels:
        at = moment_of(reading.segments, level.share, levels)
        if at is not None and at <= now:
            yield keeping.step_of(level.share), level, at


def _escalate(office: Office, work: Work, level: Level, promise: Promise, why: str) -> None:
    """Raise the priority and hand the ticket over, as the level says; what is so already stays."""
    ticket = work.ticket
    if level.priority is not None and level.priority < ticket.priority:
        work.apply([SetLevels(ticket.impact, ticket.urgency, level.priority, f"escalated: {why}")])
    heir = office.roster.agent(promise.owner if level.assign_to == OWNER else level.assign_to)
    if heir is not None and heir.address != ticket.assignee and office.roster.sees(heir, ticket.team):
        work.apply([Assign(heir.address, f"escalated: {why}")])


def _agents(office: Office, ticket: Ticket, to: Iterable[str], promise: Promise) -> list[Agent]:
    """Return whom the words mean, each once."""
    found: dict[str, Agent] = {}
    for word in to:
        if word == ASSIGNEE:
            meant: Iterable[Agent | None] = watchers(office, ticket)
        elif word == TEAM:
            meant = office.roster.members(ticket.team)
        else:
            meant = [office.roster.agent(promise.owner if word == OWNER else word)]
        seeing = (one for one in meant if one is not None and office.roster.sees(one, ticket.team))
        found.update({one.address: one for one in seeing})
    return list(found.values())


def _hours(agent: Agent, ticket: Ticket, now: datetime, levels: ServiceLevels) -> datetime:
    """Return when an agent can be told: at once, or when the agent's calendar opens."""
    if ticket.priority is Priority.P1 or not agent.calendar:
        return now
    return levels.calendar(agent.calendar).next_open(now) or now


def _note(work: Work, reading: Reading, step: int, due: datetime, at: Iterable[str]) -> None:
    who = ", ".join(at) or "nobody"
    if reading.clock is Clock.ATTENTION:
        work.note("rang", ring=str(step), to=who)
        return
    kind = "promise broken" if step >= keeping.step_of(BREACH) else "time runs out"
    work.note(kind, clock=str(reading.clock), share=_percent(step), since=due.isoformat(), to=who)


def _tell(office: Office, work: Work, going: Iterable[Reading], levels: ServiceLevels) -> int:
    """Write the mails whose time has come: of each clock the last step only, the others are in it."""
    now, number = work.cause.now, work.ticket.number
    raised, mails = clocks.alarms(number), 0
    for reading in going:
        due = [one for one in keeping.alarms_of(reading, raised) if one.told_at is None and one.due_at <= now]
        silent = bool(due) and stopped(number, _kind(reading))
        for address in dict.fromkeys(one.recipient for one in due):
            mine = [one for one in due if one.recipient == address]
            if not silent:
                mails += _write(office, work, reading, max(mine, key=lambda one: one.step), levels)
            for alarm in mine:
                clocks.told(number, alarm, now)
    return mails


def _write(office: Office, work: Work, reading: Reading, alarm: Alarm, levels: ServiceLevels) -> int:
    # The origin makes the copy's key: this reader gets this step of this run once, whatever happens.
    origin = f"{ORIGIN}/{reading.clock}/{reading.run}/{alarm.step}"
    postbag = Postbag(office, replace(work.cause, origin=origin))
    reader = office.letters.of_team(office.letters.reader(alarm.recipient), work.ticket.team)
    notice = _notice(reading, alarm.step)
    postbag.write(notice, reader, work, None, clock=_clock(reading, alarm, reader, levels, work))
    return postbag.post()


def _clock(
    reading: Reading, alarm: Alarm, reader: Reader, levels: ServiceLevels, work: Work
) -> dict[str, object]:
    promise, left, language = levels.promise(work.ticket), reading.left_seconds or 0, reader.language
    waiting = work.cause.now - reading.segments[0].started_at
    return {
        "name": str(reading.clock),
        "share": _percent(alarm.step),
        "target": length(reading.target_seconds or 0, language),
        "left": length(left, language) if left > 0 else "",
        "over": length(-left, language) if left < 0 else "",
        "due": reader.told(reading.due_at) if reading.due_at is not None else "",
        "since": reader.told(reading.segments[0].started_at),
        "waiting": length(int(waiting.total_seconds()), language),
        "ring": alarm.step,
        "rule": promise.rule,
        "calendar": promise.calendar,
    }


def _percent(step: int) -> str:
    return f"{step / 10:g} %"
