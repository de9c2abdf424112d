"""The priority of a ticket: its impact and urgency, the signals they come from, and the matrix.

A priority is derived, never typed in.  Who wants another one overrides it by command, with a reason.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from daemon.desk import priority_words as words
from daemon.desk.handling_settings import PrioritySettings, ServiceSettings
from daemon.desk.lifecycle import MATRIX
from daemon.desk.patterns import Patterns
from daemon.desk.people_count import people_named
from daemon.desk.terms import Terms, Words, plain
from storage.vocabulary import Level, Priority

_RANK = {Level.LOW: 0, Level.MEDIUM: 1, Level.HIGH: 2}
_LEVELS = (Level.HIGH, Level.MEDIUM, Level.LOW)
USUAL = Level.MEDIUM
PEOPLE = "people affected"
_EVERYONE = "everyone|everybody|tout le monde|todo el mundo|iedereen"
_GREETED = re.compile(rf" (?:{'|'.join(map(plain, words.GREETED))}) (?:{_EVERYONE})(?= )")
_TELLING = re.compile(r"[^\W\d_]{3,}")
# How many terms a signal names as its evidence.
_SHOWN = 3

Matrix = Mapping[tuple[Level, Level], Priority]


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason for a level: its name, what was seen, and the impact or urgency that it asks for."""

    name: str
    evidence: str
    impact: Level | None = None
    urgency: Level | None = None

    def __str__(self) -> str:
        effects = [
            f"{name} {level}" for name, level in (("impact", self.impact), ("urgency", self.urgency)) if level
        ]
        return f"{self.name}: {self.evidence} -> {', '.join(effects)}"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the signals of a ticket come to; ``signals`` are empty where nothing stands out."""

    impact: Level
    urgency: Level
    priority: Priority
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a mail when its priority is derived; ``similar`` counts reports like it."""

    text: Words
    sender: str = ""
    similar: int = 0
    asked: tuple[Signal, ...] = ()


@dataclass(frozen=True)
class Assessor:
    """Derives priorities; made once from the settings."""

    settings: PrioritySettings
    services: tuple[ServiceSettings, ...] = ()
    matrix: Matrix = field(default_factory=lambda: MATRIX)
    _everybody: Terms = field(default_factory=lambda: Terms(()))
    _terms: tuple[tuple[str, Terms, Level | None, Level | None], ...] = ()
    _urgent: Terms = field(default_factory=lambda: Terms(()))
    _calm: Terms = field(default_factory=lambda: Terms(()))
    _services: tuple[tuple[ServiceSettings, Terms], ...] = ()
    _vips: Patterns = field(default_factory=Patterns)

    @classmethod
    def of(cls, settings: PrioritySettings, services: Iterable[ServiceSettings] = ()) -> "Assessor":
        """Sort the settings out."""
        listed = tuple(services)
        terms = (
            ("security", _terms(words.SECURITY, settings.security_words, settings), None, Level.HIGH),
            ("compliance", _terms(words.COMPLIANCE, settings.compliance_words, settings), Level.HIGH, None),
            ("money", _terms(words.MONEY, settings.money_words, settings), None, Level.HIGH),
        )
        return cls(
            settings,
            listed,
            matrix_of(settings),
            _terms(words.EVERYBODY, settings.everybody_words, settings),
            terms,
            _terms(words.URGENT, settings.urgent_words, settings),
            _terms(words.CALM, settings.calm_words, settings),
            tuple((one, Terms.of((one.name, *one.words))) for one in listed),
            Patterns.of(settings.vips),
        )

    @property
    def wants_similar(self) -> bool:
        """Tell whether reports like a new one are to be counted."""
        return self.settings.similar_reports > 0

    @property
    def similar_since(self) -> timedelta:
        """The time within which reports are counted."""
        return timedelta(minutes=self.settings.similar_minutes)

    def services_in(self, text: Words) -> tuple[ServiceSettings, ...]:
        """Return the services that a text names, in the order of the configuration."""
        return tuple(service for service, terms in self._services if terms.found(text))

    def assess(self, report: Report) -> Assessment:
        """Derive impact, urgency and priority; signals raise what they speak of, calm words lower it."""
        signals = (*report.asked, *self._signals(report))
        impact = _highest(one.impact for one in signals)
        urgency = _highest(one.urgency for one in signals)
        return Assessment(impact, urgency, self.matrix[impact, urgency], signals)

    def _signals(self, report: Report) -> Iterable[Signal]:
        text, settings = report.text, self.settings
        if (found := self._everybody.found(text)) and (found := self._everybody.found(_ungreeted(text))):
            yield Signal(PEOPLE, _shown(found), impact=Level.HIGH)
        for name, terms, impact, urgency in self._terms:
            if found := terms.found(text):
                yield Signal(name, _shown(found), impact, urgency)
        yield from self._people(text)
        if found := self._calm.found(text):
            yield Signal("can wait", _shown(found), urgency=Level.LOW)
        elif found := self._urgent.found(text):
            yield Signal("urgent words", _shown(found), urgency=Level.HIGH)
        if self._vips.fits(report.sender):
            yield Signal("important person", report.sender, urgency=Level.HIGH)
        critical = [service.name for service in self.services_in(text) if service.critical]
        if critical:
            yield Signal("critical service", _shown(critical), impact=Level.HIGH)
        if 0 < settings.similar_reports <= report.similar:
            evidence = f"{report.similar} reports like it in {settings.similar_minutes} minutes"
            yield Signal("similar reports", evidence, impact=Level.HIGH)

    def _people(self, text: Words) -> Iterable[Signal]:
        named = people_named(text)
        if named is not None and named[0] >= self.settings.many_people:
            yield Signal(PEOPLE, named[1], impact=Level.HIGH)


def matrix_of(settings: PrioritySettings) -> Matrix:
    """Return the matrix that the settings spell in rows, with the urgency falling from left to right."""
    rows = {
        Level.HIGH: settings.impact_high,
        Level.MEDIUM: settings.impact_medium,
        Level.LOW: settings.impact_low,
    }
    return {
        (impact, urgency): Priority(rank)
        for impact, row in rows.items()
        for urgency, rank in zip(_LEVELS, row, strict=True)
    }


def similar(subject: str, others: Iterable[str]) -> int:
    """Count the subjects that speak of the same: that share half of all their words."""
    mine = _telling(subject)
    if not mine:
        return 0
    return sum(1 for words in map(_telling, others) if 2 * len(mine & words) >= len(mine | words) > 0)


def _telling(subject: str) -> set[str]:
    return set(_TELLING.findall(plain(subject[:250])))


def _highest(levels: Iterable[Level | None]) -> Level:
    asked = [level for level in levels if level is not None]
    return max(asked, key=_RANK.__getitem__) if asked else USUAL


def _terms(shipped: Iterable[str], own: Iterable[str], settings: PrioritySettings) -> Terms:
    return Terms.of((*(shipped if settings.shipped_words else ()), *own))


def _ungreeted(text: Words) -> Words:
    """Return the words of a text without greetings: "hello everyone" says nothing of who is affected."""
    return Words.of(_GREETED.sub(" ", text.run))


def _shown(found: Iterable[str]) -> str:
    listed = list(found)
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return ", ".join(f'"{one}"' for one in listed[:_SHOWN]) + more
