"""Monitoring mail: what it says of which thing, and what becomes of the incident; pure rules.

One thing that is watched (a host, a service on it) has one key and at most one incident at a time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from daemon.desk.line_patterns import LinePattern, LineTemplate, squeezed
from daemon.desk.monitor_settings import MonitorSettings
from daemon.desk.patterns import Patterns
from daemon.desk.terms import Terms, Words

STATE = "state"
KEY_LIMIT_CHARS = 300
# So much of a text is looked at for lines: machines say it at the beginning.
LINES_LIMIT = 200
# More changes than a rule can ask for need not be remembered.
CHANGES_KEPT = 40


class Stands(StrEnum):
    """What a mail says of a thing: it fails, it is well again, or something else about it."""

    PROBLEM = "problem"
    RECOVERY = "recovery"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one mail says: by which rule, of which thing, and all that was read; ``key`` is folded."""

    rule: MonitorSettings
    key: str
    stands: Stands
    values: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value}" for name, value in self.values)
        return f"monitor {self.rule.name}: {said}; {self.stands} of {self.key}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from a mail; without a sighting ``told`` says why rules for its sender did not fit."""

    sighting: Sighting | None = None
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    settings: MonitorSettings
    senders: Patterns
    subjects: tuple[LinePattern, ...]
    lines: tuple[LinePattern, ...]
    key: LineTemplate
    words: tuple[tuple[Stands, Terms], ...]

    def read(self, subject: str, text: str) -> Sighting | str:
        """Return what a mail of this rule's senders says, or why the rule does not fit."""
        fitting = next((found for one in self.subjects if (found := one.match(subject)) is not None), None)
        if fitting is None:
            return "its subject fits no pattern"
        values = self._lines_of(text) | fitting
        missing = self.key.missing(values)
        if missing:
            return f"it does not say which {', '.join(missing)}"
        state = Words.of(values.get(STATE, ""))
        stands = next((one for one, terms in self.words if terms.found(state)), None)
        if stands is None:
            return f'"{values.get(STATE, "")}" is no state that the rule knows'
        key = squeezed(self.key.filled(values)).casefold()[:KEY_LIMIT_CHARS]
        return Sighting(self.settings, key, stands, tuple(values.items()))

    def _lines_of(self, text: str) -> dict[str, str]:
        """Return the values that lines of the text give; of each pattern the first line that fits counts."""
        found: dict[str, str] = {}
        waiting = list(self.lines)
        for line in text.split("\n", LINES_LIMIT)[:LINES_LIMIT] if waiting else ():
            for pattern in tuple(waiting):
                values = pattern.match(line)
                if values is not None:
                    found = values | found
                    waiting.remove(pattern)
        return found


@dataclass(frozen=True, slots=True)
class Monitors:
    """The rules of a desk, ready to be asked."""

    rules: tuple[_Rule, ...] = ()

    @classmethod
    def of(cls, settings: Iterable[MonitorSettings]) -> "Monitors":
        """Sort rules out; raises BadPatternError."""
        return cls(
            tuple(
                _Rule(
                    one,
                    Patterns.of(one.senders),
                    tuple(map(LinePattern.of, one.subjects)),
                    tuple(map(LinePattern.of, one.lines)),
                    LineTemplate.of(one.key),
                    # What is over contains the name of what was wrong: "Resolved: Problem with the disk".
                    (
                        (Stands.NOTE, Terms.of(one.note)),
                        (Stands.RECOVERY, Terms.of(one.recovery)),
                        (Stands.PROBLEM, Terms.of(one.problem)),
                    ),
                )
                for one in settings
            )
        )

    def __bool__(self) -> bool:
        """Tell whether there is any rule."""
        return bool(self.rules)

    def named(self, name: str) -> MonitorSettings | None:
        """Return the settings of the rule of that name; None where the configuration lost it."""
        return next((one.settings for one in self.rules if one.settings.name == name), None)

    def read(self, sender: str, subject: str, text: str) -> Reading:
        """Read a mail by the first rule that fits; ``sender`` is a folded address."""
        told = []
        for rule in self.rules:
            if not rule.senders.fits(sender):
                continue
            found = rule.read(subject, text)
            if isinstance(found, Sighting):
                return Reading(found)
            told.append(f"monitor {rule.settings.name} does not fit: {found}")
        return Reading(None, tuple(told))


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of a thing: how it stands, its last changes (oldest first), and whether it flaps."""

    stands: Stands
    changes: tuple[datetime, ...] = ()
    flapping: bool = False


class Incident(StrEnum):
    """How the incident of a thing is."""

    NONE = "none"  # there is none, or none that could be opened again
    OPEN = "open"
    ENDED = "ended"  # so lately that it can be opened again


class Step(StrEnum):
    """What becomes of the incident."""

    OPEN = "open"  # a new one
    APPEND = "append"  # the mail is put onto it
    REOPEN = "reopen"
    END = "end"  # as the rule says: resolved, closed, or only told
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Course:
    """What is done about a sighting, and what is known of the thing from then on.

    ``began`` says that it flaps from now on; ``why`` is a part of a sentence for ``trace``.
    """

    step: Step
    why: str
    watched: Watched | None = None
    began: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """When a sighting comes, how the incident is then, and whether its sender is proven."""

    now: datetime
    incident: Incident
    proven: bool
    watched: Watched | None = field(default=None)


def course(sighting: Sighting, at: Moment) -> Course:
    """Decide about a sighting: what is not proven opens and adds, but ends nothing and counts for nothing."""
    there = at.incident is Incident.OPEN
    if sighting.stands is Stands.NOTE:
        return _put(there, "it tells of the incident", at.watched)
    if sighting.stands is Stands.RECOVERY and not at.proven:
        return _put(there, "nothing proves who says that it is over", at.watched)
    watched, began = _after(sighting, at)
    if sighting.stands is Stands.RECOVERY:
        return replace(_recovered(watched, there), began=began)
    if there:
        step, why = Step.APPEND, "its incident is open"
    elif at.incident is Incident.ENDED:
        step, why = Step.REOPEN, "its incident ended lately"
    else:
        step, why = Step.OPEN, "it has no incident"
    return Course(step, why, watched, began)


def _put(there: bool, why: str, watched: Watched | None) -> Course:  # noqa: FBT001  # the one question
    step = Step.APPEND if there else Step.NOTHING
    return Course(step, why if there else f"{why}, and no incident is open", watched)


def _recovered(watched: Watched, there: bool) -> Course:  # noqa: FBT001  # as above
    if not there:
        return Course(Step.NOTHING, "it is well, and no incident is open", watched)
    if watched.flapping:
        return Course(Step.APPEND, "it comes and goes, so its incident stays open", watched)
    return Course(Step.END, "it is well again", watched)


def _after(sighting: Sighting, at: Moment) -> tuple[Watched, bool]:
    """Return what is known of the thing after a sighting, and whether it began to flap."""
    known, rule = at.watched, sighting.rule
    changes = _within(rule, known.changes if known else (), at.now)
    changed = known is None or known.stands is not sighting.stands
    if changed and at.proven:
        changes = (*changes, at.now)[-CHANGES_KEPT:]
    was = known is not None and known.flapping
    flaps = was or (rule.flap_changes > 0 and len(changes) >= rule.flap_changes)
    return Watched(sighting.stands, changes, flaps), flaps and not was


def _within(rule: MonitorSettings, changes: tuple[datetime, ...], now: datetime) -> tuple[datetime, ...]:
    since = now - timedelta(minutes=rule.flap_minutes)
    return tuple(one for one in changes if one > since)


def is_steady(rule: MonitorSettings | None, watched: Watched, now: datetime) -> bool:
    """Tell whether a thing that flapped has stayed as it is for as long as its rule looks back."""
    return rule is None or not _within(rule, watched.changes, now)


def names_of(settings: MonitorSettings) -> Iterator[str]:
    """Yield the names that some pattern of a rule gives a value to; raises BadPatternError."""
    for source in (*settings.subjects, *settings.lines):
        yield from filter(None, LinePattern.of(source).names)
