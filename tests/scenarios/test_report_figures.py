"""What reports are counted from, on every database."""

from datetime import datetime, timedelta

from daemon.desk.addressing import Roster
from daemon.desk.catalogue import Catalogue
from daemon.desk.lifecycle import ENDED
from daemon.services import desk_report
from daemon.services.survey_views import Period, counting, decisions
from storage import hot, report_figures
from storage.database import Database
from tests.scenarios.desk import reply
from tests.scenarios.surveyed import CARA, asked, made


def test_figures_are_the_same_on_every_database(database: Database, now: datetime):
    desk = made(database, now)
    survey = asked(desk)
    desk.mail_in(reply(survey, CARA, "2 too slow"))
    period = Period(now - timedelta(days=1), now + timedelta(days=1), "Europe/Berlin")
    roster: Roster = desk.office.roster
    segment = (
        "INSERT INTO clock_segments (ticket_number, clock, run, kind, started_at, ended_at, reason, "
        "ended_reason, cause, rule, calendar, target_seconds, used_seconds) "
        "VALUES (1, 'resolution', 1, 'running', ?, ?, '', '', '', '', '', 60, 60)"
    )
    with database.write():
        hot.execute(segment, (now, now))
    with database.read():
        kept = report_figures.kept(period.since, period.until)
        backlog = report_figures.backlog(sorted(ENDED))
    found = desk_report.report(database, period, roster, Catalogue(), desk.now)
    satisfied = counting(database, period, roster, Catalogue(), "service-desk")
    decided = decisions(database)
    desk.close()

    assert kept == [report_figures.Kept("resolution", 60, 60)]
    # The follow-up is what lies there.
    assert [team for team, _ in backlog] == ["service-desk"]
    assert (found.opened, found.ended, found.open) == (2, 1, 1)
    assert (found.decisions, found.decision_hours) == (0, None)
    assert satisfied.follow_ups == (1, 1)
    assert [one.words for one in satisfied.words] == ["2 too slow"]
    assert [one.score for one in satisfied.counted] == [2]
    assert decided == {"states": {"sent": 1}, "reasons": {}}
