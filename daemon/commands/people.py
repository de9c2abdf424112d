"""Who works on the ticket and who hears of it: take, assign, team, watch, unwatch, cc, for, ask."""

import re

from daemon.commands.arguments import needed, no_argument
from daemon.commands.command import Ask, Command, Grant, Refusal
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
from daemon.desk.sentences import Sentence, either, joined, reason_in, sentence
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
    return Grant(changes, sentence("assigned to you") if changes else sentence("was yours already"))


def _agent(ask: Ask, name: str) -> Agent:
    try:
        return agent_named(name, ask.asker)
    except BadQuery as error:
        raise Refusal(reason_in(error)) from error


def _assign(ask: Ask) -> Grant:
    """Give the ticket to an agent, or to nobody; the rest of the line is the reason."""
    name, _, reason = needed(ask, ASSIGN.usage).partition(" ")
    if name.lower() in NOBODY:
        if ask.ticket.assignee is None:
            raise Refusal(sentence("ticket {number} is nobody's already", number=ask.ticket.number))
        return Grant((Assign(None, reason[:200]),), sentence("assigned to nobody"))
    agent = _agent(ask, name)
    if agent.address == ask.ticket.assignee:
        raise Refusal(
            sentence(
                "ticket {number} is assigned to {name} already", number=ask.ticket.number, name=agent.name
            )
        )
    if not ask.sight.roster.acts_on(agent, ask.ticket.routes, None):
        teams = either(ask.ticket.routes)
        raise Refusal(
            sentence(
                "{name} is no member of {teams}; hand it to another team with #team first",
                name=agent.name,
                teams=teams,
            )
        )
    return Grant((Assign(agent.address, reason[:200]),), sentence("assigned to {name}", name=agent.name))


def _team(ask: Ask) -> Grant:
    """Hand the ticket to another team; who is no member there is its assignee no longer."""
    name, _, reason = needed(ask, TEAM.usage).partition(" ")
    ticket, roster = ask.ticket, ask.sight.roster
    try:
        team = team_named(name, roster)
    except BadQuery as error:
        raise Refusal(reason_in(error)) from error
    if team == ticket.team:
        raise Refusal(sentence("ticket {number} is with {team} already", number=ticket.number, team=team))
    routes = roster.kept_private((team, *(one for one in ticket.routes if one not in {team, ticket.team})))
    # Among the teams that it went to besides there is none that is private.
    changes: list[Change] = [SetTeam(team, routes, reason[:200]), *_left_outside(ask, team)]
    assignee = roster.agent(ticket.assignee or "")
    told = [sentence("handed to {team}", team=team)]
    if assignee is not None and assignee not in roster.members(team):
        changes.append(Assign(None, f"handed to {team}"))
        told.append(sentence("{name} is its assignee no longer", name=assignee.name))
    if roster.is_private(ticket.team):
        told.append(sentence("its agents can read all of it, notes among agents as well"))
    return Grant(tuple(changes), joined("; ", told))


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
        raise Refusal(
            sentence("{name} is of another team; ask with #ask, or hand it over with #team", name=agent.name)
        )
    if agent.address in ask.ticket.watchers:
        return Grant(
            (),
            _of(
                ask,
                agent,
                sentence("you heard of everything already"),
                sentence("{name} heard of everything already", name=agent.name),
            ),
        )
    return Grant(
        (SetWatchers((*ask.ticket.watchers, agent.address)),),
        _of(
            ask,
            agent,
            sentence("you will hear of everything"),
            sentence("{name} will hear of everything", name=agent.name),
        ),
    )


def _unwatch(ask: Ask) -> Grant:
    """Let an agent no longer hear of everything."""
    agent, number = _agent(ask, ask.argument or "me"), ask.ticket.number
    if agent.address not in ask.ticket.watchers:
        raise Refusal(
            _of(
                ask,
                agent,
                sentence("you did not watch ticket {number}", number=number),
                sentence("{name} did not watch ticket {number}", name=agent.name, number=number),
            )
        )
    kept = tuple(one for one in ask.ticket.watchers if one != agent.address)
    return Grant(
        (SetWatchers(kept),),
        _of(
            ask,
            agent,
            sentence("you will hear only what everybody hears"),
            sentence("{name} will hear only what everybody hears", name=agent.name),
        ),
    )


def _of(ask: Ask, agent: Agent, own: Sentence, theirs: Sentence) -> Sentence:
    """Return what is said of the agent who asks, or of another one."""
    return own if agent.address == ask.agent.address else theirs


def address_in(ask: Ask, word: str) -> str:
    """Return an address of somebody outside the desk, folded; raises Refusal."""
    typed = word.strip("<>,;")
    if not _ADDRESS.fullmatch(typed):
        raise Refusal(
            sentence("expected an address like rita@example.com, got {typed}", typed=repr(word[:60]))
        )
    if ask.sight.roster.is_own(typed):
        raise Refusal(sentence("{address} is an address of the desk itself", address=typed))
    return fold(typed)


def _copy(ask: Ask) -> Grant:
    """Put people on the ticket: they get every answer from then on."""
    words = needed(ask, COPY.usage).replace(",", " ").split()
    wanted = tuple(dict.fromkeys(address_in(ask, word) for word in words))
    if len(wanted) > COPIED_LIMIT:
        raise Refusal(
            sentence(
                "expected at most {limit} addresses, got {count}",
                limit=COPIED_LIMIT,
                count=len(wanted),
            )
        )
    fresh = tuple(one for one in wanted if one not in ask.sight.people)
    if not fresh:
        return Grant((), sentence("{addresses}: on the ticket already", addresses=", ".join(wanted)))
    return Grant(
        (CopyIn(fresh),), sentence("on the ticket from now on: {addresses}", addresses=", ".join(fresh))
    )


def _for(ask: Ask) -> Grant:
    """Make somebody else the requester, with the way by which they came to the desk."""
    words = needed(ask, FOR.usage).split()
    address = address_in(ask, words[0])
    channel = words[1].lower() if len(words) > 1 else ""
    if len(words) > 2 or (channel and channel not in CHANNELS):
        raise Refusal(
            sentence(
                "expected {usage} with {choices}, got {typed}",
                usage=FOR.usage,
                choices=", ".join(CHANNELS),
                typed=repr(" ".join(words[1:])[:60]),
            )
        )
    changes: list[Change] = []
    before = ask.ticket.requester
    if before is None or before.address != address:
        # Who was copied is the requester now, and copied again where this is taken back.
        changes += [CopyOut((address,))] if address in ask.sight.people else []
        changes.append(SetRequester(Person(0, "", address)))
    if channel and channel not in ask.ticket.tags:
        changes.append(SetTags((*ask.ticket.tags, channel)))
    if not changes:
        return Grant((), sentence("it was theirs already"))
    done = sentence("the ticket is {address}'s", address=address)
    if channel:
        done = sentence("the ticket is {address}'s, who came by {channel}", address=address, channel=channel)
    return Grant(tuple(changes), done)


def _ask(ask: Ask) -> Grant:
    """Ask a colleague; the words on the line or below it are the question, the answer will be a note."""
    name, _, line = needed(ask, ASK.usage).partition(" ")
    colleague = _agent(ask, name)
    if colleague.address == ask.agent.address:
        raise Refusal(sentence("that is you; ask somebody else, or write a #note"))
    if not ask.sight.roster.sees(colleague, ask.ticket.team):
        raise Refusal(
            sentence(
                "{name} is no member of {team}, whose tickets are for its members alone",
                name=colleague.name,
                team=ask.ticket.team,
            )
        )
    if not line.strip() and not ask.sight.words:
        raise Refusal(sentence("expected {usage}, or the question below the line", usage=ASK.usage))
    asked = ask.ticket.asked
    changes = () if colleague.address in asked else (SetAsked((*asked, colleague.address)),)
    done = sentence("{name} was asked; the answer will be a note on the ticket", name=colleague.name)
    return Grant(changes, done, note=True, note_words=line.strip(), asks=colleague.address)


TAKE = Command(
    "take", "#take", sentence("make the ticket yours; a new one is worked on from then on"), _take, often=True
)
ASSIGN = Command(
    "assign", "#assign AGENT|nobody [REASON]", sentence("give the ticket to an agent"), _assign, often=True
)
TEAM = Command("team", "#team TEAM [REASON]", sentence("hand the ticket to another team"), _team)
WATCH = Command("watch", "#watch [AGENT]", sentence("hear of everything on the ticket"), _watch)
UNWATCH = Command("unwatch", "#unwatch [AGENT]", sentence("hear of it no more than others"), _unwatch)
COPY = Command("cc", "#cc ADDRESS ...", sentence("put people on the ticket; they get every answer"), _copy)
FOR = Command(
    "for",
    "#for ADDRESS [phone|walk-in|chat]",
    sentence("say whose ticket it is, where you write for somebody who called or came by"),
    _for,
)
ASK = Command(
    "ask",
    "#ask AGENT [QUESTION]",
    sentence("ask a colleague, on the line or with the text below it; the answer is a note among agents"),
    _ask,
)

PEOPLE = (TAKE, ASSIGN, TEAM, WATCH, UNWATCH, COPY, FOR, ASK)
