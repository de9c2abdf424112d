"""``outbox`` and ``quarantine``: what stands in the way, and what the operator can do about it."""

import io
import sys

import pytest

from tests.cli.operated import break_on
from tests.scenarios.desk import mail

RAW = mail("Cara <cara@cust.test>", "Printer is dead", "It says PC LOAD LETTER.\n").as_bytes()
AT = "2024-01-15T09:00:00Z"


@pytest.fixture
def with_mail(desk_folder):
    desk_folder.story.mail_in(RAW)
    return desk_folder


@pytest.fixture
def quarantined(desk_folder):
    break_on(desk_folder.story, RAW)
    return desk_folder


def states(desk):
    return {row["id"]: row["state"] for row in desk.postdesk("outbox", "--json").json}


class TestOutbox:
    def test_listing_needs_no_word_more(self, with_mail):
        said = with_mail.postdesk("outbox")

        assert said.status == 0
        assert said.out == with_mail.postdesk("outbox", "list").out
        assert said.out.splitlines()[-1] == (
            f"1   queued  ticket-opened  cara@cust.test  1       0         {AT}"
        )

    def test_help_is_that_of_the_group(self, with_mail):
        assert "retry" in with_mail.postdesk("outbox", "--help").out

    def test_one_state_can_be_listed(self, with_mail):
        with_mail.postdesk("outbox", "drop", "1")

        assert [row["id"] for row in with_mail.postdesk("outbox", "--state", "dropped", "--json").json] == [1]

    def test_a_copy_is_shown_with_its_mail(self, with_mail):
        said = with_mail.postdesk("outbox", "show", "1")

        assert "\nrecipient     cara@cust.test\n" in said.out
        assert "\n  Auto-Submitted: auto-replied\n" in said.out

    def test_raw_is_the_mail_byte_for_byte(self, with_mail, monkeypatch):
        (ack, _, _) = with_mail.story.mail_out()
        written = io.TextIOWrapper(io.BytesIO())
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", written)
            with_mail.postdesk("outbox", "show", "1", "--raw")

        assert written.buffer.getvalue() == ack.raw
        assert with_mail.postdesk("outbox", "show", "1", "--json").json["content"] == ack.raw.decode()

    def test_drop_and_retry(self, with_mail):
        dropped = with_mail.postdesk("outbox", "drop", "1", "--reason", "wrong address")
        assert (dropped.status, dropped.out) == (0, "outgoing copy 1 is dropped\n")
        assert states(with_mail)[1] == "dropped"

        retried = with_mail.postdesk("outbox", "retry", "1")
        assert retried.out == "outgoing copy 1 is queued; the courier takes it up within seconds\n"
        assert states(with_mail)[1] == "queued"

    @pytest.mark.parametrize("word", ["show", "retry", "drop"])
    def test_what_is_not_there_is_status_1(self, with_mail, word):
        said = with_mail.postdesk("outbox", word, "99")

        assert (said.status, said.err) == (1, "Error: there is no outgoing copy 99\n")


class TestQuarantine:
    def test_listing_needs_no_word_more(self, quarantined):
        (line,) = quarantined.postdesk("quarantine").out.splitlines()[1:]

        assert line == f"1   {AT}                1       TypeError while it was handled"
        assert [row["id"] for row in quarantined.postdesk("quarantine", "list", "--json").json] == [1]

    def test_a_message_is_shown_with_its_error(self, quarantined):
        said = quarantined.postdesk("quarantine", "show", "1")

        assert said.out.startswith("arrival 1: quarantined, ticket 1: TypeError while it was handled\n")
        assert "\n    Traceback (most recent call last):\n" in said.out
        assert said.out.endswith("\n  It says PC LOAD LETTER.\n")

    def test_raw_is_the_mail_byte_for_byte(self, quarantined, monkeypatch):
        written = io.TextIOWrapper(io.BytesIO())
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", written)
            quarantined.postdesk("quarantine", "show", "1", "--raw")

        assert written.buffer.getvalue() == RAW
        assert quarantined.postdesk("quarantine", "show", "1", "--json").json["content"] == RAW.decode()

    def test_retry_sends_what_it_can_and_tells_the_rest(self, quarantined):
        said = quarantined.postdesk("quarantine", "retry", "99", "1")

        assert (said.status, said.err) == (1, "postdesk: there is no arrival 99\n")
        assert said.out == "arrival 1 waits for the worker; follow it with: postdesk trace 1\n"
        assert quarantined.postdesk("ledger", "--json").json["waiting"] == 1

    def test_retry_of_one_is_status_0(self, quarantined):
        assert quarantined.postdesk("quarantine", "retry", "1").status == 0

    def test_drop_refuses_and_closes_the_stub(self, quarantined):
        said = quarantined.postdesk("quarantine", "drop", "1", "--reason", "a broken scanner")

        assert (said.status, said.out) == (0, "arrival 1 is refused: a broken scanner\n")
        assert quarantined.postdesk("ledger", "--json").json["refused"] == 1
        assert quarantined.postdesk("ticket", "1", "--json").json["state"] == "closed"

    def test_what_is_not_there_is_status_1(self, quarantined):
        assert quarantined.postdesk("quarantine", "show", "99").err == "Error: there is no arrival 99\n"
        assert quarantined.postdesk("quarantine", "drop", "99").err == "Error: there is no arrival 99\n"
