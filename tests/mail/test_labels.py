"""Parts and charsets whose label is wrong, missing or damaged."""

import base64

import pytest

from daemon.mail.message import Kind
from daemon.mail.parse import parse
from tests.mail.build import mail, multipart, part

CYRILLIC = "добрый"
WORDS = "please help me, with the printer!\nit smokes and it burns"


class TestCharset:
    @pytest.mark.parametrize(
        "label",
        [
            'koi8-r", protected-headers="v1"',
            '"koi8-r", protected-headers="v1"',
            '"koi8-r;"',
            '"koi8-r,"',
        ],
    )
    def test_label_ends_where_something_else_begins(self, label):
        raw = mail(CYRILLIC, "koi8-r", content_type=f"text/plain; charset={label}")

        assert parse(raw).text == CYRILLIC

    def test_body_without_a_label_is_read_like_the_subject(self):
        subject = base64.b64encode("заказ".encode("koi8-r")).decode()
        raw = mail("тест", "koi8-r", subject=f"=?koi8-r?B?{subject}?=")

        assert (parse(raw).subject, parse(raw).text) == ("заказ", "тест")

    def test_body_in_unicode_is_read_so_whatever_the_subject_is_written_in(self):
        raw = mail(CYRILLIC, subject="=?koi8-r?Q?x?=")

        assert parse(raw).text == CYRILLIC

    def test_encoded_word_with_blanks_inside_its_label_is_read(self):
        assert parse(mail(subject="=?UTF-8? Q?caf=C3=A9?=")).subject == "café"


class TestTransferEncoding:
    def test_words_that_only_claim_to_be_base64_stay(self):
        message = parse(mail(WORDS, content_transfer_encoding="base64"))

        assert message.text == WORDS
        assert "part 1: says base64, but is not encoded" in message.defects

    def test_base64_of_one_long_line_or_of_many_is_read(self):
        encoded = base64.b64encode(WORDS.encode()).decode()

        assert parse(mail(encoded, content_transfer_encoding="base64")).text == WORDS
        wrapped = "\n".join(encoded[at : at + 4] for at in range(0, len(encoded), 4))
        assert parse(mail(wrapped, content_transfer_encoding="base64")).text == WORDS

    def test_empty_base64_is_empty(self):
        assert parse(mail("", content_transfer_encoding="base64")).text == ""


class TestStatusPart:
    FIELDS = "Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; bob@example.com\nAction: failed"
    PROSE = "This message was undeliverable:\n\nthe mailbox takes no pictures"

    def report(self, *parts: str):
        return parse(
            multipart(
                "report; report-type=delivery-status",
                *(part("message/delivery-status", words) for words in parts),
                **{"from": "MAILER-DAEMON@mx.example.com"},
            )
        )

    def test_prose_in_the_part_for_programs_is_shown(self):
        message = self.report(self.PROSE, self.FIELDS)

        assert message.text == self.PROSE
        assert message.report is not None
        assert message.report.recipients[0].final_recipient == "bob@example.com"

    def test_fields_are_no_prose(self):
        assert self.report(self.FIELDS).text == ""


class TestCalendarMethod:
    def answer(self, content_type: str, calendar: str, **fields: str):
        return parse(
            multipart("mixed", part("text/plain", "Ann comes."), part(content_type, calendar, **fields))
        )

    @pytest.mark.parametrize("content_type", ["text/calendar", "application/ics; name=invite.ics"])
    def test_method_of_the_calendar_itself_counts(self, content_type):
        calendar = "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REPLY\nEND:VCALENDAR"

        verdict = self.answer(content_type, calendar).verdict

        assert (verdict.kind, verdict.standard) == (Kind.AUTOMATIC, True)
        assert "METHOD:REPLY" in verdict.evidence

    def test_encoded_calendar_is_read(self):
        calendar = base64.b64encode(b"BEGIN:VCALENDAR\r\nMETHOD:COUNTER\r\n").decode()

        verdict = self.answer("text/calendar", calendar, content_transfer_encoding="base64").verdict

        assert "METHOD:COUNTER" in verdict.evidence

    @pytest.mark.parametrize("method", ["METHOD:REQUEST", "METHOD:PUBLISH", "X-METHOD:REPLY", ""])
    def test_invitation_of_a_person_stays_a_persons(self, method):
        calendar = f"BEGIN:VCALENDAR\n{method}\nEND:VCALENDAR"

        assert self.answer("text/calendar", calendar).verdict.kind is Kind.HUMAN

    def test_type_says_more_than_the_calendar(self):
        calendar = "BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR"

        assert self.answer("text/calendar; method=request", calendar).verdict.kind is Kind.HUMAN
