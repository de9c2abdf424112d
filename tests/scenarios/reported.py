"""Delivery reports about mails of a desk, and what came of them."""

from datetime import timedelta
from typing import Any

from storage import outbox, people
from storage.vocabulary import OutboxState
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

CARA = "Cara <cara@cust.test>"
DAN = "dan@cust.test"
ANN = "Ann <ann@corp.test>"


def sent(desk: StoryDesk) -> list[tuple[str, str]]:
    return [(one.notice, one.recipient) for one in desk.mail_out()]


def report(
    about: Mail,
    to: str = "",
    *,
    recipient: str = "",
    status: str = "5.1.1",
    action: str = "failed",
    words: str = "550 no such user",
    original: str | None = None,
    number: int = 1,
    head: str = "",
) -> bytes:
    """Write the report of a server about a copy, to its return address where no other is given."""
    return (
        f"{head}From: Mail Delivery System <MAILER-DAEMON@relay.test>\r\nTo: {to or about.reverse_path}\r\n"
        f"Subject: Undelivered Mail\r\nMessage-ID: <report{number}@relay.test>\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt failed.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.test\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient or about.recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {words}\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"Message-ID: {about['Message-ID'] if original is None else original}\r\n"
        "Subject: x\r\n\r\nx\r\n--b--\r\n"
    ).encode()


def come_back(desk: StoryDesk, raw: bytes, **envelope: Any) -> dict[str, Any]:
    return desk.mail_in(raw, null_reverse_path=True, **envelope)


def answered(desk: StoryDesk, to: str = SUPPORT) -> Mail:
    """Let Ann answer Cara; return Cara's copy, after everything has left."""
    desk.mail_in(mail(CARA, "Printer", "Dead.", to))
    to_ann = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")
    desk.mail_in(reply(to_ann, ANN, "Paper!"))
    answer = next(one for one in desk.mail_out() if one.recipient == "cara@cust.test")
    leave(desk)
    return answer


def leave(desk: StoryDesk) -> None:
    with desk.database.write():
        for item in outbox.claim("courier", desk.now, timedelta(minutes=1), 99):
            outbox.record_sent(item, "250 ok", desk.now)


def silenced(desk: StoryDesk) -> list[str]:
    with desk.database.read():
        return sorted(people.suppressions(["cara@cust.test", DAN, "ann@corp.test", "bob@corp.test"]))


def state_of(desk: StoryDesk, copy: Mail) -> OutboxState:
    with desk.database.read():
        found = outbox.find_by_message_id(copy["Message-ID"])
    assert found is not None
    return found.state


def journal(desk: StoryDesk, kind: str) -> list[dict[str, str]]:
    return [event["data"] for event in desk.ticket(1)["events"] if event["kind"] == kind]


def came_to_nothing(desk: StoryDesk, copy: Mail) -> None:
    """Nobody is silenced, nobody is told, and the copy counts as sent."""
    assert sent(desk) == []
    changed_nothing(desk, copy)


def was_doubted(desk: StoryDesk, copy: Mail) -> Mail:
    """Nobody is silenced, and an agent is told that somebody says so; returns that mail."""
    (told,) = desk.mail_out()
    assert (told.notice, told.recipient) == ("delivery-failed", "ann@corp.test")
    changed_nothing(desk, copy)
    return told


def changed_nothing(desk: StoryDesk, copy: Mail) -> None:
    assert silenced(desk) == []
    assert state_of(desk, copy) is OutboxState.SENT
    assert desk.ticket(1)["undelivered"] == []
    assert journal(desk, "undelivered") == []
