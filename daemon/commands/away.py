"""``#absent`` and ``#present``: an agent is away, and back again."""

from datetime import UTC, date, datetime, time

from daemon.commands.arguments import no_argument
from daemon.commands.command import Ask, Away, Command, Grant, Place, Refusal
from daemon.commands.states import MORNING
from daemon.desk.dates import BadDate, Now, moment
from daemon.desk.sentences import Moment, moment_said, reason_in, sentence


def _absent(ask: Ask) -> Grant:
    """Note that the agent is away, from today till the end of a day, or till further notice.

    Without a day the one counts that the agent's own out-of-office mail named.
    """
    today = ask.clock.local.date()
    proposed = ask.sight.away_until
    if not ask.argument and proposed is not None:
        said = sentence(
            "you are away up to and including {when}, as your out-of-office mail said; "
            "#present ends it earlier",
            when=_day(proposed),
        )
        return Grant((), said, away=Away(today, proposed))
    if not ask.argument:
        return Grant((), sentence("you are away until you write #present"), away=Away(today, None))
    try:
        at, rest = moment(ask.argument, ask.clock, MORNING)
    except BadDate as error:
        raise Refusal(reason_in(error)) from error
    if rest:
        raise Refusal(
            sentence(
                "expected {usage} and no more, got {typed} behind the date",
                usage=ABSENT.usage,
                typed=repr(rest[:60]),
            )
        )
    last = Now(at, ask.clock.zone).local.date()
    said = sentence("you are away up to and including {when}; #present ends it earlier", when=_day(last))
    return Grant((), said, away=Away(today, last))


def _day(day: date) -> Moment:
    noon = datetime.combine(day, time(12), UTC)
    return moment_said(day.strftime("%a %d %b %Y"), noon, "UTC", day_only=True)


def _present(ask: Ask) -> Grant:
    """Note that the agent is here."""
    no_argument(ask, PRESENT.usage)
    return Grant((), sentence("you are here; what was noted of your absence is over"), back=True)


ABSENT = Command(
    "absent",
    "#absent [until DATE]",
    sentence("say that you are away, that day included; #present takes it back"),
    _absent,
    Place.ANYWHERE,
)
PRESENT = Command("present", "#present", sentence("say that you are here again"), _present, Place.ANYWHERE)

AWAY = (ABSENT, PRESENT)
