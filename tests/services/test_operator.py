"""What the operator does by command: send again, drop, try again, and how it is told."""

from datetime import timedelta

import pytest

from daemon.services import operator, views
from daemon.services.apply import Cause
from daemon.services.operator import NotPossible
from storage import arrivals, outbox
from storage.records import OutboxItem, OutgoingCopy
from storage.vocabulary import Disposition, OutboxState
from tests.cli.operated import break_on
from tests.conftest import MONDAY_MORNING
from tests.scenarios.desk import StoryDesk, mail

RAW = mail("Cara <cara@cust.test>", "Printer is dead", "It says PC LOAD LETTER.\n").as_bytes()
BY_ROOT = Cause("operator root", "cli", MONDAY_MORNING)


@pytest.fixture
def story(database):
    opened = StoryDesk(database, MONDAY_MORNING)
    yield opened
    opened.close()


def copy_in(database, state: OutboxState) -> OutboxItem:
    """Bring the first copy in the outbox into a state, the way the courier does."""
    with database.write():
        (item,) = outbox.claim("story/0/0/courier", MONDAY_MORNING, timedelta(minutes=2), 1)
        if state is OutboxState.QUEUED:
            outbox.give_back([item])
        elif state is OutboxState.SENT:
            outbox.record_sent(item, "250 taken", MONDAY_MORNING)
        elif state is OutboxState.FAILED:
            outbox.record_failed(item, "550 5.1.1 nobody there")
        elif state is OutboxState.DROPPED:
            outbox.drop(item.id)
        elif state is OutboxState.BOUNCED:
            outbox.record_sent(item, "250 taken", MONDAY_MORNING)
            outbox.mark_bounced(item.id, "550 5.1.1 nobody there")
    return item


S = OutboxState


def state_of(database, item) -> str:
    return views.outbox_item(database, item.id)[0]["state"]


def last_event(story, number=1):
    event = story.ticket(number)["events"][-1]
    return event["kind"], event["actor"], event["cause"], event["data"]


class TestOutgoingCopies:
    @pytest.mark.parametrize("state", [S.QUEUED, S.FAILED, S.DROPPED, S.BOUNCED])
    def test_what_was_not_sent_can_be_sent_again(self, story, database, state):
        story.mail_in(RAW)
        item = copy_in(database, state)

        operator.retry_copy(database, item.id, BY_ROOT)

        shown, _ = views.outbox_item(database, item.id)
        assert (shown["state"], shown["attempts"], shown["next_attempt"]) == ("queued", 0, MONDAY_MORNING)
        data = {"notice": "ticket-opened", "to": "cara@cust.test", "was": str(state)}
        assert last_event(story) == ("mail queued again", "operator root", "cli", data)

    @pytest.mark.parametrize("state", [S.SENT, S.SENDING])
    def test_what_left_is_not_sent_twice(self, story, database, state):
        story.mail_in(RAW)
        item = copy_in(database, state)
        before = last_event(story)

        with pytest.raises(
            NotPossible, match=f"outgoing copy {item.id} is {state}; only a copy that was not"
        ):
            operator.retry_copy(database, item.id, BY_ROOT)
        assert state_of(database, item) == state
        assert last_event(story) == before

    @pytest.mark.parametrize("state", [S.QUEUED, S.SENDING, S.FAILED])
    def test_what_did_not_leave_can_be_dropped(self, story, database, state):
        story.mail_in(RAW)
        item = copy_in(database, state)

        operator.drop_copy(database, item.id, BY_ROOT, "wrong address")

        assert state_of(database, item) == "dropped"
        assert last_event(story)[0] == "mail dropped"
        assert last_event(story)[3]["reason"] == "wrong address"

    @pytest.mark.parametrize("state", [S.SENT, S.DROPPED, S.BOUNCED])
    def test_what_left_or_was_dropped_cannot_be_dropped(self, story, database, state):
        story.mail_in(RAW)
        item = copy_in(database, state)

        with pytest.raises(NotPossible, match=f"is {state}; there is nothing to take off the way"):
            operator.drop_copy(database, item.id, BY_ROOT, "wrong address")
        assert state_of(database, item) == state

    @pytest.mark.parametrize("act", [operator.retry_copy, lambda *a: operator.drop_copy(*a, "x")])
    def test_a_copy_that_is_not_there_is_told(self, database, act):
        with pytest.raises(NotPossible, match="there is no outgoing copy 7"):
            act(database, 7, BY_ROOT)

    def test_a_copy_that_is_about_no_ticket_has_no_journal(self, database):
        digest = OutgoingCopy("k", "budget-digest", "ann@corp.test", None, "<1@desk.test>", "x", (b"y",))
        with database.write():
            (number,) = outbox.enqueue([digest], MONDAY_MORNING)

        operator.drop_copy(database, number, BY_ROOT, "nobody reads it")

        assert views.outbox_item(database, number)[0]["state"] == "dropped"


def stub_of(database, number) -> int:
    """Return the stub ticket of a message; a rolled back attempt may have used up a number before."""
    row = views.arrival(database, number)
    assert row["disposition"] == "quarantined"
    return row["ticket"]


class TestQuarantine:
    def test_a_retried_message_is_handled_and_its_stub_closed(self, story, database):
        number = break_on(story, RAW)
        stub = stub_of(database, number)

        operator.retry_arrival(database, number, BY_ROOT)
        assert last_event(story, stub)[:2] == ("tried again", "operator root")
        while story.intake.run_once():
            pass

        row = views.arrival(database, number)
        assert row["disposition"] == "ticketed"
        assert story.ticket(row["ticket"])["state"] == "new"
        assert story.ticket(stub)["state"] == "closed"

    def test_a_dropped_message_stays_in_the_ledger_as_refused(self, story, database):
        number = break_on(story, RAW)
        stub = stub_of(database, number)

        operator.drop_arrival(database, number, BY_ROOT, "a broken scanner")

        row = views.arrival(database, number)
        assert (row["state"], row["disposition"], row["reason"]) == ("settled", "refused", "a broken scanner")
        assert row["evidence"][-1] == "dropped by operator root: a broken scanner"
        assert row["settled"] == MONDAY_MORNING
        assert operator.content(database, number) == RAW
        assert views.ledger_counts(database)["refused"] == 1
        assert story.ticket(stub)["state"] == "closed"
        assert last_event(story, stub)[3]["reason"] == f"arrival {number} was dropped: a broken scanner"

    def test_a_stub_that_an_agent_closed_is_left_alone(self, story, database):
        number = break_on(story, RAW)
        stub = stub_of(database, number)
        operator.drop_arrival(database, number, BY_ROOT, "first")
        first = last_event(story, stub)
        with database.write():
            arrivals.quarantine(
                number, arrivals.Outcome(Disposition.QUARANTINED, "x", (), stub), "", story.now
            )

        operator.drop_arrival(database, number, BY_ROOT, "second")

        assert last_event(story, stub) == first
        assert views.arrival(database, number)["reason"] == "second"

    @pytest.mark.parametrize("act", [operator.retry_arrival, lambda *a: operator.drop_arrival(*a, "x")])
    def test_a_message_that_is_not_in_quarantine_is_left_alone(self, story, database, act):
        row = story.mail_in(RAW)

        with pytest.raises(NotPossible, match="arrival 1 is not in quarantine: ticketed"):
            act(database, row["id"], BY_ROOT)
        assert views.arrival(database, row["id"]) == row

    @pytest.mark.parametrize("act", [operator.retry_arrival, lambda *a: operator.drop_arrival(*a, "x")])
    def test_a_message_that_is_not_there_is_told(self, database, act):
        with pytest.raises(NotPossible, match="there is no arrival 7"):
            act(database, 7, BY_ROOT)


def test_content_of_a_message_that_is_not_there_is_a_key_error(database):
    with pytest.raises(KeyError, match="arrival 7 is not in the ledger"):
        operator.content(database, 7)


def test_a_fresh_schema_has_no_gap(database):
    assert operator.schema_gap(database) == 0
