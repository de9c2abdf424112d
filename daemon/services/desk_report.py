"""The report of the whole desk: what came and went, what lies there, promises, approvals, satisfaction."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from daemon.desk import charts
from daemon.desk.addressing import Roster
from daemon.desk.catalogue import Catalogue
from daemon.desk.desk_figures import AGES, Age, Promise, Week, ages, middle_hours, promises, weeks
from daemon.desk.lifecycle import ENDED
from daemon.desk.satisfaction_figures import By, Figures, figures, percent
from daemon.services.languages import written
from daemon.services.survey_views import Counting, Period, view
from storage import report_figures
from storage.database import Database

View = dict[str, Any]
_FOOT = (
    "A ticket has ended when it was solved, else when it was closed; one that was opened again has not. A "
    "promise is a run of a clock with a target that has ended; time is working time of its calendar. An "
    "approval counts from its first question to its decision, around the clock."
)


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a period; what lies there is as it was at ``now``."""

    period: Period
    weeks: tuple[Week, ...]
    ages: tuple[Age, ...]
    promises: tuple[Promise, ...]
    decisions: int
    decision_hours: float | None
    satisfaction: Counting

    @property
    def opened(self) -> int:
        """How many tickets were opened."""
        return sum(one.opened for one in self.weeks)

    @property
    def ended(self) -> int:
        """How many tickets ended."""
        return sum(one.ended for one in self.weeks)

    @property
    def open(self) -> int:
        """How many tickets lie there."""
        return sum(one.total for one in self.ages)


def report(database: Database, period: Period, roster: Roster, catalogue: Catalogue, now: datetime) -> Report:
    """Count a period."""
    since, until = period.since, period.until
    with database.read():
        decided = report_figures.decided(since, until)
        kept = report_figures.kept(since, until)
        runs = [(one.clock, one.used_seconds, one.target_seconds) for one in kept]
        opened = report_figures.opened(since, until)
        ended = report_figures.ended(sorted(ENDED), since, until)
        return Report(
            period,
            tuple(weeks(opened, ended, period.zone)),
            tuple(ages(report_figures.backlog(sorted(ENDED)), now)),
            tuple(promises(runs)),
            len(decided),
            middle_hours(decided),
            Counting.of(period, roster, catalogue),
        )


def as_view(found: Report) -> View:
    """Return the figures under stable keys; docs/commands.md tells them."""
    hours = found.decision_hours
    return {
        "since": found.period.since,
        "until": found.period.until,
        "opened": found.opened,
        "ended": found.ended,
        "open": found.open,
        "weeks": [{**asdict(one), "monday": one.monday.isoformat()} for one in found.weeks],
        "backlog": [
            {"team": one.team, **dict(zip((name for name, _ in AGES), one.counts, strict=True))}
            for one in found.ages
        ],
        "promises": [{**asdict(one), "share": round(one.share, 4)} for one in found.promises],
        "approvals": {
            "decided": found.decisions,
            "median_hours": round(hours, 1) if hours is not None else None,
        },
        "satisfaction": view(_satisfaction(found)),
    }


def _satisfaction(found: Report) -> Figures:
    return figures(found.satisfaction.counted, "all")


def page(found: Report, desk: str) -> str:
    """Write the report as one page of HTML."""
    zone = found.period.zone
    lead = f"From {written(found.period.since, zone)} until {written(found.period.until, zone)}"
    cards = [_weeks(found), _backlog(found), _ages(found), _promises(found)]
    cards.append(_satisfied(found))
    return charts.page(f"{desk}: report", lead, _tiles(found), [one for one in cards if one], _FOOT)


def _tiles(found: Report) -> list[str]:
    runs, kept = sum(one.count for one in found.promises), sum(one.kept for one in found.promises)
    share = _satisfaction(found).satisfaction.share
    hours = found.decision_hours
    decided = f"to decide, median of {found.decisions:,}"
    return [
        charts.tile(f"{found.opened:,}", f"opened, {found.ended:,} ended"),
        charts.tile(f"{found.open:,}", "open now"),
        charts.tile(f"{percent(kept / runs)} %" if runs else "-", f"of {runs:,} promises kept"),
        charts.tile(f"{percent(share)} %" if share is not None else "-", "satisfied"),
        charts.tile(f"{hours:.1f} h" if hours is not None else "-", decided),
    ]


def _weeks(found: Report) -> str:
    most = max((max(one.opened, one.ended) for one in found.weeks), default=0) or 1

    def drawn(title: str, counts: list[int]) -> str:
        rows = [
            charts.Row(f"{week.monday:%d %b}", count / most, str(count))
            for week, count in zip(found.weeks, counts, strict=True)
        ]
        return charts.card(title, charts.columns(rows, title))

    opened = drawn("Opened by week", [one.opened for one in found.weeks])
    ended = drawn("Ended by week", [one.ended for one in found.weeks])
    return opened + ended if found.weeks else ""


def _backlog(found: Report) -> str:
    most = max((one.total for one in found.ages), default=0) or 1
    rows = [charts.Row(one.team, one.total / most, str(one.total)) for one in found.ages]
    return charts.card("Open now, by team", charts.rows(rows)) if rows else ""


def _ages(found: Report) -> str:
    counts = [sum(one.counts[at] for one in found.ages) for at in range(len(AGES))]
    most = max(counts) or 1
    rows = [charts.Row(name, count / most, str(count)) for (name, _), count in zip(AGES, counts, strict=True)]
    return charts.card("Open now, by age", charts.rows(rows)) if found.open else ""


def _promises(found: Report) -> str:
    rows = [
        charts.Row(one.clock, one.share, f"{percent(one.share)} % of {one.count:,}") for one in found.promises
    ]
    return charts.card("Promises kept", charts.rows(rows)) if rows else ""


def _satisfied(found: Report) -> str:
    rows = [
        charts.Row(
            one.name,
            one.satisfaction.share or 0,
            f"{percent(one.satisfaction.share or 0)} % of {one.answered}",
            one.satisfaction.low,
            one.satisfaction.high,
        )
        for one in found.satisfaction.by(By.TEAM)
        if one.answered
    ]
    return charts.card("Satisfied, by team", charts.rows(rows)) if rows else ""
