"""Send a ticket to a team by the operator's rules; the first rule that fits decides, and says why.

Addresses are compared as a whole, as a domain or with ``*``; words are looked up.  Both take a time that
grows with the text and the rules, never more.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from daemon.desk.handling_settings import RouteSettings
from daemon.desk.patterns import Patterns
from daemon.desk.terms import Terms, Words
from storage.vocabulary import Level, TicketType

# So many rules that did not fit are told one by one; the rest is counted.
TOLD_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules look at; addresses are folded, a category may have its sub-category after a ``/``."""

    text: Words
    recipients: tuple[str, ...] = ()
    sender: str = ""
    category: str = ""
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Routed:
    """What the first rule that fits asks for; all is empty where none does.

    ``told`` says of each rule that was looked at why it fits or does not, in their order.
    """

    rule: str = ""
    team: str = ""
    type: TicketType | None = None
    impact: Level | None = None
    urgency: Level | None = None
    tags: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule, sorted out."""

    settings: RouteSettings
    words: Terms = field(default_factory=lambda: Terms(()))
    addresses: Patterns = field(default_factory=Patterns)
    senders: Patterns = field(default_factory=Patterns)

    @classmethod
    def of(cls, settings: RouteSettings) -> "Rule":
        """Sort a rule out."""
        return cls(
            settings,
            Terms.of(settings.words),
            Patterns.of(settings.addresses),
            Patterns.of(settings.senders),
        )

    def test(self, facts: Facts) -> tuple[bool, str]:
        """Tell whether the rule fits, and what it fits by or fails at first."""
        seen = []
        for name, asked, found in self._conditions(facts):
            if not asked:
                continue
            if not found:
                return False, f"no such {name}"
            seen.append(f'{name} "{found}"')
        return True, ", ".join(seen)

    def _conditions(self, facts: Facts) -> Iterable[tuple[str, bool, str]]:
        rule = self.settings
        yield "address", bool(rule.addresses), self.addresses.first(facts.recipients)
        yield "sender", bool(rule.senders), self.senders.first((facts.sender,) if facts.sender else ())
        yield (
            "service",
            bool(rule.services),
            next((one for one in facts.services if one in rule.services), ""),
        )
        yield "category", bool(rule.categories), _category(facts.category, rule.categories)
        yield "word", bool(rule.words), next(iter(self.words.found(facts.text)), "")


@dataclass(frozen=True)
class Router:
    """Routes tickets; made once from the settings."""

    rules: tuple[Rule, ...] = ()

    @classmethod
    def of(cls, settings: Iterable[RouteSettings]) -> "Router":
        """Sort the rules out; they keep their order."""
        return cls(tuple(Rule.of(one) for one in settings))

    def route(self, facts: Facts) -> Routed:
        """Return what the first rule that fits asks for."""
        told: list[str] = []
        for at, rule in enumerate(self.rules):
            fits, why = rule.test(facts)
            name = rule.settings.name
            told.append(f"route {name}: {'fits by' if fits else 'does not fit,'} {why}")
            if fits:
                told = _bounded(told[:-1]) + told[-1:] + _not_asked(len(self.rules) - at - 1)
                return _routed(rule.settings, tuple(told))
        return Routed(told=tuple(_bounded(told)))


def _routed(rule: RouteSettings, told: tuple[str, ...]) -> Routed:
    return Routed(
        rule=rule.name,
        team=rule.team,
        type=TicketType(rule.type) if rule.type else None,
        impact=Level(rule.impact) if rule.impact else None,
        urgency=Level(rule.urgency) if rule.urgency else None,
        tags=rule.tags,
        skills=rule.skills,
        told=told,
    )


def _category(category: str, wanted: tuple[str, ...]) -> str:
    """Return the category if it is wanted; a sub-category is of its category as well."""
    return category if category in wanted or category.partition("/")[0] in wanted else ""


def _bounded(told: list[str]) -> list[str]:
    more = len(told) - TOLD_LIMIT
    return [*told[:TOLD_LIMIT], f"{more} more routes do not fit"] if more > 0 else told


def _not_asked(count: int) -> list[str]:
    return [f"{count} further route{'s' if count > 1 else ''} not looked at"] if count else []
