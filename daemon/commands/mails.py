"""``#mails``: what will be mailed about the ticket by itself, and a stop or a start for it."""

from daemon.commands.command import Ask, Command, Grant, Refusal
from daemon.desk.automatic import ALL, Kind, kind_named
from daemon.desk.changes import StartMails, StopMails

WHY_LIMIT_CHARS = 200


def decide(ask: Ask) -> Grant:
    """List what is planned in the receipt itself, or stop or start a kind of it."""
    word, _, rest = ask.argument.partition(" ")
    if not word:
        return Grant((), "\n".join(ask.sight.mails))
    if word.lower() not in {"stop", "start"}:
        raise Refusal(f"expected {MAILS.usage}, got {ask.argument[:60]!r}")
    name, _, why = rest.strip().partition(" ")
    kind = kind_named(name or ALL)
    if kind is None:
        raise Refusal(f"there is no automatic mail {name[:40]!r}; there are: {', '.join(Kind)}, or {ALL}")
    return _stop(ask, kind, why.strip()) if word.lower() == "stop" else _start(ask, kind)


def _stop(ask: Ask, kind: str, why: str) -> Grant:
    what, stops = _spoken(kind), ask.sight.stops
    if kind in stops or ALL in stops:
        return Grant((), f"{what} is stopped already")
    change = StopMails((kind,), ask.agent.address, why[:WHY_LIMIT_CHARS])
    return Grant((change,), f"{what} is stopped for ticket {ask.ticket.number} until #mails start {kind}")


def _start(ask: Ask, kind: str) -> Grant:
    what, stops = _spoken(kind), ask.sight.stops
    if kind != ALL and ALL in stops:
        raise Refusal("all automatic mail of the ticket is stopped; #mails start lets all of it go again")
    kinds = tuple(sorted(stops)) if kind == ALL else tuple({kind} & stops)
    if not kinds:
        return Grant((), f"{what} is not stopped")
    return Grant((StartMails(kinds, ask.agent.address),), f"{what} goes its way again")


def _spoken(kind: str) -> str:
    return "all automatic mail" if kind == ALL else f"automatic mail of the kind {kind}"


MAILS = Command(
    "mails",
    "#mails [stop|start [KIND] [WHY]]",
    "see what will be mailed about it by itself, and stop or start that",
    decide,
)
