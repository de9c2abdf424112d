"""What tickets are to each other: merge, split, link, unlink."""

from dataclasses import replace

from daemon.commands.command import Ask, Command, Grant, Refusal, chosen, needed, numbered, other_ticket
from daemon.desk.changes import AddLink, CopyIn, Merge, Remark, RemoveLink, SplitHeld, SplitWords
from storage.records import Link, Ticket
from storage.vocabulary import LinkKind

SUBJECT_LIMIT_CHARS = 250


def _merge(ask: Ask) -> Grant:
    """Let another ticket go on in place of this one, with its people and what they write from now on."""
    number = numbered(needed(ask, MERGE.usage).split()[0], MERGE.usage)
    ticket = ask.ticket
    if number == ticket.number:
        raise Refusal(f"ticket {number} is this one; expected the number of another")
    if ticket.merged_into is not None:
        raise Refusal(f"ticket {ticket.number} is part of ticket {ticket.merged_into} already")
    survivor = other_ticket(ask, number)
    _together(ask, survivor.ticket)
    following = survivor.ticket.merged_into
    if following is not None:
        # Also what a circle comes to: the end of the chain would be this ticket.
        raise Refusal(
            f"ticket {number} is part of ticket {following} itself; merge into a ticket that goes on"
        )
    fresh = tuple(one for one in ask.sight.people if one not in survivor.people)
    joined = CopyIn(fresh)
    noted = Remark("merged", (("ticket", str(ticket.number)),))
    elsewhere = (*(((number, joined),) if fresh else ()), (number, noted))
    done = f"it goes on as ticket {number}; {_people(len(fresh))} there now"
    return Grant((Merge(number),), done, elsewhere=elsewhere, settles=True)


def _together(ask: Ask, other: Ticket) -> None:
    """Raise Refusal where one of two tickets is private and the other is another team's."""
    ticket, roster = ask.ticket, ask.sight.roster
    if roster.apart(ticket.team, other.team):
        private = ticket if roster.is_private(ticket.team) else other
        raise Refusal(
            f"ticket {private.number} is of {private.team}, whose tickets are for its members alone: it is "
            "neither merged nor linked with those of other teams"
        )


def _people(count: int) -> str:
    return "1 more person is" if count == 1 else f"{count} more people are"


def _split(ask: Ask) -> Grant:
    """Make a ticket of its own: of a held mail, else of the words below the line."""
    numbers = ask.argument.isascii() and ask.argument.isdigit()
    meant = ask.answered_entry in {entry.id for entry in ask.held}
    if numbers or meant or (ask.held and not ask.sight.words and not ask.argument):
        entry = chosen(ask, ask.held, "mail")
        return Grant((SplitHeld(entry),), f"held mail {entry.id} is a ticket of its own now")
    if not ask.sight.words:
        raise Refusal(
            "write below the line what becomes a ticket of its own; no mail is held beside this one"
        )
    subject = " ".join(ask.argument.split())[:SUBJECT_LIMIT_CHARS]
    done = "your text is a ticket of its own now, linked with this one"
    return Grant((SplitWords(subject),), done, takes_words=True)


def _link(ask: Ask) -> Grant:
    """Say what this ticket is to another one."""
    number, kind = _link_meant(ask, LINK.usage)
    _together(ask, other_ticket(ask, number).ticket)
    if number == ask.ticket.number:
        raise Refusal(f"ticket {number} is this one; expected the number of another")
    wanted = Link(ask.ticket.number, kind or LinkKind.RELATED, number)
    if wanted in ask.sight.links:
        return Grant((), f"they were linked already: {wanted.kind} {number}")
    if replace(wanted, ticket_number=number, other=ask.ticket.number) in ask.sight.links:
        raise Refusal(
            f"ticket {number} is linked to this one as {wanted.kind} already; both ways is too much"
        )
    noted = Remark("linked by", (("ticket", str(ask.ticket.number)), ("kind", str(wanted.kind))))
    return Grant(
        (AddLink(wanted.kind, number),), f"linked: {wanted.kind} {number}", elsewhere=((number, noted),)
    )


def _unlink(ask: Ask) -> Grant:
    """Say so no longer."""
    number, kind = _link_meant(ask, UNLINK.usage)
    found = [one for one in ask.sight.links if (one.ticket_number, one.other) == (ask.ticket.number, number)]
    found = [one for one in found if kind in {None, one.kind}]
    if not found:
        there = ", ".join(
            f"{one.kind} {one.other}" for one in ask.sight.links if one.ticket_number == ask.ticket.number
        )
        raise Refusal(f"ticket {ask.ticket.number} has no such link; there are: {there or 'none'}")
    changes = tuple(RemoveLink(one.kind, one.other) for one in found)
    return Grant(changes, f"linked no longer: {', '.join(f'{one.kind} {one.other}' for one in found)}")


def _link_meant(ask: Ask, usage: str) -> tuple[int, LinkKind | None]:
    words = needed(ask, usage).split()
    number = numbered(words[0], usage)
    kind = words[1].lower() if len(words) > 1 else ""
    if len(words) > 2 or (kind and kind not in list(LinkKind)):
        raise Refusal(f"expected a kind of link like {', '.join(LinkKind)}, got {' '.join(words[1:])[:60]!r}")
    return number, LinkKind(kind) if kind else None


MERGE = Command(
    "merge",
    "#merge NUMBER",
    "this ticket goes on as that one: its people join there, and what they write lands there",
    _merge,
)
SPLIT = Command(
    "split",
    "#split [NUMBER|SUBJECT]",
    "make the text below a ticket of its own, or a held mail; its sender is the requester then",
    _split,
)
LINK = Command(
    "link",
    "#link NUMBER [related|duplicate|problem-of|caused-by-change|parent]",
    "say what this ticket is to another",
    _link,
)
UNLINK = Command("unlink", "#unlink NUMBER [KIND]", "take a link away", _unlink)

RELATIONS = (MERGE, SPLIT, LINK, UNLINK)
