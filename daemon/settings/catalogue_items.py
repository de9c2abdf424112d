"""What must hold for an item of the catalogue as a whole, and for groups and budgets."""

from collections.abc import Callable, Iterator, Sequence

from daemon.desk.addressing import fold, without_detail
from daemon.desk.catalogue import DEPARTMENT
from daemon.desk.catalogue_settings import BudgetSettings, GroupSettings, ItemSettings
from daemon.desk.fields import NAME
from daemon.desk.item_texts import PLACES, places
from daemon.desk.terms import Terms
from daemon.desk.working_time import working_seconds
from daemon.settings.catalogue_questions import QUESTION_RULES
from daemon.settings.catalogue_surroundings import ADDRESS, Surroundings, one_line, readable, unknown
from daemon.settings.catalogue_tasks import TASK_RULES
from daemon.settings.problems import Fault, Key

TEXTS = ("confirmed", "fulfilled", "task")


def names_are_words(block: ItemSettings, _around: Surroundings) -> Iterator[Fault]:
    """The id is a short word, the title one line, and the promise a time."""
    if not NAME.fullmatch(block.id):
        yield Fault(("id",), f'expected small letters, digits, - and _ after a letter, got "{block.id}"')
    yield from one_line(("title",), block.title)
    if not " ".join(block.description.split()).isprintable() or not block.description.strip():
        yield Fault(("description",), "expected a text of printable characters")
    yield from readable(("promised",), block.promised, working_seconds)


def places_are_there(block: ItemSettings, around: Surroundings) -> Iterator[Fault]:
    """The team works here, the owner is known, the service level is one of the desk's."""
    if block.team and block.team not in around.teams:
        yield unknown(("team",), block.team, around.teams, "the name of a team")
    if block.owner and fold(block.owner) not in around.people:
        yield unknown(("owner",), block.owner, around.people, "the address of somebody known here")
    if block.sla and block.sla not in around.service_levels:
        yield unknown(("sla",), block.sla, around.service_levels, "the name of an [[sla]]")


def somebody_may_ask(block: ItemSettings, around: Surroundings) -> Iterator[Fault]:
    """Who may ask is an address, a domain or a department that the directory has."""
    for index, who in enumerate(block.asked_by):
        at: Key = ("asked_by", index)
        if fold(who).startswith(DEPARTMENT):
            yield from _department(at, fold(who).removeprefix(DEPARTMENT).strip(), around)
        elif not ADDRESS.fullmatch(who.strip() if not who.startswith("@") else f"x{who}"):
            text = f'expected an address, "@example.com" or "{DEPARTMENT} Sales", got "{who}"'
            yield Fault(at, text)


def ways_lead_here(block: ItemSettings, around: Surroundings) -> Iterator[Fault]:
    """An address of an item is one of the desk's, and a word has letters or digits."""
    for index, address in enumerate(block.addresses):
        if without_detail(address) not in around.own_addresses:
            text = f"expected an address of the desk, or one of them with a detail, got {address}"
            near = min(around.own_addresses)
            yield Fault(("addresses", index), text, f"for example {near.replace('@', f'+{block.id}@')}")
    for index, word in enumerate(block.words):
        if not Terms.of((word,)).can_be_found():
            yield Fault(("words", index), f'expected a word with letters or digits, got "{word}"')


def texts_can_be_filled(block: ItemSettings, around: Surroundings) -> Iterator[Fault]:
    """A text of the item's own is there, and its places are those that a request has."""
    known = [*PLACES, *(one.id for one in block.question)]
    for purpose, name in texts_of(block).items():
        at: Key = ("templates", purpose)
        try:
            text = (around.folder / name).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = (getattr(error, "strerror", "") or "expected a text in UTF-8").lower()
            hint = "the name starts at the catalogue's folder"
            yield Fault(at, f"{around.folder / name} cannot be read: {reason}", hint)
            continue
        for place in places(text):
            if place not in known:
                yield unknown(at, place, known, f"a place in {name} that a request can fill")


def texts_of(block: ItemSettings) -> dict[str, str]:
    """Return the files with words of the item's own, by purpose."""
    return {one: getattr(block.templates, one) for one in TEXTS if getattr(block.templates, one)}


def group_faults(groups: Sequence[GroupSettings], index: int) -> Iterator[Fault]:
    """Yield what is wrong with a group of approvers, the one at this place of all."""
    group = groups[index]
    first = [one.name for one in groups].index(group.name)
    if first != index:
        yield Fault(("name",), f'"{group.name}" is the name of another group already')
    if not group.members:
        yield Fault(("members",), "missing; expected at least one address")
    for place, member in enumerate(group.members):
        if not ADDRESS.fullmatch(member):
            yield Fault(("members", place), f'expected an address like ann@example.com, got "{member}"')
        if [fold(one) for one in group.members].index(fold(member)) != place:
            yield Fault(("members", place), f"{member} stands there twice")


def budget_faults(budgets: Sequence[BudgetSettings], index: int, around: Surroundings) -> Iterator[Fault]:
    """Yield what is wrong with a budget, the one at this place of all."""
    budget = budgets[index]
    if [fold(one.department) for one in budgets].index(fold(budget.department)) != index:
        whose = f"of {budget.department}" if budget.department else "of all other departments"
        yield Fault(("owner",), f"the budget {whose} has an owner already")
    if not ADDRESS.fullmatch(budget.owner):
        yield Fault(("owner",), f'expected an address like ann@example.com, got "{budget.owner}"')
    if budget.department:
        yield from _department(("department",), budget.department, around)


def _department(at: Key, name: str, around: Surroundings) -> Iterator[Fault]:
    if not around.departments:
        text = f'"{name}": nobody is known to be in a department, for the desk has no directory'
        yield Fault(at, text, "name addresses or a domain")
    elif fold(name) not in map(fold, around.departments):
        yield unknown(at, name, around.departments, "a department of the directory")


ITEM_RULES: tuple[Callable[[ItemSettings, Surroundings], Iterator[Fault]], ...] = (
    names_are_words,
    places_are_there,
    somebody_may_ask,
    ways_lead_here,
    *QUESTION_RULES,
    *TASK_RULES,
    texts_can_be_filled,
)
