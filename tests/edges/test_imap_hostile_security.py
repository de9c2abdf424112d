"""A mailbox server, or somebody on the way to it, who wants the password or our trust."""

import pytest

from daemon.edges.imap_account import MailboxError
from daemon.edges.imap_poller import ImapPoller
from daemon.edges.imap_session import check_login
from tests.edges.imap_fake import (
    CAPABILITIES,
    FakeImap,
    eventually,
    mail,
    mailbox,
    quick,
    running,
)
from tests.edges.imap_hostile import localhost_certificate, memory_ledger, poller_of

__all__ = ["localhost_certificate", "memory_ledger", "poller_of"]


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
