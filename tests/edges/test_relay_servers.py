"""Real relays: what Postfix and its smtp-sink make of our mail."""

import asyncio
from dataclasses import replace

import pytest

from daemon.edges.relay import open_relay
from daemon.services.delivery import Deferred, Delivered, Refused
from tests.edges.relay_story import ITEM, MAIL, settings_for
from tests.servers.postfix import postfix, smtp_sink


@pytest.mark.needs_postfix
class TestSink:
    @pytest.mark.parametrize(
        ("options", "kind"),
        [
            ((), Delivered),
            (("-r", "RCPT"), Deferred),
            (("-r", "."), Deferred),
            (("-f", "RCPT"), Refused),
            (("-f", "."), Refused),
            (("-q", "MAIL"), Deferred),
            (("-q", "."), Deferred),
            (("-Q", "RCPT"), Deferred),
            (("-f", "CONNECT"), Deferred),
            (("-e",), Delivered),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, tuple) else value.__name__,
    )
    def test_every_answer_of_smtp_sink_is_understood(self, options, kind):
        with smtp_sink(*options) as sink:
            relay = open_relay(
                settings_for(sink, starttls="never", url=f"smtp://127.0.0.1:{sink.port}"), None
            )

            async def story():
                outcome = await relay.deliver(ITEM, MAIL)
                await relay.close()
                return outcome

            outcome = asyncio.run(story())
            mails = sink.mails() if kind is Delivered else []

        assert isinstance(outcome, kind)
        for mail in mails:
            assert (mail.mail.split()[0], len(mail.recipients)) == ("<support@desk.test>", 1)
            assert mail.recipients[0].split()[0] == "<cara@cust.test>"
            assert mail.content.replace(b"\n", b"\r\n") == MAIL


@pytest.fixture(scope="module")
def real():
    with postfix() as server:
        yield server


@pytest.mark.needs_postfix
class TestPostfix:
    def send(self, real, *items, **changes):
        settings = settings_for(real, **{"certificate_authority_file": "relay.pem", **changes})

        async def story():
            relay = open_relay(settings, real.folder)
            outcomes = [await relay.deliver(item, MAIL + b".\r\n..\r\n") for item in items]
            await relay.close()
            return outcomes

        return asyncio.run(story())

    def test_mail_reaches_the_mailbox_over_tls_whole(self, real):
        outcomes = self.send(real, ITEM, starttls="required")

        assert "queued as" in outcomes[0].reply
        (mail,) = real.mails("cara@cust.test")
        assert mail.endswith(MAIL.replace(b"\r\n", b"\n") + b".\n..\n")
        assert mail.startswith(b"Return-Path: <support@desk.test>\n")
        assert b"with ESMTPS id" in mail

    def test_automatic_mail_has_no_reverse_path_and_an_unknown_person_is_final(self, real):
        outcomes = self.send(
            real,
            replace(ITEM, recipient="unknown@cust.test"),
            replace(ITEM, recipient="dan@cust.test", reverse_path=None),
            replace(ITEM, recipient="jörg@cust.test"),
        )

        assert [type(outcome) for outcome in outcomes] == [Refused, Delivered, Delivered]
        assert "5.1.1" in outcomes[0].reply
        assert real.mails("dan@cust.test")[0].startswith(b"Return-Path: <>\n")
        assert real.mails("jörg@cust.test")

    def test_its_own_certificate_is_not_trusted_unasked(self, real):
        (outcome,) = self.send(real, ITEM, certificate_authority_file="")

        assert isinstance(outcome, Deferred)
        assert "certificate does not hold" in outcome.reply
