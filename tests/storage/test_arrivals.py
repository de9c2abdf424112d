"""The ledger's rows."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from storage import arrivals
from storage.arrivals import Outcome
from storage.database import Database
from storage.records import Incoming
from storage.vocabulary import ArrivalState, Disposition, Source

LEASE = timedelta(minutes=1)
DONE = Outcome(Disposition.TICKETED, "a new topic", ("because", "of this"), 7)


def incoming(now: datetime, **given: object) -> Incoming:
    return Incoming(Source.IMAP, b"Subject: x\r\n\r\nhello", now, **given)


def record(now: datetime, count: int = 1, **given: object) -> list[int]:
    rows = [(incoming(now, **given), "d" * 64, f"<{number}@x>") for number in range(count)]
    return [receipt.arrival_id for receipt in arrivals.insert_many(rows)]


def _claimed(database: Database, owner: str, now: datetime) -> list[int]:
    with database.write():
        return [arrival.id for arrival in arrivals.claim(owner, now, LEASE, 2)]


def test_receipts_come_in_order_and_a_known_key_is_answered_with_its_arrival(
    database: Database, now: datetime
):
    plain, keyed, other = incoming(now), incoming(now, source_key="a/1"), incoming(now, source_key="a/2")
    with database.write():
        first = arrivals.insert_many([(keyed, "d", "")])
        then = arrivals.insert_many([(plain, "d", ""), (keyed, "d", ""), (other, "d", ""), (other, "d", "")])

    assert [receipt.known for receipt in first] == [False]
    assert [receipt.known for receipt in then] == [False, True, False, True]
    assert then[1].arrival_id == first[0].arrival_id
    assert then[2].arrival_id == then[3].arrival_id != then[0].arrival_id


def test_known_keys_are_told_from_unknown_ones_in_any_number(database: Database, now: datetime):
    with database.write():
        arrivals.insert_many([(incoming(now, source_key=f"a/{uid}"), "d", "") for uid in range(0, 1000, 2)])

    with database.read():
        assert arrivals.known_keys(f"a/{uid}" for uid in range(1000)) == {
            f"a/{uid}" for uid in range(0, 1000, 2)
        }


def test_everything_about_an_arrival_comes_back(database: Database, now: datetime):
    given = Incoming(
        source=Source.SMTP,
        raw=b"raw",
        received_at=now,
        reverse_path="cara@cust.test",
        recipients=("support@desk.test", "hr@desk.test"),
        peer="127.0.0.1",
        helo="mail.cust.test",
        auth_user="cara@cust.test",
        tls="TLSv1.3",
        trace=b"Received: x\r\n",
        mailbox="m",
        full_size_bytes=99,
    )
    with database.write():
        (receipt,) = arrivals.insert_many([(given, "d", "<a@b>")])
        stored = arrivals.get(receipt.arrival_id)

    assert stored is not None
    for name in (
        "source",
        "received_at",
        "reverse_path",
        "recipients",
        "peer",
        "helo",
        "auth_user",
        "tls",
        "trace",
    ):
        assert getattr(stored, name) == getattr(given, name), name
    assert (stored.size_bytes, stored.full_size_bytes, stored.message_id) == (3, 99, "<a@b>")
    assert (stored.state, stored.disposition, stored.deaths) == (ArrivalState.RECEIVED, None, 0)


class TestClaim:
    def test_takes_the_oldest_first_and_nothing_twice(self, database: Database, now: datetime):
        with database.write():
            ids = record(now, 5)
            first = arrivals.claim("one", now, LEASE, 2)
            second = arrivals.claim("two", now, LEASE, 9)

        assert [arrival.id for arrival in first] == ids[:2]
        assert [arrival.id for arrival in second] == ids[2:]

    def test_two_workers_in_two_transactions_share_the_rows(self, database: Database, now: datetime):
        with database.write():
            record(now, 4)
        with database.write():
            first = arrivals.claim("one", now, LEASE, 2)
        with database.write():
            second = arrivals.claim("two", now, LEASE, 2)

        assert {arrival.id for arrival in first} & {arrival.id for arrival in second} == set()

    def test_workers_at_the_same_time_never_take_the_same_message(self, database: Database, now: datetime):
        with database.write():
            ids = record(now, 60)

        def work(owner: str) -> list[int]:
            taken: list[int] = []
            try:
                while some := _claimed(database, owner, now):
                    taken += some
            finally:
                database.disconnect()
            return taken

        with ThreadPoolExecutor(4) as pool:
            taken = [number for some in pool.map(work, "abcd") for number in some]

        assert sorted(taken) == ids

    def test_settling_needs_the_claim(self, database: Database, now: datetime):
        with database.write():
            (number,) = record(now)
            arrivals.claim("one", now, LEASE, 1)

            assert not arrivals.settle(number, "two", DONE, now)
            assert arrivals.settle(number, "one", DONE, now)
            assert not arrivals.settle(number, "one", DONE, now)
            settled = arrivals.get(number)

        assert settled is not None
        assert (settled.disposition, settled.reason, settled.ticket_number) == (
            Disposition.TICKETED,
            DONE.reason,
            7,
        )
        assert settled.evidence == DONE.evidence

    def test_released_rows_come_again_and_only_one_is_blamed(self, database: Database, now: datetime):
        later = now + timedelta(seconds=5)
        with database.write():
            ids = record(now, 3)
            arrivals.claim("one", now, LEASE, 3)
            arrivals.release(ids, "another", died_on=ids[0], not_before=later)
            arrivals.release(ids, "one", died_on=ids[0], not_before=later)
            at_once = arrivals.claim("two", now, LEASE, 9)
            then = arrivals.claim("two", later, LEASE, 9)

        assert [arrival.id for arrival in at_once] == ids[1:]
        assert [(arrival.id, arrival.deaths) for arrival in then] == [(ids[0], 1)]

    def test_what_is_claimed_is_listed_with_owner_and_end(self, database: Database, now: datetime):
        with database.write():
            (number,) = record(now)
            arrivals.claim("one", now, LEASE, 1)
            assert arrivals.claimed() == [(number, "one", now + LEASE)]
            arrivals.release([], "one")
            assert arrivals.claimed() != []

    def test_postponed_message_waits_without_blame(self, database: Database, now: datetime):
        with database.write():
            (number,) = record(now)
            arrivals.claim("one", now, LEASE, 1)
            arrivals.postpone(number, now + LEASE)
            assert arrivals.claim("one", now, LEASE, 1) == []
            (again,) = arrivals.claim("one", now + LEASE, LEASE, 1)

        assert (again.deaths, again.failures) == (0, 0)

    def test_failure_is_counted_for_the_holder_only(self, database: Database, now: datetime):
        with database.write():
            (number,) = record(now)
            arrivals.claim("one", now, LEASE, 1)
            arrivals.record_failure(number, "two", "not yours", now)
            arrivals.record_failure(number, "one", "boom", now)
            (again,) = arrivals.claim("one", now, LEASE, 1)

        assert (again.failures, again.error) == (1, "boom")


class TestQuarantine:
    def test_message_leaves_the_way_and_comes_back_by_command(self, database: Database, now: datetime):
        with database.write():
            (number,) = record(now)
            arrivals.claim("one", now, LEASE, 1)
            arrivals.quarantine(number, replace(DONE, disposition=Disposition.QUARANTINED), "Traceback", now)
            assert arrivals.claim("one", now, LEASE, 1) == []
            assert arrivals.counts()["quarantined"] == 1
            assert [one.id for one in arrivals.latest(9, ArrivalState.QUARANTINED)] == [number]

            assert arrivals.requeue(number)
            assert not arrivals.requeue(number)
            (again,) = arrivals.claim("one", now, LEASE, 1)

        assert (again.disposition, again.ticket_number, again.error) == (None, 7, "Traceback")

    def test_deadly_messages_are_found(self, database: Database, now: datetime):
        with database.write():
            harmless, deadly = record(now, 2)
            arrivals.claim("one", now, LEASE, 2)
            arrivals.release([harmless, deadly], "one", died_on=deadly)
            arrivals.release([], "one", died_on=deadly)
            assert [one.id for one in arrivals.deadly(1)] == [deadly]
            assert arrivals.deadly(2) == []


class TestContent:
    def test_second_arrival_of_a_content_learns_the_first(self, database: Database, now: datetime):
        with database.write():
            assert arrivals.claim_content("c", 1, now, timedelta(days=30)) is None
            assert arrivals.claim_content("c", 1, now, timedelta(days=30)) is None
            assert arrivals.claim_content("c", 2, now, timedelta(days=30)) == 1

    @pytest.mark.parametrize(("days", "expected"), [(29, 1), (31, None)])
    def test_content_counts_for_its_window(
        self, database: Database, now: datetime, days: int, expected: int | None
    ):
        with database.write():
            arrivals.claim_content("c", 1, now, timedelta(days=30))
            then = now + timedelta(days=days)
            assert arrivals.claim_content("c", 2, then, timedelta(days=30)) == expected

    def test_old_contents_are_forgotten(self, database: Database, now: datetime):
        with database.write():
            arrivals.claim_content("c", 1, now, timedelta(days=30))
            assert arrivals.forget_content(now) == 0
            assert arrivals.forget_content(now + timedelta(seconds=1)) == 1


def test_unsettled_earlier_mail_is_seen(database: Database, now: datetime):
    with database.write():
        first, second = record(now, 2)
        assert arrivals.unsettled_among(["<0@x>"], before=second)
        assert not arrivals.unsettled_among(["<0@x>"], before=first)
        assert not arrivals.unsettled_among([], before=second)
        arrivals.claim("one", now, LEASE, 1)
        assert arrivals.unsettled_among(["<0@x>", "<never@x>"], before=second)
        arrivals.settle(first, "one", DONE, now)
        assert not arrivals.unsettled_among(["<0@x>"], before=second)


def test_arrivals_are_found_by_message_id_and_by_ticket(database: Database, now: datetime):
    with database.write():
        (number,) = record(now)
        arrivals.claim("one", now, LEASE, 1)
        arrivals.settle(number, "one", DONE, now)

        assert [one.id for one in arrivals.find_by_message_id("<0@x>")] == [number]
        assert [one.id for one in arrivals.of_ticket(7)] == [number]
        assert arrivals.get(999) is None


def test_counts_name_every_disposition_and_what_waits(database: Database, now: datetime):
    with database.write():
        record(now, 2)
        arrivals.claim("one", now, LEASE, 1)
        counts = arrivals.counts()

    assert counts == {**{word.value: 0 for word in Disposition}, "waiting": 2}
