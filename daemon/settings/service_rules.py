"""What must hold for working calendars and service levels."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator

from daemon.desk.addressing import fold
from daemon.desk.calendar_feeds import BadDayError, read_days
from daemon.desk.calendars import CalendarSettings
from daemon.desk.durations import BadDurationError, seconds_of
from daemon.desk.opening_hours import BadHoursError, week
from daemon.desk.service_levels import OWNER, WORDS, SlaSettings
from daemon.desk.web_feeds import address_problem, is_address
from daemon.settings.problems import Fault, Key
from daemon.settings.sections import DEFAULT_TEAM, Document
from daemon.settings.zones import is_zone, zone_hint
from storage.vocabulary import Priority, TicketState, TicketType

_CUSTOMER = re.compile(r"[^@\s]*@[^@\s]+\.[^@\s.]+")


def calendars_are_complete(document: Document) -> Iterator[Fault]:
    """A calendar has a name of its own, hours, and days that are days."""
    yield from _twice("calendar", [one.name for one in document.calendar])
    for index, calendar in enumerate(document.calendar):
        at: Key = ("calendar", index)
        if calendar.timezone and not is_zone(calendar.timezone):
            text = f'expected a time zone like Europe/Berlin, got "{calendar.timezone}"'
            yield Fault((*at, "timezone"), text, zone_hint(calendar.timezone))
        if not calendar.hours:
            hint = 'around the clock is "mon-sun 00:00-24:00"'
            yield Fault((*at, "hours"), 'missing; expected hours like "mon-fri 08:00-17:00"', hint)
        yield from _each_read((*at, "hours"), calendar.hours, week, BadHoursError)
        yield from _each_read((*at, "closed"), calendar.closed, read_days, BadDayError)
        yield from _calendar_country(at, calendar)
        for place, feed in enumerate(calendar.feeds):
            wrong, hint = address_problem(feed) if is_address(feed) else ("", "")
            yield from [Fault((*at, "feeds", place), wrong, hint)] if wrong else []


def _calendar_country(at: Key, calendar: CalendarSettings) -> Iterator[Fault]:
    if calendar.subdivision and not calendar.country:
        yield Fault((*at, "country"), "missing; a subdivision is one of a country")


def calendars_are_known(document: Document) -> Iterator[Fault]:
    """Whoever names a calendar names one that is there."""
    known = [calendar.name for calendar in document.calendar]
    named: list[tuple[Key, str]] = [
        (("agent", index, "calendar"), agent.calendar) for index, agent in enumerate(document.agent)
    ]
    named += [(("team", index, "calendar"), team.calendar) for index, team in enumerate(document.team)]
    named += [(("sla", index, "calendar"), row.calendar) for index, row in enumerate(document.sla)]
    named.append((("waiting", "calendar"), document.waiting.calendar))
    named.append((("survey", "calendar"), document.survey.calendar))
    for at, name in named:
        if name and name not in known:
            yield _unknown(at, name, known, "the name of a [[calendar]]")


def waiting_takes_some_time(document: Document) -> Iterator[Fault]:
    """Between two reminders there is some time."""
    try:
        seconds_of(document.waiting.remind_after)
    except BadDurationError as wrong:
        yield Fault(("waiting", "remind_after"), str(wrong))


def surveys_can_be_sent(document: Document) -> Iterator[Fault]:
    """Surveys have a delay, hours to be sent in, and teams that are there."""
    survey, known = document.survey, [team.name for team in document.team] or [DEFAULT_TEAM]
    yield from _each_read(("survey", "delay"), [survey.delay or "0"], seconds_of, BadDurationError)
    yield from _each_read(("survey", "times"), survey.times, week, BadHoursError)
    if not survey.times and not survey.calendar:
        yield Fault(("survey", "times"), "missing; surveys are sent within these hours")
    for place, name in enumerate(survey.teams_off):
        if name not in known:
            yield _unknown(("survey", "teams_off", place), name, known, "the name of a [[team]]")


def service_levels_are_complete(document: Document) -> Iterator[Fault]:
    """A service level speaks of tickets that can be, of lengths of time, and of people who are there."""
    yield from _twice("sla", [row.name for row in document.sla])
    for index, row in enumerate(document.sla):
        at: Key = ("sla", index)
        yield from _conditions(at, row, [team.name for team in document.team] or [DEFAULT_TEAM])
        for clock, text in row.lengths.items():
            yield from _each_read((*at, clock.replace("-", "_")), [text], seconds_of, BadDurationError)
        for place, share in enumerate(row.warn_at):
            if not 0 < share < 1:
                text = f"expected a share between 0 and 1, got {share:g}"
                yield Fault((*at, "warn_at", place), text, "0.5 is half of the time")
        yield from _people(at, row, [agent.address for agent in document.agent])


def service_levels_can_be_reached(document: Document) -> Iterator[Fault]:
    """The first row that fits counts, so none stands below one that fits every ticket."""
    rows = enumerate(document.sla)
    general = next((index for index, row in rows if not _asks_anything(row)), len(document.sla))
    for index in range(general + 1, len(document.sla)):
        text = f"it can never count: sla[{general + 1}] above it is for every ticket"
        yield Fault(("sla", index), text, "the first row that fits counts; put it higher up")


def _asks_anything(row: SlaSettings) -> bool:
    return bool(row.types or row.priorities or row.teams or row.requesters)


def _conditions(at: Key, row: SlaSettings, teams: list[str]) -> Iterator[Fault]:
    words: list[tuple[str, tuple[str, ...], list[str], str]] = [
        ("types", row.types, [str(one) for one in TicketType], "a type of tickets"),
        ("priorities", row.priorities, [str(one) for one in Priority], "a priority"),
        ("teams", row.teams, teams, "the name of a [[team]]"),
        ("pause", row.pause, [str(one) for one in TicketState], "a state of tickets"),
    ]
    for name, given, known, what in words:
        for place, word in enumerate(given):
            if word not in known:
                yield _unknown((*at, name, place), word, known, what)
    for place, customer in enumerate(row.requesters):
        if not _CUSTOMER.fullmatch(customer):
            text = f'expected an address, or a domain like "@example.com", got "{customer}"'
            yield Fault((*at, "requesters", place), text)


def _people(at: Key, row: SlaSettings, agents: list[str]) -> Iterator[Fault]:
    known = {fold(address) for address in agents}
    if row.owner and fold(row.owner) not in known:
        yield _unknown((*at, "owner"), row.owner, agents, "the address of an agent")
    for index, level in enumerate(row.escalation):
        for place, who in enumerate(level.to):
            key: Key = (*at, "escalation", index, "to", place)
            if who == OWNER and not row.owner:
                yield Fault(key, "this row has no owner", "set owner to the address of an agent")
            elif who not in WORDS and fold(who) not in known:
                yield _unknown(
                    key, who, [*WORDS, *agents], "assignee, team, owner or the address of an agent"
                )
        yield from _heir((*at, "escalation", index, "assign_to"), row, level.assign_to, agents)


def _heir(key: Key, row: SlaSettings, heir: str, agents: list[str]) -> Iterator[Fault]:
    if heir == OWNER and not row.owner:
        yield Fault(key, "this row has no owner", "set owner to the address of an agent")
    elif heir and heir != OWNER and fold(heir) not in {fold(address) for address in agents}:
        yield _unknown(key, heir, [OWNER, *agents], "owner or the address of an agent")


def _each_read(
    at: Key, texts: Iterable[str], read: Callable[..., object], error: type[ValueError]
) -> Iterator[Fault]:
    """Let every text that is not empty be read by what reads it later; yield what it says."""
    listed = read in (week, read_days)
    for place, text in enumerate(texts):
        try:
            if text:
                read([text] if listed else text)
        except error as wrong:
            yield Fault((*at, place) if listed else at, str(wrong))


def _twice(section: str, names: list[str]) -> Iterator[Fault]:
    for index, name in enumerate(names):
        if names.index(name) != index:
            text = f"{name} is the name of {section}[{names.index(name) + 1}] already"
            yield Fault((section, index, "name"), text)


def _unknown(at: Key, word: str, known: list[str], what: str) -> Fault:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    some = ", ".join(known[:8]) or "none"
    return Fault(
        at, f'expected {what}, got "{word}"', f"did you mean {near[0]}?" if near else f"there are {some}"
    )
