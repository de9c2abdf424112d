"""What tickets are to each other: merge, split, link, unlink."""

from collections.abc import Iterable
from dataclasses import replace

from daemon.commands.arguments import chosen, needed, numbered, other_ticket
from daemon.commands.command import Ask, Command, Grant, Refusal
from daemon.desk.changes import AddLink, CopyIn, Merge, Remark, RemoveLink, SplitHeld, SplitWords
from daemon.desk.sentences import NONE, Sentence, joined, sentence, term
from storage.records import Link, Ticket
from storage.vocabulary import LinkKind

SUBJECT_LIMIT_CHARS = 250


def _merge(ask: Ask) -> Grant:
    """Let another ticket go on in place of this one, with its people and what they write from now on."""
    number = numbered(needed(ask, MERGE.usage).split()[0], MERGE.usage)
    ticket = ask.ticket
    if number == ticket.number:
        raise Refusal(sentence("ticket {number} is this one; expected the number of another", number=number))
    if ticket.merged_into is not None:
        raise Refusal(
            sentence(
                "ticket {number} is part of ticket {following} already",
                number=ticket.number,
                following=ticket.merged_into,
            )
        )
    survivor = other_ticket(ask, number)
    _together(ask, survivor.ticket)
    following = survivor.ticket.merged_into
    if following is not None:
        # Also what a circle comes to: the end of the chain would be this ticket.
        raise Refusal(
            sentence(
                "ticket {number} is part of ticket {following} itself; merge into a ticket that goes on",
                number=number,
                following=following,
            )
        )
    fresh = tuple(one for one in ask.sight.people if one not in survivor.people)
    joining = CopyIn(fresh)
    noted = Remark("merged", (("ticket", str(ticket.number)),))
    elsewhere = (*(((number, joining),) if fresh else ()), (number, noted))
    done = sentence(
        "it goes on as ticket {number}; {count} more people are there now", number=number, count=len(fresh)
    )
    if len(fresh) == 1:
        done = sentence("it goes on as ticket {number}; 1 more person is there now", number=number)
    return Grant((Merge(number),), done, elsewhere=elsewhere, settles=True)


def _together(ask: Ask, other: Ticket) -> None:
    """Raise Refusal where one of two tickets is private and the other is another team's."""
    ticket, roster = ask.ticket, ask.sight.roster
    if roster.apart(ticket.team, other.team):
        private = ticket if roster.is_private(ticket.team) else other
        raise Refusal(
            sentence(
                "ticket {number} is of {team}, whose tickets are for its members alone: it is neither "
                "merged nor linked with those of other teams",
                number=private.number,
                team=private.team,
            )
        )


def _split(ask: Ask) -> Grant:
    """Make a ticket of its own: of a held mail, else of the words below the line."""
    numbers = ask.argument.isascii() and ask.argument.isdigit()
    meant = ask.answered_entry in {entry.id for entry in ask.held}
    if numbers or meant or (ask.held and not ask.sight.words and not ask.argument):
        entry = chosen(ask, ask.held, sentence("mail"))
        return Grant((SplitHeld(entry),), sentence("held mail {id} is a ticket of its own now", id=entry.id))
    if not ask.sight.words:
        raise Refusal(
            sentence("write below the line what becomes a ticket of its own; no mail is held beside this one")
        )
    subject = " ".join(ask.argument.split())[:SUBJECT_LIMIT_CHARS]
    done = sentence("your text is a ticket of its own now, linked with this one")
    return Grant((SplitWords(subject),), done, takes_words=True)


def _link(ask: Ask) -> Grant:
    """Say what this ticket is to another one."""
    number, kind = _link_meant(ask, LINK.usage)
    _together(ask, other_ticket(ask, number).ticket)
    if number == ask.ticket.number:
        raise Refusal(sentence("ticket {number} is this one; expected the number of another", number=number))
    wanted = Link(ask.ticket.number, kind or LinkKind.RELATED, number)
    if wanted in ask.sight.links:
        return Grant(
            (), sentence("they were linked already: {kind} {number}", kind=term(wanted.kind), number=number)
        )
    if replace(wanted, ticket_number=number, other=ask.ticket.number) in ask.sight.links:
        raise Refusal(
            sentence(
                "ticket {number} is linked to this one as {kind} already; both ways is too much",
                number=number,
                kind=term(wanted.kind),
            )
        )
    noted = Remark("linked by", (("ticket", str(ask.ticket.number)), ("kind", str(wanted.kind))))
    return Grant(
        (AddLink(wanted.kind, number),),
        sentence("linked: {kind} {number}", kind=term(wanted.kind), number=number),
        elsewhere=((number, noted),),
    )


def _unlink(ask: Ask) -> Grant:
    """Say so no longer."""
    number, kind = _link_meant(ask, UNLINK.usage)
    found = [one for one in ask.sight.links if (one.ticket_number, one.other) == (ask.ticket.number, number)]
    found = [one for one in found if kind in {None, one.kind}]
    if not found:
        of_it = [one for one in ask.sight.links if one.ticket_number == ask.ticket.number]
        there = _listed(of_it) if of_it else NONE
        raise Refusal(
            sentence(
                "ticket {number} has no such link; there are: {there}",
                number=ask.ticket.number,
                there=there,
            )
        )
    changes = tuple(RemoveLink(one.kind, one.other) for one in found)
    return Grant(
        changes,
        sentence("linked no longer: {listed}", listed=_listed(found)),
    )


def _listed(found: Iterable[Link]) -> Sentence:
    return joined(", ", (joined(" ", (term(one.kind), str(one.other))) for one in found))


def _link_meant(ask: Ask, usage: str) -> tuple[int, LinkKind | None]:
    words = needed(ask, usage).split()
    number = numbered(words[0], usage)
    kind = words[1].lower() if len(words) > 1 else ""
    if len(words) > 2 or (kind and kind not in list(LinkKind)):
        raise Refusal(
            sentence(
                "expected a kind of link like {choices}, got {typed}",
                choices=", ".join(LinkKind),
                typed=repr(" ".join(words[1:])[:60]),
            )
        )
    return number, LinkKind(kind) if kind else None


MERGE = Command(
    "merge",
    "#merge NUMBER",
    sentence("this ticket goes on as that one: its people join there, and what they write lands there"),
    _merge,
)
SPLIT = Command(
    "split",
    "#split [NUMBER|SUBJECT]",
    sentence("make the text below a ticket of its own, or a held mail; its sender is the requester then"),
    _split,
)
LINK = Command(
    "link",
    "#link NUMBER [related|duplicate|problem-of|caused-by-change|parent]",
    sentence("say what this ticket is to another"),
    _link,
)
UNLINK = Command("unlink", "#unlink NUMBER [KIND]", sentence("take a link away"), _unlink)

RELATIONS = (MERGE, SPLIT, LINK, UNLINK)
