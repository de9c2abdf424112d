"""Satisfaction as people and programs see it: figures by team and so on, the report mail, the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daemon.desk import charts
from daemon.desk.addressing import Roster
from daemon.desk.catalogue import Catalogue
from daemon.desk.satisfaction_figures import SCORES, UNKNOWN, By, Counted, Figures, figures, grouped, percent
from daemon.services.languages import written
from daemon.services.letters import Context
from storage import survey_figures, surveys
from storage.database import Database

View = dict[str, Any]
TITLES: Mapping[By, str] = {
    By.TEAM: "By team",
    By.AGENT: "By agent",
    By.ITEM: "By item of the catalogue",
    By.CATEGORY: "By category",
    By.MONTH: "By month",
}
# So many groups are shown in a mail, and so many in a page.
MAIL_ROWS, PAGE_ROWS = 8, 40
WORDS_LIMIT = 40
_FOOT = (
    "Satisfied is who answered 4 or 5. The marks are the 95 % confidence interval (Wilson score): the fewer "
    "the answers, the wider. A survey is counted in the month in which it was sent."
)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time that is reported about, in the zone of the desk."""

    since: datetime
    until: datetime
    zone: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Counting:
    """The surveys of a period with the names by which people know teams, agents and items."""

    counted: tuple[Counted, ...]
    period: Period
    follow_ups: tuple[int, int]
    words: tuple[survey_figures.Words, ...] = ()

    @classmethod
    def of(cls, period: Period, roster: Roster, catalogue: Catalogue, team: str = "") -> "Counting":
        """Count the surveys of a period, of one team or (empty) of all; inside the caller's transaction."""
        found = survey_figures.sent(period.since, period.until)
        agents = {agent.address: agent.name or agent.address for agent in roster.agents}
        items = {item.id: item.title for item in catalogue.items}
        counted = tuple(
            Counted(
                one.at,
                one.score,
                one.team,
                agents.get(one.agent, one.agent),
                items.get(one.item, one.item),
                one.category,
            )
            for one in found
            if not team or one.team == team
        )
        words = survey_figures.answered(period.since, period.until, WORDS_LIMIT)
        kept = tuple(one for one in words if not team or one.team == team)
        return cls(counted, period, survey_figures.follow_ups(period.since, period.until), kept)

    def by(self, what: By) -> list[Figures]:
        """Return the figures by team and so on."""
        return grouped(self.counted, what, self.period.zone)


def counting(
    database: Database, period: Period, roster: Roster, catalogue: Catalogue, team: str = ""
) -> Counting:
    """Count the surveys of a period."""
    with database.read():
        return Counting.of(period, roster, catalogue, team)


def view(one: Figures) -> View:
    """Return figures under stable keys; docs/commands.md tells them."""
    found = one.satisfaction
    return {
        "name": one.name,
        "sent": one.sent,
        "answered": one.answered,
        "satisfied": found.satisfied,
        "share": round(found.share, 4) if found.share is not None else None,
        "low": round(found.low, 4),
        "high": round(found.high, 4),
        "mean": round(one.mean, 2) if one.mean is not None else None,
        "scores": dict(zip(map(str, SCORES), one.scores, strict=True)),
    }


def decisions(database: Database) -> View:
    """Return how many closures were asked about, wait or never are, and why the latter."""
    with database.read():
        return {"states": surveys.counts(), "reasons": dict(surveys.reasons())}


def report(found: Counting, team: str = "") -> Context:
    """Describe the figures of a period for the report mail."""
    whole, zone = figures(found.counted), found.period.zone
    share = whole.satisfaction.share
    most = max(whole.scores, default=0) or 1
    return {
        "title": found.period.title,
        "since": written(found.period.since, zone),
        "until": written(found.period.until, zone),
        "team": team,
        "sent": whole.sent,
        "answered": whole.answered,
        "rate": percent(whole.answered / whole.sent) if whole.sent else 0,
        "percent": percent(share) if share is not None else -1,
        "low": percent(whole.satisfaction.low),
        "high": percent(whole.satisfaction.high),
        "mean": _mean(whole),
        "scores": [
            {"score": score, "count": count, "bar": _bar(count / most)}
            for score, count in zip(SCORES, whole.scores, strict=True)
            if whole.answered
        ],
        "groups": [group for what in By if what is not By.MONTH and (group := _group(found, what))],
        "follow_ups": {"opened": found.follow_ups[0], "going_on": found.follow_ups[1]},
    }


def _group(found: Counting, what: By) -> Context | None:
    """Describe the answered groups; None where there is nothing to tell apart."""
    answered = [one for one in found.by(what) if one.answered]
    if not answered or [one.name for one in answered] == [UNKNOWN]:
        return None
    shown = answered[:MAIL_ROWS]
    return {
        "title": TITLES[what],
        "rows": [
            {
                "name": one.name,
                "count": one.answered,
                "percent": percent(one.satisfaction.share or 0),
                "low": percent(one.satisfaction.low),
                "high": percent(one.satisfaction.high),
                "mean": _mean(one),
                "bar": _bar(one.satisfaction.share or 0),
            }
            for one in shown
        ],
        "more": len(answered) - len(shown),
    }


def _bar(share: float) -> Context:
    made = charts.bar(share)
    return {"filled": made.filled, "rest": made.rest, "text": made.text}


def _mean(one: Figures) -> str:
    return f"{one.mean:.1f}" if one.mean is not None else ""


def page(found: Counting, desk: str) -> str:
    """Write the figures of a period as one page of HTML."""
    whole, zone = figures(found.counted), found.period.zone
    most = max(whole.scores, default=0) or 1
    scores = [
        charts.Row(f"{score} of 5", count / most, str(count))
        for score, count in zip(SCORES, whole.scores, strict=True)
    ]
    cards = [
        charts.card("Satisfaction by month", charts.columns(_months(found), "Satisfaction by month"), "two"),
        charts.card("Answers by score", charts.rows(scores)),
    ]
    cards += [
        charts.card(TITLES[what], charts.rows(few))
        for what in By
        if what is not By.MONTH and (few := _rows(found.by(what)[:PAGE_ROWS]))
    ]
    if found.words:
        lines = [
            (str(one.score), f"#{one.ticket_number}", one.words[:300], written(one.answered_at, zone))
            for one in found.words
        ]
        cards.append(
            charts.card("Latest answers", charts.table(("Score", "Ticket", "Words", "At"), lines), "wide")
        )
    lead = f"Surveys sent from {written(found.period.since, zone)} until {written(found.period.until, zone)}"
    return charts.page(f"{desk}: satisfaction", lead, _tiles(found, whole), cards, _FOOT)


def _tiles(found: Counting, whole: Figures) -> list[str]:
    share = whole.satisfaction
    told = f"{percent(share.share)} %" if share.share is not None else "-"
    rate = f"{percent(whole.answered / whole.sent)} %" if whole.sent else "-"
    opened, going_on = found.follow_ups
    return [
        charts.tile(told, f"satisfied, between {percent(share.low)} and {percent(share.high)} %"),
        charts.tile(_mean(whole) or "-", "mean of 5"),
        charts.tile(f"{whole.answered} of {whole.sent}", f"surveys answered, {rate}"),
        charts.tile(str(opened), f"follow-ups, of which {going_on} go on"),
    ]


def _months(found: Counting) -> list[charts.Row]:
    return [
        charts.Row(
            one.name,
            one.satisfaction.share or 0,
            f"{percent(one.satisfaction.share)} %" if one.satisfaction.share is not None else "-",
            one.satisfaction.low if one.answered else None,
            one.satisfaction.high if one.answered else None,
        )
        for one in found.by(By.MONTH)
    ]


def _rows(found: Sequence[Figures]) -> list[charts.Row]:
    return [
        charts.Row(
            one.name,
            one.satisfaction.share or 0,
            f"{percent(one.satisfaction.share or 0)} % of {one.answered}, mean {_mean(one)}",
            one.satisfaction.low,
            one.satisfaction.high,
        )
        for one in found
        if one.answered
    ]
