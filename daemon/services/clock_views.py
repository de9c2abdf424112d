"""What the clocks of a ticket show, and why: as plain data for programs, as lines that a phone can show."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from daemon.desk.clocks import Reading, readings
from daemon.desk.durations import spoken_length
from daemon.desk.sentences import Length, Sentence, joined, length_said, moment_said, sentence, term
from daemon.desk.service_levels import Promise, ServiceLevels
from daemon.services.letters import written
from storage import clocks
from storage.records import Segment, Ticket

View = dict[str, Any]

_TIME = "%H:%M"
_MOMENT = f"%a %d %b, {_TIME}"


def of_ticket(ticket: Ticket, now: datetime, levels: ServiceLevels | None) -> list[View]:
    """Return every run of every clock with its segments, under stable keys; inside the caller's transaction.

    Empty for a desk without service levels, and for tickets that had ended when the desk got them.
    """
    if levels is None:
        return []
    found = clocks.of_ticket(ticket.number)
    return [_view(one, levels.promise(ticket)) for one in readings(found, now, levels)]


def _view(reading: Reading, promise: Promise) -> View:
    last = reading.last
    return {
        "clock": str(reading.clock),
        "run": reading.run,
        "state": reading.stands,
        "rule": last.rule,
        "why": promise.why if last.ended_at is None else "",
        "calendar": last.calendar,
        "target_seconds": reading.target_seconds,
        "used_seconds": reading.used_seconds,
        "left_seconds": reading.left_seconds,
        "due": reading.due_at,
        "met": None if reading.left_seconds is None else reading.left_seconds >= 0,
        "segments": [_segment(one) for one in reading.segments],
    }


def _segment(segment: Segment) -> View:
    return {
        "kind": str(segment.kind),
        "started": segment.started_at,
        "ended": segment.ended_at,
        "reason": segment.reason,
        "ended_reason": segment.ended_reason,
        "cause": segment.cause,
        "rule": segment.rule,
        "calendar": segment.calendar,
        "target_seconds": segment.target_seconds,
        "used_seconds": segment.used_seconds,
    }


def lines(views: Sequence[Mapping[str, Any]], zone: str) -> Iterator[Sentence]:
    """Yield the clocks as short lines, those that are not over first; moments in this zone."""
    if not views:
        yield sentence("no clocks: nothing is promised at this desk")
    for view in sorted(views, key=lambda one: one["state"] == "stopped"):
        yield _headline(view, zone)
        yield joined("", ("  ", _terms(view)))
        for segment in view["segments"]:
            yield joined("", ("  ", _stretch(segment, zone)))


def _headline(view: Mapping[str, Any], zone: str) -> Sentence:
    name = term(view["clock"].replace("-", " "))
    if view["run"] > 1:
        name = sentence("{clock} (run {run})", clock=name, run=view["run"])
    facts, left, state = list[str](), view["left_seconds"], term(view["state"])
    if left is None:
        facts = [state, sentence("{length} so far", length=_length(view["used_seconds"]))]
    elif view["state"] == "stopped":
        kept = sentence("kept") if view["met"] else sentence("broken by {length}", length=_length(-left))
        facts = [kept, sentence("took {length}", length=_length(view["used_seconds"]))]
    else:
        rest = sentence("{length} over", length=_length(-left))
        facts = [state, sentence("{length} left", length=_length(left)) if left >= 0 else rest]
        if view["due"]:
            due = moment_said(written(view["due"], zone), view["due"], zone)
            facts.append(sentence("due {when}", when=due))
    return joined(": ", (name, joined(", ", facts)))


def _length(seconds: int) -> Length:
    return length_said(spoken_length(seconds), seconds)


def _terms(view: Mapping[str, Any]) -> Sentence:
    on = (
        sentence("on {calendar}", calendar=view["calendar"])
        if view["calendar"]
        else sentence("around the clock")
    )
    if view["target_seconds"] is None:
        return sentence("nothing promised; counted {on}", on=on)
    why = f" ({view['why']})" if view["why"] else ""
    return sentence(
        "promised {length} {on}, by {rule}{why}",
        length=_length(view["target_seconds"]),
        on=on,
        rule=view["rule"],
        why=why,
    )


def _stretch(segment: Mapping[str, Any], zone: str) -> Sentence:
    place = ZoneInfo(zone or "UTC")
    started = segment["started"].astimezone(place)
    since = moment_said(f"{started:{_MOMENT}}", segment["started"], zone)
    if segment["ended"] is None:
        return sentence(
            "{since} till now: {kind}; {reason}",
            since=since,
            kind=term(segment["kind"]),
            reason=segment["reason"],
        )
    ended = segment["ended"].astimezone(place)
    until: str = f"{ended:{_TIME}}"
    if ended.date() != started.date():
        until = moment_said(f"{ended:{_MOMENT}}", segment["ended"], zone)
    paused = segment["kind"] == "paused"
    return sentence(
        "{since} till {until}: {counted}; {reason}, then {ended}",
        since=since,
        until=until,
        counted=term("paused") if paused else _length(segment["used_seconds"]),
        reason=segment["reason"],
        ended=segment["ended_reason"],
    )
