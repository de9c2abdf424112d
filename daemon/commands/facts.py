"""What the ticket is: its type, levels, category, tags, fields, the promised moment and the time spent."""

import re

from daemon.commands.command import Ask, Command, Grant, Refusal, needed
from daemon.commands.states import EVENING, shown, spoken
from daemon.desk.changes import BookTime, Change, SetCategory, SetDue, SetField, SetLevels, SetTags, SetType
from daemon.desk.dates import BadDate, minutes, moment, spoken_minutes
from daemon.desk.fields import BadValue, field_named, value_for
from daemon.desk.lifecycle import Mover
from daemon.desk.query import BadQuery, type_named
from daemon.desk.retyping import IllegalType, check_retype
from storage.vocabulary import Level, Priority

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
        raise Refusal(str(error)) from error
    done = f"it is a {spoken_type(to)} now, and {spoken(state)}".replace("a incident", "an incident")
    return Grant((SetType(to, state, reason[:200]),), done, settles=state is not ticket.state)


def spoken_type(kind: str) -> str:
    """Return a type as it is read aloud."""
    return kind.replace("-", " ")


def _level(word: str, usage: str) -> Level:
    if word.lower() not in list(Level):
        raise Refusal(f"expected {usage} with {', '.join(Level)}, got {word[:40]!r}")
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
        return Grant((), f"it was so already: {_ranked(impact, urgency, rank)}")
    change = SetLevels(impact, urgency, rank, reason.strip()[:200])
    return Grant((change,), f"now {_ranked(impact, urgency, rank)}")


def _ranked(impact: Level, urgency: Level, rank: Priority) -> str:
    return f"impact {impact}, urgency {urgency}, priority {rank}"


def _priority(ask: Ask) -> Grant:
    """Set a priority other than the one that impact and urgency come to; that needs a reason."""
    word, _, reason = needed(ask, PRIORITY.usage).partition(" ")
    if word.upper() not in list(Priority):
        raise Refusal(f"expected {PRIORITY.usage} with {', '.join(Priority)}, got {word[:40]!r}")
    rank, ticket = Priority(word.upper()), ask.ticket
    if not reason.strip():
        raise Refusal(
            "a priority follows from impact and urgency; to set another one give a reason: "
            f"#priority {rank} WHY"
        )
    if rank is ticket.priority:
        return Grant((), f"the priority was {rank} already")
    change = SetLevels(ticket.impact, ticket.urgency, rank, reason.strip()[:200])
    return Grant((change,), f"the priority is {rank} now, for the reason that you gave")


def _category(ask: Ask) -> Grant:
    """Say what the ticket is about."""
    name = " ".join(needed(ask, CATEGORY.usage).split())
    if len(name) > CATEGORY_LIMIT_CHARS or not name.isprintable():
        raise Refusal(f"expected at most {CATEGORY_LIMIT_CHARS} printable characters")
    category = "" if name.lower() in _NONE else name
    if category == ask.ticket.category:
        return Grant((), "it was so already")
    return Grant(
        (SetCategory(category),), f"the category is {category} now" if category else "it has no category now"
    )


def _due(ask: Ask) -> Grant:
    """Promise a moment, or take the promise away."""
    if needed(ask, DUE.usage).lower() in _NONE:
        return Grant((SetDue(None),), "nothing is promised any more")
    try:
        at, rest = moment(ask.argument, ask.clock, EVENING)
    except BadDate as error:
        raise Refusal(str(error)) from error
    if rest:
        raise Refusal(f"expected {DUE.usage} and no more, got {rest[:60]!r} behind the date")
    return Grant((SetDue(at),), f"promised for {shown(ask, at)}")


def _time(ask: Ask) -> Grant:
    """Book time that was worked."""
    try:
        worked = minutes(needed(ask, TIME.usage))
    except BadDate as error:
        raise Refusal(str(error)) from error
    total = spoken_minutes(ask.ticket.minutes_spent + worked)
    return Grant((BookTime(worked),), f"{spoken_minutes(worked)} booked, {total} in all")


def _tags(ask: Ask) -> Grant:
    """Add tags and take others away."""
    tags = list(ask.ticket.tags)
    for word in needed(ask, TAGS.usage).replace(",", " ").split():
        tag = word.lstrip("+-").lower()
        if not _TAG.fullmatch(tag):
            raise Refusal(f"expected words like +vpn or -printer, got {word[:40]!r}")
        if word.startswith("-"):
            if tag not in tags:
                raise Refusal(f"there is no tag {tag}; there are: {' '.join(tags) or 'none'}")
            tags.remove(tag)
        elif tag not in tags:
            tags.append(tag)
    if len(tags) > TAGS_LIMIT:
        raise Refusal(f"expected at most {TAGS_LIMIT} tags, got {len(tags)}")
    changes: tuple[Change, ...] = (SetTags(tuple(tags)),) if tuple(tags) != ask.ticket.tags else ()
    return Grant(changes, f"tags: {' '.join(tags) or 'none'}")


def _field(ask: Ask) -> Grant:
    """Fill in one of the desk's own fields."""
    name, sign, typed = needed(ask, FIELD.usage).partition("=")
    if not sign:
        raise Refusal(f"expected {FIELD.usage}, got no = in {ask.argument[:60]!r}")
    try:
        field = field_named(name.strip(), ask.sight.roster.fields, ask.ticket.type)
        value = value_for(field, typed)
    except BadValue as error:
        raise Refusal(str(error)) from error
    return Grant(
        (SetField(field.name, value),),
        f"{field.name} is {value} now" if value else f"{field.name} is empty now",
    )


TYPE = Command("type", "#type incident|request|problem|change", "make it a record of another type", _type)
IMPACT = Command(
    "impact", "#impact low|medium|high [REASON]", "how much is affected; the priority follows", _impact
)
URGENCY = Command(
    "urgency", "#urgency low|medium|high [REASON]", "how soon it matters; the priority follows", _urgency
)
PRIORITY = Command(
    "priority",
    "#priority P1|P2|P3|P4 REASON",
    "set another priority than impact and urgency come to",
    _priority,
)
CATEGORY = Command("category", "#category NAME|none", "say what it is about", _category)
DUE = Command("due", "#due DATE|none", "promise a moment", _due)
TIME = Command("time", "#time 15m", "book time that you worked, like 15m, 1h30 or 1.5h", _time)
TAGS = Command("tags", "#tags +vpn -printer", "add tags and take others away", _tags)
FIELD = Command("field", "#field NAME=VALUE", "fill in one of the desk's own fields", _field)

FACTS = (TYPE, IMPACT, URGENCY, PRIORITY, CATEGORY, DUE, TIME, TAGS, FIELD)
