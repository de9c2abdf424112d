"""Who works on the ticket and who hears of it: take, assign, team, watch, unwatch, cc, for, ask."""

import re

from daemon.commands.command import Ask, Command, Grant, Refusal, needed, no_argument
from daemon.desk.addressing import Agent, fold
from daemon.desk.changes import (
    Assign,
    Change,
    CopyIn,
    CopyOut,
    MoveState,
    SetAsked,
    SetRequester,
    SetTags,
    SetTeam,
    SetWatchers,
)
from daemon.desk.lifecycle import INITIAL, WORKING, Mover, moves
from daemon.desk.query import BadQuery, agent_named, team_named
from storage.records import Person, Ticket

_ADDRESS = re.compile(r"[^\s@<>\"(),;:\\\[\]]{1,64}@[^\s@<>\"(),;:\\\[\]]{1,190}")
# How a ticket came that did not come by mail; kept as a tag.
CHANNELS = ("phone", "walk-in", "chat")
COPIED_LIMIT = 25
NOBODY = frozenset({"nobody", "none"})


def _opened(ticket: Ticket) -> tuple[Change, ...]:
    """Bring a new ticket to work, where its type has such a state that an agent may bring it to."""
    working = WORKING.get(ticket.type)
    fresh = ticket.state is INITIAL[ticket.type]
    if not fresh or working is None or working not in moves(ticket.type, ticket.state, Mover.AGENT):
        return ()
    return (MoveState(working),)


def _take(ask: Ask) -> Grant:
    """Assign the ticket to the agent and open it where it is new."""
    no_argument(ask, TAKE.usage)
    mine = ask.ticket.assignee == ask.agent.address
    changes = (*(() if mine else (Assign(ask.agent.address),)), *_opened(ask.ticket))
    return Grant(changes, "assigned to you" if changes else "was yours already")


def _agent(ask: Ask, name: str) -> Agent:
    try:
        return agent_named(name, ask.asker)
    except BadQuery as error:
        raise Refusal(str(error)) from error


def _assign(ask: Ask) -> Grant:
    """Give the ticket to an agent, or to nobody; the rest of the line is the reason."""
    name, _, reason = needed(ask, ASSIGN.usage).partition(" ")
    if name.lower() in NOBODY:
        if ask.ticket.assignee is None:
            raise Refusal(f"ticket {ask.ticket.number} is nobody's already")
        return Grant((Assign(None, reason[:200]),), "assigned to nobody")
    agent = _agent(ask, name)
    if agent.address == ask.ticket.assignee:
        raise Refusal(f"ticket {ask.ticket.number} is assigned to {agent.name} already")
    if not ask.sight.roster.acts_on(agent, ask.ticket.routes, None):
        teams = " or ".join(ask.ticket.routes)
        raise Refusal(f"{agent.name} is no member of {teams}; hand it to another team with #team first")
    return Grant((Assign(agent.address, reason[:200]),), f"assigned to {agent.name}")


def _team(ask: Ask) -> Grant:
    """Hand the ticket to another team; who is no member there is its assignee no longer."""
    name, _, reason = needed(ask, TEAM.usage).partition(" ")
    ticket, roster = ask.ticket, ask.sight.roster
    try:
        team = team_named(name, roster)
    except BadQuery as error:
        raise Refusal(str(error)) from error
    if team == ticket.team:
        raise Refusal(f"ticket {ticket.number} is with {team} already")
    routes = roster.kept_private((team, *(one for one in ticket.routes if one not in {team, ticket.team})))
    # Among the teams that it went to besides there is none that is private.
    changes: list[Change] = [SetTeam(team, routes, reason[:200]), *_left_outside(ask, team)]
    assignee = roster.agent(ticket.assignee or "")
    done = f"handed to {team}"
    if assignee is not None and assignee not in roster.members(team):
        changes.append(Assign(None, f"handed to {team}"))
        done += f"; {assignee.name} is its assignee no longer"
    if roster.is_private(ticket.team):
        done += "; its agents can read all of it, notes among agents as well"
    return Grant(tuple(changes), done)


def _left_outside(ask: Ask, team: str) -> list[Change]:
    """Let nobody hear of a ticket any longer who is no member of the private team that gets it."""
    roster, ticket = ask.sight.roster, ask.ticket

    def kept(addresses: tuple[str, ...]) -> tuple[str, ...]:
        found = ((address, roster.agent(address)) for address in addresses)
        return tuple(address for address, agent in found if agent is not None and roster.sees(agent, team))

    watchers, asked = kept(ticket.watchers), kept(ticket.asked)
    changes: list[Change] = [SetWatchers(watchers)] if watchers != ticket.watchers else []
    return changes + ([SetAsked(asked)] if asked != ticket.asked else [])


def _watch(ask: Ask) -> Grant:
    """Let an agent hear of everything on the ticket."""
    agent = _agent(ask, ask.argument or "me")
    if not ask.sight.roster.acts_on(agent, ask.ticket.routes, ask.ticket.assignee):
        raise Refusal(f"{agent.name} is of another team; ask with #ask, or hand it over with #team")
    if agent.address in ask.ticket.watchers:
        return Grant((), f"{_called(ask, agent)} heard of everything already")
    return Grant(
        (SetWatchers((*ask.ticket.watchers, agent.address)),),
        f"{_called(ask, agent)} will hear of everything",
    )


def _unwatch(ask: Ask) -> Grant:
    """Let an agent no longer hear of everything."""
    agent = _agent(ask, ask.argument or "me")
    if agent.address not in ask.ticket.watchers:
        raise Refusal(f"{_called(ask, agent)} did not watch ticket {ask.ticket.number}")
    kept = tuple(one for one in ask.ticket.watchers if one != agent.address)
    return Grant((SetWatchers(kept),), f"{_called(ask, agent)} will hear only what everybody hears")


def _called(ask: Ask, agent: Agent) -> str:
    return "you" if agent.address == ask.agent.address else agent.name


def address_in(ask: Ask, word: str) -> str:
    """Return an address of somebody outside the desk, folded; raises Refusal."""
    typed = word.strip("<>,;")
    if not _ADDRESS.fullmatch(typed):
        raise Refusal(f"expected an address like rita@example.com, got {word[:60]!r}")
    if ask.sight.roster.is_own(typed):
        raise Refusal(f"{typed} is an address of the desk itself")
    return fold(typed)


def _copy(ask: Ask) -> Grant:
    """Put people on the ticket: they get every answer from then on."""
    words = needed(ask, COPY.usage).replace(",", " ").split()
    wanted = tuple(dict.fromkeys(address_in(ask, word) for word in words))
    if len(wanted) > COPIED_LIMIT:
        raise Refusal(f"expected at most {COPIED_LIMIT} addresses, got {len(wanted)}")
    fresh = tuple(one for one in wanted if one not in ask.sight.people)
    if not fresh:
        return Grant((), f"{', '.join(wanted)}: on the ticket already")
    return Grant((CopyIn(fresh),), f"on the ticket from now on: {', '.join(fresh)}")


def _for(ask: Ask) -> Grant:
    """Make somebody else the requester, with the way by which they came to the desk."""
    words = needed(ask, FOR.usage).split()
    address = address_in(ask, words[0])
    channel = words[1].lower() if len(words) > 1 else ""
    if len(words) > 2 or (channel and channel not in CHANNELS):
        raise Refusal(f"expected {FOR.usage} with {', '.join(CHANNELS)}, got {' '.join(words[1:])[:60]!r}")
    changes: list[Change] = []
    before = ask.ticket.requester
    if before is None or before.address != address:
        # Who was copied is the requester now, and copied again where this is taken back.
        changes += [CopyOut((address,))] if address in ask.sight.people else []
        changes.append(SetRequester(Person(0, "", address)))
    if channel and channel not in ask.ticket.tags:
        changes.append(SetTags((*ask.ticket.tags, channel)))
    by = f", who came by {channel}" if channel else ""
    return Grant(tuple(changes), f"the ticket is {address}'s{by}" if changes else "it was theirs already")


def _ask(ask: Ask) -> Grant:
    """Ask a colleague; the words on the line or below it are the question, the answer will be a note."""
    name, _, line = needed(ask, ASK.usage).partition(" ")
    colleague = _agent(ask, name)
    if colleague.address == ask.agent.address:
        raise Refusal("that is you; ask somebody else, or write a #note")
    if not ask.sight.roster.sees(colleague, ask.ticket.team):
        raise Refusal(
            f"{colleague.name} is no member of {ask.ticket.team}, whose tickets are for its members alone"
        )
    if not line.strip() and not ask.sight.words:
        raise Refusal(f"expected {ASK.usage}, or the question below the line")
    asked = ask.ticket.asked
    changes = () if colleague.address in asked else (SetAsked((*asked, colleague.address)),)
    done = f"{colleague.name} was asked; the answer will be a note on the ticket"
    return Grant(changes, done, note=True, note_words=line.strip(), asks=colleague.address)


TAKE = Command(
    "take", "#take", "make the ticket yours; a new one is worked on from then on", _take, often=True
)
ASSIGN = Command(
    "assign", "#assign AGENT|nobody [REASON]", "give the ticket to an agent", _assign, often=True
)
TEAM = Command("team", "#team TEAM [REASON]", "hand the ticket to another team", _team)
WATCH = Command("watch", "#watch [AGENT]", "hear of everything on the ticket", _watch)
UNWATCH = Command("unwatch", "#unwatch [AGENT]", "hear of it no more than others", _unwatch)
COPY = Command("cc", "#cc ADDRESS ...", "put people on the ticket; they get every answer", _copy)
FOR = Command(
    "for",
    "#for ADDRESS [phone|walk-in|chat]",
    "say whose ticket it is, where you write for somebody who called or came by",
    _for,
)
ASK = Command(
    "ask",
    "#ask AGENT [QUESTION]",
    "ask a colleague, on the line or with the text below it; the answer is a note among agents",
    _ask,
)

PEOPLE = (TAKE, ASSIGN, TEAM, WATCH, UNWATCH, COPY, FOR, ASK)
