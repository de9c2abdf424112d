"""The service catalogue: what can be asked for, by whom, and what happens then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from daemon.desk.addressing import fold
from daemon.desk.conditions import ALWAYS, Condition
from daemon.desk.terms import Terms

# How a department is named among those who may ask.
DEPARTMENT = "department:"
# Among what a task shows: who asked.
REQUESTER = "requester"


class Kind(StrEnum):
    """What a request is about."""

    INFORMATION = "information"
    ACCESS = "access"
    ORDER = "order"
    DELIVERY = "delivery"
    COMPLAINT = "complaint"


class QuestionType(StrEnum):
    """What a question takes."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes-no"


class By(StrEnum):
    """Where the approvers of a stage come from."""

    MANAGER = "manager"
    BUDGET_OWNER = "budget-owner"
    PERSONS = "persons"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody who asks; ``department`` is empty where it is not known."""

    address: str
    department: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an item; ``mark`` are the letters by which its answer is found in a form."""

    id: str
    label: str
    type: QuestionType
    mark: str
    required: bool = True
    choices: tuple[str, ...] = ()
    default: str = ""
    when: Condition = ALWAYS
    least: Decimal = Decimal(0)
    most: Decimal | None = None
    past: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of an approval; ``over`` is the cost above which it is needed, times are working time."""

    by: By
    persons: tuple[str, ...] = ()
    group: str = ""
    needed: str = "any"
    over: Decimal = Decimal(0)
    when: Condition = ALWAYS
    within_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the fulfilment; ``due_seconds`` is working time from its start on, 0 where none was said.

    ``shows`` are the questions whose answers its performer gets to see, and ``requester`` for who asked; none
    given is everything for a team of the desk, and nothing for an address outside of it.
    """

    id: str
    title: str
    team: str = ""
    to: str = ""
    after: tuple[str, ...] = ()
    due_seconds: int = 0
    when: Condition = ALWAYS
    command: str = ""
    gate: bool = False
    at_end: bool = False
    shows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """An item of the catalogue; questions, stages and tasks stand in the order in which they were written.

    ``texts`` are words of the item's own, by purpose.  ``promised_seconds`` is working time, 0 for none.
    """

    id: str
    title: str
    kind: Kind
    description: str
    team: str
    mark: str
    group: str = ""
    asked_by: tuple[str, ...] = ()
    words: Terms = field(default_factory=lambda: Terms.of(()))
    addresses: tuple[str, ...] = ()
    cost: Decimal = Decimal(0)
    price: str = ""
    count: str = ""
    promised_seconds: int = 0
    ends: str = ""
    owner: str = ""
    sla: str = ""
    tags: tuple[str, ...] = ()
    article: str = ""
    bypass: bool = False
    questions: tuple[Question, ...] = ()
    stages: tuple[Stage, ...] = ()
    tasks: tuple[Task, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    def may_be_asked_by(self, sender: Sender) -> bool:
        """Tell whether somebody may ask for it; an item without ``asked_by`` is for everybody."""
        return not self.asked_by or any(_is_meant(sender, who) for who in self.asked_by)

    def question(self, name: str) -> Question | None:
        """Return the question of that id, or None."""
        return next((one for one in self.questions if one.id == name), None)

    def cost_of(self, answers: Mapping[str, str]) -> Decimal:
        """Return what a request with these valid answers costs."""
        each = Decimal(answers.get(self.price) or 0) if self.price else self.cost
        return each * Decimal(answers.get(self.count) or 1) if self.count else each

    def stages_of(self, answers: Mapping[str, str]) -> tuple[Stage, ...]:
        """Return the stages that a request with these valid answers must pass, in order; maybe none."""
        cost = self.cost_of(answers)
        return tuple(
            one for one in self.stages if one.when.holds(answers) and (not one.over or cost > one.over)
        )


@dataclass(frozen=True)
class Catalogue:
    """All items in the order of their files, the groups of approvers, and who owns which budget."""

    items: tuple[Item, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    budgets: Mapping[str, str] = field(default_factory=dict)
    currency: str = "EUR"

    def item(self, name: str) -> Item | None:
        """Return the item of that id, or None."""
        return next((one for one in self.items if one.id == name), None)

    def budget_owner(self, department: str) -> str | None:
        """Return who owns the budget of a department, else of all others, or None."""
        return self.budgets.get(fold(department)) or self.budgets.get("")


def _is_meant(sender: Sender, who: str) -> bool:
    wanted = fold(who)
    if wanted.startswith(DEPARTMENT):
        department = fold(wanted.removeprefix(DEPARTMENT))
        return bool(sender.department) and fold(sender.department) == department
    address = fold(sender.address)
    return address.endswith(wanted) if wanted.startswith("@") else address == wanted
