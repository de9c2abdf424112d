"""``#absent`` and ``#present``: an agent is away, and back again."""

from datetime import date

from daemon.commands.command import Ask, Away, Command, Grant, Place, Refusal, no_argument
from daemon.commands.states import MORNING
from daemon.desk.dates import BadDate, Now, moment


def _absent(ask: Ask) -> Grant:
    """Note that the agent is away, from today till the end of a day, or till further notice.

    Without a day the one counts that the agent's own out-of-office mail named.
    """
    today = ask.clock.local.date()
    proposed = ask.sight.away_until
    if not ask.argument and proposed is not None:
        said = f"you are away up to and including {_day(proposed)}, as your out-of-office mail said"
        return Grant((), f"{said}; #present ends it earlier", away=Away(today, proposed))
    if not ask.argument:
        return Grant((), "you are away until you write #present", away=Away(today, None))
    try:
        at, rest = moment(ask.argument, ask.clock, MORNING)
    except BadDate as error:
        raise Refusal(str(error)) from error
    if rest:
        raise Refusal(f"expected {ABSENT.usage} and no more, got {rest[:60]!r} behind the date")
    last = Now(at, ask.clock.zone).local.date()
    said = f"you are away up to and including {_day(last)}; #present ends it earlier"
    return Grant((), said, away=Away(today, last))


def _day(day: date) -> str:
    return day.strftime("%a %d %b %Y")


def _present(ask: Ask) -> Grant:
    """Note that the agent is here."""
    no_argument(ask, PRESENT.usage)
    return Grant((), "you are here; what was noted of your absence is over", back=True)


ABSENT = Command(
    "absent",
    "#absent [until DATE]",
    "say that you are away, that day included; #present takes it back",
    _absent,
    Place.ANYWHERE,
)
PRESENT = Command("present", "#present", "say that you are here again", _present, Place.ANYWHERE)

AWAY = (ABSENT, PRESENT)
