"""``postdesk report``: the desk in figures, as a table, as JSON, or as a page with charts."""

from datetime import timedelta
from pathlib import Path

import click

from daemon.cli.context import Invocation, json_option, pass_invocation
from daemon.cli.database import opened
from daemon.cli.output import emit_json
from daemon.cli.page import facts
from daemon.cli.satisfaction import period_of
from daemon.clock import system_clock
from daemon.desk.addressing import Roster
from daemon.desk.satisfaction_figures import By, percent
from daemon.services import desk_report
from daemon.settings.catalogue import load_catalogue

_QUARTER = timedelta(days=91)


@click.command()
@click.option("--since", metavar="DAY", help="From that day on, as 2024-01-31; thirteen weeks without.")
@click.option("--until", metavar="DAY", help="Before that day.")
@click.option("--html", "html_file", metavar="FILE", help="Write a page with charts into a file.")
@json_option
@pass_invocation
def report(
    invocation: Invocation, *, since: str | None, until: str | None, html_file: str | None, as_json: bool
) -> None:
    """Show what came and went, what lies there, and which promises were kept."""
    settings = invocation.settings
    period = period_of(settings, since, until, _QUARTER)
    roster = Roster.build(settings.desk, settings.team, settings.agent)
    with opened(invocation) as database:
        found = desk_report.report(database, period, roster, load_catalogue(settings), system_clock())
    if html_file:
        Path(html_file).write_text(desk_report.page(found, settings.desk.name), "utf-8")
        click.echo(f"written: {html_file}")
    elif as_json:
        emit_json(desk_report.as_view(found))
    else:
        click.echo(facts(_lines(found), indent=""))


def _lines(found: desk_report.Report) -> list[tuple[str, object]]:
    hours = found.decision_hours
    return [
        ("opened", found.opened),
        ("ended", found.ended),
        ("open now", found.open),
        *((f"open, {one.team}", one.total) for one in found.ages),
        *((f"kept, {one.clock}", f"{percent(one.share)} % of {one.count}") for one in found.promises),
        ("approvals decided", found.decisions),
        ("median time of them", f"{hours:.1f} h" if hours is not None else ""),
        *(
            (f"satisfied, {one.name}", f"{percent(one.satisfaction.share or 0)} % of {one.answered}")
            for one in found.satisfaction.by(By.TEAM)
            if one.answered
        ),
    ]
