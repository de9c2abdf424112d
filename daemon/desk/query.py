"""Which tickets are meant: the words behind ``#search``, ``#queue`` and ``#bulk``, read and checked.

``state:open``, ``team:network``, ``assignee:me``, ``tag:vpn``, ``type:change``, ``priority:P1``,
``category:mail``,
``requester:rita@example.com``, ``older:14d``; every other word is looked for in the ticket.
"""

import difflib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.desk.addressing import Agent, Roster, fold
from daemon.desk.lifecycle import ENDED
from daemon.desk.sentences import either, sentence
from storage.vocabulary import Priority, TicketState, TicketType

NOBODY = "nobody"
WORDS_LIMIT = 8
_AGE = re.compile(r"(\d{1,4})([hdw])", re.ASCII)
_AGES = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
KEYS = ("state", "team", "assignee", "tag", "type", "priority", "category", "requester", "older")
OPEN = tuple(state for state in TicketState if state not in ENDED)


class BadQuery(Exception):  # noqa: N818  # an answer to whoever typed it
    """Words that are no query; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which tickets are meant; an empty field asks nothing.  ``before`` bounds the last change.

    ``assignee`` is an address, ``nobody``, or empty.
    """

    states: tuple[TicketState, ...] = ()
    teams: tuple[str, ...] = ()
    assignee: str = ""
    tags: tuple[str, ...] = ()
    types: tuple[TicketType, ...] = ()
    priorities: tuple[Priority, ...] = ()
    category: str = ""
    requester: str = ""
    before: datetime | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, at which desk and when."""

    agent: Agent
    roster: Roster
    now: datetime


def read_query(text: str, asker: Asker) -> Query:
    """Read a query; raises BadQuery.  Without ``state:`` it means the tickets that are not ended."""
    found: dict[str, list[str]] = {}
    words = []
    for word in text.split():
        key, colon, value = word.partition(":")
        if colon and value and key.lower() in KEYS:
            found.setdefault(key.lower(), []).append(value)
        elif colon and value and difflib.get_close_matches(key.lower(), KEYS, n=1, cutoff=0.8):
            near = difflib.get_close_matches(key.lower(), KEYS, n=1, cutoff=0.8)
            raise BadQuery(
                sentence("there is no {key}: to ask by (did you mean {near}:?)", key=key[:30], near=near[0])
            )
        else:
            words.append(word)
    if len(words) > WORDS_LIMIT:
        raise BadQuery(
            sentence(
                "expected at most {limit} words to look for, got {count}",
                limit=WORDS_LIMIT,
                count=len(words),
            )
        )
    return Query(
        states=_states(found.get("state", [])),
        teams=tuple(team_named(name, asker.roster) for name in found.get("team", [])),
        assignee=_assignee(found.get("assignee", [""])[-1], asker),
        tags=tuple(fold(tag) for tag in found.get("tag", [])),
        types=tuple(type_named(name) for name in found.get("type", [])),
        priorities=tuple(_priority(name) for name in found.get("priority", [])),
        category=found.get("category", [""])[-1],
        requester=fold(found.get("requester", [""])[-1]),
        before=_before(found.get("older", [""])[-1], asker.now),
        words=tuple(words),
    )


def _states(names: list[str]) -> tuple[TicketState, ...]:
    if any(name.lower() in {"any", "all"} for name in names):
        return ()
    known = {str(state): state for state in TicketState}
    for name in names:
        if name.lower() not in known and name.lower() != "pending":
            raise BadQuery(
                sentence(
                    "expected a state like {choices}, got {typed}",
                    choices=", ".join(list(known)[:6]),
                    typed=repr(name[:40]),
                )
            )
    wanted = [state for name in names for word, state in known.items() if _names_state(name.lower(), word)]
    return tuple(wanted) or OPEN


def _names_state(name: str, word: str) -> bool:
    return word == name or (name == "pending" and word.startswith("pending-"))


def team_named(name: str, roster: Roster) -> str:
    """Return the team of that name, in any case; raises BadQuery with those that there are."""
    found = next((team.name for team in roster.teams if team.name.lower() == name.lower()), None)
    if found is None:
        names = [team.name for team in roster.teams]
        near = difflib.get_close_matches(name.lower(), names, n=1)
        hint = sentence("there are: {names}", names=", ".join(names))
        if near:
            hint = sentence("did you mean {near}?", near=near[0])
        raise BadQuery(sentence("there is no team {typed}; {hint}", typed=repr(name[:60]), hint=hint))
    return found


def type_named(name: str) -> TicketType:
    """Return the type of that name; ``request`` is short for a service request.  Raises BadQuery."""
    word = {"request": "service-request", "service": "service-request"}.get(name.lower(), name.lower())
    if word not in list(TicketType):
        raise BadQuery(
            sentence("expected incident, request, problem or change, got {typed}", typed=repr(name[:40]))
        )
    return TicketType(word)


def agent_named(name: str, asker: Asker) -> Agent:
    """Return the agent who is meant by an address, its local part, a name or ``me``; raises BadQuery."""
    wanted = fold(name.removeprefix("@"))
    if wanted == "me":
        return asker.agent
    people = asker.roster.agents
    named = [one for one in people if wanted in one.addresses]
    named = named or [one for one in people if wanted in {fold(one.name), one.address.partition("@")[0]}]
    named = named or [one for one in people if fold(one.name).split()[:1] == [wanted]]
    if len(named) == 1:
        return named[0]
    if named:
        raise BadQuery(
            sentence(
                "{typed} can be {addresses}; write the address",
                typed=repr(name[:60]),
                addresses=either(one.address for one in named),
            )
        )
    names = [*(fold(one.name) for one in people), *(one.address.partition("@")[0] for one in people)]
    near = difflib.get_close_matches(wanted, names, n=1)
    hint = sentence(" (did you mean {near}?)", near=near[0]) if near else ""
    raise BadQuery(sentence("there is no agent {typed}{hint}", typed=repr(name[:60]), hint=hint))


def _assignee(name: str, asker: Asker) -> str:
    if not name or name.lower() in {"none", NOBODY}:
        return NOBODY if name else ""
    return agent_named(name, asker).address


def _priority(name: str) -> Priority:
    if name.upper() not in list(Priority):
        raise BadQuery(sentence("expected a priority from P1 to P4, got {typed}", typed=repr(name[:40])))
    return Priority(name.upper())


def _before(age: str, now: datetime) -> datetime | None:
    if not age:
        return None
    found = _AGE.fullmatch(age.lower())
    if found is None:
        raise BadQuery(sentence("expected an age like 12h, 14d or 3w, got {typed}", typed=repr(age[:40])))
    return now - _AGES[found[2]] * int(found[1])
