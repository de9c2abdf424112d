"""The whole reading: fields of the header, ids, dates, languages, forwards, and that nothing raises."""
# ruff: noqa: RUF001 - words of many languages

from datetime import UTC, datetime

import pytest

from daemon.mail import parse as module
from daemon.mail.message import Fate, Mailbox, Message
from daemon.mail.parse import parse
from daemon.mail.scan import read_header
from daemon.mail.second import second_reading
from tests.mail.build import mail, multipart, part


def test_message_is_read_as_a_person_would_read_it():
    raw = mail(
        "Hello,\n\nit does not print.\n",
        message_id="<1@example.com>",
        in_reply_to="<0@desk.test>",
        references="<a@desk.test> <0@desk.test>",
        date="Mon, 15 Jan 2024 10:00:00 +0100",
        cc='"Lee, Bob" <bob@example.com>, eve@example.com',
        reply_to="ann.private@example.com",
        sender="Secretary <sec@example.com>",
        return_path="<ann@example.com>",
        delivered_to="support@desk.test",
        received="from a by b; Mon, 15 Jan 2024 10:00:01 +0100",
    )
    message = parse(raw)

    assert message.message_id == "<1@example.com>"
    assert message.author == Mailbox("ann@example.com", "Ann")
    assert message.sender == Mailbox("sec@example.com", "Secretary")
    assert message.reply_to == (Mailbox("ann.private@example.com"),)
    assert message.to == (Mailbox("support@desk.test"),)
    assert message.cc == (Mailbox("bob@example.com", "Lee, Bob"), Mailbox("eve@example.com"))
    assert message.delivered_to == ("support@desk.test",)
    assert message.return_path == "ann@example.com"
    assert message.subject == "Printer"
    assert message.date == datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
    assert message.in_reply_to == ("<0@desk.test>",)
    assert message.references == ("<a@desk.test>", "<0@desk.test>")
    assert message.text == "Hello,\n\nit does not print."
    assert message.received_count == 1
    assert (message.defects, message.identity_defects) == ((), ())


@pytest.mark.parametrize("raw", [b"", b"\0", b"\r\n\r\n", b"\xff\xfe", b":", b"From:", b"x"])
def test_next_to_nothing_is_still_a_message(raw):
    message = parse(raw)

    assert isinstance(message, Message)
    assert message.author is None


IDS = {
    "plain": ("<1@b.test>", "<1@b.test>"),
    "no brackets": ("1@b.test", "<1@b.test>"),
    "folded inside": ("<1@b\r\n .test>", "<1@b.test>"),
    "comment": ("<1@b.test> (added by x)", "<1@b.test>"),
    "brackets inside": ("<[abc]@b.test>", "<[abc]@b.test>"),
    "no at": ("abc", "<abc>"),
    "empty": ("<>", ""),
    "missing": ("", ""),
}


@pytest.mark.parametrize(("value", "message_id"), IDS.values(), ids=IDS)
def test_message_id_is_read(value, message_id):
    assert parse(mail(message_id=value)).message_id == message_id


def test_references_keep_the_last_fifty_and_their_order():
    value = " ".join(f"<{n}@b.test>" for n in range(120))

    assert parse(mail(references=value)).references == tuple(f"<{n}@b.test>" for n in range(70, 120))


def test_in_reply_to_with_words_gives_its_id():
    value = 'Message of "Mon, 15 Jan 2024" <1@b.test>'

    assert parse(mail(in_reply_to=value)).in_reply_to == ("<1@b.test>",)


DATES = {
    "zone": ("Mon, 15 Jan 2024 10:00:00 +0100", datetime(2024, 1, 15, 9, 0, tzinfo=UTC)),
    "comment": ("Mon, 15 Jan 2024 10:00:00 +0100 (CET)", datetime(2024, 1, 15, 9, 0, tzinfo=UTC)),
    "obsolete zone": ("15 Jan 2024 10:00 EST", datetime(2024, 1, 15, 15, 0, tzinfo=UTC)),
    "year 9999": ("Fri, 31 Dec 9999 23:59:59 -1200", None),
    "nonsense": ("yesterday", None),
    "missing": ("", None),
}


@pytest.mark.parametrize(("value", "date"), DATES.values(), ids=DATES)
def test_date_is_in_utc_or_missing(value, date):
    assert parse(mail(date=value)).date == date


def test_missing_date_is_taken_from_the_newest_hop():
    received = "from a.test by b.test; Mon, 15 Jan 2024 10:00:01 +0100"

    assert parse(mail(received=received)).date == datetime(2024, 1, 15, 9, 0, 1, tzinfo=UTC)


def test_null_return_path_is_told_from_a_missing_one():
    assert parse(mail(return_path="<>")).return_path == ""
    assert parse(mail()).return_path is None


def test_subject_has_no_line_ends_and_an_end():
    subject = parse(mail(subject="=?utf-8?q?x=0D=0ABcc:_eve@evil.test?=")).subject

    assert subject == "x Bcc: eve@evil.test"
    assert len(parse(mail(subject="x" * 50_000)).subject) == 2_000


def test_two_readers_that_disagree_leave_no_author(monkeypatch):
    raw = mail()
    other = second_reading(read_header(b"From: eve@evil.test\n\n", 0, 21))
    monkeypatch.setattr(module, "second_reading", lambda header: other)

    assert "from: two readers disagree about the author" in parse(raw).identity_defects


def test_second_reader_that_raises_is_a_defect_and_no_more():
    header = read_header(b"From: ann@example.com\nDate: " + b"(" * 3_000 + b"\n\n", 0, 3_035)
    broken = type(header)((("from", None),), 0)

    assert second_reading(header).failed is False
    assert second_reading(broken).failed is True
    assert second_reading(broken).defects[0].startswith("mail-parser: ")


def test_failure_inside_the_reading_still_gives_the_header(monkeypatch):
    def fail(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(module, "read_body", fail)
    message = parse(mail("x", message_id="<1@b.test>"))

    assert message.defects == ("not read fully: RecursionError",)
    assert (message.subject, message.message_id) == ("Printer", "<1@b.test>")
    assert message.author is None


LANGUAGES = {
    "en": "The printer is not working and I have no idea what to do with it. Can you help me please?",
    "de": "Der Drucker geht nicht und ich weiß nicht, was ich machen soll. Können Sie bitte helfen?",
    "fr": "Bonjour, je ne peux pas imprimer le document avec la nouvelle imprimante. Merci pour votre aide.",
    "es": "Hola, no puedo imprimir los documentos con la impresora nueva. Gracias por su ayuda.",
    "ru": "Здравствуйте, у меня не работает принтер. Что мне с этим делать? Спасибо.",
    "ja": "プリンターが動きません。どうすればいいですか。",
    "zh": "打印机坏了，请帮忙修理一下，谢谢。",
    "": "OK",
}


@pytest.mark.parametrize(("language", "text"), LANGUAGES.items(), ids=lambda value: value[:4])
def test_language_is_told_by_common_words(language, text):
    assert parse(mail(text, content_type="text/plain; charset=utf-8")).language == language


def test_language_that_the_mail_names_is_no_more_than_a_claim():
    message = parse(mail("OK", content_language="de-DE, en-US"))

    assert (message.language, message.claimed_language) == ("", "de")


def test_words_that_are_quoted_say_nothing_of_the_language():
    quoted = "> The printer is not what you have and this is for you, please\n" * 3

    assert parse(mail(f"Geht wieder\n\n{quoted}")).language == ""


BLOCK = "From: Bob Lee <bob@example.com>\nSent: Monday\nTo: ann@example.com\nSubject: Help\n\nIt is broken."
FORWARDS = {
    "gmail": ("Fwd: Help", f"FYI\n\n---------- Forwarded message ---------\n{BLOCK}"),
    "outlook": (
        "WG: Help",
        f"FYI\n\n{BLOCK.replace('From', 'Von').replace('Sent', 'Gesendet').replace('To:', 'An:')}",
    ),
    "apple": ("Fwd: Help", f"FYI\n\nBegin forwarded message:\n\n{BLOCK}"),
    "quoted": (
        "Fwd: Help",
        "FYI\n\n" + "\n".join(f"> {line}" for line in f"Begin forwarded message:\n\n{BLOCK}".split("\n")),
    ),
    "mailto": ("FW: Help", "FYI\n\n" + BLOCK.replace("<bob@example.com>", "[mailto:bob@example.com]")),
}


@pytest.mark.parametrize(("subject", "text"), FORWARDS.values(), ids=FORWARDS)
def test_author_of_a_forwarded_mail_is_named(subject, text):
    assert parse(mail(text, subject=subject)).forwarded_from == Mailbox("bob@example.com", "Bob Lee")


def test_author_of_an_attached_mail_is_named():
    raw = multipart(
        "mixed", part("text/plain", "FYI"), part("message/rfc822", "From: Bob <bob@example.com>\n\nx")
    )

    assert parse(raw).forwarded_from == Mailbox("bob@example.com", "Bob")


def test_reply_that_quotes_is_no_forward():
    assert parse(mail(f"Thanks\n\n{BLOCK}", subject="Re: Help")).forwarded_from is None


def test_two_attached_mails_name_nobody():
    one = part("message/rfc822", "From: Bob <bob@example.com>\n\nx")

    assert parse(multipart("mixed", one, one)).forwarded_from is None


def test_header_block_with_a_damaged_field_is_read():
    message = parse(mail("From: Jan Kowalski\nReply-To.bork.bork\nSubject: x\n\nwords"))

    assert message.defects == ()


def test_signature_and_key_parts_are_attachments():
    raw = multipart("signed", part("text/plain", "hello"), part("application/pgp-signature", "x"))
    message = parse(raw)

    assert message.text == "hello"
    assert (message.parts[2].fate, message.parts[2].name) == (Fate.ATTACHMENT, "part-2.asc")
