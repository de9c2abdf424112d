"""What hooks are told: which line of a journal is which event, and the message about it; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.desk.hook_settings import HookSettings
from daemon.desk.lifecycle import DONE, ENDED
from storage.records import Event, Ticket
from storage.vocabulary import Priority, TicketState

# Every event with what people read of it.
EVENTS: Mapping[str, str] = {
    "opened": "New ticket",
    "message": "A reply came",
    "answered": "Answered",
    "note": "New note among agents",
    "held": "A stranger's mail is held",
    "assigned": "Assigned",
    "team": "Handed to another team",
    "priority": "New priority",
    "state": "New state",
    "resolved": "Resolved",
    "closed": "Closed",
    "reopened": "Opened again",
    "sla-warning": "Promised time runs out",
    "sla-breached": "Promised time is over",
    "ringing": "Nobody answers a critical ticket",
    "undelivered": "A mail did not arrive",
}
# What is said among agents; a hook hears of it only where its ``internal`` says so.
INTERNAL = frozenset({"note", "held"})
EXCERPT_LIMIT_CHARS = 300
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=10), timedelta(hours=1)

_PLAIN = {
    "opened": "opened",
    "assigned": "assigned",
    "team": "team",
    "priority": "priority",
    "time runs out": "sla-warning",
    "promise broken": "sla-breached",
    "rang": "ringing",
    "undelivered": "undelivered",
}
_ENTRIES = {"message": "message", "answer": "answered", "note": "note", "held": "held"}


@dataclass(frozen=True, slots=True)
class Message:
    """What a hook is told once; ``id`` is the same at every attempt, ``excerpt`` may be empty."""

    id: str
    event: str
    at: str
    ticket: dict[str, str | int]
    text: str
    excerpt: str = ""


def event_of(line: Event, opened_at: datetime) -> str:
    """Return the event that a line of a ticket's journal is, empty for one that nobody is told of."""
    if line.kind == "state":
        return _move(line.data)
    if line.kind == "entry":
        # The first words of a ticket are its opening, which is told already.
        first = line.at == opened_at and line.data.get("kind") == "message"
        return "" if first else _ENTRIES.get(line.data.get("kind", ""), "")
    return _PLAIN.get(line.kind, "")


def _move(data: Mapping[str, str]) -> str:
    before, to = data.get("from", ""), data.get("to", "")
    if to == TicketState.CLOSED:
        return "closed"
    if to in set(DONE.values()):
        return "resolved"
    return "reopened" if before in ENDED and to not in ENDED else "state"


def is_wanted(hook: HookSettings, event: str, ticket: Ticket) -> bool:
    """Tell whether a hook is told of an event of a ticket as it is now."""
    ranks = list(Priority)
    return (
        event in hook.events
        and (hook.internal or event not in INTERNAL)
        and ranks.index(ticket.priority) <= ranks.index(Priority(hook.priority))
        and (not hook.teams or bool(set(hook.teams) & {ticket.team, *ticket.routes}))
    )


def message(line: Event, event: str, ticket: Ticket, desk: str, excerpt: str = "") -> Message:
    """Write the message about an event; ``desk`` is the desk's address, which tells several desks apart."""
    told: dict[str, str | int] = {
        "number": ticket.number,
        "subject": ticket.subject,
        "type": ticket.type.value,
        "state": ticket.state.value,
        "priority": ticket.priority.value,
        "team": ticket.team,
        "assignee": ticket.assignee or "",
    }
    words = [EVENTS[event], f"[#{ticket.number}]", ticket.priority.value, ticket.team]
    if event in {"state", "resolved", "closed", "reopened"}:
        words.append(line.data.get("to", "").replace("-", " "))
    elif event in {"assigned", "team"}:
        words.append(line.data.get("to", ""))
    elif event in {"sla-warning", "sla-breached"}:
        words.append(f"{line.data.get('clock', '').replace('-', ' ')} {line.data.get('share', '')}".strip())
    text = f"{words[0]} {words[1]} ({', '.join(filter(None, words[2:]))}): {ticket.subject or '(no subject)'}"
    at = line.at.isoformat().replace("+00:00", "Z")
    return Message(f"{desk}-{line.id}-{event}", event, at, told, text, excerpt[:EXCERPT_LIMIT_CHARS])


def next_delay(attempts: int, asked_seconds: int | None = None) -> timedelta:
    """Return how long to wait after so many failed attempts: ten seconds, doubled up to an hour.

    ``asked_seconds`` is what the other end asked for (Retry-After), believed up to an hour.
    """
    doubled = FIRST_DELAY * (1 << min(attempts, 12))
    asked = timedelta(seconds=min(asked_seconds or 0, 3600))
    return max(min(doubled, LONGEST_DELAY), asked)
