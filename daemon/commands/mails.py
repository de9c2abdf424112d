"""``#mails``: what will be mailed about the ticket by itself, and a stop or a start for it."""

from daemon.commands.command import Ask, Command, Grant, Refusal
from daemon.desk.automatic import ALL, Kind, kind_named
from daemon.desk.changes import StartMails, StopMails
from daemon.desk.sentences import Sentence, joined, sentence

WHY_LIMIT_CHARS = 200


def decide(ask: Ask) -> Grant:
    """List what is planned in the receipt itself, or stop or start a kind of it."""
    word, _, rest = ask.argument.partition(" ")
    if not word:
        return Grant((), joined("\n", ask.sight.mails))
    if word.lower() not in {"stop", "start"}:
        raise Refusal(
            sentence("expected {usage}, got {typed}", usage=MAILS.usage, typed=repr(ask.argument[:60]))
        )
    name, _, why = rest.strip().partition(" ")
    kind = kind_named(name or ALL)
    if kind is None:
        raise Refusal(
            sentence(
                "there is no automatic mail {typed}; there are: {kinds}, or {all}",
                typed=repr(name[:40]),
                kinds=", ".join(Kind),
                all=ALL,
            )
        )
    return _stop(ask, kind, why.strip()) if word.lower() == "stop" else _start(ask, kind)


def _stop(ask: Ask, kind: str, why: str) -> Grant:
    what, stops = _spoken(kind), ask.sight.stops
    if kind in stops or ALL in stops:
        return Grant((), sentence("{what} is stopped already", what=what))
    change = StopMails((kind,), ask.agent.address, why[:WHY_LIMIT_CHARS])
    return Grant(
        (change,),
        sentence(
            "{what} is stopped for ticket {number} until #mails start {kind}",
            what=what,
            number=ask.ticket.number,
            kind=kind,
        ),
    )


def _start(ask: Ask, kind: str) -> Grant:
    what, stops = _spoken(kind), ask.sight.stops
    if kind != ALL and ALL in stops:
        raise Refusal(
            sentence("all automatic mail of the ticket is stopped; #mails start lets all of it go again")
        )
    kinds = tuple(sorted(stops)) if kind == ALL else tuple({kind} & stops)
    if not kinds:
        return Grant((), sentence("{what} is not stopped", what=what))
    return Grant((StartMails(kinds, ask.agent.address),), sentence("{what} goes its way again", what=what))


def _spoken(kind: str) -> Sentence:
    if kind == ALL:
        return sentence("all automatic mail")
    return sentence("automatic mail of the kind {kind}", kind=kind)


MAILS = Command(
    "mails",
    "#mails [stop|start [KIND] [WHY]]",
    sentence("see what will be mailed about it by itself, and stop or start that"),
    decide,
)
