"""What comes and goes each week, what lies there, which promises are kept."""

from datetime import UTC, date, datetime, timedelta

from daemon.desk.desk_figures import Age, Promise, Week, ages, middle_hours, promises, weeks

MONDAY = datetime(2024, 1, 15, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def test_weeks_without_any_stand_between_those_with_some():
    found = weeks([MONDAY, MONDAY + 20 * DAY], [MONDAY + 1 * DAY], "Europe/Berlin")

    assert found == [
        Week(date(2024, 1, 15), 1, 1),
        Week(date(2024, 1, 22), 0, 0),
        Week(date(2024, 1, 29), 1, 0),
    ]
    assert weeks([], [], "UTC") == []


def test_a_week_begins_on_monday_in_the_desks_zone():
    sunday_night = datetime(2024, 1, 14, 23, 30, tzinfo=UTC)

    assert weeks([sunday_night], [], "Europe/Berlin")[0].monday == date(2024, 1, 15)
    assert weeks([sunday_night], [], "UTC")[0].monday == date(2024, 1, 8)


def test_ages_are_counted_by_team_the_fullest_first():
    backlog = [("hr", MONDAY), ("it", MONDAY - 2 * DAY), ("it", MONDAY - 40 * DAY), ("it", MONDAY - 7 * DAY)]

    assert ages(backlog, MONDAY) == [Age("it", (0, 1, 0, 1, 1)), Age("hr", (1, 0, 0, 0, 0))]


def test_a_promise_is_kept_to_the_second():
    runs = [("response", 60, 60), ("response", 61, 60), ("resolution", 0, 60)]

    assert promises(runs) == [Promise("resolution", 1, 1), Promise("response", 2, 1)]
    assert promises(runs)[1].share == 0.5


def test_the_middle_of_none_is_none():
    assert middle_hours([]) is None
    assert middle_hours([(MONDAY, MONDAY + DAY), (MONDAY, MONDAY + 2 * DAY)]) == 36
