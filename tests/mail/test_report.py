"""Delivery reports: RFC 3464, and the many forms without it."""
# ruff: noqa: E501 - mails stand here as they arrive

import pytest

from daemon.mail.message import Kind, RecipientReport
from daemon.mail.parse import parse
from tests.mail.build import mail, multipart, part

STATUS = """Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; bob@example.com
Original-Recipient: rfc822;robert@example.com
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 5.1.1 <bob@example.com>: Recipient
 address rejected: User unknown
"""
RETURNED = "From: support@desk.test\nTo: Robert <robert@example.com>\nMessage-ID: <m1.abc@desk.test>\n\nwords"


def report(status: str = STATUS, returned: str = RETURNED, text: str = "It failed.", **fields: str) -> bytes:
    return multipart(
        "report; report-type=delivery-status",
        part("text/plain", text),
        part("message/delivery-status", status),
        part("message/rfc822", returned),
        **({"from": "MAILER-DAEMON@mx.example.com", "subject": "Undelivered Mail"} | fields),
    )


def test_standard_report_tells_recipient_status_and_the_mail_it_is_about():
    message = parse(report())
    found = message.report

    assert message.verdict.kind is Kind.DELIVERY_REPORT
    assert message.verdict.evidence == "delivery report: failed 5.1.1 for bob@example.com"
    assert found is not None
    assert found.original_message_id == "<m1.abc@desk.test>"
    assert found.original_recipient_paths == ("robert@example.com",)
    assert found.recipients == (
        RecipientReport(
            "bob@example.com",
            "failed",
            "5.1.1",
            "smtp; 550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown",
            "robert@example.com",
        ),
    )


def test_report_of_several_recipients_lists_each():
    blocks = "Reporting-MTA: dns; x\n\n" + "\n".join(
        f"Final-Recipient: rfc822; u{n}@example.com\nAction: {action}\nStatus: {status}\n"
        for n, (action, status) in enumerate(
            [("failed", "5.1.1"), ("delayed", "4.4.1"), ("delivered", "2.0.0")]
        )
    )
    found = parse(report(blocks)).report

    assert [(one.final_recipient, one.action, one.status) for one in found.recipients] == [
        ("u0@example.com", "failed", "5.1.1"),
        ("u1@example.com", "delayed", "4.4.1"),
        ("u2@example.com", "delivered", "2.0.0"),
    ]


def test_recipients_without_a_blank_line_between_are_told_apart():
    blocks = "".join(
        f"Final-Recipient: rfc822; u{n}@example.com\nAction: failed\nStatus: 5.1.{n}\n" for n in (1, 2)
    )

    assert [one.status for one in parse(report(blocks)).report.recipients] == ["5.1.1", "5.1.2"]


STATUSES = {
    "remote reply says more": ("5.1.1", "smtp; 552 5.2.2 Over quota", "5.2.2"),
    "other class does not": ("5.4.7", "smtp; 450 4.7.1 later", "5.4.7"),
    "general reply does not": ("5.1.1", "smtp; 550 5.0.0 no", "5.1.1"),
    "only in the diagnostic": ("", "smtp; 550 5.1.1 no", "5.1.1"),
    "with words": ("5.1.1 (bad destination)", "", "5.1.1"),
    "none": ("", "", ""),
    "server behind the relay": ("5.4.7", "smtp; 554 5.4.7 expired <550 5.1.1 no such user>", "5.1.1"),
}


@pytest.mark.parametrize(("status", "diagnostic", "found"), STATUSES.values(), ids=STATUSES)
def test_status_is_the_most_telling_one(status, diagnostic, found):
    block = f"Final-Recipient: rfc822; u@example.com\nAction: failed\nStatus: {status}\nDiagnostic-Code: {diagnostic}\n"

    assert parse(report(block)).report.recipients[0].status == found


def test_general_status_gives_way_to_the_words_of_the_report():
    block = "Final-Recipient: rfc822; u@example.com\nAction: failed\nStatus: 5.0.0\n"

    assert parse(report(block, text="<<< 550 5.1.1 user unknown")).report.recipients[0].status == "5.1.1"


def test_report_inside_the_report_of_a_gateway_is_read():
    returned = report().decode().replace("edge", "inner").replace("\r\n", "\n")
    raw = multipart(
        "mixed",
        part("text/plain", "The following addresses had permanent delivery errors"),
        part("message/rfc822", returned),
        subject="Returned mail: User unknown",
        **{"from": "MAILER-DAEMON@gateway.test"},
    )

    assert [(one.final_recipient, one.status) for one in parse(raw).report.recipients] == [
        ("bob@example.com", "5.1.1")
    ]


def test_action_that_is_none_counts_as_failed():
    block = "Final-Recipient: rfc822; u@example.com\nAction: exploded\nStatus: 5.1.1\n"

    assert parse(report(block)).report.recipients[0].action == "failed"


def test_report_whose_status_part_says_nothing_takes_the_recipient_from_the_text():
    raw = report("Reporting-MTA: dns; x\n", text="Could not be delivered to:\n\n  bob@example.com\n")

    assert [one.final_recipient for one in parse(raw).report.recipients] == ["bob@example.com"]


def test_report_without_any_recipient_is_still_a_report():
    message = parse(report("x\n", "Subject: x\n\ny", text="nothing"))

    assert message.verdict.kind is Kind.DELIVERY_REPORT


FORMS = {
    "qmail": (
        "MAILER-DAEMON@mx.test",
        "failure notice",
        (
            "Hi. This is the qmail-send program at mx.test.\nI'm afraid I wasn't able to deliver your message.\n"
            "This is a permanent error; I've given up.\n\n<bob@example.com>:\nSorry, no mailbox here. (#5.1.1)\n\n"
            "--- Below this line is a copy of the message.\n\nReturn-Path: <support@desk.test>\n"
            "Message-ID: <m2@desk.test>\nTo: other@example.com\n"
        ),
        ("bob@example.com", "failed", "5.1.1"),
    ),
    "exim": (
        "Mailer-Daemon@mx.test",
        "Mail delivery failed: returning message to sender",
        (
            "This message was created automatically by mail delivery software.\n\nA message that you sent could not "
            "be delivered to one or more of its recipients.\nThe following address(es) failed:\n\n  bob@example.com\n"
            "    host mx.example.com [192.0.2.1]: 550 5.2.1 disabled\n\n"
            "------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <a@desk.test>\n"
        ),
        ("bob@example.com", "failed", "5.2.1"),
    ),
    "exchange": (
        "postmaster@corp.test",
        "Undeliverable: Printer",
        (
            "Your message\n\n  To:      bob@corp.test\n  Subject: Printer\n\ndid not reach the following recipient(s):\n\n"
            "bob@corp.test on Mon, 15 Jan 2024 09:00:00 +0000\n    The recipient name is not recognized\n"
        ),
        ("bob@corp.test", "failed", ""),
    ),
    "gmail delay": (
        "mailer-daemon@googlemail.com",
        "Delivery Status Notification (Delay)",
        (
            "THIS IS A WARNING MESSAGE ONLY.\n\nYOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\nDelivery to the following "
            "recipient has been delayed:\n\n     bob@example.com\n\nMessage will be retried for 2 more day(s)\n"
        ),
        ("bob@example.com", "delayed", ""),
    ),
    "yahoo": (
        "MAILER-DAEMON@yahoo.com",
        "Failure Notice",
        (
            "Sorry, we were unable to deliver your message to the following address.\n\n<bob@example.com>:\n"
            "550: 5.1.1 unknown\n\n--- Below this line is a copy of the message.\n"
        ),
        ("bob@example.com", "failed", "5.1.1"),
    ),
    "german": (
        "mailer-daemon@mail.test",
        "Unzustellbar: Drucker",
        "Ihre Nachricht konnte nicht zugestellt werden.\n\nbob@example.com\n550 5.1.1 unbekannt\n",
        ("bob@example.com", "failed", "5.1.1"),
    ),
    "gateway": (
        "imss@corp.test",
        "Mail could not be delivered",
        "Sent <<< RCPT TO:<bob@corp.test>\nReceived >>> 550 5.1.1 unknown user.\nUnable to deliver message.\n",
        ("bob@corp.test", "failed", "5.1.1"),
    ),
}


@pytest.mark.parametrize(("sender", "subject", "text", "expected"), FORMS.values(), ids=FORMS)
def test_report_of_no_standard_form_is_read(sender, subject, text, expected):
    message = parse(mail(text, subject=subject, **{"from": f"Mail System <{sender}>"}))
    one = message.report.recipients[0]

    assert message.verdict.kind is Kind.DELIVERY_REPORT
    assert (one.final_recipient, one.action, one.status) == expected
    assert len(message.report.recipients) == 1


def test_form_ties_to_the_mail_that_it_gives_back():
    sender, subject, text, _ = FORMS["qmail"]

    assert (
        parse(mail(text, subject=subject, **{"from": sender})).report.original_message_id == "<m2@desk.test>"
    )


def test_failed_recipients_field_is_enough():
    message = parse(mail("Sorry.", subject="Hello", x_failed_recipients="bob@example.com, eve@example.com"))

    assert [one.final_recipient for one in message.report.recipients] == [
        "bob@example.com",
        "eve@example.com",
    ]


def test_address_that_was_expanded_is_kept_as_the_original():
    sender, subject, text, _ = FORMS["qmail"]
    text = text.replace("<bob@example.com>:", "<bob@example.com>:\n    (expanded from: <robert@example.com>)")

    assert parse(mail(text, subject=subject, **{"from": sender})).report.recipients[0].original_recipient == (
        "robert@example.com"
    )


def test_several_failed_addresses_keep_their_own_status():
    text = "The following addresses failed:\n\n<a@example.com>:\n550 5.1.1 no\n\n<b@example.com>:\n552 5.2.2 full\n"
    found = parse(mail(text, subject="failure notice", **{"from": "MAILER-DAEMON@x.test"})).report

    assert [(one.final_recipient, one.status) for one in found.recipients] == [
        ("a@example.com", "5.1.1"),
        ("b@example.com", "5.2.2"),
    ]


def test_report_about_nobody_in_particular_is_still_a_report():
    text = "Your message could not be delivered. 550 5.7.1 refused."
    found = parse(mail(text, subject="Undeliverable", **{"from": "postmaster@x.test"})).report

    assert [(one.final_recipient, one.status) for one in found.recipients] == [("", "5.7.1")]


NOT_REPORTS = {
    "vacation with null path": {"subject": "Away", "return_path": "<>"},
    "human": {"subject": "Undelivered mail?"},
    "answer of a postmaster": {
        "subject": "Re: question",
        "from": "postmaster@x.test",
        "in_reply_to": "<1@desk.test>",
    },
}


@pytest.mark.parametrize("fields", NOT_REPORTS.values(), ids=NOT_REPORTS)
def test_mail_that_only_talks_about_delivery_is_no_report(fields):
    assert parse(mail("I will answer when I am back.", **fields)).report is None


class TestWhoFailed:
    SENDER = "support@desk.test"

    def failed(self, text: str, **fields: str) -> list[str]:
        headers = {
            "from": "Mailer-Daemon@mx.example.com",
            "to": self.SENDER,
            "subject": "Mail delivery failed",
        }
        found = parse(mail(text, **(headers | fields))).report

        assert found is not None
        return [recipient.final_recipient for recipient in found.recipients]

    def test_sender_of_the_mail_that_failed_is_no_recipient(self):
        text = (
            f"A message sent by\n\n  <{self.SENDER}>\n\ncould not be delivered to these recipients:\n\n"
            "  bob@example.com\n    retry timeout exceeded\n"
        )

        assert self.failed(text) == ["bob@example.com"]

    def test_sender_by_the_returned_header_is_none_as_well(self):
        text = (
            "A message sent by\n\n  <bounces+17@desk.test>\n\ncould not be delivered to:\n\n  bob@example.com\n\n"
            "------ This is a copy of the message, including all the headers. ------\n\n"
            "Return-path: <bounces+17@desk.test>\nFrom: Desk <support@desk.test>\nTo: bob@example.com\n"
        )

        assert self.failed(text, to="srs0+abc@relay.test") == ["bob@example.com"]

    def test_mail_to_oneself_that_failed_names_oneself(self):
        assert self.failed(f"Your message could not be delivered to:\n\n  {self.SENDER}\n") == [self.SENDER]

    def test_name_alone_below_the_sentence_is_a_mailbox_of_the_reporting_server(self):
        text = (
            f"Sorry {self.SENDER}. Your mail to the following recipients could not be delivered:\n"
            "\tbob\n\tann.moss\n\nGood bye\n"
        )

        assert self.failed(text) == ["bob@mx.example.com", "ann.moss@mx.example.com"]

    def test_action_among_the_fields_of_the_whole_report_is_nobodys(self):
        status = (
            "Reporting-MTA: dns; mx.example.com\nAction: failed\n\n"
            "Final-Recipient: rfc822; bob@example.com\nStatus: 5.7.0\n"
        )

        found = parse(report(status)).report

        assert found is not None
        assert [one.final_recipient for one in found.recipients] == ["bob@example.com"]

    def test_original_recipient_that_is_no_address_is_left_out(self):
        status = (
            "Reporting-MTA: dns; x\n\nOriginal-Recipient: rfc822; 17\n"
            "Final-Recipient: rfc822; bob@example.com\nAction: failed\nStatus: 5.1.1\n"
        )

        found = parse(report(status)).report

        assert found is not None
        assert (found.recipients[0].final_recipient, found.recipients[0].original_recipient) == (
            "bob@example.com",
            "",
        )
