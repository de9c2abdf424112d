"""What the ticket is: its type, levels, category, tags, fields, the promised moment and the time spent."""

import re

from daemon.commands.arguments import needed
from daemon.commands.command import Ask, Command, Grant, Refusal
from daemon.commands.states import EVENING, shown, spoken
from daemon.desk.changes import BookTime, Change, SetCategory, SetDue, SetField, SetLevels, SetTags, SetType
from daemon.desk.dates import BadDate, minutes, moment, spoken_minutes
from daemon.desk.fields import BadValue, field_named, value_for
from daemon.desk.lifecycle import Mover
from daemon.desk.query import BadQuery, type_named
from daemon.desk.retyping import IllegalType, check_retype
from daemon.desk.sentences import NONE, Sentence, reason_in, sentence, term
from storage.vocabulary import Level, Priority, TicketType

_TAG = re.compile(r"[^\W_][\w.-]{0,39}")
TAGS_LIMIT = 30
CATEGORY_LIMIT_CHARS = 80
_NONE = frozenset({"none", "nothing", "-"})


def _type(ask: Ask) -> Grant:
    """Make it a record of another type, in the state that fits there."""
    name, _, reason = needed(ask, TYPE.usage).partition(" ")
    ticket = ask.ticket
    try:
        to = type_named(name)
        state = check_retype(ticket.number, ticket.type, ticket.state, to, Mover.AGENT)
    except (BadQuery, IllegalType) as error:
        raise Refusal(reason_in(error)) from error
    done = sentence("it is a {type} now, and {state}", type=spoken_type(to), state=spoken(state))
    if to is TicketType.INCIDENT:
        done = sentence("it is an {type} now, and {state}", type=spoken_type(to), state=spoken(state))
    return Grant((SetType(to, state, reason[:200]),), done, settles=state is not ticket.state)


def spoken_type(kind: str) -> Sentence:
    """Return a type as it is read aloud."""
    return term(kind.replace("-", " "))


def _level(word: str, usage: str) -> Level:
    if word.lower() not in list(Level):
        raise Refusal(
            sentence(
                "expected {usage} with {choices}, got {typed}",
                usage=usage,
                choices=", ".join(Level),
                typed=repr(word[:40]),
            )
        )
    return Level(word.lower())


def _impact(ask: Ask) -> Grant:
    """Say how much is affected; the priority follows."""
    word, _, reason = needed(ask, IMPACT.usage).partition(" ")
    return _levels(ask, _level(word, IMPACT.usage), ask.ticket.urgency, reason)


def _urgency(ask: Ask) -> Grant:
    """Say how soon it matters; the priority follows."""
    word, _, reason = needed(ask, URGENCY.usage).partition(" ")
    return _levels(ask, ask.ticket.impact, _level(word, URGENCY.usage), reason)


def _levels(ask: Ask, impact: Level, urgency: Level, reason: str) -> Grant:
    ticket = ask.ticket
    rank = ask.sight.matrix[impact, urgency]
    if (impact, urgency, rank) == (ticket.impact, ticket.urgency, ticket.priority):
        return Grant((), sentence("it was so already: {levels}", levels=_ranked(impact, urgency, rank)))
    change = SetLevels(impact, urgency, rank, reason.strip()[:200])
    return Grant((change,), sentence("now {levels}", levels=_ranked(impact, urgency, rank)))


def _ranked(impact: Level, urgency: Level, rank: Priority) -> Sentence:
    levels = {"impact": term(impact), "urgency": term(urgency)}
    return sentence("impact {impact}, urgency {urgency}, priority {rank}", rank=rank, **levels)


def _priority(ask: Ask) -> Grant:
    """Set a priority other than the one that impact and urgency come to; that needs a reason."""
    word, _, reason = needed(ask, PRIORITY.usage).partition(" ")
    if word.upper() not in list(Priority):
        raise Refusal(
            sentence(
                "expected {usage} with {choices}, got {typed}",
                usage=PRIORITY.usage,
                choices=", ".join(Priority),
                typed=repr(word[:40]),
            )
        )
    rank, ticket = Priority(word.upper()), ask.ticket
    if not reason.strip():
        raise Refusal(
            sentence(
                "a priority follows from impact and urgency; to set another one give a reason: "
                "#priority {rank} WHY",
                rank=rank,
            )
        )
    if rank is ticket.priority:
        return Grant((), sentence("the priority was {rank} already", rank=rank))
    change = SetLevels(ticket.impact, ticket.urgency, rank, reason.strip()[:200])
    return Grant((change,), sentence("the priority is {rank} now, for the reason that you gave", rank=rank))


def _category(ask: Ask) -> Grant:
    """Say what the ticket is about."""
    name = " ".join(needed(ask, CATEGORY.usage).split())
    if len(name) > CATEGORY_LIMIT_CHARS or not name.isprintable():
        raise Refusal(
            sentence(
                "expected at most {limit} printable characters",
                limit=CATEGORY_LIMIT_CHARS,
            )
        )
    category = "" if name.lower() in _NONE else name
    if category == ask.ticket.category:
        return Grant((), sentence("it was so already"))
    return Grant(
        (SetCategory(category),),
        sentence("the category is {category} now", category=category)
        if category
        else sentence("it has no category now"),
    )


def _due(ask: Ask) -> Grant:
    """Promise a moment, or take the promise away."""
    if needed(ask, DUE.usage).lower() in _NONE:
        return Grant((SetDue(None),), sentence("nothing is promised any more"))
    try:
        at, rest = moment(ask.argument, ask.clock, EVENING)
    except BadDate as error:
        raise Refusal(reason_in(error)) from error
    if rest:
        raise Refusal(
            sentence(
                "expected {usage} and no more, got {typed} behind the date",
                usage=DUE.usage,
                typed=repr(rest[:60]),
            )
        )
    return Grant((SetDue(at),), sentence("promised for {when}", when=shown(ask, at)))


def _time(ask: Ask) -> Grant:
    """Book time that was worked."""
    try:
        worked = minutes(needed(ask, TIME.usage))
    except BadDate as error:
        raise Refusal(reason_in(error)) from error
    total = spoken_minutes(ask.ticket.minutes_spent + worked)
    return Grant(
        (BookTime(worked),),
        sentence("{worked} booked, {total} in all", worked=spoken_minutes(worked), total=total),
    )


def _tags(ask: Ask) -> Grant:
    """Add tags and take others away."""
    tags = list(ask.ticket.tags)
    for word in needed(ask, TAGS.usage).replace(",", " ").split():
        tag = word.lstrip("+-").lower()
        if not _TAG.fullmatch(tag):
            raise Refusal(
                sentence("expected words like +vpn or -printer, got {typed}", typed=repr(word[:40]))
            )
        if word.startswith("-"):
            if tag not in tags:
                raise Refusal(
                    sentence("there is no tag {tag}; there are: {tags}", tag=tag, tags=" ".join(tags) or NONE)
                )
            tags.remove(tag)
        elif tag not in tags:
            tags.append(tag)
    if len(tags) > TAGS_LIMIT:
        raise Refusal(
            sentence("expected at most {limit} tags, got {count}", limit=TAGS_LIMIT, count=len(tags))
        )
    changes: tuple[Change, ...] = (SetTags(tuple(tags)),) if tuple(tags) != ask.ticket.tags else ()
    return Grant(changes, sentence("tags: {tags}", tags=" ".join(tags) or NONE))


def _field(ask: Ask) -> Grant:
    """Fill in one of the desk's own fields."""
    name, sign, typed = needed(ask, FIELD.usage).partition("=")
    if not sign:
        raise Refusal(
            sentence(
                "expected {usage}, got no = in {typed}", usage=FIELD.usage, typed=repr(ask.argument[:60])
            )
        )
    try:
        field = field_named(name.strip(), ask.sight.roster.fields, ask.ticket.type)
        value = value_for(field, typed)
    except BadValue as error:
        raise Refusal(reason_in(error)) from error
    return Grant(
        (SetField(field.name, value),),
        sentence("{name} is {value} now", name=field.name, value=value)
        if value
        else sentence("{name} is empty now", name=field.name),
    )


TYPE = Command(
    "type", "#type incident|request|problem|change", sentence("make it a record of another type"), _type
)
IMPACT = Command(
    "impact",
    "#impact low|medium|high [REASON]",
    sentence("how much is affected; the priority follows"),
    _impact,
)
URGENCY = Command(
    "urgency",
    "#urgency low|medium|high [REASON]",
    sentence("how soon it matters; the priority follows"),
    _urgency,
)
PRIORITY = Command(
    "priority",
    "#priority P1|P2|P3|P4 REASON",
    sentence("set another priority than impact and urgency come to"),
    _priority,
)
CATEGORY = Command("category", "#category NAME|none", sentence("say what it is about"), _category)
DUE = Command("due", "#due DATE|none", sentence("promise a moment"), _due)
TIME = Command("time", "#time 15m", sentence("book time that you worked, like 15m, 1h30 or 1.5h"), _time)
TAGS = Command("tags", "#tags +vpn -printer", sentence("add tags and take others away"), _tags)
FIELD = Command("field", "#field NAME=VALUE", sentence("fill in one of the desk's own fields"), _field)

FACTS = (TYPE, IMPACT, URGENCY, PRIORITY, CATEGORY, DUE, TIME, TAGS, FIELD)
