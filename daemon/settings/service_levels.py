"""The calendars and service levels of a desk, made from its settings, and what the machine lacks for them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from daemon.desk import calendar_feeds
from daemon.desk.addressing import fold
from daemon.desk.calendar_feeds import BadFeedError
from daemon.desk.calendars import AROUND_THE_CLOCK
from daemon.desk.service_levels import ServiceLevels
from daemon.desk.survey_plan import Surveys
from daemon.desk.waiting import Waiting
from daemon.desk.web_feeds import FedDays, is_address
from daemon.services.working_calendars import Places, working_calendars
from daemon.settings.problems import Fault
from daemon.settings.sections import Settings

_INSTALL = 'install "postdesk[calendars]"'


def service_levels(settings: Settings, today: date, fed: FedDays | None = None) -> ServiceLevels | None:
    """Return what a desk promises; None where it promises nothing.  ``fed`` has the days from the web.

    Raises BadFeedError and OSError for files that ``problems_of_machine`` complains of.
    """
    if not settings.sla:
        return None
    calendars = working_calendars(settings.calendar, _places(settings, fed), today)
    agents = frozenset(fold(address) for one in settings.agent for address in (one.address, *one.also))
    of_teams = {team.name: team.calendar for team in settings.team if team.calendar}
    return ServiceLevels.build(settings.sla, calendars, agents, of_teams, fed)


def waiting_of(settings: Settings, today: date, fed: FedDays | None = None) -> Waiting:
    """Return how requesters are reminded; raises as ``service_levels`` does."""
    of_teams = {team.name: team.calendar for team in settings.team if team.calendar}
    wanted = {settings.waiting.calendar, *of_teams.values()}
    named = [one for one in settings.calendar if one.name in wanted]
    found = working_calendars(named, _places(settings, fed), today)
    own = {team: found[name] for team, name in of_teams.items()}
    return Waiting.of(settings.waiting, found.get(settings.waiting.calendar, AROUND_THE_CLOCK), own)


def surveys_of(settings: Settings, today: date, fed: FedDays | None = None) -> Surveys:
    """Return how requesters are asked how satisfied they were; raises as ``service_levels`` does."""
    named = [one for one in settings.calendar if one.name == settings.survey.calendar]
    found = working_calendars(named, _places(settings, fed), today)
    return Surveys.of(settings.survey, settings.desk.timezone, found.get(settings.survey.calendar))


def _places(settings: Settings, fed: FedDays | None) -> Places:
    return Places(settings.desk.timezone, settings.base_dir, fed or FedDays())


def calendar_faults(settings: Settings) -> Iterator[Fault]:
    """Say what the calendars need and this machine does not have: packages, countries, files."""
    for index, calendar in enumerate(settings.calendar):
        if calendar.country and not calendar_feeds.HAVE_HOLIDAYS:
            text = "the package that knows public holidays is not installed"
            yield Fault(("calendar", index, "country"), text, _INSTALL)
        elif calendar.country:
            wrong = calendar_feeds.country_problem(calendar.country, calendar.subdivision)
            key = "subdivision" if "subdivision" in wrong else "country"
            yield from [Fault(("calendar", index, key), wrong)] if wrong else []
        for place, name in enumerate(calendar.feeds):
            wrong, hint = _feed_problem(None if is_address(name) else settings.base_dir / name)
            yield from [Fault(("calendar", index, "feeds", place), wrong, hint)] if wrong else []


def _feed_problem(path: Path | None) -> tuple[str, str]:
    """Say what keeps a feed from being read; one without a path is on the web, and asked for another time."""
    if not calendar_feeds.HAVE_ICALENDAR:
        return "the package that reads iCalendar files is not installed", _INSTALL
    if path is None:
        return "", ""
    try:
        calendar_feeds.feed_days(path.read_bytes(), date(2024, 1, 1), date(2024, 12, 31))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return f"{path} cannot be read: {reason}", "the name starts at the configuration's folder"
    except BadFeedError as error:
        return f"{path} cannot be used: {error}", ""
    return "", ""
