"""A mailbox server that keeps silent, floods, drops or moves everything (reliability F10-F12)."""

import time

import pytest

from daemon.edges.imap_settings import MailboxSettings
from tests.edges.imap_fake import (
    FakeImap,
    eventually,
    mail,
    quick,
    running,
)
from tests.edges.imap_hostile import memory_ledger, poller_of

__all__ = ["memory_ledger", "poller_of"]


class TestFloods:
    @pytest.mark.no_cover
    @pytest.mark.parametrize("verb", ["SEARCH", "FETCH", "IDLE"])
    def test_at_204_a_flood_of_untagged_lines_is_cut_off(self, ledger, poller, verb):
        sent = []
        with FakeImap(mail(1)) as server:

            def flood(peer, _tag, _rest):
                if peer.number > 1:
                    return False
                if verb == "IDLE":
                    peer.send("+ idling")
                lines = b"* 1 RECENT\r\n" * 5_000
                while True:
                    peer.raw(lines)
                    sent.append(len(lines))

            server.scripts[verb] = flood
            with running(poller(server)) as reading:
                eventually(lambda: len(server.connected_at) > 1)
                eventually(lambda: ledger.raws == [mail(1)] and reading.last_success_at)

        # What was cut off beyond the budget lay in the sockets' buffers.
        assert sum(sent) < 16_000_000

    def test_a_line_without_end_is_cut_off(self, ledger, poller):
        with FakeImap(mail(1)) as server:

            def endless(peer, *_):
                while peer.number == 1:
                    peer.raw(b"* OK " + b"x" * 100_000)
                return False

            server.scripts["SEARCH"] = endless
            with running(poller(server)):
                eventually(lambda: ledger.raws == [mail(1)])


class TestWaiting:
    def test_at_211_a_line_that_dies_in_idle_is_noticed_and_the_mail_arrives(self, ledger, poller):
        with FakeImap() as server:

            def dead(peer, _tag, _rest):
                if peer.number > 1:
                    return False
                peer.send("+ idling")
                peer.line()  # DONE, which nobody answers any more.
                server.messages[1] = mail(1)
                peer.line()
                return True

            server.scripts["IDLE"] = dead
            with running(poller(server, timeout_seconds=0.3, poll_seconds=60.0), quick(idle_seconds=0.1)):
                eventually(lambda: ledger.raws == [mail(1)])

        assert len(server.connected_at) == 2

    def test_the_wait_until_a_dead_line_is_noticed_is_below_five_minutes(self, poller):
        with FakeImap() as server:
            made = poller(server)

        assert made.pace.idle_seconds + MailboxSettings(host="h", username="u").timeout_seconds < 300

    @pytest.mark.parametrize("moment", ["before", "with", "after", "during search"])
    def test_mail_announced_at_any_moment_is_not_slept_through(self, ledger, poller, moment):
        with FakeImap() as server:

            def announce(peer, tag, rest):
                if server.messages or ledger.raws:
                    return False
                server.messages[1] = mail(1)
                news, ready = "* 1 EXISTS", "+ idling"
                if moment == "before":
                    peer.send(news, ready)
                elif moment == "with":
                    peer.raw(f"{ready}\r\n{news}\r\n".encode())
                elif moment == "after":
                    peer.send(ready)
                    time.sleep(0.05)
                    peer.raw(news[:5].encode())
                    time.sleep(0.05)
                    peer.raw(news[5:].encode() + b"\r\n")
                else:
                    peer.send("* SEARCH", news)
                    return server.done(peer, tag)
                peer.line()
                return server.done(peer, tag)

            server.scripts["SEARCH" if moment == "during search" else "IDLE"] = announce
            with running(poller(server, poll_seconds=60.0)):
                eventually(lambda: ledger.raws == [mail(1)], seconds=3)

        assert len(server.connected_at) == 1

    def test_a_keepalive_is_no_news(self, ledger, poller):
        with FakeImap() as server:

            def alive(peer, tag, _rest):
                peer.send("+ idling", "* OK still here")
                peer.line()
                return server.done(peer, tag)

            server.scripts["IDLE"] = alive
            with running(poller(server, poll_seconds=60.0)):
                eventually(lambda: server.count("IDLE"))
                time.sleep(0.2)

        assert server.count("IDLE") == 1

    @pytest.mark.parametrize("verb", ["SEARCH", "IDLE"])
    def test_a_server_that_always_speaks_of_news_makes_no_busy_loop(self, ledger, poller, verb):
        with FakeImap(mail(1)) as server:

            def chatty(peer, tag, _rest):
                peer.send("* 1 EXISTS")
                return False

            server.scripts[verb] = chatty
            with running(poller(server, filing="leave", poll_seconds=60.0)):
                time.sleep(0.5)

        # Rests of 0.05, 0.1, 0.2, 0.4 seconds and so on lie between the rounds.
        assert 3 <= server.count("SEARCH") <= 7
        assert ledger.raws == [mail(1)]

    @pytest.mark.parametrize("place", ["at once", "later"])
    def test_a_server_that_refuses_to_idle_is_polled(self, ledger, poller, place):
        with FakeImap() as server:

            def refuse(peer, tag, _rest):
                if place == "later":
                    peer.send("+ idling")
                    time.sleep(0.02)
                peer.send(f"{tag} NO not today")
                if place == "later":
                    return True
                return True

            server.scripts["IDLE"] = refuse
            with running(poller(server)) as reading:
                eventually(lambda: server.count("IDLE") == 1 and reading.last_success_at)
                server.arrive(mail(1))
                eventually(lambda: ledger.raws == [mail(1)])

        assert (server.count("IDLE"), len(server.connected_at)) == (1, 1)

    def test_a_server_that_says_bye_while_idling_is_left(self, ledger, poller):
        with FakeImap(mail(1)) as server:

            def bye(peer, tag, _rest):
                if peer.number > 1:
                    return False
                peer.send("+ idling", "* BYE shutting down")
                raise EOFError

            server.scripts["IDLE"] = bye
            with running(poller(server)) as reading:
                eventually(lambda: len(server.connected_at) == 2)
                eventually(lambda: "shutting down" in reading.last_error or reading.errors)


class TestUidvalidity:
    @pytest.mark.parametrize("uidvalidity", [None, 0])
    def test_without_uidvalidity_messages_are_told_apart_by_their_bytes(self, ledger, poller, uidvalidity):
        with FakeImap(mail(1)) as server:
            server.uidvalidity = uidvalidity
            with running(poller(server, filing="leave")) as reading:
                eventually(lambda: reading.last_success_at)
            # The same UID names another message in the next session.
            server.messages[1] = mail(2)
            with running(poller(server, filing="leave")) as again:
                eventually(lambda: again.last_success_at)

        assert ledger.raws == [mail(1), mail(2)]
        assert ledger.asked == []

    def test_a_new_uidvalidity_reads_the_folder_again(self, ledger, poller, caplog):
        with (
            FakeImap(mail(1), mail(2)) as server,
            running(poller(server, filing="leave", idle=False)) as reading,
        ):
            eventually(lambda: reading.last_success_at)
            server.uidvalidity = 78
            server.messages = {1: mail(2), 2: mail(3)}
            server.scripts["NOOP"] = lambda peer, *_: False if peer.number > 1 else peer.hang_up()
            eventually(lambda: len(ledger.arrivals) == 4)

        assert ledger.raws == [mail(1), mail(2), mail(2), mail(3)]
        assert "UIDVALIDITY changed from 77 to 78" in caplog.text

    def test_a_uidvalidity_that_is_no_number_stops_nothing_but_the_session(self, ledger, poller):
        with FakeImap(mail(1)) as server:

            def odd(peer, tag, _rest):
                if peer.number > 1:
                    return False
                peer.send("* 1 EXISTS", "* OK [UIDVALIDITY seven] odd", f"{tag} OK [READ-WRITE] selected")
                return True

            server.scripts["SELECT"] = odd
            with running(poller(server)):
                eventually(lambda: ledger.raws == [mail(1)])
