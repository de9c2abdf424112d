"""What is answered with a list or a page: queue, search, status, bulk."""

from dataclasses import replace

from daemon.commands.arguments import needed, numbered, other_ticket
from daemon.commands.command import Ask, Command, Grant, Listing, ListKind, Place, Refusal
from daemon.desk.query import NOBODY, OPEN, BadQuery, Query, read_query, team_named
from daemon.desk.sentences import reason_in, sentence

# A command for many tickets must not be one whose words are for one alone.
BULK_WORDS = frozenset(
    {
        "take", "assign", "team", "category", "impact", "urgency", "priority", "tags", "field", "due",
        "watch", "unwatch", "open", "resolve", "close", "reopen", "pending", "merge", "link", "cc",
        "fulfil", "reject",
        "investigate", "known-error", "reply-with", "note", "type",
    }
)  # fmt: skip


def _queue(ask: Ask) -> Grant:
    """Send the tickets that wait: of the agent's teams, the agent's own, all, or those of one team."""
    word = ask.argument.lower() or "team"
    roster = ask.sight.roster
    mine = tuple(team.name for team in roster.teams if ask.agent in roster.members(team.name))
    query = Query(states=OPEN)
    if word == "mine":
        return _listed(
            Listing(ListKind.QUEUE, sentence("Your queue"), replace(query, assignee=ask.agent.address))
        )
    if word == "all":
        return _listed(Listing(ListKind.QUEUE, sentence("All that is open"), query))
    if word == NOBODY:
        return _listed(
            Listing(ListKind.QUEUE, sentence("What nobody has taken"), replace(query, assignee=NOBODY))
        )
    if word == "team":
        return _listed(
            Listing(ListKind.QUEUE, sentence("The queue of your teams"), replace(query, teams=mine))
        )
    try:
        team = team_named(ask.argument, roster)
    except BadQuery as error:
        raise Refusal(
            sentence("{reason}; or write mine, team, nobody or all", reason=reason_in(error))
        ) from error
    return _listed(
        Listing(ListKind.QUEUE, sentence("The queue of {team}", team=team), replace(query, teams=(team,)))
    )


def _listed(listing: Listing) -> Grant:
    done = sentence("the list is on its way: {title}", title=listing.title)
    return Grant((), done, listing=listing)


def _search(ask: Ask) -> Grant:
    """Send the tickets that match."""
    text = needed(ask, SEARCH.usage)
    try:
        query = read_query(text, ask.asker)
    except BadQuery as error:
        raise Refusal(reason_in(error)) from error
    if query.words and "state:" not in text.lower():
        query = replace(query, states=())
    return _listed(Listing(ListKind.SEARCH, sentence("Found for: {text}", text=text[:80]), query))


def _status(ask: Ask) -> Grant:
    """Send how a ticket stands."""
    if not ask.argument:
        return _listed(
            Listing(
                ListKind.STATUS,
                sentence("Ticket {number}", number=ask.ticket.number),
                number=ask.ticket.number,
            )
        )
    number = numbered(ask.argument.strip("[]"), STATUS.usage)
    if ask.on is None or number != ask.on.number:
        other_ticket(ask, number)
    return _listed(Listing(ListKind.STATUS, sentence("Ticket {number}", number=number), number=number))


def _bulk(ask: Ask) -> Grant:
    """Send a preview of what a command would do to all tickets that match; nothing is done yet."""
    asked, bar, command = needed(ask, BULK.usage).rpartition("|")
    command = command.strip().removeprefix("#")
    if not bar or not asked.strip() or not command:
        raise Refusal(
            sentence(
                "expected {usage}, like #bulk tag:vpn older:14d | close The outage is over", usage=BULK.usage
            )
        )
    word = command.split()[0].lower()
    if word not in BULK_WORDS:
        raise Refusal(
            sentence(
                "#{word} is for one ticket at a time; for many there are: {words}",
                word=word[:40],
                words=", ".join(sorted(BULK_WORDS)),
            )
        )
    try:
        query = read_query(asked, ask.asker)
    except BadQuery as error:
        raise Refusal(reason_in(error)) from error
    title = sentence("Preview: {command}", command=command[:80])
    return Grant(
        (),
        sentence("a preview is on its way; nothing is done yet"),
        listing=Listing(ListKind.BULK, title, query, command=command),
    )


QUEUE = Command(
    "queue",
    "#queue [mine|team|nobody|all|TEAM]",
    sentence("get a numbered list of open tickets, to be answered like: 2 close thanks"),
    _queue,
    Place.ANYWHERE,
    often=True,
)
SEARCH = Command(
    "search",
    "#search WORDS",
    sentence("get the tickets with these words, or like team:network tag:vpn assignee:me older:14d"),
    _search,
    Place.ANYWHERE,
)
STATUS = Command("status", "#status [NUMBER]", sentence("get how a ticket stands"), _status, Place.ANYWHERE)
BULK = Command(
    "bulk",
    "#bulk QUERY | COMMAND",
    sentence("do the same to many tickets: you get a preview, and a word that confirms it"),
    _bulk,
    Place.ANYWHERE,
    alone=True,
)

LISTS = (QUEUE, SEARCH, STATUS, BULK)
