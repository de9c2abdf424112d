"""Stops of automatic mail, asked for many tickets at once."""

from datetime import datetime

from daemon.desk.automatic import ALL, Kind
from daemon.services.automatic_stops import stopped, stopped_among
from storage import automatic_stops
from storage.automatic_stops import Stop
from storage.database import Database


def test_many_tickets_are_asked_about_at_once(database: Database, now: datetime):
    with database.write():
        automatic_stops.add(1, Stop(Kind.APPROVAL, "ann@corp.test", now))
        automatic_stops.add(2, Stop(Kind.SURVEY, "ann@corp.test", now))
        automatic_stops.add(900, Stop(ALL, "ann@corp.test", now))
        automatic_stops.add(900, Stop(Kind.APPROVAL, "ann@corp.test", now))

        assert stopped_among(range(1, 1_200), Kind.APPROVAL) == {1, 900}
        assert stopped_among([1, 2], Kind.SURVEY) == {2}
        assert stopped_among([], Kind.SURVEY) == frozenset()
        assert [stopped(number, Kind.SURVEY) for number in (1, 2, 900)] == [False, True, True]
