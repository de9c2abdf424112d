"""Make a catalogue of its blocks, which were found to be right before."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from daemon.desk.addressing import fold
from daemon.desk.catalogue import By, Catalogue, Item, Kind, Question, QuestionType, Stage, Task
from daemon.desk.catalogue_settings import (
    BudgetSettings,
    GroupSettings,
    ItemSettings,
    QuestionSettings,
    StageSettings,
    TaskSettings,
)
from daemon.desk.conditions import condition
from daemon.desk.form_marks import item_mark, question_mark
from daemon.desk.terms import Terms
from daemon.desk.working_time import working_seconds


def item_of(block: ItemSettings, texts: Mapping[str, str]) -> Item:
    """Return the item that a block describes."""
    return Item(
        id=block.id,
        title=block.title,
        kind=Kind(block.kind),
        description=" ".join(block.description.split()),
        team=block.team,
        mark=item_mark(block.id),
        group=block.group,
        asked_by=block.asked_by,
        words=Terms.of(block.words),
        addresses=tuple(map(fold, block.addresses)),
        cost=_amount(block.cost),
        price=block.price,
        count=block.count,
        promised_seconds=working_seconds(block.promised),
        ends=block.ends,
        owner=fold(block.owner),
        sla=block.sla,
        tags=block.tags,
        article=block.article,
        bypass=block.bypass,
        questions=tuple(question_of(block.id, one) for one in block.question),
        stages=tuple(map(_stage, block.approval)),
        tasks=tuple(map(_task, block.task)),
        texts=texts,
    )


def catalogue_of(
    items: Iterable[Item], groups: Iterable[GroupSettings], budgets: Iterable[BudgetSettings], currency: str
) -> Catalogue:
    """Put a catalogue together."""
    members = {one.name: tuple(map(fold, one.members)) for one in groups}
    owners = {fold(one.department): fold(one.owner) for one in budgets}
    return Catalogue(tuple(items), members, owners, currency)


def _amount(value: float) -> Decimal:
    # By way of a text: 49.9 is meant, not the nearest binary fraction.
    return Decimal(f"{value:.2f}")


def question_of(item: str, block: QuestionSettings) -> Question:
    """Return the question that a block of an item describes."""
    return Question(
        id=block.id,
        label=" ".join(block.label.split()),
        type=QuestionType(block.type),
        mark=question_mark(item, block.id),
        required=block.required,
        choices=block.choices,
        default=block.default,
        when=condition(block.when),
        least=_amount(block.least),
        most=_amount(block.most) if block.most else None,
        past=block.past,
    )


def _stage(block: StageSettings) -> Stage:
    return Stage(
        by=By(block.by),
        persons=tuple(map(fold, block.persons)),
        group=block.group,
        needed=block.needed,
        over=_amount(block.over),
        when=condition(block.when),
        within_seconds=working_seconds(block.within),
    )


def _task(block: TaskSettings) -> Task:
    return Task(
        id=block.id,
        title=block.title,
        team=block.team,
        to=fold(block.to),
        after=block.after,
        due_seconds=working_seconds(block.due),
        when=condition(block.when),
        command=block.command,
        gate=block.gate,
        at_end=block.at_end,
        shows=block.shows,
    )
