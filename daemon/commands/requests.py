"""What a ticket asks for out of the catalogue: agents name the item, and answer for the requester."""

from daemon.commands.arguments import needed
from daemon.commands.command import Ask, Command, Grant, Refusal
from daemon.desk.answers import BadAnswer, settled, value_for
from daemon.desk.catalogue import Item, Question
from daemon.desk.changes import Change, SetField, SetRequest, SetTags, SetType
from daemon.desk.lifecycle import ENDED
from daemon.desk.sentences import NONE, Sentence, either, joined, sentence, term
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
        raise Refusal(
            sentence(
                "there is no item {typed} in the catalogue{hint}",
                typed=repr(name[:40]),
                hint=_near(ask, name),
            )
        )
    if ticket.state in ENDED:
        raise Refusal(sentence("ticket {number} has ended; #reopen it first", number=ticket.number))
    if ticket.requester is None:
        raise Refusal(
            sentence(
                "ticket {number} has no requester; say whose it is with #for ADDRESS", number=ticket.number
            )
        )
    if before.item == item.id:
        return Grant((), sentence("it is a request of {title} already", title=item.id))
    if before.item and ticket.state not in _OPEN:
        raise Refusal(
            sentence(
                "work on {item} has begun already; #split makes a ticket of its own for more",
                item=before.item,
            )
        )
    changes: list[Change] = []
    if ticket.type is not TicketType.SERVICE_REQUEST or ticket.state is not S.NEW:
        changes.append(SetType(TicketType.SERVICE_REQUEST, S.NEW, f"it is a request of {item.id}"))
    tags = tuple(dict.fromkeys((*ticket.tags, *item.tags)))
    changes += [SetTags(tags)] if tags != ticket.tags else []
    changes += [SetField(NAMED, item.sla)] if item.sla else []
    # What is filled in already by itself.
    given = tuple(settled(item, {}, ask.clock).values.items())
    changes.append(SetRequest(item.id, given, before.item, before.answers))
    done = sentence("it is a request of {title} now", title=item.title)
    if item.team != ticket.team:
        hand = sentence("{team} answers for it: #team {team} hands it over", team=item.team)
        done = joined("; ", (done, hand))
    return Grant(tuple(changes), done, settles=True)


def _answer(ask: Ask) -> Grant:
    """Fill in an answer for the requester."""
    name, _, typed = needed(ask, ANSWER.usage).partition(" ")
    item, before = _asked_for(ask), ask.sight.requested
    question = _question(item, name)
    if not typed.strip():
        raise Refusal(
            sentence(
                "expected {usage}, got no answer behind {typed}", usage=ANSWER.usage, typed=repr(name[:40])
            )
        )
    try:
        value = value_for(question, typed, ask.clock)
    except BadAnswer as wrong:
        raise Refusal(joined(" ", (question.label, wrong.why))) from wrong
    answers = {**dict(before.answers), question.id: value}
    kept = tuple(settled(item, answers, ask.clock).values.items())
    if (question.id, value) not in kept:
        raise Refusal(sentence("{name} is not asked with the other answers as they are", name=question.id))
    if kept == before.answers:
        return Grant((), sentence("{name} was {value} already", name=question.id, value=value))
    return Grant(
        (SetRequest(item.id, kept, before.item, before.answers),),
        sentence("{name} is {value} now", name=question.id, value=value),
    )


def _asked_for(ask: Ask) -> Item:
    item, ticket = ask.sight.catalogue.item(ask.sight.requested.item), ask.ticket
    if item is None:
        raise Refusal(
            sentence(
                "ticket {number} asks for nothing of the catalogue; #item NAME says what it asks",
                number=ticket.number,
            )
        )
    if ticket.state not in _OPEN:
        raise Refusal(
            sentence(
                "ticket {number} is {state}: its answers stay as they are",
                number=ticket.number,
                state=term(ticket.state),
            )
        )
    return item


def _question(item: Item, name: str) -> Question:
    found = item.question(name.lower())
    if found is None:
        names = ", ".join(one.id for one in item.questions) or NONE
        raise Refusal(
            sentence(
                "{item} has no question {typed}; there are: {names}",
                item=item.id,
                typed=repr(name[:40]),
                names=names,
            )
        )
    return found


def _near(ask: Ask, name: str) -> Sentence:
    words = set(name.split())
    found = [
        one.id
        for one in ask.sight.catalogue.items
        if name in one.id or words & {*one.id.split("-"), *one.title.lower().split()}
    ]
    if not found:
        return sentence("; postdesk catalogue lists them")
    return sentence(" (did you mean {near}?)", near=either(found[:_NAMED_LIMIT]))


ITEM = Command(
    "item",
    "#item NAME",
    sentence("make it a request of that item of the catalogue; the requester is asked for what is missing"),
    _item,
)
ANSWER = Command(
    "answer",
    "#answer QUESTION ANSWER",
    sentence("fill in an answer of the form for the requester: #answer start 2024-02-01"),
    _answer,
)

REQUESTS = (ITEM, ANSWER)
