"""Where messages go after the commit, and what happens when the ledger or the server does not play along."""

import logging

import pytest

from daemon.edges import imap_folder, imap_turn
from daemon.edges.imap_filing import Copying, Flagging, Leaving, Moving, filing_for
from daemon.edges.imap_folder import OpenFolder
from daemon.edges.imap_poller import ImapPoller
from daemon.edges.imap_settings import MailboxSettings
from tests.edges.imap_fake import FakeImap, MemoryLedger, eventually, mail, mailbox, quick, running


@pytest.fixture
def ledger():
    return MemoryLedger()


@pytest.fixture
def poller(ledger, tmp_path, clock):
    def make(server, **settings):
        return ImapPoller(mailbox(server.port, tmp_path, **settings), ledger, base_dir=tmp_path, clock=clock)

    return make


class Capable:
    """A session as the choice of a filing sees it."""

    def __init__(self, *capabilities):
        self.capabilities = capabilities

    def has_capability(self, name):
        return name in self.capabilities


class TestChoice:
    @pytest.mark.parametrize(
        ("settings", "capabilities", "flags", "expected"),
        [
            ({"filing": "move", "done_folder": "Done"}, ["MOVE"], None, Moving("Done")),
            ({"filing": "move", "done_folder": "Done"}, [], None, Copying("Done")),
            ({"filing": "move"}, ["MOVE"], None, Flagging("$Postdesk")),
            ({"filing": "move"}, ["MOVE"], {"\\*"}, Flagging("$Postdesk")),
            ({"filing": "move"}, ["MOVE"], {"\\Seen"}, Leaving()),
            ({"filing": "flag", "done_folder": "Done"}, ["MOVE"], {"$postdesk"}, Flagging("$Postdesk")),
            ({"filing": "flag", "done_flag": "\\Seen"}, [], {"\\seen"}, Flagging("\\Seen")),
            ({"filing": "flag", "done_flag": "\\Seen"}, [], {"\\*"}, Leaving()),
            ({"filing": "flag"}, [], set(), Leaving()),
            ({"filing": "leave", "done_folder": "Done"}, ["MOVE"], None, Leaving()),
        ],
    )
    def test_the_nearest_way_that_server_and_folder_permit(self, settings, capabilities, flags, expected):
        chosen = MailboxSettings(host="h", username="u", **settings)
        folder = OpenFolder("INBOX", 1, 1, 0, None if flags is None else frozenset(flags), read_only=False)

        assert filing_for(chosen, Capable(*capabilities), folder) == expected

    def test_a_folder_that_may_only_be_read_is_left(self):
        settings = MailboxSettings(host="h", username="u", done_folder="Done")
        folder = OpenFolder("INBOX", 1, 1, 0, None, read_only=True)

        assert filing_for(settings, Capable("MOVE"), folder) == Leaving()

    @pytest.mark.parametrize(
        ("filing", "words"),
        [
            (Moving("Done"), "MOVE into Done"),
            (Copying("Done"), r"COPY into Done and \Deleted"),
            (Flagging("$Done"), "the flag $Done"),
            (Leaving(), "nothing: they stay as they are"),
        ],
        ids=str,
    )
    def test_the_log_names_each_way_in_words(self, filing, words):
        assert str(filing) == words


class TestFolder:
    def test_the_done_folder_is_made_where_it_is_missing(self, poller):
        with FakeImap(mail(1)) as server, running(poller(server)):
            eventually(lambda: server.folders == {"Processed": [mail(1)]})

        assert (server.count("CREATE"), server.count("SUBSCRIBE"), server.messages) == (1, 1, {})

    def test_copies_are_marked_and_left_where_nothing_but_ours_could_be_expunged(self, ledger, poller):
        # Without UIDPLUS only a plain EXPUNGE is left, which takes what other people marked as well.
        with FakeImap(mail(1), mail(2), capabilities="IMAP4rev1") as server:
            server.flags[2] = {"\\Deleted"}
            with running(poller(server)):
                eventually(lambda: server.folders.get("Processed") == [mail(1), mail(2)])
            with running(poller(server)) as again:
                eventually(lambda: again.last_success_at)

        assert server.flags == {1: {"\\Deleted"}, 2: {"\\Deleted"}}
        assert server.folders == {"Processed": [mail(1), mail(2)]}
        assert (server.count("EXPUNGE"), ledger.raws) == (0, [mail(1), mail(2)])

    def test_a_read_only_mailbox_is_taken_and_left(self, ledger, poller):
        with FakeImap(mail(1)) as server:
            server.scripts["SELECT"] = lambda peer, tag, rest: (
                server.on_select(peer, tag, rest, "READ-ONLY") or True
            )
            with running(poller(server)):
                eventually(lambda: ledger.raws == [mail(1)])

        assert (server.messages, server.count("MOVE")) == ({1: mail(1)}, 0)

    def test_leaving_opens_the_folder_for_reading_only(self, ledger, poller):
        with FakeImap(mail(1)) as server, running(poller(server, filing="leave")):
            eventually(lambda: ledger.raws == [mail(1)])

        assert (server.count("SELECT"), server.count("EXAMINE")) == (0, 1)


class TestFilingTrouble:
    def test_a_connection_lost_between_commit_and_move_files_without_fetching_again(self, ledger, poller):
        with FakeImap(mail(1), mail(2)) as server:
            server.scripts["MOVE"] = lambda peer, *_: False if peer.number > 1 else peer.hang_up()
            with running(poller(server)):
                eventually(lambda: server.folders.get("Processed") == [mail(1), mail(2)])

        assert ledger.raws == [mail(1), mail(2)]
        assert sum("BODY.PEEK" in command for command in server.commands) == 2

    def test_a_message_that_cannot_be_filed_does_not_hold_the_others(self, ledger, poller):
        with FakeImap(*(mail(number) for number in range(1, 6))) as server:
            server.folders["Processed"] = []

            def refuse(peer, tag, rest):
                if 3 in server.chosen(rest.split()[0]):
                    peer.send(f"{tag} NO [CANNOT] this one stays")
                    return True
                return False

            server.scripts["MOVE"] = refuse
            with running(poller(server)) as reading:
                eventually(lambda: list(server.messages) == [3])
                eventually(lambda: reading.waiting == 1)
                eventually(lambda: "UID 3 is stored but could not be filed" in reading.last_error)
                server.scripts.clear()
                server.arrive(mail(6))
                eventually(lambda: not server.messages)
                eventually(lambda: not reading.last_error)
        assert len(ledger.arrivals) == 6

    def test_where_nothing_can_be_filed_the_server_is_not_asked_for_each(self, ledger, poller):
        with FakeImap(*(mail(number) for number in range(1, 41))) as server:
            server.folders["Processed"] = []
            server.scripts["MOVE"] = lambda peer, tag, _: peer.send(f"{tag} NO [OVERQUOTA] full") or True
            with running(poller(server, poll_seconds=60.0)) as reading:
                eventually(lambda: reading.waiting == 40)
                asked = server.count("MOVE")

        # Once together and three times alone, after the batch and at the end of the turn.
        assert asked <= 8
        assert len(ledger.arrivals) == 40

    def test_a_folder_that_cannot_be_opened_is_told_and_tried_again(self, ledger, poller):
        with FakeImap(mail(1)) as server:
            server.scripts["SELECT"] = lambda peer, tag, _: peer.send(f"{tag} NO no such folder") or True
            with running(poller(server)) as reading:
                eventually(lambda: "no such folder" in reading.last_error)
                assert reading.last_success_at is None
                server.scripts.clear()
                eventually(lambda: ledger.raws == [mail(1)])


class TestLedgerTrouble:
    def test_one_message_the_ledger_refuses_does_not_hold_the_others(self, ledger, poller):
        ledger.refuses = lambda incoming: incoming.raw == mail(2)
        with FakeImap(mail(1), mail(2), mail(3)) as server, running(poller(server)) as reading:
            eventually(lambda: ledger.raws == [mail(1), mail(3)])
            eventually(lambda: reading.waiting == 1)
            eventually(lambda: "UID 2 could not be taken: the disk is full" in reading.last_error)
            assert server.messages == {2: mail(2)}

    def test_a_ledger_that_stores_nothing_ends_the_session_and_all_is_stored_later(self, ledger, poller):
        refusals = iter([True] * 3)
        ledger.refuses = lambda _: next(refusals, False)
        delays = []
        raws = [mail(number) for number in range(1, 4)]
        with FakeImap(*raws) as server, running(poller(server), quick(delays)):
            eventually(lambda: ledger.raws == raws)
            eventually(lambda: not server.messages)

        assert delays[0] == 1

    def test_a_commit_that_never_answers_is_unknown_and_asked_for_again(
        self, ledger, poller, monkeypatch, caplog
    ):
        monkeypatch.setattr(imap_turn, "_STORE_SECONDS", 0.1)
        silences = iter([False])
        ledger.answers = lambda: next(silences, True)
        with FakeImap(mail(1)) as server, running(poller(server)):
            eventually(lambda: ledger.raws == [mail(1)])

        assert "the ledger did not answer in time" in caplog.text
        assert len(ledger.asked) == 2

    def test_a_cancelled_commit_is_no_commit(self, ledger, poller, caplog):
        submit = ledger.submit
        silences = iter([False])
        ledger.answers = lambda: next(silences, True)

        def cancelled(incoming):
            receipt = submit(incoming)
            receipt.cancel()
            return receipt

        ledger.submit = cancelled
        with FakeImap(mail(1)) as server, running(poller(server)):
            eventually(lambda: ledger.raws == [mail(1)])

        assert "the ledger gave it up" in caplog.text

    def test_stopping_does_not_wait_for_a_ledger_that_hangs(self, ledger, poller, monkeypatch):
        monkeypatch.setattr(imap_turn, "_STOP_SECONDS", 0.1)
        ledger.answers = lambda: False
        with FakeImap(mail(1)) as server, running(poller(server)) as reading:
            eventually(lambda: server.count("FETCH") == 2)
            reading.stop()
            # It ends in the time that ``running`` gives it, though the ledger never answers.


class TestManyMessages:
    def test_a_known_folder_is_not_asked_about_every_round(self, ledger, poller):
        with FakeImap(*(mail(number) for number in range(300))) as server:
            with running(poller(server, filing="leave", idle=False, poll_seconds=0.01)):
                eventually(lambda: server.count("NOOP") > 10)
            listings = [command for command in server.commands if "SEARCH" in command]

        assert len(ledger.asked) == 300
        assert listings[0].endswith("UID 1:*")
        assert {listing.split("UID ")[2] for listing in listings[1:]} == {"301:*"}

    def test_the_whole_folder_is_listed_again_from_time_to_time(self, ledger, poller):
        with FakeImap(mail(1), mail(2)) as server:
            hidden = server.messages.pop(1)
            fast = quick(rescan_seconds=0.0)
            with running(poller(server, filing="leave", idle=False, poll_seconds=0.01), fast):
                eventually(lambda: ledger.raws == [mail(2)])
                # A UID below those seen before, which no server should ever add.
                server.messages[1] = hidden
                eventually(lambda: ledger.raws == [mail(2), mail(1)])

    def test_folders_take_turns(self, ledger, poller, monkeypatch):
        monkeypatch.setattr(imap_turn, "TURN_MESSAGES", 10)
        with (
            FakeImap(*(mail(number) for number in range(25))) as server,
            running(poller(server, folders=("A", "B"), filing="leave", poll_seconds=60.0)),
        ):
            eventually(lambda: len(ledger.arrivals) == 50)

        order = "".join(arrival.mailbox[-1] for arrival in ledger.arrivals)
        assert order == "B" * 10 + "A" * 10 + "B" * 10 + "A" * 10 + "B" * 5 + "A" * 5

    def test_a_folder_of_millions_is_listed_in_windows(self, ledger, poller, monkeypatch):
        monkeypatch.setattr(imap_folder, "_SEARCH_WINDOW_UIDS", 10)
        raws = [mail(number) for number in range(1, 36)]
        with FakeImap(*raws) as server:
            with running(poller(server, filing="leave", poll_seconds=60.0)):
                eventually(lambda: ledger.raws == raws)
            windows = [command.split("UID ")[2] for command in server.commands if "SEARCH" in command]

        assert windows[:4] == ["1:10", "11:20", "21:30", "31:35"]

    def test_a_batch_is_committed_before_the_next_is_fetched(self, ledger, poller, monkeypatch):
        monkeypatch.setattr(imap_turn, "BATCH_BYTES", 30_000)
        with FakeImap(*(mail(number, size=20_000) for number in range(4))) as server, running(poller(server)):
            eventually(lambda: len(server.folders.get("Processed", [])) == 4)

        verbs = [command.split()[2] for command in server.commands if " UID " in command]
        assert verbs[:6] == ["SEARCH", "FETCH", "FETCH", "FETCH", "MOVE", "MOVE"]

    def test_a_new_way_of_filing_is_logged_once(self, poller, caplog):
        with (
            caplog.at_level(logging.INFO),
            FakeImap(mail(1)) as server,
            running(poller(server, folders=("A", "B"), poll_seconds=0.01)),
        ):
            eventually(lambda: server.count("SELECT") > 6)

        assert sum("are filed by" in record.getMessage() for record in caplog.records) == 2
