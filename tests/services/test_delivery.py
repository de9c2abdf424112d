"""What becomes of a copy after an attempt: recorded once, tried again in time, given up with a word."""

import socket
from datetime import timedelta
from itertools import pairwise

import pytest

from daemon.services.delivery import (
    LEASE,
    Deferred,
    Delivered,
    Delivery,
    Refused,
    next_attempt,
    outcome_of,
)
from storage import outbox
from storage.models import JobRow
from storage.records import OutgoingCopy
from storage.vocabulary import OutboxState


@pytest.mark.parametrize(
    ("code", "text", "outcome"),
    [
        (250, "2.0.0 queued as 4F1", Delivered("250 2.0.0 queued as 4F1")),
        (251, "user not local, will forward", Delivered("251 user not local, will forward")),
        (450, "4.2.0 greylisted", Deferred("450 4.2.0 greylisted")),
        (421, "bye", Deferred("421 bye")),
        (550, "5.1.1 no such user", Refused("550 5.1.1 no such user")),
        (500, "what?", Refused("500 what?")),
        (550, "4.7.1 contradiction", Deferred("550 4.7.1 contradiction")),
        (530, "5.7.0 log in first", Deferred("530 5.7.0 log in first")),
        (534, "5.7.9 too weak", Deferred("534 5.7.9 too weak")),
        (535, "5.7.8 wrong password", Deferred("535 5.7.8 wrong password")),
        (354, "go on?", Deferred("354 go on?")),
        (-1, "nonsense", Deferred("-1 nonsense")),
        (550, "two\nlines\x00\u202e", Refused("550 two lines")),
    ],
)
def test_only_a_clear_no_is_final(code, text, outcome):
    assert outcome_of(code, text) == outcome


class TestNextAttempt:
    def test_quick_tries_come_first_then_half_an_hour_up_to_four_hours(self, now):
        waits = [next_attempt(attempts, now, 0.0) - now for attempts in range(1, 10)]

        assert [wait / timedelta(minutes=1) for wait in waits] == [1, 5, 15, 30, 60, 120, 240, 240, 240]

    def test_mails_that_failed_together_do_not_come_back_together(self, now):
        assert next_attempt(4, now, 1.0) - now == timedelta(minutes=36)
        assert next_attempt(4, now, 0.5) - now == timedelta(minutes=33)

    def test_after_five_days_it_is_over(self, now):
        attempts = next(count for count in range(1, 999) if next_attempt(count, now, 0.0) is None)

        moments = [now]
        for count in range(1, attempts):
            moments.append(next_attempt(count, moments[-1], 0.0))

        assert timedelta(hours=116) <= moments[-1] - now <= timedelta(hours=120)
        assert all(earlier < later for earlier, later in pairwise(moments))

    def test_the_operator_can_give_up_sooner(self, now):
        assert next_attempt(2, now, 0.0, timedelta(minutes=6)) is not None
        assert next_attempt(3, now, 0.0, timedelta(minutes=6)) is None
        assert next_attempt(1, now, 0.0, timedelta(seconds=30)) is None


@pytest.fixture
def failures():
    return []


@pytest.fixture
def delivery(database, failures):
    return Delivery(
        database,
        "desk/1/2/courier",
        timedelta(hours=120),
        lambda item, reply: failures.append((item.id, reply)),
    )


def queue(database, now, number=1):
    copy = OutgoingCopy(
        key=f"k{number}",
        notice="public-answer",
        recipient="cara@cust.test",
        reverse_path="support@desk.test",
        message_id=f"<{number}@desk.test>",
        subject="Printer on fire",
        pieces=(b"Subject: Printer on fire\r\n\r\nUse sand.\r\n",),
    )
    with database.write():
        (number,) = outbox.enqueue([copy], now)
    return number


def stored(database, number):
    with database.read():
        return outbox.item(number)


class TestSettle:
    def test_a_delivered_copy_is_sent(self, database, delivery, failures, now):
        number = queue(database, now)
        (item,) = delivery.claim(now, 10)

        assert delivery.content(item) == b"Subject: Printer on fire\r\n\r\nUse sand.\r\n"
        assert delivery.settle(item, Delivered("250 queued as 4F1"), now, 0.0) is OutboxState.SENT

        after = stored(database, number)
        assert (after.state, after.last_reply, after.sent_at) == (OutboxState.SENT, "250 queued as 4F1", now)
        assert failures == []

    def test_a_copy_that_left_with_another_return_address_keeps_that(self, database, delivery, now):
        number = queue(database, now)
        (item,) = delivery.claim(now, 10)

        delivery.settle(item, Delivered("250 ok", "plain@desk.test"), now, 0.0)

        assert stored(database, number).reverse_path == "plain@desk.test"

    def test_a_deferred_copy_comes_again(self, database, delivery, failures, now):
        number = queue(database, now)
        (item,) = delivery.claim(now, 10)

        assert delivery.settle(item, Deferred("450 later"), now, 0.0) is OutboxState.QUEUED

        assert stored(database, number).next_attempt_at == now + timedelta(minutes=1)
        assert delivery.claim(now + timedelta(seconds=59), 10) == []
        assert [again.attempts for again in delivery.claim(now + timedelta(minutes=1), 10)] == [1]
        assert failures == []

    def test_a_refused_copy_failed_and_somebody_hears_of_it(self, database, delivery, failures, now):
        number = queue(database, now)
        (item,) = delivery.claim(now, 10)

        assert delivery.settle(item, Refused("550 no such user"), now, 0.0) is OutboxState.FAILED

        assert stored(database, number).state is OutboxState.FAILED
        assert failures == [(number, "550 no such user")]

    def test_a_copy_deferred_for_five_days_is_given_up_in_the_relays_last_words(
        self, database, delivery, failures, now
    ):
        number = queue(database, now)
        moment = now
        while items := delivery.claim(moment, 10):
            delivery.settle(items[0], Deferred("450 still busy"), moment, 1.0)
            moment = stored(database, number).next_attempt_at

        assert stored(database, number).state is OutboxState.FAILED
        assert failures == [(number, "450 still busy")]
        assert timedelta(hours=116) < moment - now < timedelta(hours=144)

    @pytest.mark.parametrize("outcome", [Delivered("250 ok"), Deferred("450 later"), Refused("550 no")])
    def test_a_result_after_the_lease_was_lost_is_not_recorded(
        self, database, delivery, failures, now, outcome
    ):
        number = queue(database, now)
        (item,) = delivery.claim(now, 10)
        with database.write():
            outbox.claim("other/1/2/courier", now + LEASE, LEASE, 10)

        assert delivery.settle(item, outcome, now, 0.0) is None

        assert stored(database, number).state is OutboxState.SENDING
        assert failures == []

    def test_giving_up_and_the_word_about_it_are_one_transaction(self, database, delivery, now):
        number = queue(database, now)
        (item,) = delivery.claim(now, 10)

        def tell(_item, _reply):
            JobRow.insert(name="told").execute()
            raise RuntimeError("no words")

        stumbling = Delivery(database, delivery.owner, delivery.give_up_after, tell)
        with pytest.raises(RuntimeError, match="no words"):
            stumbling.settle(item, Refused("550 no"), now, 0.0)

        assert stored(database, number).state is OutboxState.SENDING
        with database.read():
            assert JobRow.select().count() == 0

    def test_results_are_in_the_mail_log(self, database, delivery, now, caplog):
        queue(database, now)
        (item,) = delivery.claim(now, 10)

        with caplog.at_level("INFO", "postdesk.mail"):
            delivery.settle(item, Deferred("450 later"), now, 0.0)
            (item,) = delivery.claim(now + timedelta(hours=1), 10)
            delivery.settle(item, Refused("550 no"), now, 0.0)

        verbs = [line.split()[0] for line in caplog.messages]
        assert verbs == ["verb=deferred", "verb=failed"]
        assert 'attempts=2 reply="550 no"' in caplog.messages[1]


class TestClaim:
    def test_what_a_dead_courier_of_this_host_held_is_due_at_once(self, database, delivery, now):
        queue(database, now)
        dead = delivery.owner.replace("desk/1/2", f"{socket.gethostname()}/999999/1")
        with database.write():
            outbox.claim(dead, now, LEASE, 10)

        assert len(delivery.claim(now, 10)) == 1

    def test_what_another_host_holds_is_left_to_it(self, database, delivery, now):
        queue(database, now)
        with database.write():
            outbox.claim("elsewhere/999999/1/courier", now, LEASE, 10)

        assert delivery.claim(now, 10) == []
        assert len(delivery.claim(now + LEASE, 10)) == 1

    def test_a_renewed_lease_holds(self, database, delivery, now):
        queue(database, now)
        items = delivery.claim(now, 10)

        assert delivery.renew(items, now + LEASE / 2) == {items[0].id}
        assert delivery.claim(now + LEASE, 10) == []

    def test_what_is_given_back_can_be_claimed_by_others(self, database, delivery, now):
        queue(database, now)
        delivery.give_back(delivery.claim(now, 10))

        assert len(delivery.claim(now, 10)) == 1
