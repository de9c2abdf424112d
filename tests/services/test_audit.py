"""Verifying the journals: whole ones, and every way to break one."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from daemon.desk.linking import UNLINKED
from daemon.services import audit
from daemon.services.apply import Cause, Opening, Work
from daemon.services.audit import Audit, Break
from storage import audit as lines
from storage import hot, identities, links, tickets
from storage.database import Database
from storage.records import Link
from storage.vocabulary import Level, LinkKind
from tests.scenarios.bench import Bench


@pytest.fixture
def bench(database: Database, now: datetime) -> Iterator[Bench]:
    """Two tickets with a history each; the second is what most tests break."""
    made = Bench.on(database, now)
    made.open()
    number = made.open(subject="Screen is blue")
    receipt = made.receipt(number, "#take\n#tags +vpn\n#priority P1 because the boss waits\n#due fri")
    assert "efused" not in receipt, receipt
    yield made
    made.desk.close()


def breaks(bench: Bench) -> list[Break]:
    return list(Audit(bench.desk.database).breaks())


def run(bench: Bench, sql: str, *values: object) -> None:
    with bench.desk.database.write():
        hot.execute(sql, values)


def line_of(bench: Bench, kind: str) -> int:
    return next(int(one["id"]) for one in bench.desk.ticket(2)["events"] if one["kind"] == kind)


def test_whole_journals_have_no_break(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    looked: list[int] = []
    bench.say(1, "#link 2 related")
    monkeypatch.setattr(audit, "TICKETS_PER_LOOK", 1)
    monkeypatch.setattr(lines, "_EVENTS_PER_QUERY", 3)
    look = Audit(bench.desk.database, looked.append)

    assert list(look.breaks()) == []
    assert (look.tickets, sum(looked)) == (2, 2)
    assert look.events == sum(len(bench.desk.ticket(number)["events"]) for number in (1, 2))


def test_an_empty_desk_is_whole(database: Database):
    assert list(Audit(database).breaks()) == []


def test_a_changed_line_is_the_break(bench: Bench):
    line = line_of(bench, "assigned")
    run(bench, "UPDATE events SET actor = ? WHERE id = ?", "eve@evil.test", line)

    assert breaks(bench) == [Break(2, line, "chain", "the line was changed after it was written")]


def test_a_line_taken_away_shows_at_the_next_one(bench: Bench):
    line = line_of(bench, "assigned")
    run(bench, "DELETE FROM events WHERE id = ?", line)

    (found,) = breaks(bench)
    assert (found.ticket, found.kind) == (2, "chain")
    assert found.event > line


def test_a_journal_cut_off_at_its_end_shows_at_its_last_line(bench: Bench):
    *_, before, last = (one["id"] for one in bench.desk.ticket(2)["events"])
    run(bench, "DELETE FROM events WHERE id = ?", last)

    (found,) = breaks(bench)
    assert (found.event, found.kind) == (before, "chain")
    assert "ends here" in found.told


def test_a_ticket_without_a_journal_is_broken(bench: Bench):
    run(bench, "DELETE FROM events WHERE ticket_number = 1")

    assert breaks(bench) == [Break(1, 0, "chain", "the ticket has no journal")]


def test_a_ticket_that_is_gone_leaves_its_journal(bench: Bench):
    run(bench, "DELETE FROM tickets WHERE number = 2")

    (found,) = breaks(bench)
    assert (found.ticket, found.kind) == (2, "lost")
    assert "no such ticket" in found.told


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("state", "closed", "state"),
        ("type", "problem", "opened"),
        ("assignee", "bob@corp.test", "assigned"),
        ("team", "hr", "opened"),
        ("tags", "printer", "tags"),
        ("priority", "P4", "priority"),
        ("impact", "low", "priority"),
        ("due_at", "2025-02-01 00:00:00", "promised"),
        ("minutes_spent", 5, "opened"),
        ("created_at", "2023-01-01 00:00:00", "opened"),
    ],
)
def test_a_changed_column_shows_with_the_line_that_wrote_it(
    bench: Bench, column: str, value: object, kind: str
):
    run(bench, f"UPDATE tickets SET {column} = ? WHERE number = 2", value)

    (found,) = breaks(bench)
    assert (found.ticket, found.kind) == (2, "replay")
    assert found.told.startswith(f"{column} is ")
    kinds = {one["id"]: one["kind"] for one in bench.desk.ticket(2)["events"]}
    assert kinds[found.event] in {kind, "state"}


def test_a_link_that_nobody_made_is_a_break(bench: Bench, now: datetime):
    with bench.desk.database.write():
        links.add(Link(1, LinkKind.DUPLICATE, 2), now)

    (found,) = breaks(bench)
    assert found.told == "link duplicate 2 is yes in the tables, empty by the journal"


def test_another_requester_is_a_break_and_another_address_of_the_same_is_none(bench: Bench, now: datetime):
    with bench.desk.database.write():
        first = tickets.get(2)
        assert first is not None
        assert first.requester is not None
        identities.link("cara@home.test", first.requester, now)
    assert breaks(bench) == []

    run(bench, "UPDATE tickets SET requester_id = NULL WHERE number = 2")
    (found,) = breaks(bench)
    assert found.told == "the requester is nobody in the tables, cara@cust.test by the journal"


def test_an_address_that_was_unlinked_since_is_no_break(bench: Bench, now: datetime):
    with bench.desk.database.write():
        first = tickets.get(1)
        assert first is not None
        assert first.requester is not None
        identities.link("cara@home.test", first.requester, now)
        identities.unlink("cara@cust.test", now)
    assert [one.ticket for one in breaks(bench)] == [1, 2]

    with bench.desk.database.write():
        work = Work.on(first, Cause("cara@home.test", "arrival:9", now))
        work.note(UNLINKED, address="cara@cust.test")
        work.finish()
    assert breaks(bench) == []


def test_unusual_levels_and_a_team_with_a_comma_are_told_at_the_opening(database: Database, now: datetime):
    opening = Opening("x", None, ("Paris, Lyon", "it"), "<x@y>", impact=Level.HIGH, urgency=Level.LOW)
    with database.write():
        Work.opening(opening, Cause("cara", "arrival:1", now)).finish()

    assert list(Audit(database).breaks()) == []
