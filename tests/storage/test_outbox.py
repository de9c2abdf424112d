"""The outbox: every copy leaves once, and nobody works on a copy that another has taken over."""

import base64
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from storage import outbox, raws
from storage.database import IntegrityError
from storage.deflating import deflate
from storage.models import database as bound
from storage.records import OutgoingCopy, Splice
from storage.vocabulary import OutboxState

LEASE = timedelta(minutes=2)


def copy(number=1, **changes):
    plain = OutgoingCopy(
        key=f"entry:{number}:cara@cust.test",
        notice="answer",
        recipient="cara@cust.test",
        reverse_path="support@desk.test",
        message_id=f"<{number}@desk.test>",
        subject="Printer on fire",
        pieces=(b"Subject: Printer on fire\r\n\r\nUse sand.\r\n",),
        ticket_number=1042,
    )
    return replace(plain, **changes)


def enqueue(database, now, *copies):
    with database.write():
        return outbox.enqueue(copies or (copy(),), now)


def claim(database, now, owner="courier-a", limit=10):
    with database.write():
        return outbox.claim(owner, now, LEASE, limit)


def read(database, function, *arguments, **options):
    with database.read():
        return function(*arguments, **options)


def write(database, function, *arguments, **options):
    with database.write():
        return function(*arguments, **options)


class TestEnqueue:
    def test_a_key_takes_effect_once(self, database, now):
        first = enqueue(database, now, copy(1), copy(2))
        again = enqueue(database, now, copy(1, message_id="<other@desk.test>"), copy(3))

        assert len(first) == 2
        assert len(again) == 1
        assert read(database, outbox.counts) == {OutboxState.QUEUED: 3}

    def test_the_same_key_twice_in_one_batch_is_queued_once(self, database, now):
        assert len(enqueue(database, now, copy(1), copy(1, message_id="<other@desk.test>"))) == 1

    def test_a_message_id_cannot_be_used_for_two_copies(self, database, now):
        with pytest.raises(IntegrityError):
            enqueue(database, now, copy(1), copy(2, message_id="<1@desk.test>"))

        assert read(database, outbox.counts) == {}

    def test_many_copies_fit_one_call(self, database, now):
        copies = [copy(number) for number in range(1_001)]

        assert len(set(enqueue(database, now, *copies))) == 1_001

    def test_no_copies_are_no_trouble(self, database, now):
        assert write(database, outbox.enqueue, [], now) == []

    def test_what_is_queued_can_be_seen(self, database, now):
        (number,) = enqueue(database, now, copy(reverse_path=None, automatic=False))

        seen = read(database, outbox.item, number)

        assert (seen.recipient, seen.reverse_path, seen.subject) == (
            "cara@cust.test",
            None,
            "Printer on fire",
        )
        assert (seen.state, seen.attempts, seen.automatic) == (OutboxState.QUEUED, 0, False)
        assert seen.next_attempt_at == seen.created_at == now
        assert seen.ticket_number == 1042
        assert read(database, outbox.item, number + 1) is None


class TestContent:
    def test_pieces_are_joined_and_splices_are_cut_from_the_raw_message(self, database, now):
        raw = b"head\r\n\r\nQUJD\r\nREVG\r\n--end"
        digest = raws.digest_of(raw)
        with database.write():
            raws.insert_many([(digest, len(raw), deflate(raw))])
        (number,) = enqueue(
            database, now, copy(pieces=(b"one\r\n", Splice(digest, 8, 18), b"\r\n", Splice(digest, 8, 12)))
        )

        assert read(database, outbox.content, number) == b"one\r\nQUJD\r\nREVG\r\nQUJD"

    def test_what_is_encoded_on_its_way_is_the_same_as_encoded_before(self, database, now):
        raw = b"head\r\n\r\n" + bytes(range(256)) * 1_000 + b"\r\n--end"
        digest = raws.digest_of(raw)
        with database.write():
            raws.insert_many([(digest, len(raw), deflate(raw))])
        encoded = Splice(digest, 8, 8 + 256_000, in_base64=True)
        plain = Splice(digest, 0, 6)
        (number,) = enqueue(database, now, copy(pieces=(plain, encoded, b"end\r\n")))

        lines = base64.encodebytes(raw[8:-7]).replace(b"\n", b"\r\n")
        assert read(database, outbox.content, number) == b"head\r\n" + lines + b"end\r\n"
        size = len(read(database, outbox.content, number))
        assert read(database, outbox.content_within, number, size) is not None
        assert read(database, outbox.content_within, number, size * 9 // 10) is None

    @pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"], ids=["LF", "CR", "CRLF"])
    def test_whatever_line_ends_were_received_crlf_leaves(self, database, now, end):
        raw = end.join([b"a", b"", b".", b"b", b""])
        digest = raws.digest_of(raw)
        with database.write():
            raws.insert_many([(digest, len(raw), deflate(raw))])
        (number,) = enqueue(database, now, copy(pieces=(Splice(digest, 0, len(raw)),)))

        assert read(database, outbox.content, number) == b"a\r\n\r\n.\r\nb\r\n"

    @pytest.mark.parametrize("size", [1, 2, 5, 64])
    def test_stretches_of_any_size_and_splices_in_any_order_are_the_same_mail(
        self, database, now, monkeypatch, size
    ):
        raw = b"a\r\nb\rc\n\r\nd\r" * 9
        digest = raws.digest_of(raw)
        monkeypatch.setattr(raws, "_STEP_BYTES", size)
        with database.write():
            raws.insert_many([(digest, len(raw), deflate(raw))])
        places = [(0, 4), (3, 60), (60, 61), (20, 30), (99, 117), (5, 5)]
        for in_base64 in (False, True):
            pieces = tuple(Splice(digest, *place, in_base64=in_base64) for place in places)
            (number,) = enqueue(
                database, now, copy(key=f"k{in_base64}", message_id=f"<{in_base64}@x>", pieces=pieces)
            )
            cut = [raw[start:end] for start, end in places]
            changed = [
                base64.encodebytes(one) if in_base64 else b"\n".join(re.split(b"\r\n|\r|\n", one))
                for one in cut
            ]

            assert read(database, outbox.content, number) == b"".join(changed).replace(b"\n", b"\r\n")

    def test_a_missing_copy_or_raw_message_is_named(self, database, now):
        (number,) = enqueue(database, now, copy(pieces=(Splice("0" * 64, 0, 1),)))

        with pytest.raises(KeyError, match="raw message 000"):
            read(database, outbox.content, number)
        with pytest.raises(KeyError, match="outbox copy"):
            read(database, outbox.content, number + 1)


class TestClaim:
    def test_the_oldest_due_copy_comes_first(self, database, now):
        late, early = (
            enqueue(database, now, copy(1))[0],
            enqueue(database, now - timedelta(hours=1), copy(2))[0],
        )
        enqueue(database, now + timedelta(seconds=1), copy(3))

        claimed = claim(database, now)

        assert [item.id for item in claimed] == [early, late]
        assert {item.state for item in claimed} == {OutboxState.SENDING}
        assert read(database, outbox.next_due_at) == now - timedelta(hours=1)

    def test_a_claimed_copy_is_not_claimed_again_before_its_lease_is_over(self, database, now):
        enqueue(database, now)
        (first,) = claim(database, now)

        assert claim(database, now + LEASE - timedelta(seconds=1), "courier-b") == []
        (second,) = claim(database, now + LEASE, "courier-b")
        assert second.fence == first.fence + 1

    def test_the_limit_holds(self, database, now):
        enqueue(database, now, *[copy(number) for number in range(5)])

        assert len(claim(database, now, limit=2)) == 2
        assert len(claim(database, now, limit=9)) == 3

    def test_couriers_at_the_same_time_never_take_the_same_copy(self, database, now):
        enqueue(database, now, *[copy(number) for number in range(40)])

        def work(owner):
            taken = []
            try:
                while some := claim(database, now, owner, 3):
                    taken.extend(item.id for item in some)
            finally:
                database.disconnect()
            return taken

        with ThreadPoolExecutor(4) as pool:
            taken = [number for some in pool.map(work, "abcd") for number in some]

        assert len(taken) == len(set(taken)) == 40

    def test_sent_copies_do_not_slow_down_the_search_for_work(self, database, now):
        plan = []
        waiting = outbox.OutboxRow.select(outbox.OutboxRow.id).where(
            outbox.WAITING, outbox.OutboxRow.next_attempt_at <= now
        )
        words, values = waiting.order_by(outbox.OutboxRow.next_attempt_at).sql()
        with database.write():
            if not database.is_sqlite:
                bound.execute_sql("SET LOCAL enable_seqscan = off")
            explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
            plan = [str(row) for row in bound.execute_sql(explain + words, values).fetchall()]

        assert any("outbox_due" in line for line in plan)

    def test_nothing_waits_in_an_empty_outbox(self, database, now):
        assert claim(database, now) == []
        assert read(database, outbox.next_due_at) is None


class TestResults:
    def test_a_sent_copy_is_done(self, database, now):
        (number,) = enqueue(database, now)
        (item,) = claim(database, now)

        assert write(database, outbox.record_sent, item, "250 2.0.0 queued as 4F1", now) is True

        seen = read(database, outbox.item, number)
        assert (seen.state, seen.sent_at, seen.attempts) == (OutboxState.SENT, now, 1)
        assert seen.last_reply == "250 2.0.0 queued as 4F1"
        assert claim(database, now + timedelta(days=9)) == []

    def test_a_deferred_copy_waits_for_its_time(self, database, now):
        enqueue(database, now)
        (item,) = claim(database, now)
        later = now + timedelta(minutes=5)

        assert write(database, outbox.record_deferred, item, "451 try again", later) is True

        assert claim(database, later - timedelta(seconds=1)) == []
        (again,) = claim(database, later)
        assert (again.attempts, again.last_reply) == (1, "451 try again")

    def test_a_failed_copy_is_given_up(self, database, now):
        (number,) = enqueue(database, now)
        (item,) = claim(database, now)

        assert write(database, outbox.record_failed, item, "550 no such user") is True

        assert read(database, outbox.item, number).state is OutboxState.FAILED
        assert claim(database, now + timedelta(days=9)) == []

    @pytest.mark.parametrize("record", [outbox.record_sent, outbox.record_deferred])
    def test_a_result_that_comes_after_the_lease_was_lost_changes_nothing(self, database, now, record):
        (number,) = enqueue(database, now)
        (former,) = claim(database, now)
        claim(database, now + LEASE, "courier-b")

        assert write(database, record, former, "250 ok", now) is False
        assert write(database, outbox.record_failed, former, "550 no") is False

        seen = read(database, outbox.item, number)
        assert (seen.state, seen.attempts, seen.last_reply) == (OutboxState.SENDING, 0, "")


class TestLease:
    def test_a_renewed_lease_holds_longer(self, database, now):
        enqueue(database, now, copy(1), copy(2))
        first, second = claim(database, now)

        kept = write(database, outbox.renew, [first], now + timedelta(minutes=1), LEASE)

        assert kept == {first.id}
        assert [item.id for item in claim(database, now + LEASE, "courier-b")] == [second.id]

    def test_a_lease_that_was_lost_cannot_be_renewed(self, database, now):
        enqueue(database, now)
        (item,) = claim(database, now)
        claim(database, now + LEASE, "courier-b")

        assert write(database, outbox.renew, [item], now + LEASE, LEASE) == set()

    def test_what_is_given_back_untried_is_due_again_at_once(self, database, now):
        enqueue(database, now)
        claimed = claim(database, now)

        write(database, outbox.give_back, claimed)

        (again,) = claim(database, now, "courier-b")
        assert again.attempts == 0

    def test_what_a_dead_courier_had_in_hand_is_due_again_at_once(self, database, now):
        enqueue(database, now, copy(1), copy(2))
        (dead,) = claim(database, now, "host:1", 1)
        claim(database, now, "host:2", 1)

        assert write(database, outbox.release_dead, []) == 0
        assert write(database, outbox.release_dead, ["host:1", "host:9"]) == 1

        assert [item.id for item in claim(database, now, "host:3")] == [dead.id]


class TestOperator:
    @pytest.mark.parametrize("end", ["failed", "dropped", "bounced"])
    def test_what_did_not_arrive_can_be_tried_anew(self, database, now, end):
        (number,) = enqueue(database, now)
        (item,) = claim(database, now)
        write(database, outbox.record_failed, item, "550 no such user")
        if end == "dropped":
            assert write(database, outbox.drop, number) is True
        if end == "bounced":
            write(database, outbox.retry, number, now)
            (item,) = claim(database, now)
            write(database, outbox.record_sent, item, "250 ok", now)
            assert write(database, outbox.mark_bounced, number, "5.1.1 unknown") is True

        assert write(database, outbox.retry, number, now) is True

        (again,) = claim(database, now)
        assert (again.id, again.attempts) == (number, 0)

    def test_what_was_sent_or_is_being_sent_is_not_tried_anew(self, database, now):
        (number,) = enqueue(database, now)
        (item,) = claim(database, now)

        assert write(database, outbox.retry, number, now) is False
        write(database, outbox.record_sent, item, "250 ok", now)
        assert write(database, outbox.retry, number, now) is False
        assert write(database, outbox.retry, number + 1, now) is False

    def test_a_dropped_copy_never_leaves(self, database, now):
        (number,) = enqueue(database, now)
        (item,) = claim(database, now)

        assert write(database, outbox.drop, number) is True

        assert write(database, outbox.record_sent, item, "250 ok", now) is False
        assert claim(database, now + timedelta(days=1)) == []
        assert write(database, outbox.drop, number) is False

    def test_only_what_has_left_can_bounce(self, database, now):
        (number,) = enqueue(database, now)

        assert write(database, outbox.mark_bounced, number, "5.1.1 unknown") is False
        (item,) = claim(database, now)
        write(database, outbox.record_sent, item, "250 ok", now)
        assert write(database, outbox.mark_bounced, number, "5.1.1 unknown") is True
        seen = read(database, outbox.item, number)
        assert (seen.state, seen.last_reply) == (OutboxState.BOUNCED, "5.1.1 unknown")

    def test_a_report_that_is_faster_than_our_commit_is_not_lost(self, database, now):
        (number,) = enqueue(database, now)
        (item,) = claim(database, now)

        assert write(database, outbox.mark_bounced, number, "5.1.1 unknown") is True
        assert write(database, outbox.record_sent, item, "250 ok", now) is False
        assert read(database, outbox.item, number).state is OutboxState.BOUNCED

    def test_copies_are_listed_newest_first_by_state_and_by_ticket(self, database, now):
        first, second, third = enqueue(database, now, copy(1), copy(2, ticket_number=7), copy(3))
        (item,) = claim(database, now, limit=1)
        write(database, outbox.record_sent, item, "250 ok", now)

        def numbers(*arguments, **options):
            return [found.id for found in read(database, outbox.items, *arguments, **options)]

        assert numbers() == [third, second, first]
        assert numbers(limit=1) == [third]
        assert numbers(OutboxState.QUEUED) == [third, second]
        assert numbers(ticket_number=7) == [second]
        assert read(database, outbox.counts) == {OutboxState.QUEUED: 2, OutboxState.SENT: 1}

    def test_a_copy_is_found_by_its_message_id(self, database, now):
        first, _ = enqueue(database, now, copy(1), copy(2))

        assert read(database, outbox.find_by_message_id, "<1@desk.test>").id == first
        assert read(database, outbox.find_by_message_id, "<9@desk.test>") is None


def test_automatic_mail_is_counted_by_recipient_and_in_all_within_a_time(database, now):
    hour = timedelta(hours=1)
    enqueue(database, now - 2 * hour, copy(1))
    enqueue(database, now - hour, copy(2), copy(3, recipient="dan@cust2.test"))
    enqueue(database, now, copy(4), copy(5, automatic=False))

    assert read(database, outbox.automatic_count, "cara@cust.test", now - hour) == 2
    assert read(database, outbox.automatic_count, "cara@cust.test", now - 3 * hour) == 3
    assert read(database, outbox.automatic_count, "cara@cust.test", now - hour, ["answer"]) == 0
    assert read(database, outbox.automatic_count, "eve@evil.test", now - hour) == 0
    assert read(database, outbox.automatic_total, now - hour) == 3
