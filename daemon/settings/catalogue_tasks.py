"""What must hold for the approval and the fulfilment of an item of the catalogue."""

from collections.abc import Callable, Iterator

from daemon.desk.addressing import fold, without_detail
from daemon.desk.automation import PLACES
from daemon.desk.catalogue import REQUESTER
from daemon.desk.catalogue_settings import ItemSettings, StageSettings, TaskSettings
from daemon.desk.working_time import working_seconds
from daemon.settings.catalogue_surroundings import ADDRESS, Surroundings, names, one_line, readable, unknown
from daemon.settings.problems import Fault, Key

_NEEDED = ("any", "all", "majority")


def approvals_can_be_given(block: ItemSettings, around: Surroundings) -> Iterator[Fault]:
    """Every stage has approvers who are there, and can be needed at all."""
    for index, stage in enumerate(block.approval):
        at: Key = ("approval", index)
        yield from _approvers(at, stage, around)
        yield from _needed(at, stage, around)
        yield from readable((*at, "within"), stage.within, working_seconds)
        if stage.over and not block.price and not block.count and block.cost <= stage.over:
            text = f"this stage is never needed: the item costs {block.cost:g}, not more than {stage.over:g}"
            yield Fault((*at, "over"), text, "take the stage out or lower the amount")


def tasks_can_be_done(block: ItemSettings, around: Surroundings) -> Iterator[Fault]:
    """A task has a name, one place that it is mailed to, and a time that is one."""
    yield from names(("task",), [one.id for one in block.task], "task")
    for index, task in enumerate(block.task):
        at: Key = ("task", index)
        yield from one_line((*at, "title"), task.title)
        yield from _place(at, task, around)
        yield from readable((*at, "due"), task.due, working_seconds)
        asked = [*(one.id for one in block.question), REQUESTER]
        for place, name in enumerate(task.shows):
            if name not in asked:
                what = f'the id of a question of this item or "{REQUESTER}"'
                yield unknown((*at, "shows", place), name, asked, what)
        if task.command and task.command not in around.commands:
            yield unknown((*at, "command"), task.command, around.commands, "the name of an [[automation]]")
        for name in around.commands.get(task.command, ()):
            if name not in (*asked, *PLACES):
                text = f'the command {task.command} needs an answer to "{name}", and no question has that id'
                yield Fault((*at, "command"), text)
        if task.command and task.gate:
            yield Fault((*at, "gate"), "a check is for people; this task is done by a command")


def tasks_can_be_reached(block: ItemSettings, _around: Surroundings) -> Iterator[Fault]:
    """Every task has its turn some day: what it waits for is there, and does not wait for it."""
    known = {one.id: one for one in block.task}
    for index, task in enumerate(block.task):
        at: Key = ("task", index, "after")
        for place, name in enumerate(task.after):
            before = known.get(name)
            if before is None:
                others = [one for one in known if one != task.id]
                yield unknown((*at, place), name, others, "the id of another task of this item")
            elif before.at_end and not task.at_end:
                text = f'it can never start: "{name}" waits for everything that is not at_end'
                yield Fault((*at, place), text)
        cycle = _cycle(known, task.id)
        if cycle:
            text = f"these tasks wait for each other: {', '.join(cycle)}"
            yield Fault(at, text, "let one of them come first")
        if task.gate and not task.after:
            yield Fault(at, "missing; a gate checks what stands here", "name the tasks that it checks")


def ends_are_complete(block: ItemSettings, _around: Surroundings) -> Iterator[Fault]:
    """An access that ends is taken back by a task, and only such an access is."""
    at_end = [index for index, task in enumerate(block.task) if task.at_end]
    if block.ends and not at_end:
        text = "nothing happens on that day"
        yield Fault(("ends",), text, "add a task with at_end = true that takes the access back")
    if at_end and not block.ends:
        text = "it can never start: the item has no end"
        yield Fault(("task", at_end[0], "at_end"), text, "set ends to the id of a date question")


def _approvers(at: Key, stage: StageSettings, around: Surroundings) -> Iterator[Fault]:
    if stage.by == "persons" and not stage.persons:
        yield Fault((*at, "persons"), "missing; expected at least one address")
    if stage.by != "persons" and stage.persons:
        yield Fault((*at, "persons"), f'only by = "persons" has persons, this is "{stage.by}"')
    for place, person in enumerate(stage.persons):
        if fold(person) not in around.people:
            yield unknown(
                (*at, "persons", place), person, around.people, "the address of somebody known here"
            )
    groups = [one.name for one in around.groups]
    if stage.by == "group" and stage.group not in groups:
        yield unknown((*at, "group"), stage.group, groups, "the name of a [[group]]")
    if stage.by != "group" and stage.group:
        yield Fault((*at, "group"), f'only by = "group" has a group, this is "{stage.by}"')
    if stage.by == "budget-owner" and not any(not one.department for one in around.budgets):
        text = "nobody may own the budget: there is no [[budget]] for all departments"
        yield Fault((*at, "by"), text, "add a [[budget]] with an owner and without a department")


def _needed(at: Key, stage: StageSettings, around: Surroundings) -> Iterator[Fault]:
    key: Key = (*at, "needed")
    if stage.needed in _NEEDED:
        return
    if not (stage.needed.isascii() and stage.needed.isdecimal() and int(stage.needed)):
        yield Fault(key, f'expected any, all, majority or a number like "2", got "{stage.needed}"')
        return
    members = {one.name: len(one.members) for one in around.groups}
    there = {"persons": len(stage.persons), "group": members.get(stage.group, 0)}.get(stage.by, 1)
    if there < int(stage.needed):
        yield Fault(key, f"expected at most {there}, for so many can approve, got {stage.needed}")


def _place(at: Key, task: TaskSettings, around: Surroundings) -> Iterator[Fault]:
    if bool(task.team) is bool(task.to):
        hint = "set team for a team of the desk, or to for an address outside of it"
        yield Fault((*at, "team"), "expected either team or to", hint)
    if task.team and task.team not in around.teams:
        yield unknown((*at, "team"), task.team, around.teams, "the name of a team")
    if task.to and not ADDRESS.fullmatch(task.to):
        yield Fault((*at, "to"), f'expected an address like facilities@example.com, got "{task.to}"')
    elif without_detail(task.to) in around.own_addresses:
        yield Fault((*at, "to"), f"{task.to} is an address of the desk itself", "name its team instead")


def _cycle(known: dict[str, TaskSettings], start: str) -> list[str]:
    """Return the tasks on a way from one back to itself, or none."""
    ways = [[start]]
    seen = set[str]()
    while ways:
        way = ways.pop()
        for name in known[way[-1]].after:
            if name == start:
                return way
            if name in known and name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


TASK_RULES: tuple[Callable[[ItemSettings, Surroundings], Iterator[Fault]], ...] = (
    approvals_can_be_given,
    tasks_can_be_done,
    tasks_can_be_reached,
    ends_are_complete,
)
