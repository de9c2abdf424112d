"""The same mail twice: one of them counts, and it is not the one that somebody made worthless."""

import email.policy
from email.message import EmailMessage
from typing import Any

import pytest

from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

CARA = "Cara <cara@cust.test>"
ANN = "Ann <ann@corp.test>"
MACHINE = "Auto-Submitted: auto-replied\r\n"
FORGED = {"auth_user": "eve@evil.test"}
SPOILED = [
    pytest.param(MACHINE, {}, id="as a machine's"),
    pytest.param("List-Id: <all.cust.test>\r\n", {}, id="as a list's"),
    pytest.param("", FORGED, id="with a login of somebody else"),
    pytest.param("", {"null_reverse_path": True}, id="without a reverse-path"),
    pytest.param(f"Postdesk-Loop: {SUPPORT}\r\n", {}, id="as one that goes round"),
    pytest.param(
        "Received: by x.test; Mon, 15 Jan 2024 09:00:00 +0000\r\n" * 120, {}, id="as one of many hops"
    ),
]


def opened(desk: StoryDesk) -> tuple[Mail, Mail]:
    """Open a ticket; return the mails to Cara and to Ann."""
    desk.mail_in(mail(CARA, "Printer", "Dead."))
    mails = desk.mail_out()
    return tuple(
        next(one for one in mails if one.recipient == to) for to in ("cara@cust.test", "ann@corp.test")
    )  # type: ignore[return-value]


def spoiled(message: EmailMessage, head: str) -> bytes:
    return head.encode() + message.as_bytes().replace(b"\n", b"\r\n")


def told(desk: StoryDesk) -> set[str]:
    return {one.notice for one in desk.mail_out()}


@pytest.mark.parametrize(("head", "envelope"), SPOILED)
def test_a_reply_counts_that_somebody_in_cc_handed_in_first(
    desk: StoryDesk, head: str, envelope: dict[str, Any]
):
    ack, _ = opened(desk)
    true = reply(ack, CARA, "It smokes now!")
    desk.mail_in(spoiled(true, head), **envelope)
    assert "requester-replied" not in told(desk)

    row = desk.mail_in(true)

    assert (row["disposition"], row["ticket"]) == ("appended", 1)
    assert told(desk) == {"requester-replied"}
    assert "which came to nothing and proved less" in " ".join(row["evidence"])


@pytest.mark.parametrize(("head", "envelope"), SPOILED[:3])
def test_an_agents_answer_is_sent_that_somebody_handed_in_first(
    desk: StoryDesk, head: str, envelope: dict[str, Any]
):
    _, to_ann = opened(desk)
    true = reply(to_ann, ANN, "Is there paper in it?")
    desk.mail_in(spoiled(true, head), **envelope)
    assert told(desk) <= {"mail-held"}

    desk.mail_in(true)

    assert told(desk) == {"public-answer"}


def test_an_answer_that_was_held_is_sent_where_a_copy_of_it_is_verified(desk: StoryDesk):
    opened(desk)
    true = mail(ANN, "[#1] Printer", "Is there paper in it?")
    assert desk.mail_in(true)["disposition"] == "held"
    desk.mail_out()

    row = desk.mail_in(true, auth_user="ann@corp.test")

    assert row["disposition"] == "appended"
    assert told(desk) == {"public-answer"}


@pytest.mark.parametrize(("head", "envelope"), [*SPOILED, pytest.param("", {}, id="as it was")])
def test_what_had_its_effect_has_it_once(desk: StoryDesk, head: str, envelope: dict[str, Any]):
    ack, _ = opened(desk)
    true = reply(ack, CARA, "It smokes now!")
    desk.mail_in(true)
    desk.mail_out()

    assert desk.mail_in(spoiled(true, head), **envelope)["disposition"] == "duplicate"
    assert desk.mail_in(true, auth_user="cara@cust.test")["disposition"] == "duplicate"
    assert told(desk) == set()


@pytest.mark.parametrize(("head", "envelope"), SPOILED)
def test_what_came_to_nothing_does_so_once(desk: StoryDesk, head: str, envelope: dict[str, Any]):
    ack, _ = opened(desk)
    twice = spoiled(reply(ack, CARA, "It smokes now!"), head)
    first = desk.mail_in(twice, **envelope)

    assert first["disposition"] in {"appended", "held", "quarantined"}
    assert desk.mail_in(b"X-Way: other\r\n" + twice, **envelope)["disposition"] == "duplicate"


def test_the_one_that_counts_is_the_one_that_later_copies_are_compared_with(desk: StoryDesk):
    ack, _ = opened(desk)
    true = reply(ack, CARA, "It smokes now!")
    desk.mail_in(spoiled(true, MACHINE))
    counted = desk.mail_in(true)
    desk.mail_out()

    again = desk.mail_in(true, auth_user="cara@cust.test")

    assert again["reason"] == f"the same content as arrival {counted['id']}"
    assert told(desk) == set()


def test_a_mail_is_read_that_somebody_handed_in_first_as_a_file(desk: StoryDesk):
    """What it says is the same, byte for byte; how it is to be read is not."""
    ack, _ = opened(desk)
    true = reply(ack, CARA, "It smokes now!")
    other = reply(ack, CARA, "It smokes now!")
    other.replace_header("Content-Type", "application/octet-stream")
    assert other.get_payload() == true.get_payload()
    desk.mail_in(other)

    assert desk.mail_in(true)["disposition"] == "appended"
    assert "It smokes now!" in desk.ticket(1)["entries"][-1]["text"]


def test_a_new_mail_opens_a_ticket_that_somebody_handed_in_first_at_an_address_of_his_own(
    desk: StoryDesk,
):
    desk.mail_in(mail("Eve <eve@evil.test>", "Mine", "Look at it."))
    own = next(one for one in desk.mail_out() if one.recipient == "eve@evil.test").reply_address
    true = mail(CARA, "Printer", "Dead.")
    first = desk.mail_in(true, recipients=(own,))

    row = desk.mail_in(true, recipients=(SUPPORT,))
    again = desk.mail_in(true, recipients=(own,))

    assert first["disposition"] == "held"
    assert (row["disposition"], row["ticket"]) == ("ticketed", 2)
    assert again["disposition"] == "duplicate"


def test_where_a_mail_was_delivered_is_read_from_its_envelope_and_not_from_what_was_added(desk: StoryDesk):
    desk.mail_in(mail("Eve <eve@evil.test>", "Mine", "Look at it."))
    own = next(one for one in desk.mail_out() if one.recipient == "eve@evil.test").reply_address
    true = mail(CARA, "Printer", "Dead.").as_bytes(policy=email.policy.SMTP)

    first = desk.mail_in(f"Delivered-To: {own}\r\n".encode() + true, recipients=(SUPPORT,))

    assert (first["disposition"], first["ticket"]) == ("ticketed", 2)
    assert desk.mail_in(true, recipients=(SUPPORT,))["disposition"] == "duplicate"


def test_a_mail_counts_once_that_came_to_a_signed_address_and_to_the_plain_one(desk: StoryDesk):
    ack, _ = opened(desk)
    both = reply(ack, CARA, "It smokes now!", f"{ack.reply_address}, {SUPPORT}")
    desk.mail_in(both, recipients=(ack.reply_address,))

    assert desk.mail_in(both, recipients=(SUPPORT,))["disposition"] == "duplicate"


def test_a_mail_is_read_that_somebody_handed_in_first_as_an_attachment(desk: StoryDesk):
    ack, _ = opened(desk)
    true = reply(ack, CARA, "It smokes now!")
    desk.mail_in(b"Content-Disposition: attachment\r\n" + true.as_bytes())

    assert desk.mail_in(true)["disposition"] == "appended"
    assert desk.ticket(1)["entries"][-1]["text"].strip() == "It smokes now!"


def test_a_mail_is_read_that_somebody_handed_in_first_with_a_second_type(desk: StoryDesk):
    ack, _ = opened(desk)
    true = reply(ack, CARA, "It smokes now!")
    true.add_alternative("<p>It smokes now!</p>", subtype="html")
    desk.mail_in(b"Content-Type: text/plain\r\n" + true.as_bytes())

    assert desk.mail_in(true)["disposition"] == "appended"
    assert desk.ticket(1)["entries"][-1]["text"].strip() == "It smokes now!"


def test_a_new_mail_opens_a_ticket_that_somebody_handed_in_first_as_a_reply_of_his_own(desk: StoryDesk):
    eve = "Eve <eve@evil.test>"
    desk.mail_in(mail(eve, "Mine", "Look at it.", headers={"Message-ID": "<mine@evil.test>"}))
    true = mail(CARA, "Printer", "Dead.")
    desk.mail_in(b"References: <mine@evil.test>\r\n" + true.as_bytes())

    row = desk.mail_in(true)

    assert (row["disposition"], row["ticket"]) == ("ticketed", 2)
