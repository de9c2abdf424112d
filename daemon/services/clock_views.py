"""What the clocks of a ticket show, and why: as plain data for programs, as lines that a phone can show."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from daemon.desk.clocks import Reading, readings
from daemon.desk.durations import spoken_length
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


def lines(views: Sequence[Mapping[str, Any]], zone: str) -> Iterator[str]:
    """Yield the clocks as short lines, those that are not over first; moments in this zone."""
    if not views:
        yield "no clocks: nothing is promised at this desk"
    for view in sorted(views, key=lambda one: one["state"] == "stopped"):
        yield _headline(view, zone)
        yield f"  {_terms(view)}"
        for segment in view["segments"]:
            yield f"  {_stretch(segment, zone)}"


def _headline(view: Mapping[str, Any], zone: str) -> str:
    name = view["clock"].replace("-", " ") + (f" (run {view['run']})" if view["run"] > 1 else "")
    left = view["left_seconds"]
    if left is None:
        return f"{name}: {view['state']}, {spoken_length(view['used_seconds'])} so far"
    if view["state"] == "stopped":
        kept = "kept" if view["met"] else f"broken by {spoken_length(-left)}"
        return f"{name}: {kept}, took {spoken_length(view['used_seconds'])}"
    how = f"{spoken_length(left)} left" if left >= 0 else f"{spoken_length(-left)} over"
    due = f", due {written(view['due'], zone)}" if view["due"] else ""
    return f"{name}: {view['state']}, {how}{due}"


def _terms(view: Mapping[str, Any]) -> str:
    on = f"on {view['calendar']}" if view["calendar"] else "around the clock"
    if view["target_seconds"] is None:
        return f"nothing promised; counted {on}"
    why = f" ({view['why']})" if view["why"] else ""
    return f"promised {spoken_length(view['target_seconds'])} {on}, by {view['rule']}{why}"


def _stretch(segment: Mapping[str, Any], zone: str) -> str:
    place = ZoneInfo(zone or "UTC")
    started = segment["started"].astimezone(place)
    if segment["ended"] is None:
        return f"{started:{_MOMENT}} till now: {segment['kind']}; {segment['reason']}"
    ended = segment["ended"].astimezone(place)
    until = f"{ended:{_TIME if ended.date() == started.date() else _MOMENT}}"
    counted = "paused" if segment["kind"] == "paused" else spoken_length(segment["used_seconds"])
    why = f"{segment['reason']}, then {segment['ended_reason']}"
    return f"{started:{_MOMENT}} till {until}: {counted}; {why}"
