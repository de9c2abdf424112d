"""What a ticket asks for out of the catalogue: agents name the item, and answer for the requester."""

from daemon.commands.command import Ask, Command, Grant, Refusal, needed
from daemon.desk.answers import BadAnswer, settled, value_for
from daemon.desk.catalogue import Item, Question
from daemon.desk.changes import Change, SetField, SetRequest, SetTags, SetType
from daemon.desk.lifecycle import ENDED
from daemon.desk.service_levels import NAMED
from storage.vocabulary import TicketState, TicketType

S = TicketState
# Where answers still change something; later a change is for people to talk about.
_OPEN = frozenset({S.NEW, S.AWAITING_DETAILS, S.AWAITING_APPROVAL})
_NAMED_LIMIT = 6


def _item(ask: Ask) -> Grant:
    """Make the ticket a request of an item; what is missing is asked for, and the approval follows."""
    name, ticket, before = needed(ask, ITEM.usage).lower(), ask.ticket, ask.sight.requested
    item = ask.sight.catalogue.item(name)
    if item is None:
        raise Refusal(f"there is no item {name[:40]!r} in the catalogue{_near(ask, name)}")
    if ticket.state in ENDED:
        raise Refusal(f"ticket {ticket.number} has ended; #reopen it first")
    if ticket.requester is None:
        raise Refusal(f"ticket {ticket.number} has no requester; say whose it is with #for ADDRESS")
    if before.item == item.id:
        return Grant((), f"it is a request of {item.id} already")
    if before.item and ticket.state not in _OPEN:
        raise Refusal(f"work on {before.item} has begun already; #split makes a ticket of its own for more")
    changes: list[Change] = []
    if ticket.type is not TicketType.SERVICE_REQUEST or ticket.state is not S.NEW:
        changes.append(SetType(TicketType.SERVICE_REQUEST, S.NEW, f"it is a request of {item.id}"))
    tags = tuple(dict.fromkeys((*ticket.tags, *item.tags)))
    changes += [SetTags(tags)] if tags != ticket.tags else []
    changes += [SetField(NAMED, item.sla)] if item.sla else []
    # What is filled in already by itself.
    given = tuple(settled(item, {}, ask.clock).values.items())
    changes.append(SetRequest(item.id, given, before.item, before.answers))
    hand = f"; {item.team} answers for it: #team {item.team} hands it over"
    done = f"it is a request of {item.title} now{hand if item.team != ticket.team else ''}"
    return Grant(tuple(changes), done, settles=True)


def _answer(ask: Ask) -> Grant:
    """Fill in an answer for the requester."""
    name, _, typed = needed(ask, ANSWER.usage).partition(" ")
    item, before = _asked_for(ask), ask.sight.requested
    question = _question(item, name)
    if not typed.strip():
        raise Refusal(f"expected {ANSWER.usage}, got no answer behind {name[:40]!r}")
    try:
        value = value_for(question, typed, ask.clock)
    except BadAnswer as wrong:
        raise Refusal(f"{question.label} {wrong}") from wrong
    answers = {**dict(before.answers), question.id: value}
    kept = tuple(settled(item, answers, ask.clock).values.items())
    if (question.id, value) not in kept:
        raise Refusal(f"{question.id} is not asked with the other answers as they are")
    if kept == before.answers:
        return Grant((), f"{question.id} was {value} already")
    return Grant((SetRequest(item.id, kept, before.item, before.answers),), f"{question.id} is {value} now")


def _asked_for(ask: Ask) -> Item:
    item, ticket = ask.sight.catalogue.item(ask.sight.requested.item), ask.ticket
    if item is None:
        raise Refusal(
            f"ticket {ticket.number} asks for nothing of the catalogue; #item NAME says what it asks"
        )
    if ticket.state not in _OPEN:
        raise Refusal(f"ticket {ticket.number} is {ticket.state}: its answers stay as they are")
    return item


def _question(item: Item, name: str) -> Question:
    found = item.question(name.lower())
    if found is None:
        names = ", ".join(one.id for one in item.questions) or "none"
        raise Refusal(f"{item.id} has no question {name[:40]!r}; there are: {names}")
    return found


def _near(ask: Ask, name: str) -> str:
    words = set(name.split())
    found = [
        one.id
        for one in ask.sight.catalogue.items
        if name in one.id or words & {*one.id.split("-"), *one.title.lower().split()}
    ]
    hint = f" (did you mean {' or '.join(found[:_NAMED_LIMIT])}?)"
    return hint if found else "; postdesk catalogue lists them"


ITEM = Command(
    "item",
    "#item NAME",
    "make it a request of that item of the catalogue; the requester is asked for what is missing",
    _item,
)
ANSWER = Command(
    "answer",
    "#answer QUESTION ANSWER",
    "fill in an answer of the form for the requester: #answer start 2024-02-01",
    _answer,
)

REQUESTS = (ITEM, ANSWER)
