"""From the final dot to the reply: 250 when it is durable, 4xx when it is not, and never the reason."""

import errno
import logging
import sqlite3
import time

import psycopg.errors
import pytest

from daemon.edges import smtp_store
from daemon.edges.replies import DISK_FULL, TRY_AGAIN
from tests.edges.smtp_desk import Desk, eventually


@pytest.fixture
def desk():
    with Desk() as desk:
        yield desk


@pytest.fixture
def client(desk):
    with desk.hello() as client:
        yield client


class TestFailure:
    def test_a_ledger_that_fails_defers_the_mail_and_the_session_goes_on(self, desk, client):
        desk.recorder.error = RuntimeError("database secret-canary is locked")
        assert client.mail(start="451") == ["451 4.3.0 Temporary failure, try again later"]
        desk.recorder.error = None
        client.mail()

        assert len(desk.kept) == 1

    def test_nothing_of_the_failed_mail_is_left_for_the_next(self, desk, client):
        desk.recorder.error = OSError("gone")
        client.mail(start="451 4.3.0")
        client.say("DATA", "503")
        client.say("RCPT TO:<support@desk.test>", "503")

    def test_a_ledger_that_refuses_at_once_defers_the_mail(self, desk, client):
        desk.recorder.raises = RuntimeError("closed")
        client.mail(start="451 4.3.0")

        assert desk.listener._reception.in_flight.used_bytes == 0

    def test_a_full_disk_has_its_own_reply(self, desk, client):
        desk.recorder.error = OSError(errno.ENOSPC, "No space left on device")
        client.mail(start="452 4.3.1 Insufficient storage")

    def test_the_mail_log_has_the_kind_of_error_and_not_its_words(self, desk, client, caplog):
        caplog.set_level(logging.INFO, logger="postdesk.mail")
        desk.recorder.error = RuntimeError("secret-canary")
        client.mail(start="451")

        (line,) = [line for line in caplog.messages if "verb=postponed" in line and "reason" in line]
        assert line == (
            "verb=postponed source=smtp peer=127.0.0.1"
            ' reply="451 4.3.0 Temporary failure, try again later" reason=RuntimeError'
        )
        assert "secret-canary" not in caplog.text

    def test_a_ledger_that_does_not_answer_defers_the_mail_in_time(self, desk, client, monkeypatch):
        monkeypatch.setattr(smtp_store, "STORE_TIMEOUT_SECONDS", 0.1)
        desk.recorder.hold = True
        client.mail(start="451 4.3.0")

        assert len(desk.recorder.waiting) == 1

    def test_a_ledger_that_times_out_by_itself_defers_the_mail(self, desk, client):
        desk.recorder.error = TimeoutError("database")
        client.mail(start="451 4.3.0")

    def test_a_ledger_that_gives_up_defers_the_mail(self, desk, client, caplog):
        desk.recorder.hold = True
        client.begin()
        client.send(b".\r\n")
        with eventually() as wait:
            wait(lambda: desk.recorder.waiting)
        future, _ = desk.recorder.waiting.pop()
        assert future.cancel()
        future.set_running_or_notify_cancel()
        client.expect("451 4.3.0")
        with eventually() as wait:
            wait(lambda: not desk.listener._reception.store.pending)

        client.say("NOOP", 250)

    def test_an_error_of_ours_says_451_and_nothing_else(self, caplog):
        def broken(_address):
            raise RuntimeError("secret-canary")

        with Desk(accepts=broken) as desk, desk.hello() as client:
            client.say("MAIL FROM:<cara@cust.test>", 250)
            assert client.say("RCPT TO:<support@desk.test>", 451) == [str(TRY_AGAIN)]
            client.say("RCPT TO:<support@desk.test>", "503 5.5.1")
            client.say("MAIL FROM:<cara@cust.test>", 250)

    def test_an_error_in_the_middle_of_data_ends_the_session(self):
        def broken():
            raise RuntimeError("no clock")

        with Desk(clock=broken) as desk, desk.hello() as client:
            client.begin()
            client.send(b"x\r\n.\r\n")
            client.expect("451 4.3.0")
            assert client.closed()
            assert desk.listener._reception.in_flight.used_bytes == 0


class TestHangingUp:
    def test_at_192_rst_after_dot_keeps_what_was_handed_over(self, desk):
        desk.recorder.hold = True
        for _ in range(3):
            with desk.hello() as client:
                client.begin()
                client.send(b"Subject: once\r\n\r\n.\r\n")
                with eventually() as wait:
                    wait(lambda: desk.recorder.waiting)
                client.reset()
            with eventually() as wait:
                wait(lambda: desk.listener.open_connections == 0)
            desk.loop.call_soon_threadsafe(desk.recorder.release)
            with eventually() as wait:
                wait(lambda: not desk.recorder.waiting)
            desk.recorder.hold = True

        # Each try is handed over whole and alike: the ledger tells by the bytes that they are one mail.
        assert len(desk.kept) == 3
        assert {(incoming.raw, incoming.recipients) for incoming in desk.kept} == {
            (b"Subject: once\r\n\r\n", ("support@desk.test",))
        }
        assert desk.listener._reception.in_flight.used_bytes == 0

    def test_the_answer_reaches_a_peer_that_half_closed_after_the_dot(self, desk, client):
        desk.recorder.hold = True
        client.begin()
        client.send(b"x\r\n.\r\n")
        client.half_close()
        with eventually() as wait:
            wait(lambda: desk.recorder.waiting)
        time.sleep(0.05)
        desk.loop.call_soon_threadsafe(desk.recorder.release)

        client.expect("250 2.0.0 Queued as 1")
        assert client.closed()

    def test_nothing_is_accepted_before_the_ledger_says_so(self, desk, client):
        desk.recorder.hold = True
        client.begin()
        client.send(b"x\r\n.\r\n")
        client.socket.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.reply()
        client.socket.settimeout(5)
        desk.loop.call_soon_threadsafe(desk.recorder.release)

        client.expect("250 2.0.0 Queued")


class TestReply:
    @pytest.mark.parametrize(
        ("error", "reply"),
        [
            (OSError(errno.ENOSPC, "full"), DISK_FULL),
            (OSError(errno.EDQUOT, "quota"), DISK_FULL),
            (OSError(errno.EIO, "broken"), TRY_AGAIN),
            (psycopg.errors.DiskFull("full"), DISK_FULL),
            (psycopg.errors.UniqueViolation("twice"), TRY_AGAIN),
            (sqlite3.OperationalError("locked"), TRY_AGAIN),
            (KeyError("x"), TRY_AGAIN),
        ],
        ids=repr,
    )
    def test_only_a_full_disk_is_named(self, error, reply):
        assert smtp_store.reply_to(error) == reply

    def test_a_full_sqlite_file_is_found_behind_the_errors_it_caused(self, tmp_path):
        connection = sqlite3.connect(tmp_path / "small.db")
        connection.execute("PRAGMA max_page_count = 2")
        try:
            try:
                connection.execute("CREATE TABLE a (b)")
                connection.execute("CREATE TABLE c (d)")
            except sqlite3.OperationalError as error:
                raise RuntimeError("ledger is unavailable") from error
        except RuntimeError as error:
            found = error
        finally:
            connection.close()

        assert smtp_store.reply_to(found) == DISK_FULL

    def test_errors_that_cause_each_other_end(self):
        first, second = KeyError("a"), KeyError("b")
        first.__cause__, second.__cause__ = second, first

        assert smtp_store.reply_to(first) == TRY_AGAIN
