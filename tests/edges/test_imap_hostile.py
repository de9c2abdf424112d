"""The poller against servers that break the protocol, by accident or on purpose (RFC 9051)."""

import logging
import ssl
import time

import pytest

from daemon.edges.imap_account import MailboxError
from daemon.edges.imap_poller import ImapPoller
from daemon.edges.imap_session import check_login
from daemon.edges.imap_settings import MailboxSettings
from tests.edges.imap_fake import (
    CAPABILITIES,
    FakeImap,
    MemoryLedger,
    eventually,
    mail,
    mailbox,
    quick,
    running,
)
from tests.servers.dovecot import running_dovecot


@pytest.fixture
def ledger():
    return MemoryLedger()


@pytest.fixture
def poller(ledger, tmp_path, clock):
    def make(server, **settings):
        return ImapPoller(mailbox(server.port, tmp_path, **settings), ledger, base_dir=tmp_path, clock=clock)

    return make


@pytest.fixture(scope="module")
def certificate():
    """A certificate for localhost: the one that the test's Dovecot has made for itself."""
    with running_dovecot() as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(server.certificate, server.folder / "key.pem")
        yield context, str(server.certificate)


def body_of(rest, uid):
    """Whether a FETCH asks for the content of this message."""
    return rest.startswith(f"{uid} ") and "BODY.PEEK" in rest


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


class TestFloods:
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


class TestSecurity:
    def test_at_205_preauth_is_refused_where_starttls_is_required(self, ledger, poller):
        with FakeImap(mail(1), capabilities="IMAP4rev1 STARTTLS") as server:
            server.greeting = "* PREAUTH welcome"
            with running(poller(server, security="starttls")) as refused:
                eventually(lambda: "PREAUTH" in refused.last_error)

        assert ledger.raws == []
        assert not server.count("LOGIN") + server.count("STARTTLS") + server.count("SELECT")

    def test_preauth_is_taken_where_no_security_was_asked_for(self, ledger, poller):
        with FakeImap(mail(1)) as server:
            server.greeting = "* PREAUTH welcome"
            with running(poller(server)):
                eventually(lambda: ledger.raws == [mail(1)])

        assert not server.count("LOGIN") + server.count("AUTHENTICATE")

    def test_a_server_that_hides_starttls_gets_no_password(self, ledger, poller):
        with FakeImap(mail(1)) as server, running(poller(server, security="starttls")) as refused:
            eventually(lambda: "does not offer STARTTLS" in refused.last_error)

        assert not server.count("LOGIN") + server.count("AUTHENTICATE")

    def test_a_server_that_refuses_starttls_gets_no_password(self, poller):
        with FakeImap(capabilities=f"{CAPABILITIES} STARTTLS") as server:
            server.scripts["STARTTLS"] = lambda peer, tag, _: peer.send(f"{tag} NO not now")
            with running(poller(server, security="starttls")) as refused:
                eventually(lambda: "STARTTLS was answered NO" in refused.last_error)

        assert not server.count("LOGIN") + server.count("AUTHENTICATE")

    @pytest.mark.parametrize("place", ["before", "after"])
    def test_at_206_plain_text_around_the_starttls_answer_is_dropped(
        self, ledger, poller, certificate, place
    ):
        context, authority = certificate
        injected = b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED]\r\n* BYE injected\r\n* PREAUTH injected\r\n"
        if place == "before":
            injected = injected.replace(b"* BYE injected\r\n", b"")
        with FakeImap(mail(1), capabilities=f"{CAPABILITIES} STARTTLS", context=context) as server:

            def glued(peer, tag, _rest):
                answer = f"{tag} OK begin\r\n".encode()
                peer.raw(injected + answer if place == "before" else answer + injected)
                peer.start_tls(context)

            server.scripts["STARTTLS"] = glued
            secured = poller(
                server, host="localhost", security="starttls", certificate_authority_file=authority
            )
            with running(secured):
                eventually(lambda: ledger.raws == [mail(1)])

        assert server.count("AUTHENTICATE") == 1
        assert ledger.arrivals[0].tls.startswith("TLSv1")

    def test_a_server_that_takes_no_passwords_is_told_none(self, poller):
        with FakeImap(capabilities="IMAP4rev1 LOGINDISABLED") as server, running(poller(server)) as refused:
            eventually(lambda: "takes no password" in refused.last_error)

        assert not server.count("LOGIN")

    def test_login_is_used_where_plain_is_not_offered(self, ledger, poller):
        with FakeImap(mail(1), capabilities="IMAP4rev1") as server, running(poller(server)):
            eventually(lambda: ledger.raws == [mail(1)])

        assert server.count("LOGIN") == 1

    def test_a_name_with_special_characters_is_quoted(self, tmp_path):
        with FakeImap(capabilities="IMAP4rev1") as server:
            settings = mailbox(server.port, tmp_path, username='a b"\\ SELECT')
            with pytest.raises(MailboxError, match="login failed"):
                check_login(settings, tmp_path)

        assert next(line for line in server.commands if "LOGIN" in line).endswith(
            r'LOGIN "a b\"\\ SELECT" "secret"'
        )

    def test_a_password_that_login_cannot_carry_is_told(self, tmp_path):
        with FakeImap(capabilities="IMAP4rev1") as server:
            settings = mailbox(server.port, tmp_path)
            (tmp_path / "imap.secret").write_text("pässword", encoding="utf-8")
            with pytest.raises(MailboxError, match="ASCII only"):
                check_login(settings, tmp_path)


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


class TestConnecting:
    def test_logins_are_not_stormed_while_a_server_is_down(self, ledger, tmp_path, clock):
        with FakeImap() as server:
            port = server.port
        delays = []
        lost = ImapPoller(mailbox(port, tmp_path), ledger, base_dir=tmp_path, clock=clock)
        with running(lost, quick(delays)):
            eventually(lambda: len(delays) >= 8)

        assert delays[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
        assert "Connection refused" in lost.last_error
        assert lost.last_success_at is None

    def test_a_success_ends_the_series_of_failures(self, ledger, poller):
        delays = []
        with FakeImap() as server:
            server.scripts["NOOP"] = lambda peer, *_: peer.hang_up()
            with running(poller(server, idle=False), quick(delays)):
                eventually(lambda: len([delay for delay in delays if delay == 1]) >= 3)

        assert {delay for delay in delays if delay >= 1} == {1}

    def test_a_silent_server_is_given_up(self, ledger, poller):
        with FakeImap() as server:
            server.scripts["CAPABILITY"] = lambda *_: True
            with running(poller(server, timeout_seconds=0.1)) as silent:
                silent.pace = quick()
                eventually(lambda: "did not finish its answer in time" in silent.last_error, seconds=20)

    @pytest.mark.parametrize(
        "greeting", ["* BYE go away", "220 smtp.example.com ESMTP", "", "* OK [CAPABILITY"], ids=repr
    )
    def test_a_greeting_that_is_none_is_a_failure_like_any_other(self, poller, greeting):
        with FakeImap(capabilities="" if "CAP" in greeting else CAPABILITIES) as server:
            server.greeting = greeting
            with running(poller(server)) as lost:
                eventually(lambda: lost.errors >= 2)

    def test_what_nobody_foresaw_ends_the_session_and_not_the_poller(self, ledger, poller, caplog):
        with FakeImap(mail(1)) as server:
            broken = poller(server)
            answers = [RuntimeError("nobody foresaw this")]
            real = ledger.known

            def known(keys):
                if answers:
                    raise answers.pop()
                return real(keys)

            ledger.known = known
            with running(broken):
                eventually(lambda: ledger.raws == [mail(1)])

        assert "nobody foresaw this" in caplog.text


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
