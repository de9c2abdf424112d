"""Mails handed to a relay of the test, and what came of them."""

import asyncio
from datetime import UTC, datetime

from daemon.edges.relay import open_relay
from daemon.edges.relay_settings import RelaySettings
from storage.records import OutboxItem
from storage.vocabulary import OutboxState

NOW = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
MAIL = (
    b"Date: Mon, 15 Jan 2024 09:00:00 +0000\r\nFrom: support@desk.test\r\nTo: cara@cust.test\r\n"
    b"Subject: x\r\nMessage-ID: <42@desk.test>\r\n\r\nUse sand.\r\n"
)
ITEM = OutboxItem(
    id=42,
    state=OutboxState.SENDING,
    notice="public-answer",
    recipient="cara@cust.test",
    reverse_path="support@desk.test",
    message_id="<42@desk.test>",
    subject="x",
    ticket_number=1042,
    attempts=0,
    next_attempt_at=NOW,
    last_reply="",
    created_at=NOW,
    sent_at=None,
    automatic=False,
)


def settings_for(relay, scheme="smtp", **changes):
    plain = {"url": f"{scheme}://localhost:{relay.port}", "helo": "desk.test", "timeout_seconds": 5}
    return RelaySettings(**{**plain, **changes})


def deliver(server, *mails, folder=None, **changes):
    """Hand mails to a scripted relay, one after the other over one SmtpRelay, and return the outcomes."""

    async def story():
        async with server:
            relay = open_relay(settings_for(server, **changes), folder)
            outcomes = [await relay.deliver(item, content) for item, content in mails or [(ITEM, MAIL)]]
            await relay.close()
            return outcomes

    return asyncio.run(story())
