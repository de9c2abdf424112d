"""Play the journal of a ticket again: what it says the ticket must be, to compare with what the tables say.

Every fact is a text under the name of its column: a moment is ISO 8601 in UTC, nothing is the empty text.
Fields of the desk's own and links have a name each (``field asset``, ``link duplicate 12``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from daemon.desk.lifecycle import ENDED, INITIAL
from storage.records import Event
from storage.vocabulary import Level, TicketState

Facts = dict[str, str]
# What a journal of an older program does not tell; it is not compared.
UNKNOWN = "?"
REQUESTER = "requester"
_LINKED = "yes"


@dataclass(slots=True)
class Replay:
    """The facts after the lines so far, and by which line each of them came to be."""

    facts: Facts = field(default_factory=dict)
    written_by: dict[str, int] = field(default_factory=dict)

    def follow(self, event: Event) -> None:
        """Take the next line of the journal."""
        writer = _WRITERS.get(event.kind)
        changed = {"updated_at": event.at.isoformat()}
        if writer is not None:
            changed |= writer(self.facts, event)
        self.facts |= changed
        for name in changed:
            self.written_by[name] = event.id

    def differences(self, tables: Mapping[str, str]) -> list[tuple[str, str, str]]:
        """List what the tables have otherwise: ``(name, what the journal says, what the tables say)``.

        Who asked is not among it: a person has many addresses (``services.audit``).
        """
        names = sorted({*self.facts, *tables} - {REQUESTER})
        pairs = ((name, self.facts.get(name, ""), tables.get(name, "")) for name in names)
        return [(name, said, has) for name, said, has in pairs if said not in (has, UNKNOWN)]


def _opened(_: Facts, event: Event) -> Facts:
    said = event.data
    kind, teams = said.get("type", ""), said.get("teams", "")
    return {
        "type": kind,
        "state": _FIRST_STATE.get(kind, ""),
        "impact": said.get("impact", Level.MEDIUM),
        "urgency": said.get("urgency", Level.MEDIUM),
        "priority": said.get("priority", ""),
        "team": said.get("team", teams.partition(", ")[0]),
        "routes": teams,
        REQUESTER: _unless("unknown", said.get("requester", "")),
        "created_at": event.at.isoformat(),
        "minutes_spent": "0",
    }


def _state(facts: Facts, event: Event) -> Facts:
    said = event.data
    to = said.get("to", "")
    if "resolved" in said:
        # A state that was given back comes with its moments.
        ends = {"resolved_at": _moment(said["resolved"]), "closed_at": _moment(said.get("closed", ""))}
        return {"state": to, **ends, "pending_until": _moment(said.get("until", ""))}
    if said.get("reason") == "taken back":
        return {"state": to, "resolved_at": UNKNOWN, "closed_at": UNKNOWN, "pending_until": UNKNOWN}
    return _moved(facts, to, event) | {"pending_until": _moment(said.get("until", ""))}


def _moved(facts: Facts, to: str, event: Event) -> Facts:
    at = event.at.isoformat()
    return {
        "state": to,
        "resolved_at": (facts.get("resolved_at") or at) if to in ENDED else "",
        "closed_at": (facts.get("closed_at") or at) if to == TicketState.CLOSED else "",
        "pending_until": "",
    }


def _type(facts: Facts, event: Event) -> Facts:
    to = event.data.get("state", "")
    moved = {} if to == facts.get("state") else _moved(facts, to, event)
    return moved | {"type": event.data.get("to", "")}


def _merged(facts: Facts, event: Event) -> Facts:
    return _moved(facts, TicketState.CLOSED, event) | {"merged_into": event.data.get("ticket", "")}


def _team(_: Facts, event: Event) -> Facts:
    return {"team": event.data.get("to", ""), "routes": event.data.get("teams", "")}


def _routed(facts: Facts, event: Event) -> Facts:
    return {"routes": ", ".join((facts.get("routes", ""), event.data.get("team", "")))}


def _levels(_: Facts, event: Event) -> Facts:
    return {name: event.data.get(name, "") for name in ("impact", "urgency", "priority")}


def _time(facts: Facts, event: Event) -> Facts:
    spent, more = facts.get("minutes_spent", "0"), event.data.get("minutes", "0")
    try:
        return {"minutes_spent": str(int(spent) + int(more))}
    except ValueError:
        return {"minutes_spent": more}


def _field(_: Facts, event: Event) -> Facts:
    return {f"field {event.data.get('name', '')}": event.data.get("value", "")}


def _link(value: str) -> Callable[[Facts, Event], Facts]:
    def write(_: Facts, event: Event) -> Facts:
        return {link_name(event.data.get("kind", ""), event.data.get("ticket", "")): value}

    return write


def link_name(kind: str, other: str) -> str:
    """Return the name of the fact that a ticket is this to another one."""
    return f"link {kind} {other}"


def _word(name: str, key: str, nobody: str = "") -> Callable[[Facts, Event], Facts]:
    return lambda _, event: {name: _unless(nobody, event.data.get(key, ""))}


def _unless(nobody: str, value: str) -> str:
    """Return the value, and nothing for the word by which the journal says that there is none."""
    return "" if value == nobody else value


def _moment(value: str) -> str:
    """Return a moment in UTC; what is none stays as it is, and shows as a difference."""
    try:
        return datetime.fromisoformat(value).astimezone(UTC).isoformat() if value else ""
    except ValueError:
        return value


_FIRST_STATE = {str(kind): str(state) for kind, state in INITIAL.items()}
_WRITERS: Mapping[str, Callable[[Facts, Event], Facts]] = {
    "opened": _opened,
    "state": _state,
    "type": _type,
    "merged into": _merged,
    "merged no longer": lambda _, __: {"merged_into": ""},
    "assigned": _word("assignee", "to", "nobody"),
    "team": _team,
    "routed": _routed,
    "priority": _levels,
    "category": _word("category", "to"),
    "promised": lambda _, event: {"due_at": _moment(_unless("nothing", event.data.get("moment", "")))},
    "tags": _word("tags", "tags"),
    "field": _field,
    "watched": _word("watchers", "by", "nobody"),
    "asked": _word("asked", "waiting", "for nobody"),
    "time": _time,
    "requester": _word(REQUESTER, "address", "nobody"),
    "linked": _link(_LINKED),
    "linked no longer": _link(""),
}
