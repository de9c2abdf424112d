"""Read the service catalogue of a desk: every file of its folder, or every problem in all of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from pathlib import Path

from daemon.desk.addressing import fold
from daemon.desk.catalogue import Catalogue
from daemon.desk.catalogue_making import catalogue_of, item_of
from daemon.desk.catalogue_settings import CatalogueFile, ItemSettings
from daemon.desk.form_marks import item_mark
from daemon.settings import places
from daemon.settings.catalogue_items import ITEM_RULES, budget_faults, group_faults, texts_of
from daemon.settings.catalogue_surroundings import Surroundings, surroundings
from daemon.settings.loading import parsed, rests_on, text_of
from daemon.settings.problems import ConfigurationError, Fault, Key, Origin, Problem
from daemon.settings.reading import read_as
from daemon.settings.sections import Settings


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the catalogue, read; ``faults`` are those of its form."""

    path: Path
    text: str
    content: CatalogueFile
    faults: tuple[Fault, ...]


def load_catalogue(settings: Settings) -> Catalogue:
    """Return the catalogue of a desk, an empty one where it has none.

    Raises ConfigurationError with every problem in every file.
    """
    folder = settings.catalogue.folder
    if not folder:
        return Catalogue(currency=settings.catalogue.currency)
    files, problems = _read(settings.base_dir / folder)
    problems += _problems(settings, files)
    if problems:
        raise ConfigurationError(*problems)
    base = settings.base_dir / folder
    items = [
        item_of(block, {use: (base / name).read_text("utf-8") for use, name in texts_of(block).items()})
        for file in files
        for block in file.content.item
    ]
    groups = chain.from_iterable(file.content.group for file in files)
    budgets = chain.from_iterable(file.content.budget for file in files)
    return catalogue_of(items, groups, budgets, settings.catalogue.currency)


def problems_of_catalogue(settings: Settings) -> tuple[Problem, ...]:
    """List everything that is wrong with the catalogue of a desk, file by file; empty when all is well."""
    try:
        load_catalogue(settings)
    except ConfigurationError as error:
        return error.problems
    return ()


def _read(folder: Path) -> tuple[list[_File], list[Problem]]:
    """Read every file; one that is no TOML is told, and the others are looked at all the same."""
    files: list[_File] = []
    problems: list[Problem] = []
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        text = "has no file *.toml with items" if folder.is_dir() else "is no folder"
        problems.append(Problem(text, file=folder, hint='set [catalogue] folder to "" for no catalogue'))
    for path in paths:
        try:
            text = text_of(path)
            content, faults = read_as(parsed(text, path), CatalogueFile)
        except ConfigurationError as error:
            problems += error.problems
        else:
            files.append(_File(path, text, content, tuple(faults)))
    return files, problems


def _problems(settings: Settings, files: list[_File]) -> list[Problem]:
    groups = [one for file in files for one in file.content.group]
    budgets = [one for file in files for one in file.content.budget]
    around = surroundings(settings, groups, budgets)
    twice = _twice(files)
    found: list[Problem] = []
    group, budget = 0, 0
    for file in files:
        faults = list(chain(_item_faults(file, around), twice.get(file.path, ())))
        for index in range(len(file.content.group)):
            faults += _below(("group", index), group_faults(groups, group + index))
        for index in range(len(file.content.budget)):
            faults += _below(("budget", index), budget_faults(budgets, budget + index, around))
        group, budget = group + len(file.content.group), budget + len(file.content.budget)
        found += _placed(file, faults)
    return found


def _item_faults(file: _File, around: Surroundings) -> Iterator[Fault]:
    for index, block in enumerate(file.content.item):
        for rule in ITEM_RULES:
            yield from _below(("item", index), rule(block, around))


def _below(at: Key, faults: Iterator[Fault]) -> list[Fault]:
    return [Fault((*at, *fault.at), fault.text, fault.hint) for fault in faults]


def _placed(file: _File, faults: list[Fault]) -> list[Problem]:
    """Give the faults of a file their lines; what rests on a value of the wrong form is not told twice."""
    bad = {fault.at for fault in file.faults}
    told = [*file.faults, *(fault for fault in faults if not rests_on(fault, bad))]
    if not told:
        return []
    origin = Origin(file.path, places.lines(file.text))
    found = dict.fromkeys(_named(origin.problem(fault), fault.at, file.content) for fault in told)
    return sorted(found, key=lambda one: one.line or 0)


def _named(problem: Problem, at: Key, content: CatalogueFile) -> Problem:
    """Say by its own name as well what a problem is about: a place is counted, a name is known."""
    whose = ", ".join(_names(at, content))
    return replace(problem, key=f"{whose}: {problem.key}") if whose else problem


def _names(at: Key, content: CatalogueFile) -> Iterator[str]:
    """Yield what a key leads through and has a name: an item, and its question or task."""
    block: object = content
    for kind, index in pairwise(at):
        if isinstance(kind, str) and isinstance(index, int):
            rows = getattr(block, kind, ())
            block = rows[index] if index < len(rows) else None
            name = getattr(block, "id", "") or getattr(block, "name", "")
            if name:
                yield f"{kind} {name}"


def _twice(files: list[_File]) -> dict[Path, list[Fault]]:
    """Find what two items have in common that leads to one: their id, their mark, an address."""
    seen: dict[tuple[str, str], str] = {}
    found: dict[Path, list[Fault]] = {}
    for file in files:
        for index, block in enumerate(file.content.item):
            where = f"{file.path.name}, item {index + 1}" + (f" ({block.id})" if block.id else "")
            for key, named in _own(block):
                first = seen.setdefault(named, where)
                if first != where:
                    text = f'"{named[1]}" belongs to another item already: {first}'
                    found.setdefault(file.path, []).append(
                        Fault(("item", index, *key), text, "choose another")
                    )
                    if key == ("id",):
                        break
    return found


def _own(block: ItemSettings) -> Iterator[tuple[Key, tuple[str, str]]]:
    for index, address in enumerate(block.addresses):
        yield ("addresses", index), ("address", fold(address))
    yield ("id",), ("id", block.id)
    # Two ids with one mark: so rare that nobody will see it, and then a form must not go to the wrong item.
    yield ("id",), ("mark", item_mark(block.id))
