"""The poller against a real Dovecot."""

import hashlib
import logging
import threading
import time

import pytest

from daemon.clock import system_clock
from daemon.edges.imap_poller import ImapPoller
from daemon.edges.imap_session import check_login
from daemon.services.ledger import Ledger
from storage.vocabulary import Source
from tests.edges.cutting_proxy import CuttingProxy
from tests.edges.imap_fake import MemoryLedger, eventually, mail, mailbox, quick, running
from tests.servers.dovecot import Dovecot, running_dovecot

pytestmark = pytest.mark.needs_dovecot


@pytest.fixture(scope="module")
def server():
    with running_dovecot() as started:
        yield started


@pytest.fixture
def user(request):
    """A mailbox of its own for each test: Dovecot takes any name."""
    return hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]


@pytest.fixture
def ledger():
    return MemoryLedger()


@pytest.fixture
def poller(server, user, ledger, tmp_path, clock):
    def make(port=None, **settings):
        chosen = mailbox(port or server.port, tmp_path, username=user, **settings)
        return ImapPoller(chosen, ledger, base_dir=tmp_path, clock=clock)

    return make


class TestTaking:
    def test_messages_are_taken_in_ascending_order_and_filed(self, server, user, ledger, poller, now):
        server.append(user, mail(1), mail(2), mail(3))

        with running(poller(address="support@desk.test")) as running_poller:
            eventually(lambda: server.held(user, "Processed") == 3)
            eventually(lambda: running_poller.last_success_at)

        assert server.messages(user) == {}
        assert ledger.raws == [mail(1), mail(2), mail(3)]
        first = ledger.arrivals[0]
        assert (first.source, first.received_at, first.tls) == (Source.IMAP, now, "")
        assert (first.recipients, first.mailbox) == (("support@desk.test",), f"{user}@127.0.0.1/INBOX")
        assert first.full_size_bytes == len(mail(1))
        place, uidvalidity, uid = first.source_key.rsplit("/", 2)
        assert place == f"imap:{user}@127.0.0.1:{server.port}/INBOX"
        assert (uidvalidity.isdigit(), uid) == (True, "1")
        assert (running_poller.last_success_at, running_poller.last_error) == (now, "")
        assert (running_poller.errors, running_poller.waiting) == (0, 0)

    def test_each_stored_message_has_its_line_in_the_mail_log(self, server, user, ledger, poller, caplog):
        caplog.set_level(logging.INFO, logger="postdesk.mail")
        server.append(user, mail(1), mail(2))

        with running(poller()):
            eventually(lambda: server.held(user, "Processed") == 2)

        lines = [one.getMessage() for one in caplog.records if one.name == "postdesk.mail"]
        assert len(lines) == 2
        for line, arrival in zip(lines, ledger.arrivals, strict=True):
            assert line.startswith("verb=received arrival=")
            assert f" source=imap source_key={arrival.source_key} size={len(arrival.raw)}" in line

    def test_at_208_a_message_that_somebody_has_read_is_taken_all_the_same(
        self, server, user, ledger, poller
    ):
        server.append(user, mail(1), flags=(b"\\Seen", b"\\Flagged"))

        with running(poller()):
            eventually(lambda: ledger.raws == [mail(1)])

    def test_taking_does_not_mark_a_message_as_read(self, server, user, ledger, poller):
        server.append(user, mail(1))

        with running(poller(filing="leave")):
            eventually(lambda: ledger.raws)

        assert [set(flags) - {b"\\Recent"} for _, flags in server.messages(user).values()] == [set()]

    def test_a_large_message_comes_in_slices_and_whole(self, server, user, ledger, poller):
        server.append(user, mail(1, size=3_000_000))

        with running(poller()):
            eventually(lambda: ledger.raws == [mail(1, size=3_000_000)])

    @pytest.mark.parametrize("size", [262_144, 524_288], ids=["one slice", "two slices"])
    def test_a_message_that_ends_with_a_slice_is_whole(self, server, user, ledger, poller, size):
        raw = mail(1).ljust(size - 2, b"x") + b"\r\n"
        server.append(user, raw)

        with running(poller()):
            eventually(lambda: ledger.raws == [raw])

    def test_of_a_message_above_the_limit_the_beginning_is_taken_and_its_size_told(
        self, server, user, ledger, poller
    ):
        raw = mail(1, size=400_000)
        server.append(user, raw, mail(2))

        with running(poller(message_limit_bytes=300_000)):
            eventually(lambda: len(ledger.arrivals) == 2)

        beginning = ledger.arrivals[0]
        assert beginning.raw == raw[: raw.index(b"\r\n\r\n") + 65_536]
        assert beginning.full_size_bytes == len(raw)
        assert ledger.raws[1] == mail(2)

    def test_every_message_goes_through_the_real_ledger_once(self, server, user, database, tmp_path, clock):
        server.append(user, *(mail(number) for number in range(120)))
        ledger = Ledger(database)
        settings = mailbox(server.port, tmp_path, username=user)
        try:
            with running(ImapPoller(settings, ledger, base_dir=tmp_path, clock=clock)):
                eventually(lambda: not server.held(user))
            keys = [
                f"imap:{user}@127.0.0.1:{server.port}/INBOX/{_uidvalidity(server, user)}/{uid}"
                for uid in range(1, 122)
            ]

            assert ledger.known(keys) == set(keys[:120])
        finally:
            ledger.close()


class TestWaiting:
    def test_idle_wakes_for_new_mail_at_once(self, server, user, ledger, poller):
        with running(poller(poll_seconds=600.0)) as quiet:
            eventually(lambda: quiet.last_success_at)
            time.sleep(0.05)
            server.append(user, mail(1))
            # By polling it would be ten minutes.
            eventually(lambda: ledger.raws == [mail(1)], 30)

    def test_idle_is_renewed_and_the_folder_looked_at_without_news(self, server, user, ledger, poller):
        with running(poller(poll_seconds=60.0), quick(idle_seconds=0.05)) as quiet:
            eventually(lambda: quiet.last_success_at)
            for number in range(5):
                server.append(user, mail(number))
                eventually(lambda number=number: len(ledger.raws) == number + 1)

    def test_without_idle_the_folder_is_polled(self, server, user, ledger, poller):
        with running(poller(idle=False)) as polling:
            eventually(lambda: polling.last_success_at)
            server.append(user, mail(1))
            eventually(lambda: ledger.raws == [mail(1)])

        assert not [line for line in server.log().splitlines() if user in line and "IDLE" in line]

    def test_all_folders_of_a_mailbox_are_read(self, server, user, ledger, poller):
        server.append(user, mail(1), folder="INBOX")
        server.append(user, mail(2), folder="Störungen")
        with running(poller(folders=("INBOX", "Störungen", "Missing"))) as several:
            eventually(lambda: len(ledger.raws) == 2)
            server.append(user, mail(3), folder="Störungen")
            server.append(user, mail(4), folder="INBOX")
            eventually(lambda: len(ledger.raws) == 4)
            eventually(lambda: several.last_error.startswith("Missing: "))
        assert ledger.arrivals[0].mailbox == f"{user}@127.0.0.1/Störungen"
        assert len(server.messages(user, "Processed")) == 4

    def test_stopping_takes_no_time_while_idling(self, poller):
        with running(poller(poll_seconds=600.0)) as quiet:
            eventually(lambda: quiet.last_success_at)
            quiet.stop()
            # It ends in the time that ``running`` gives it, which is far less than ten minutes.


class TestFiling:
    def test_without_move_messages_are_copied_and_only_ours_expunged(self, ledger, tmp_path, clock):
        with running_dovecot(extra="imap_capability = IMAP4rev1 IDLE UIDPLUS LITERAL+") as old:
            old.append("support", mail(1), mail(2))
            settings = mailbox(old.port, tmp_path)
            with running(ImapPoller(settings, ledger, base_dir=tmp_path, clock=clock)):
                eventually(
                    lambda: len(old.messages("support", "Processed")) == 2 and not old.messages("support")
                )

            assert sorted(raw for raw, _ in old.messages("support", "Processed").values()) == [
                mail(1),
                mail(2),
            ]

    def test_a_flag_marks_what_is_taken(self, server, user, ledger, poller):
        server.append(user, mail(1))
        with running(poller(filing="flag", done_flag="$Ticketed")):
            eventually(lambda: any(b"$Ticketed" in flags for _, flags in server.messages(user).values()))

        assert ledger.raws == [mail(1)]

    def test_move_without_a_folder_marks_by_flag(self, server, user, poller):
        server.append(user, mail(1))
        with running(poller(done_folder="")):
            eventually(lambda: any(b"$Postdesk" in flags for _, flags in server.messages(user).values()))

    @pytest.mark.parametrize(
        "settings",
        [{}, {"filing": "flag"}, {"filing": "flag", "done_flag": "\\Seen"}, {"filing": "leave"}],
        ids=["move", "flag", "system flag", "leave"],
    )
    def test_what_was_stored_before_a_crash_is_only_filed(self, server, user, ledger, poller, settings):
        server.append(user, mail(1), mail(2))
        with running(poller(filing="leave")):
            eventually(lambda: len(ledger.arrivals) == 2)
        with running(poller(**settings)) as again:
            eventually(lambda: again.last_success_at)

        assert ledger.raws == [mail(1), mail(2)]
        unfiled = {} if "filing" not in settings else {mail(1), mail(2)}
        assert {raw for raw, _ in server.messages(user).values()} == set(unfiled)
        if settings.get("filing") == "flag":
            flag = settings.get("done_flag", "$Postdesk").encode()
            assert all(flag in flags for _, flags in server.messages(user).values())

    def test_at_210_a_message_moved_back_is_the_same_bytes_again_and_filed_again(
        self, server, user, ledger, poller
    ):
        server.append(user, mail(1))
        with running(poller()):
            eventually(lambda: server.held(user, "Processed") == 1)
            with server.login(user) as person:
                person.select_folder("Processed")
                person.move(person.search(), "INBOX")
            eventually(lambda: len(ledger.arrivals) == 2)
            eventually(lambda: server.held(user, "Processed") == 1)

        # The ledger tells duplicates by their bytes; the place at the source is another one.
        first, second = ledger.arrivals
        assert first.raw == second.raw
        assert first.source_key != second.source_key

    def test_a_folder_that_may_only_be_read_is_taken_and_left(self, server, user, ledger, poller):
        server.append(user, mail(1))
        with running(poller(filing="leave")):
            eventually(lambda: ledger.raws == [mail(1)])

        assert len(server.messages(user)) == 1


class TestTrouble:
    def test_a_changed_uidvalidity_loses_nothing(self, server, user, ledger, poller):
        server.append(user, mail(1), mail(2))
        with running(poller(filing="leave", idle=False)) as reading:
            eventually(lambda: len(ledger.arrivals) == 2)
            server.change_uidvalidity(user)
            with server.login(user) as person:
                person.select_folder("INBOX")
            reading.stop()
        with running(poller(filing="leave", idle=False)):
            eventually(lambda: len(ledger.arrivals) == 4)

        assert ledger.raws == [mail(1), mail(2)] * 2
        assert len({arrival.source_key for arrival in ledger.arrivals}) == 4

    @pytest.mark.parametrize("ending", [Dovecot.stop, Dovecot.kill], ids=["stopped", "killed"])
    def test_a_restarted_server_is_found_again(self, ledger, tmp_path, clock, ending):
        with running_dovecot() as server:
            server.append("support", mail(1))
            settings = mailbox(server.port, tmp_path, poll_seconds=60.0)
            with running(ImapPoller(settings, ledger, base_dir=tmp_path, clock=clock)) as reading:
                eventually(lambda: ledger.raws == [mail(1)] and reading.last_success_at)
                ending(server)
                eventually(lambda: reading.last_error)
                server.start()
                server.append("support", mail(2))
                eventually(lambda: ledger.raws == [mail(1), mail(2)])
                eventually(lambda: not reading.last_error)

                assert reading.errors > 0

    def test_a_server_that_restarts_again_and_again_loses_and_doubles_nothing(self, ledger, tmp_path, clock):
        raws = [mail(number, size=1_000) for number in range(150)]
        with running_dovecot() as server:
            settings = mailbox(server.port, tmp_path)
            with running(ImapPoller(settings, ledger, base_dir=tmp_path, clock=clock)):
                for part in range(5):
                    server.append("support", *raws[part * 30 : part * 30 + 30])
                    server.kill()
                    server.start()
                # A message that several restarts hit in its fetch is tried again after 5 or 10 seconds.
                eventually(lambda: server.held("support", "Processed") == 150, seconds=30)

        assert sorted(ledger.raws) == sorted(raws)

    # The dialogue up to the first FETCH takes some 1,400 bytes; every later place is inside the messages.
    @pytest.mark.parametrize("cut", [30, 900, 1_500, 2_500, 9_000, 22_000, 43_000, 61_000, 81_000])
    def test_a_connection_cut_anywhere_stores_nothing_half(self, server, user, ledger, poller, cut):
        raws = [mail(number, size=20_000) for number in range(4)]
        server.append(user, *raws)
        with CuttingProxy(server.port, cut) as proxy, running(poller(port=proxy.port)):
            eventually(lambda: server.held(user, "Processed") == 4)

        assert proxy.made == 2
        assert sorted(ledger.raws) == sorted(raws)

    def test_one_poller_stalled_does_not_hold_another(self, server, user, ledger, poller, tmp_path):
        server.append(user, mail(1))
        stalled = CuttingProxy(server.port)  # Never entered: it takes connections and answers nothing.
        held = ImapPoller(
            mailbox(stalled.port, tmp_path), MemoryLedger(), base_dir=tmp_path, clock=system_clock
        )
        with running(held), running(poller()):
            eventually(lambda: ledger.raws == [mail(1)], seconds=2)
        stalled._listener.close()

    def test_a_wrong_password_is_told_and_not_stormed(self, server, user, ledger, tmp_path, clock):
        settings = mailbox(server.port, tmp_path, username=user)
        (tmp_path / "imap.secret").write_text("wrong")
        delays = []
        healths = []
        refused = ImapPoller(settings, ledger, base_dir=tmp_path, clock=clock, on_health=healths.append)
        with running(refused, quick(delays)):
            eventually(lambda: len(delays) >= 4)
            (tmp_path / "imap.secret").write_text("secret")
            eventually(lambda: healths[-1].last_success_at)

        assert delays[:4] == [1, 2, 4, 8]
        assert "login failed" in healths[0].last_error
        assert healths[-1].last_error == ""
        assert healths[-1].errors == refused.errors >= 4


class TestSecurity:
    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_a_verified_connection_is_used(self, server, user, ledger, poller, security):
        server.append(user, mail(1))
        port = server.tls_port if security == "tls" else server.port
        secured = poller(
            port=port, host="localhost", security=security, certificate_authority_file=str(server.certificate)
        )
        with running(secured):
            eventually(lambda: ledger.raws == [mail(1)])
            # Idling over TLS wakes as well.
            server.append(user, mail(2))
            eventually(lambda: ledger.raws == [mail(1), mail(2)])

        assert ledger.arrivals[0].tls.startswith("TLSv1")

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_a_certificate_nobody_vouches_for_is_refused(self, server, ledger, poller, security):
        port = server.tls_port if security == "tls" else server.port
        with running(poller(port=port, security=security)) as refused:
            eventually(lambda: "CERTIFICATE_VERIFY_FAILED" in refused.last_error)

        assert ledger.arrivals == []

    def test_a_certificate_for_another_name_is_refused(self, server, poller):
        unnamed = poller(
            port=server.tls_port,
            host="127.0.0.2",
            security="tls",
            certificate_authority_file=str(server.certificate),
        )
        with running(unnamed):
            eventually(lambda: "IP address mismatch" in unnamed.last_error or "refused" in unnamed.last_error)

    def test_login_can_be_checked(self, server, user, tmp_path):
        settings = mailbox(server.port, tmp_path, username=user)

        check_login(settings, tmp_path)


def _uidvalidity(server, user):
    with server.login(user) as person:
        return person.select_folder("INBOX")[b"UIDVALIDITY"]


def test_pollers_of_several_mailboxes_run_side_by_side(server, user, ledger, tmp_path, clock):
    names = [f"{user}-{number}" for number in range(3)]
    for number, name in enumerate(names):
        server.append(name, mail(number))
    pollers = [
        ImapPoller(mailbox(server.port, tmp_path, username=name), ledger, base_dir=tmp_path, clock=clock)
        for name in names
    ]
    threads = [threading.Thread(target=each.run) for each in pollers]
    for thread in threads:
        thread.start()
    eventually(lambda: len(ledger.arrivals) == 3)
    for each, thread in zip(pollers, threads, strict=True):
        each.stop()
        thread.join(2)

    assert sorted(ledger.raws) == [mail(0), mail(1), mail(2)]
