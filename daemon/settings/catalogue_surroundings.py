"""What the blocks of a catalogue may refer to, and the words in which a wrong reference is told."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from daemon.desk.addressing import fold, without_detail
from daemon.desk.automation import places
from daemon.desk.catalogue_settings import BudgetSettings, GroupSettings
from daemon.desk.fields import NAME
from daemon.settings.problems import Fault, Key
from daemon.settings.sections import Settings

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A desk as its catalogue sees it; addresses are folded.

    ``people`` may approve and own, ``departments`` are the directory's, ``commands`` may run by themselves:
    by name the places in their arguments.
    """

    folder: Path
    teams: tuple[str, ...] = ()
    service_levels: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    own_addresses: frozenset[str] = frozenset()
    departments: tuple[str, ...] = ()
    commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: tuple[GroupSettings, ...] = ()
    budgets: tuple[BudgetSettings, ...] = ()


def surroundings(
    settings: Settings, groups: Sequence[GroupSettings], budgets: Sequence[BudgetSettings]
) -> Surroundings:
    """Return what a catalogue of this desk may refer to; its groups and budget owners are people too."""
    people = [address for one in settings.agent for address in (one.address, *one.also)]
    people += [*settings.desk.administrators, *(one.owner for one in budgets)]
    people += [member for one in groups for member in one.members]
    own = [settings.desk.address, *settings.desk.aliases]
    own += [address for team in settings.team for address in team.addresses]
    return Surroundings(
        folder=settings.base_dir / settings.catalogue.folder,
        teams=tuple(team.name for team in settings.team),
        service_levels=tuple(row.name for row in settings.sla),
        people=tuple(dict.fromkeys(map(fold, people))),
        own_addresses=frozenset(map(without_detail, own)),
        commands={one.name: places(one.argv) for one in settings.automation},
        groups=tuple(groups),
        budgets=tuple(budgets),
    )


def unknown(at: Key, given: str, known: Iterable[str], what: str) -> Fault:
    """Return the fault of a name that nothing has, with the nearest name that something has."""
    names = list(known)
    near = difflib.get_close_matches(given, names, n=1, cutoff=0.6)
    listed = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
    return Fault(
        at,
        f'expected {what}, got "{given}"',
        f"did you mean {near[0]}?" if near else f"there are: {listed or 'none'}",
    )


def names(at: Key, given: Sequence[str], what: str) -> Iterator[Fault]:
    """Check that ids are short words and that none stands twice; ``at`` is the list they belong to."""
    for index, name in enumerate(given):
        if not NAME.fullmatch(name):
            text = f'expected small letters, digits, - and _ after a letter, got "{name}"'
            yield Fault((*at, index, "id"), text)
        if given.index(name) != index:
            text = f'"{name}" is the id of {what} {given.index(name) + 1} already'
            yield Fault((*at, index, "id"), text, "give each its own")


def one_line(at: Key, text: str) -> Iterator[Fault]:
    """Check that a text has one line, something to read, and nothing that a form means something by."""
    if not text.strip() or not text.isprintable():
        yield Fault(at, "expected one line of printable characters")
    elif "::" in text:
        yield Fault(at, 'expected a text without "::", which stands before the answers in a form')


def readable(at: Key, text: str, read: Callable[[str], object]) -> Iterator[Fault]:
    """Let a text be read by what reads it later; yield what that says."""
    try:
        read(text)
    except ValueError as wrong:
        yield Fault(at, str(wrong))
