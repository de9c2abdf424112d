"""``postdesk satisfaction``: how satisfied people were, as a table, as JSON, or as a page with charts."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from daemon.cli.context import Invocation, json_option, pass_invocation
from daemon.cli.database import opened
from daemon.cli.output import emit, emit_json
from daemon.clock import system_clock
from daemon.desk.addressing import Roster
from daemon.desk.satisfaction_figures import By, Figures, figures, percent
from daemon.services import survey_views
from daemon.services.survey_views import Period
from daemon.settings import Settings
from daemon.settings.catalogue import load_catalogue
from storage.survey_figures import Words

COLUMNS = ("name", "sent", "answered", "satisfied", "range", "mean")
ANSWERS = ("score", "ticket_number", "address", "answered_at", "words")
_YEAR = timedelta(days=365)


@click.command()
@click.option("--by", type=click.Choice([str(one) for one in By]), default="team", show_default=True)
@click.option("--since", metavar="DAY", help="Surveys sent from that day on, as 2024-01-31; a year without.")
@click.option("--until", metavar="DAY", help="Surveys sent before that day.")
@click.option("--team", metavar="TEAM", default="", help="Only tickets of this team.")
@click.option("--answers", is_flag=True, help="List the latest answers with their words instead.")
@click.option("--html", "html_file", metavar="FILE", help="Write a page with charts into a file.")
@json_option
@pass_invocation
def satisfaction(  # noqa: PLR0913  # one parameter an option, all but the first by name
    invocation: Invocation,
    *,
    by: str,
    since: str | None,
    until: str | None,
    team: str,
    answers: bool,
    html_file: str | None,
    as_json: bool,
) -> None:
    """Show how satisfied people were: the share of 4 and 5 among the answers to surveys.

    RANGE is where the true share lies in 95 of 100 cases: the fewer the answers, the wider it is.
    """
    settings = invocation.settings
    period = period_of(settings, since, until, _YEAR)
    roster = Roster.build(settings.desk, settings.team, settings.agent)
    with opened(invocation) as database:
        found = survey_views.counting(database, period, roster, load_catalogue(settings), team)
        decided = survey_views.decisions(database)
    if html_file:
        Path(html_file).write_text(survey_views.page(found, settings.desk.name), "utf-8")
        click.echo(f"written: {html_file}")
        return
    if answers:
        nothing = "nobody answered a survey that was sent in that time"
        emit([_answer(one) for one in found.words], ANSWERS, as_json=as_json, nothing=nothing)
        return
    groups = found.by(By(by))
    if as_json:
        whole = survey_views.view(figures(found.counted, "all"))
        listed = [survey_views.view(one) for one in groups]
        times = {"since": period.since, "until": period.until}
        emit_json({**times, "by": by, "all": whole, "groups": listed, "decisions": decided})
        return
    emit([_row(one) for one in (*groups, figures(found.counted, "all"))], COLUMNS, as_json=False)


def period_of(settings: Settings, since: str | None, until: str | None, length: timedelta) -> Period:
    """Return the time that options name: up to now without an end, of this length without a beginning."""
    zone = settings.desk.timezone
    end = _day(until, zone) if until else system_clock()
    return Period(_day(since, zone) if since else end - length, end, zone)


def _day(text: str, zone: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=ZoneInfo(zone))
    except ValueError as error:
        raise click.UsageError(f'expected a day like 2024-01-31, got "{text}"') from error


def _row(one: Figures) -> dict[str, object]:
    found = one.satisfaction
    return {
        "name": one.name,
        "sent": one.sent,
        "answered": one.answered,
        "satisfied": f"{percent(found.share)} %" if found.share is not None else "-",
        "range": f"{percent(found.low)}-{percent(found.high)} %",
        "mean": f"{one.mean:.1f}" if one.mean is not None else "-",
    }


def _answer(one: Words) -> dict[str, object]:
    return {name: getattr(one, name) for name in (*ANSWERS, "survey_id", "team", "agent")}
