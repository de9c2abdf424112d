"""Large limits of the gate: not each mail asks the database, and yet no mail too many is let through."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from daemon.desk.addressing import Roster
from daemon.desk.notices import NOTICES
from daemon.desk.roster import DeskSettings
from daemon.services.gate import LARGE_LIMIT, RECOUNT, About, Gate
from storage import gate_counts
from storage.database import Database
from tests.scenarios.desk import SUPPORT

OPENED = NOTICES["ticket-opened"]
DOMAIN = "domain cust.test"


@pytest.fixture
def gate() -> Gate:
    settings = DeskSettings(
        name="IT Support", address=SUPPORT, timezone="UTC", auto_mail_per_domain_and_hour=LARGE_LIMIT
    )
    return Gate(Roster.build(settings, (), ()))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys that the database was asked for."""
    keys: list[str] = []
    since = gate_counts.since

    def noted(wanted: Sequence[str], moment: datetime) -> dict[str, int]:
        keys.extend(wanted)
        return since(wanted, moment)

    monkeypatch.setattr(gate_counts, "since", noted)
    return keys


def counted(number: int, now: datetime) -> None:
    """Count mails to the domain as another process does."""
    for _ in range(number):
        gate_counts.add([DOMAIN], now)


def let_through(gate: Gate, now: datetime, names: range) -> int:
    """Send to these people one after the other and return how many the gate let through."""
    through = 0
    for name in names:
        address = f"p{name}@cust.test"
        if gate.refusal(OPENED, address, About(), now) is None:
            gate.count(OPENED, address, About(), now)
            through += 1
    return through


def test_below_half_of_it_the_database_is_asked_once(
    database: Database, gate: Gate, asked: list[str], now: datetime
):
    with database.write():
        assert let_through(gate, now, range(100)) == 100

    assert asked.count(DOMAIN) == 1


def test_what_others_count_is_seen_after_a_while(
    database: Database, gate: Gate, asked: list[str], now: datetime
):
    with database.write():
        let_through(gate, now, range(1))
        counted(LARGE_LIMIT, now)

        assert let_through(gate, now + RECOUNT, range(1, 2)) == 0

    assert asked.count(DOMAIN) == 2


def test_above_half_of_it_each_mail_asks_and_the_limit_is_kept_whoever_counts(
    database: Database, gate: Gate, now: datetime
):
    with database.write():
        counted(LARGE_LIMIT // 2, now)
        assert let_through(gate, now, range(10)) == 10
        counted(LARGE_LIMIT // 2 - 15, now)

        assert let_through(gate, now, range(10, 30)) == 5


def test_hour_later_there_is_room_again(database: Database, gate: Gate, now: datetime):
    with database.write():
        counted(LARGE_LIMIT, now)
        assert let_through(gate, now, range(1)) == 0

        assert let_through(gate, now + timedelta(minutes=61), range(1, 2)) == 1
