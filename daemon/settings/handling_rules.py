"""What must hold between the settings that decide about new tickets."""

import difflib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import pairwise

from daemon.desk.addressing import fold
from daemon.desk.handling_settings import RouteSettings
from daemon.desk.priority import matrix_of
from daemon.desk.terms import Terms
from daemon.settings.problems import Fault, Key
from daemon.settings.sections import Document
from storage.vocabulary import Level, Priority

_LEVELS = 3
_RANKS = list(Priority)
_FALLING = (Level.HIGH, Level.MEDIUM, Level.LOW)
_CONDITIONS = ("addresses", "senders", "words", "categories", "services")
_EFFECTS = ("team", "type", "impact", "urgency", "tags", "skills")


def matrix_is_whole(document: Document) -> Iterator[Fault]:
    """Each row of the matrix has three priorities, and none rises as impact or urgency falls."""
    settings = document.priority
    rows = {name: getattr(settings, name) for name in ("impact_high", "impact_medium", "impact_low")}
    faults = [
        Fault(
            ("priority", name),
            f"expected {_LEVELS} priorities, for high, medium and low urgency, got {len(row)}",
        )
        for name, row in rows.items()
        if len(row) != _LEVELS
    ]
    yield from faults
    if faults or not all(rank in _RANKS for row in rows.values() for rank in row):
        return
    matrix = matrix_of(settings)
    for name, impact in zip(rows, _FALLING, strict=True):
        if _rises([matrix[impact, urgency] for urgency in _FALLING]):
            yield Fault(("priority", name), "expected priorities that do not rise as the urgency falls")
    for urgency in _FALLING:
        if _rises([matrix[impact, urgency] for impact in _FALLING]):
            text = f"with {urgency} urgency the priority rises as the impact falls"
            yield Fault(("priority", "impact_low"), text, "compare the three rows from top to bottom")


def _rises(ranks: list[Priority]) -> bool:
    return any(_RANKS.index(after) < _RANKS.index(before) for before, after in pairwise(ranks))


def handling_names_are_given_once(document: Document) -> Iterator[Fault]:
    """No two services, categories or routes have one name, and each is one line."""
    listed: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("service", tuple(one.name for one in document.service)),
        ("category", tuple(one.name for one in document.category)),
        ("route", tuple(one.name for one in document.route)),
    )
    for section, names in listed:
        first: dict[str, int] = {}
        for index, name in enumerate(names):
            at: Key = (section, index, "name")
            if not name.isprintable() or not name.strip():
                yield Fault(at, "expected a name in one line of printable characters")
            if first.setdefault(fold(name), index) != index:
                yield Fault(at, f"{name} is the name of {section}[{first[fold(name)] + 1}] already")


def categories_are_paths(document: Document) -> Iterator[Fault]:
    """A category is a name, or a name and a sub-category with one slash between them."""
    for index, category in enumerate(document.category):
        parts = category.name.split("/")
        if len(parts) > 2 or any(part != part.strip() or not part for part in parts):
            text = f'expected a name like "hardware" or "hardware/printer", got "{category.name}"'
            yield Fault(("category", index, "name"), text)


def routes_lead_somewhere(document: Document) -> Iterator[Fault]:
    """A route asks for something and does something, and what it names is there."""
    known = {
        "team": [team.name for team in document.team],
        "categories": [name for one in document.category for name in (one.name, one.name.partition("/")[0])],
        "services": [service.name for service in document.service],
        "skills": [skill for agent in document.agent for skill in agent.skills],
    }
    for index, route in enumerate(document.route):
        yield from _route_faults(("route", index), route, known)


def _route_faults(at: Key, route: RouteSettings, known: dict[str, list[str]]) -> Iterator[Fault]:
    if not any(getattr(route, name) for name in _CONDITIONS):
        yield Fault(at, f"this route fits every mail; expected one of {', '.join(_CONDITIONS)}")
    if not any(getattr(route, name) for name in _EFFECTS):
        yield Fault(at, f"this route does nothing; expected one of {', '.join(_EFFECTS)}")
    if route.team and route.team not in known["team"]:
        yield _unknown((*at, "team"), route.team, "the name of a team", known["team"])
    for name, what in (
        ("categories", "a category"),
        ("services", "a service"),
        ("skills", "a skill of an agent"),
    ):
        for number, value in enumerate(getattr(route, name)):
            if value not in known[name]:
                yield _unknown((*at, name, number), value, what, known[name])


def _unknown(at: Key, value: str, what: str, known: Iterable[str]) -> Fault:
    near = difflib.get_close_matches(value, list(known), n=1, cutoff=0.6)
    return Fault(at, f'expected {what}, got "{value}"', f"did you mean {near[0]}?" if near else "")


def words_can_be_found(document: Document) -> Iterator[Fault]:
    """A word has a letter or digit, else it is found nowhere."""
    for at, word in _words(document):
        if Terms.of((word,)).can_be_found():
            continue
        yield Fault(at, f'expected a word or phrase with letters or digits, got "{word}"')


def _words(document: Document) -> Iterator[tuple[Key, str]]:
    for section, settings in (("priority", document.priority), ("classification", document.classification)):
        for name in settings.__struct_fields__:
            if name.endswith("_words") and isinstance(getattr(settings, name), tuple):
                yield from (((section, name, at), word) for at, word in enumerate(getattr(settings, name)))
    listed = [(("service", at), one.words) for at, one in enumerate(document.service)]
    listed += [(("category", at), one.words) for at, one in enumerate(document.category)]
    listed += [(("route", at), one.words) for at, one in enumerate(document.route)]
    for place, words in listed:
        yield from (((*place, "words", at), word) for at, word in enumerate(words))


def patterns_are_addresses(document: Document) -> Iterator[Fault]:
    """An address pattern has no blank in it, and at most one ``@``."""
    listed: list[tuple[Key, tuple[str, ...]]] = [(("priority", "vips"), document.priority.vips)]
    classification = document.classification
    listed.append((("classification", "incident_addresses"), classification.incident_addresses))
    listed.append((("classification", "request_addresses"), classification.request_addresses))
    for index, route in enumerate(document.route):
        listed.append((("route", index, "addresses"), route.addresses))
        listed.append((("route", index, "senders"), route.senders))
    for at, values in listed:
        for number, value in enumerate(values):
            if not value or any(char.isspace() for char in value) or value.count("@") > 1:
                text = f'expected an address, a domain, or either with "*", got "{value}"'
                yield Fault((*at, number), text)


def absences_are_whole(document: Document) -> Iterator[Fault]:
    """An absence ends after it begins, and a stand-in is another agent."""
    agents = {fold(agent.address) for agent in document.agent}
    for index, agent in enumerate(document.agent):
        for number, absence in enumerate(agent.absences):
            at: Key = ("agent", index, "absences", number)
            # A day that was no day is told already; an empty text stands in for it here.
            days_given = isinstance(absence.first, date) and isinstance(absence.last, date)
            if days_given and absence.last < absence.first:
                text = f"expected a day not before {absence.first}, got {absence.last}"
                yield Fault((*at, "last"), text)
            stand_in = fold(absence.stand_in)
            if stand_in and stand_in not in agents:
                near = difflib.get_close_matches(stand_in, agents, n=1, cutoff=0.6)
                hint = f"did you mean {near[0]}?" if near else "add an [[agent]] with that address"
                yield Fault(
                    (*at, "stand_in"), f"expected the address of an agent, got {absence.stand_in}", hint
                )
            elif stand_in and stand_in == fold(agent.address):
                yield Fault((*at, "stand_in"), "nobody stands in for himself; expected another agent")


HANDLING_RULES: tuple[Callable[[Document], Iterator[Fault]], ...] = (
    matrix_is_whole,
    handling_names_are_given_once,
    categories_are_paths,
    routes_lead_somewhere,
    words_can_be_found,
    patterns_are_addresses,
    absences_are_whole,
)
