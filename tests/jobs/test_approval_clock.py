"""Many open approvals: a pass of the clock in little memory, each mailed once though it dies."""

import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from daemon.desk.automatic import Kind
from daemon.desk.frozen_text import digest
from daemon.desk.roster import DeskSettings
from daemon.jobs import approval_steps
from storage import approvals, automatic_stops, hot, journal, outbox, tickets
from storage.approval_models import ApprovalRow, AskedRow
from storage.automatic_stops import Stop
from storage.database import Database
from storage.models import TicketRow
from tests.conftest import close
from tests.scenarios.desk import SUPPORT, StoryDesk

NOW = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
MUCH = dict.fromkeys((name for name in DeskSettings.__struct_fields__ if "auto_mail" in name), 100_000)
SETTINGS = DeskSettings(name="IT", address=SUPPORT, **MUCH)
TEXT = "postdesk approval 1\nrequest:\n  1\nitem:\n  Laptop\nrequester:\n  cara@corp.test\n"


@pytest.fixture
def sqlite_database(sqlite_maker: Any, request: pytest.FixtureRequest) -> Iterator[Database]:
    for url in sqlite_maker(request):
        database = Database(url)
        yield database
        close(database)


def filled(database: Database, count: int, approvers: int) -> StoryDesk:
    """Return a desk with so many open approvals, spread over so many approvers, all due for a reminder."""
    desk = StoryDesk(database, NOW, SETTINGS)
    # From Thursday noon to Monday morning: thirteen office hours.
    since = NOW - timedelta(days=3, hours=21)
    with database.write():
        for start in range(1, count + 1, 500):
            numbers = range(start, min(start + 500, count + 1))
            hot.insert(TicketRow, [ticket(number, since) for number in numbers])
            hot.insert(ApprovalRow, [approval(number, since, approvers) for number in numbers])
            hot.insert(AskedRow, [asked(number, since, approvers) for number in numbers])
    return desk


def who(number: int, approvers: int) -> str:
    return f"boss{number % approvers}@corp{number % approvers % 50}.test"


def ticket(number: int, at: datetime) -> dict[str, object]:
    return {
        "number": number,
        "type": "service-request",
        "state": "awaiting-approval",
        "impact": "medium",
        "urgency": "medium",
        "priority": "P3",
        "team": "service-desk",
        "subject": f"Laptop {number}",
        "root_message_id": f"<{number}@corp.test>",
        "created_at": at,
        "updated_at": at,
        "journal_hash": "",
    }


def approval(number: int, at: datetime, approvers: int) -> dict[str, object]:
    stages = f'[["manager", "any", 0, 86400, [["{who(number, approvers)}", "manager"]]]]'
    return {
        "id": number,
        "ticket_number": number,
        "item": "laptop",
        "text": TEXT,
        "digest": digest(TEXT),
        "parties": '["cara@corp.test"]',
        "stages": stages,
        "problems": "[]",
        "may_be_bypassed": False,
        "stage": 0,
        "opened_at": at,
        "expires_at": at + timedelta(days=13),
        "state": "pending",
        "reason": "",
        "created_at": at,
        "next_at": NOW,
    }


def asked(number: int, at: datetime, approvers: int) -> dict[str, object]:
    address = who(number, approvers)
    return {
        "id": number,
        "approval_id": number,
        "stage": 0,
        "approver": address,
        "address": address,
        "asked_at": at,
        "mailed_at": at,
        "done": "[]",
        "asked_back": 0,
        "waiting": True,
        "listing": False,
        "undelivered": False,
    }


def mails(database: Database) -> Counter[tuple[str, str]]:
    with database.read():
        return Counter((one.notice, one.recipient) for one in outbox.items(limit=100_000))


def test_whoever_has_much_to_decide_gets_one_list_and_nothing_is_left_over(sqlite_database: Database):
    desk = filled(sqlite_database, 1_000, 50)

    told = approval_steps.go_through(desk.database, desk.office, NOW)

    assert told == "looked at 1000 approvals; lists 50; reminded 1000"
    expected = {("approval-digest", who(number, 50)): 1 for number in range(50)}
    assert mails(sqlite_database) == expected
    with sqlite_database.read():
        assert approvals.due(NOW, 10) == []


def test_whatever_is_done_in_one_batch_the_journal_of_each_ticket_is_whole(database: Database):
    desk = filled(database, 6, 1)
    with database.write():
        hot.execute("DELETE FROM tickets WHERE number = 2")
        hot.execute("UPDATE tickets SET state = 'closed' WHERE number = 3")
        automatic_stops.add(4, Stop(Kind.APPROVAL, "ann@corp.test", NOW))
        # Nobody can be found in the place of an approver whom no mail reaches: the agents hear of it.
        hot.execute("UPDATE approval_asked SET undelivered = ? WHERE id = 5", (True,))

    told = approval_steps.go_through(database, desk.office, NOW)

    assert told == "looked at 6 approvals; lists 1; ended 1; reminded 3; undelivered 1"
    with database.read():
        kinds = {number: [event.kind for event in journal.of_ticket(number)] for number in range(1, 7)}
        found = {one.number: one.journal_hash for one in tickets.lock_all(range(1, 7))}
        broken = [journal.broken_link(journal.of_ticket(number), last) for number, last in found.items()]
        looks = {one.approval.id: one.approval.next_at for one in approvals.dossiers(range(1, 7))}
    assert broken == [None] * 5
    assert (kinds[1], kinds[2], kinds[4], kinds[6]) == (["approval reminded"], [], [], ["approval reminded"])
    assert kinds[3] == ["approval withdrawn", "approval void"]
    assert {"approval not handed over", "approval reminded"} <= set(kinds[5])
    assert (looks[2], looks[3], looks[4]) == (None, None, NOW + timedelta(hours=1))
    assert looks[1] == looks[6]
    assert looks[1] > NOW


@pytest.mark.no_cover
def test_only_some_of_them_are_in_memory(sqlite_database: Database):
    desk = filled(sqlite_database, 1_000, 50)

    tracemalloc.start()
    approval_steps.go_through(desk.database, desk.office, NOW)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 16 * 1024 * 1024


# After how many statements the process dies: in the first batch and later ones, and while lists are written.
STATEMENTS = {"approval-request": (7, 60, 120, 230, 40), "approval-digest": (7, 15, 18, 24, 40)}


class Killed(BaseException):
    """What ends a process at any place: nothing on the way catches it."""


@pytest.mark.parametrize(
    ("count", "approvers", "notice"), [(120, 120, "approval-request"), (120, 8, "approval-digest")]
)
def test_each_is_mailed_once_though_the_process_dies_five_times(
    database: Database, monkeypatch: pytest.MonkeyPatch, count: int, approvers: int, notice: str
):
    filled(database, count, approvers)
    left = 0

    def dying(run: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
        def counted(sql: str, values: Any) -> Any:
            nonlocal left
            left -= 1
            if not left:
                raise Killed
            return run(sql, values)

        return counted

    for name in ("_run", "execute_many"):
        monkeypatch.setattr(hot, name, dying(getattr(hot, name)))
    for statements in STATEMENTS[notice]:
        left = statements
        with pytest.raises(Killed):
            approval_steps.go_through(database, StoryDesk(database, NOW, SETTINGS).office, NOW)
        database.reset()
    left = -1
    approval_steps.go_through(database, StoryDesk(database, NOW, SETTINGS).office, NOW)

    assert mails(database) == Counter((notice, who(number, approvers)) for number in range(1, approvers + 1))
    with database.read():
        dossiers = approvals.dossiers(range(1, count + 1))
    assert {one.done for each in dossiers for one in each.asked} == {(0,)}
