"""A mailbox server whose answers are wrong, short or far too large."""

import logging
import time

import pytest

from tests.edges.imap_fake import (
    FakeImap,
    eventually,
    mail,
    running,
)
from tests.edges.imap_hostile import body_of, memory_ledger, poller_of

__all__ = ["memory_ledger", "poller_of"]


class TestLiterals:
    def test_at_199_a_literal_of_two_gigabytes_is_refused_and_the_others_are_taken(self, ledger, poller):
        with FakeImap(mail(1), mail(2), mail(3)) as server:

            def endless(peer, _tag, rest):
                if not body_of(rest, 1):
                    return False
                peer.raw(b"* 1 FETCH (UID 1 BODY[]<0> {2147483647}\r\nx")
                return True

            server.scripts["FETCH"] = endless
            with running(poller(server)) as reading:
                eventually(lambda: ledger.raws == [mail(2), mail(3)])
                eventually(lambda: "announced 2147483647 bytes" in reading.last_error)
                eventually(lambda: reading.waiting == 1)

    def test_at_200_a_literal_that_ends_early_stores_nothing_and_is_fetched_again(self, ledger, poller):
        raw = mail(1, size=5_000)
        with FakeImap(raw) as server:

            def cut_short(peer, _tag, rest):
                if peer.number > 1 or not body_of(rest, 1):
                    return False
                peer.raw(b"* 1 FETCH (UID 1 BODY[]<0> {5000}\r\n" + raw[:3_000])
                raise EOFError

            server.scripts["FETCH"] = cut_short
            with running(poller(server)):
                eventually(lambda: ledger.raws)
                eventually(lambda: server.folders.get("Processed") == [raw])

        assert ledger.raws == [raw]
        assert len(server.connected_at) == 2

    def test_a_literal_sent_a_byte_at_a_time_is_given_up(self, ledger, poller, monkeypatch):
        monkeypatch.setattr("daemon.edges.imap_wire.Wire.SLOWEST_BYTES_PER_SECOND", 10_000_000)
        with FakeImap(mail(1)) as server:

            def drip(peer, _tag, rest):
                if not body_of(rest, 1):
                    return False
                peer.raw(b"* 1 FETCH (UID 1 BODY[]<0> {500}\r\n")
                while True:
                    peer.raw(b"x")
                    time.sleep(0.02)

            server.scripts["FETCH"] = drip
            with running(poller(server, timeout_seconds=0.3)) as reading:
                eventually(lambda: "did not finish its answer in time" in reading.last_error)

        assert ledger.raws == []

    def test_more_than_was_asked_for_is_refused(self, ledger, poller):
        with FakeImap(mail(1)) as server:

            def generous(peer, tag, rest):
                if not body_of(rest, 1):
                    return False
                content = b"x" * 300_000
                peer.raw(b"* 1 FETCH (UID 1 BODY[]<0> {300000}\r\n" + content + b")\r\n")
                server.done(peer, tag)
                return True

            server.scripts["FETCH"] = generous
            with running(poller(server)) as reading:
                eventually(lambda: "too much of it" in reading.last_error)

        assert ledger.raws == []


class TestAnswers:
    def test_at_203_an_answer_for_another_uid_is_not_taken_for_this_one(self, ledger, poller):
        with FakeImap(mail(1), mail(2)) as server:

            def confused(peer, tag, rest):
                if server.count("SEARCH") > 1 or not body_of(rest, 1):
                    return False
                server.send_fetch(peer, 2, rest.split(" ", 1)[1])
                server.done(peer, tag)
                return True

            server.scripts["FETCH"] = confused
            with running(poller(server, filing="leave", idle=False)):
                # With the second try the server comes to its senses.
                eventually(lambda: ledger.raws == [mail(2), mail(1)])

        assert [arrival.source_key[-2:] for arrival in ledger.arrivals] == ["/2", "/1"]

    def test_at_203_an_answer_without_uid_counts_for_nobody(self, ledger, poller):
        # The message's number in the folder is 1, and so is the UID that was asked for.
        with FakeImap(mail(1)) as server:

            def numbered(peer, tag, rest):
                if not body_of(rest, 1):
                    return False
                peer.raw(b"* 1 FETCH (BODY[]<0> {3}\r\nabc)\r\n")
                server.done(peer, tag)
                return True

            server.scripts["FETCH"] = numbered
            with running(poller(server)) as reading:
                eventually(lambda: "0 different answers" in reading.last_error)

        assert ledger.raws == []

    @pytest.mark.parametrize("second", [None, b"other"], ids=["same twice", "two versions"])
    def test_at_203_an_answer_given_twice_must_be_the_same(self, ledger, poller, second):
        with FakeImap(mail(1)) as server:

            def stutter(peer, tag, rest):
                if not body_of(rest, 1):
                    return False
                server.send_fetch(peer, 1, rest)
                server.send_fetch(peer, 1, rest, second)
                server.done(peer, tag)
                return True

            server.scripts["FETCH"] = stutter
            with running(poller(server)) as reading:
                if second is None:
                    eventually(lambda: ledger.raws == [mail(1)])
                else:
                    eventually(lambda: "2 different answers" in reading.last_error)

        assert len(ledger.raws) == (second is None)

    def test_at_203_a_size_that_is_only_estimated_is_confirmed_by_reading_twice(self, ledger, poller, caplog):
        with FakeImap(mail(1)) as server:

            def estimate(peer, tag, rest):
                if "RFC822.SIZE" not in rest:
                    return False
                peer.send("* 1 FETCH (UID 1 RFC822.SIZE 123456)")
                server.done(peer, tag)
                return True

            server.scripts["FETCH"] = estimate
            with running(poller(server)), caplog.at_level(logging.WARNING):
                eventually(lambda: ledger.raws == [mail(1)])

        assert ledger.arrivals[0].full_size_bytes == len(mail(1))
        assert "the server announced 123456 bytes" in caplog.text

    def test_a_message_that_changes_between_two_readings_is_not_stored(self, ledger, poller):
        with FakeImap(mail(1)) as server:
            versions = iter(range(1_000))

            def unsteady(peer, tag, rest):
                if body_of(rest, 1):
                    server.send_fetch(peer, 1, rest, b"version %d of it\r\n" % next(versions))
                    return server.done(peer, tag)
                return False

            server.scripts["FETCH"] = unsteady
            with running(poller(server)) as reading:
                eventually(lambda: "bytes were announced" in reading.last_error)

        assert ledger.raws == []

    def test_a_message_longer_than_announced_is_cut_at_the_limit_and_its_size_told(self, ledger, poller):
        raw = mail(1, size=400_000)
        with FakeImap(raw) as server:

            def modest(peer, tag, rest):
                if "RFC822.SIZE" in rest:
                    peer.send("* 1 FETCH (UID 1 RFC822.SIZE 100)")
                    return server.done(peer, tag)
                return False

            server.scripts["FETCH"] = modest
            with running(poller(server, message_limit_bytes=300_000)):
                eventually(lambda: ledger.arrivals)

        assert raw.startswith(ledger.raws[0])
        assert ledger.arrivals[0].full_size_bytes == 300_001 > len(ledger.raws[0])

    def test_a_message_without_content_is_reported_and_not_stored(self, ledger, poller):
        with FakeImap(mail(1), mail(2)) as server:

            def nothing(peer, tag, rest):
                if body_of(rest, 1):
                    peer.send("* 1 FETCH (UID 1 BODY[]<0> NIL)")
                    return server.done(peer, tag)
                return False

            server.scripts["FETCH"] = nothing
            with running(poller(server)) as reading:
                eventually(lambda: ledger.raws == [mail(2)])
                eventually(lambda: "no content" in reading.last_error)

    def test_an_empty_message_is_a_message(self, ledger, poller):
        with FakeImap(b"") as server, running(poller(server)):
            eventually(lambda: ledger.raws == [b""])

    @pytest.mark.parametrize(
        "nonsense",
        [
            "* 1 FETCH ((((",
            "* 1 FETCH (UID 1 ENVELOPE NIL BODY[]<0>)",
            "* 1 FETCH (UID x)",
            "* 1 FETCH (UID 1 ENVELOPE (1 2))",
            "* 1 FETCH " + "(" * 5_000,
            "* 1 FETCH",
        ],
        ids=["open", "odd", "no number", "short envelope", "deep", "empty"],
    )
    def test_nonsense_about_one_message_does_not_stop_the_others(self, ledger, poller, nonsense):
        # As in zammad 2754: every answer about message 1 is unreadable, also among the sizes of all.
        with FakeImap(mail(1), mail(2), mail(3)) as server:

            def mad(peer, tag, rest):
                uids, items = rest.split(" ", 1)
                for uid in server.chosen(uids):
                    if uid == 1:
                        peer.send(nonsense)
                    else:
                        server.send_fetch(peer, uid, items)
                return server.done(peer, tag)

            server.scripts["FETCH"] = mad
            with running(poller(server)) as reading:
                eventually(lambda: ledger.raws == [mail(2), mail(3)])
                eventually(lambda: reading.waiting == 1)
                eventually(lambda: "UID 1 could not be taken" in reading.last_error)

    def test_the_first_of_eighty_messages_cannot_be_fetched(self, ledger, poller):
        raws = [mail(number) for number in range(1, 81)]
        with FakeImap(*raws) as server:
            server.scripts["FETCH"] = lambda peer, tag, rest: (
                peer.send(f"{tag} NO [UNAVAILABLE] cannot") or True if body_of(rest, 1) else False
            )
            with running(poller(server)) as reading:
                eventually(lambda: ledger.raws == raws[1:])
                eventually(lambda: reading.last_success_at and reading.waiting == 1)
                eventually(lambda: "[UNAVAILABLE] cannot" in reading.last_error)

    def test_sizes_refused_for_all_are_asked_one_by_one(self, ledger, poller):
        with FakeImap(mail(1), mail(2)) as server:
            server.scripts["FETCH"] = lambda peer, tag, rest: (
                peer.send(f"{tag} NO no sets") or True if rest.startswith("1:2 ") else False
            )
            with running(poller(server)):
                eventually(lambda: ledger.raws == [mail(1), mail(2)])

    def test_a_message_that_leaves_before_it_is_fetched_is_no_error(self, ledger, poller):
        with FakeImap(mail(1), mail(2)) as server:

            def gone(peer, tag, rest):
                server.messages.pop(1, None)
                return False

            server.scripts["FETCH"] = gone
            with running(poller(server)) as reading:
                eventually(lambda: ledger.raws == [mail(2)] and reading.last_success_at)

        assert (reading.errors, reading.waiting) == (0, 0)

    def test_a_message_that_leaves_while_it_is_in_trouble_is_forgotten(self, ledger, poller):
        with FakeImap(mail(1)) as server:

            def gone(peer, tag, rest):
                if not body_of(rest, 1):
                    return False
                server.messages.pop(1, None)
                return server.done(peer, tag)

            server.scripts["FETCH"] = gone
            with running(poller(server, idle=False)) as reading:
                eventually(lambda: reading.errors)
                eventually(lambda: reading.waiting == 0 and reading.last_success_at)

        assert ledger.raws == []

    def test_unasked_answers_are_passed_over(self, ledger, poller):
        with FakeImap(mail(1), mail(2)) as server:

            def chatty(peer, tag, rest):
                peer.send(
                    "* 2 FETCH (FLAGS (\\Seen))", "* 3 EXISTS", "* OK still here", "* SEARCH 9 9", "* X-ODD"
                )
                return False

            server.scripts["FETCH"] = server.scripts["SEARCH"] = chatty
            with running(poller(server)):
                eventually(lambda: server.folders.get("Processed") == [mail(1), mail(2)])

        assert ledger.raws == [mail(1), mail(2)]

    def test_an_alert_is_shown_to_the_operator_once(self, ledger, poller, caplog):
        with FakeImap(mail(1)) as server:
            server.scripts["NOOP"] = lambda peer, *_: peer.send("* OK [ALERT] disk \x1b[31mfull") or False
            with running(poller(server, idle=False, poll_seconds=0.01)), caplog.at_level(logging.WARNING):
                eventually(lambda: server.count("NOOP") > 5)

        assert [record.getMessage() for record in caplog.records if "ALERT" in record.getMessage()] == [
            f"127.0.0.1:{server.port} alerts: * OK [ALERT] disk  [31mfull"
        ]
