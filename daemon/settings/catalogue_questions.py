"""What must hold for the questions of an item of the catalogue, and for conditions on their answers."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from daemon.desk.answers import BadAnswer, value_for
from daemon.desk.catalogue_making import question_of
from daemon.desk.catalogue_settings import ItemSettings, QuestionSettings
from daemon.desk.conditions import NUMERIC, BadConditionError, Clause, condition
from daemon.desk.dates import Now
from daemon.desk.form_marks import question_mark
from daemon.desk.terms import plain
from daemon.settings.catalogue_surroundings import Surroundings, names, one_line, readable, unknown
from daemon.settings.problems import Fault, Key

# A default that is a day in words ("next week") is read on some Monday.
_SOME_DAY = Now(datetime(2024, 1, 15, 9, tzinfo=UTC), "UTC")


def questions_are_complete(block: ItemSettings, _around: Surroundings) -> Iterator[Fault]:
    """A question has a name of its own, a label in one line, and what its type needs."""
    yield from names(("question",), [one.id for one in block.question], "question")
    for index, question in enumerate(block.question):
        at: Key = ("question", index)
        yield from one_line((*at, "label"), question.label)
        yield from _choices(at, question)
        yield from _bounds(at, question)
        if question.past and question.type != "date":
            yield Fault((*at, "past"), f"only a date can lie in the past, this is a {question.type}")


def defaults_are_answers(block: ItemSettings, _around: Surroundings) -> Iterator[Fault]:
    """A default is an answer that its question takes."""
    for index, question in enumerate(block.question):
        if not question.default or condition_fault((), question.when):
            continue
        try:
            value_for(question_of(block.id, question), question.default, _SOME_DAY)
        except BadAnswer as wrong:
            yield Fault(("question", index, "default"), str(wrong))


def marks_are_different(block: ItemSettings, _around: Surroundings) -> Iterator[Fault]:
    """The marks of two questions in a form differ, else an answer could be that of the other one."""
    marks = [question_mark(block.id, one.id) for one in block.question]
    for index, mark in enumerate(marks):
        first = marks.index(mark)
        if first != index and block.question[first].id != block.question[index].id:
            text = f'"{block.question[index].id}" has by chance the same mark as question {first + 1}'
            yield Fault(("question", index, "id"), text, "choose another id")


def conditions_can_hold(block: ItemSettings, _around: Surroundings) -> Iterator[Fault]:
    """A condition asks for an answer that can be; that of a question looks at earlier ones only."""
    for index, question in enumerate(block.question):
        at: Key = ("question", index, "when")
        earlier = block.question[:index]
        cycle = _cycle(block, question.id)
        if cycle:
            yield Fault(at, f"these questions wait for each other: {', '.join(cycle)}", "let one go first")
        else:
            yield from condition_faults(at, question.when, earlier, "the id of an earlier question")
    places: list[tuple[Key, str]] = [
        (("approval", index, "when"), one.when) for index, one in enumerate(block.approval)
    ]
    places += [(("task", index, "when"), one.when) for index, one in enumerate(block.task)]
    for where, when in places:
        yield from condition_faults(where, when, block.question, "the id of a question")


def numbers_are_asked(block: ItemSettings, _around: Surroundings) -> Iterator[Fault]:
    """What makes the cost is a number that is always there; what ends an access is a date."""
    for key, kind in (("price", "number"), ("count", "number"), ("ends", "date")):
        name = getattr(block, key)
        if not name:
            continue
        fitting = [one for one in block.question if one.type == kind]
        found = next((one for one in fitting if one.id == name), None)
        if found is None:
            yield unknown((key,), name, [one.id for one in fitting], f"the id of a {kind} question")
        elif key == "price" and (found.when or not (found.required or found.default)):
            text = f'"{name}" is not always answered, and then the request would have no price'
            yield Fault((key,), text, "make the question required, without a condition")
    if block.price and block.cost:
        yield Fault(("price",), "this item has a cost already", "keep cost or price, not both")


def condition_fault(at: Key, text: str) -> Fault | None:
    """Return the fault of a condition that cannot be read, or None."""
    return next(readable(at, text, condition), None)


def condition_faults(at: Key, text: str, asked: Sequence[QuestionSettings], what: str) -> Iterator[Fault]:
    """Yield what is wrong with a condition on these questions."""
    try:
        found = condition(text)
    except BadConditionError as wrong:
        yield Fault(at, str(wrong))
        return
    wanted: dict[str, str] = {}
    for clause in found.clauses:
        question = next((one for one in asked if one.id == clause.question), None)
        if question is None:
            yield unknown(at, clause.question, [one.id for one in asked], what)
            continue
        yield from _clause_faults(at, clause, question)
        if clause.test == "is" and plain(wanted.setdefault(clause.question, clause.value)) != plain(
            clause.value
        ):
            yield Fault(at, f"it can never hold: {clause.question} cannot be two things at once")


def _clause_faults(at: Key, clause: Clause, question: QuestionSettings) -> Iterator[Fault]:
    if clause.test in NUMERIC:
        if question.type != "number":
            yield Fault(at, f'"{question.id}" is a {question.type}, and only a number can be {clause.test}')
        elif not _within(clause, question):
            yield Fault(at, f'it can never hold: "{question.id}" is never {clause.test} {clause.value}')
    elif clause.test != "answered" and question.type in {"choice", "yes-no"}:
        known = question.choices if question.type == "choice" else ("yes", "no")
        if plain(clause.value) not in map(plain, known):
            yield unknown(at, clause.value, known, f'an answer to "{question.id}"')


def _within(clause: Clause, question: QuestionSettings) -> bool:
    bound = Decimal(clause.value)
    if clause.test == "below":
        return bound > Decimal(str(question.least))
    return not question.most or bound < Decimal(str(question.most))


def _cycle(block: ItemSettings, start: str) -> list[str]:
    """Return the questions on a way from one back to itself, or none."""
    asks = {one.id: _asked(one.when) for one in block.question}
    ways = [[start, name] for name in asks.get(start, ())]
    seen = set[str]()
    while ways:
        way = ways.pop()
        if way[-1] == start:
            return way[:-1]
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, name] for name in asks.get(way[-1], ())]
    return []


def _asked(when: str) -> tuple[str, ...]:
    try:
        return condition(when).questions
    except BadConditionError:
        return ()


def _choices(at: Key, question: QuestionSettings) -> Iterator[Fault]:
    if question.type == "choice" and len(question.choices) < 2:
        yield Fault((*at, "choices"), "expected at least two things to choose from")
    if question.type != "choice" and question.choices:
        text = f"only a question of the type choice has choices, this is a {question.type}"
        yield Fault((*at, "choices"), text)
    folded = [plain(one) for one in question.choices]
    for place, choice in enumerate(question.choices):
        yield from one_line((*at, "choices", place), choice)
        if folded.index(folded[place]) != place:
            yield Fault((*at, "choices", place), f'"{choice}" stands there twice')


def _bounds(at: Key, question: QuestionSettings) -> Iterator[Fault]:
    if question.type != "number" and (question.least or question.most):
        key = "least" if question.least else "most"
        yield Fault((*at, key), f"only a number has bounds, this is a {question.type}")
    elif question.most and question.most < question.least:
        text = f"expected at least {question.least:g}, which is least, got {question.most:g}"
        yield Fault((*at, "most"), text)


QUESTION_RULES: tuple[Callable[[ItemSettings, Surroundings], Iterator[Fault]], ...] = (
    questions_are_complete,
    marks_are_different,
    conditions_can_hold,
    defaults_are_answers,
    numbers_are_asked,
)
