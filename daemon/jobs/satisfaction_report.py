"""Once a week or a month: mail how satisfied people were, to administrators and to who leads a team."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.desk.addressing import fold
from daemon.desk.timetable import monthly, weekly
from daemon.jobs.job import Job, at_time
from daemon.services.apply import Cause
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from daemon.services.survey_views import Counting, Period, report

NOTICE = "satisfaction-report"
AT = "08:00"
_WEEK = timedelta(days=7)


def _weekly(office: Office, now: datetime) -> str:
    zone = office.roster.desk.timezone
    today = now.astimezone(ZoneInfo(zone)).date()
    monday = today - timedelta(days=today.weekday())
    return _send(office, "weekly", _days(monday - _WEEK, monday, zone, "the week before"), now)


def _monthly(office: Office, now: datetime) -> str:
    zone = office.roster.desk.timezone
    first = now.astimezone(ZoneInfo(zone)).date().replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    return _send(office, "monthly", _days(before, first, zone, f"{before:%B %Y}"), now)


def _days(first: date, end: date, zone: str, title: str) -> Period:
    since, until = (datetime.combine(one, time(), ZoneInfo(zone)) for one in (first, end))
    return Period(since, until, zone, title)


def _send(office: Office, rhythm: str, period: Period, now: datetime) -> str:
    """Send the report if this is the rhythm that is wanted and there is anything to tell."""
    if office.surveys.report != rhythm:
        return f"not wanted: it is {office.surveys.report}"
    told = sum(_mail(office, period, address, team, now) for address, team in _readers(office))
    return f"told {told}"


def _readers(office: Office) -> Iterator[tuple[str, str]]:
    """Yield who gets the report: administrators of all (an empty team), who leads a team of that one."""
    administrators = [fold(one) for one in office.roster.desk.administrators]
    yield from ((one, "") for one in administrators)
    for team in office.roster.teams:
        if team.lead and fold(team.lead) not in administrators:
            yield fold(team.lead), team.name


def _mail(office: Office, period: Period, address: str, team: str, now: datetime) -> int:
    found = Counting.of(period, office.roster, office.catalogue, team)
    if not found.counted:
        return 0
    origin = f"job:{NOTICE}:{period.until.date().isoformat()}:{team}"
    postbag = Postbag(office, Cause("postdesk", origin, now))
    postbag.write(NOTICE, office.letters.reader(address), None, figures=report(found, team))
    return postbag.post()


_SUMMARY = "tells how satisfied people were, where that is wanted"
JOBS: tuple[Job, ...] = (
    at_time("satisfaction-weekly", weekly(0, AT), _SUMMARY, _weekly),
    at_time("satisfaction-monthly", monthly(1, AT), _SUMMARY, _monthly),
)
