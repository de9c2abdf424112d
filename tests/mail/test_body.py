"""Which part is the body, and what becomes of the others."""

import pytest

from daemon.mail.message import Fate
from daemon.mail.names import made_up_name, safe_name
from daemon.mail.parse import parse
from daemon.mail.scan import Limits
from tests.mail.build import inner, mail, multipart, part


def fates(raw: bytes) -> list[tuple[str, str]]:
    return [(one.content_type, one.fate.value) for one in parse(raw).parts]


def test_plain_form_is_the_body_and_html_the_alternative():
    raw = multipart("alternative", part("text/plain", "words"), part("text/html", "<b>words</b>"))
    message = parse(raw)

    assert message.text == "words"
    assert message.html == "<b>words</b>"
    assert fates(raw)[1:] == [("text/plain", "body"), ("text/html", "alternative")]


def test_html_is_read_where_the_plain_form_is_blank():
    raw = multipart("alternative", part("text/plain", " \n"), part("text/html", "<p>Hello</p><p>you</p>"))

    assert parse(raw).text == "Hello\n\nyou"
    assert fates(raw)[1:] == [("text/plain", "alternative"), ("text/html", "body")]


def test_several_texts_in_one_alternative_are_all_shown():
    raw = multipart(
        "alternative", part("text/plain", "one"), part("text/plain", "two"), part("text/plain", "one")
    )

    assert parse(raw).text == "one\n\ntwo"


def test_texts_between_attachments_are_one_body():
    raw = multipart("mixed", part("text/plain", "above"), part("image/png", "x"), part("text/plain", "below"))

    assert parse(raw).text == "above\n\nbelow"


def test_html_twin_beside_the_text_is_not_shown_twice():
    raw = multipart("mixed", part("text/plain", "Hello you"), part("text/html", "<p>Hello you</p>"))

    assert parse(raw).text == "Hello you"


def test_different_html_beside_the_text_is_shown_as_well():
    raw = multipart("mixed", part("text/plain", "Hello you"), part("text/html", "<p>A list footer</p>"))

    assert parse(raw).text == "Hello you\n\nA list footer"


def test_image_of_the_html_is_inline_and_a_file_is_an_attachment():
    raw = multipart(
        "mixed",
        inner(
            "related",
            part("text/html", '<img src="cid:a@b">'),
            part("image/png", "x", content_id="<a@b>", content_disposition="inline"),
            boundary="in",
        ),
        part("application/pdf; name=a.pdf", "x"),
    )

    assert fates(raw)[3:] == [("image/png", "inline"), ("application/pdf", "attachment")]
    assert parse(raw).parts[3].content_id == "a@b"


def test_text_with_a_file_name_is_an_attachment():
    raw = multipart(
        "mixed",
        part("text/plain", "see the log"),
        part("text/plain; name=error.log", "boom"),
        part("text/plain", "boom", content_disposition="attachment"),
    )

    assert parse(raw).text == "see the log"
    assert [fate for _, fate in fates(raw)[2:]] == ["attachment", "attachment"]


def test_single_text_with_a_file_name_is_the_body():
    assert parse(mail("hello", content_type='text/plain; name="mail.txt"')).text == "hello"


def test_attachment_without_disposition_is_an_attachment():
    assert fates(multipart("mixed", part("application/zip", "x")))[1] == ("application/zip", "attachment")


def test_mail_that_is_only_a_file_has_no_text():
    message = parse(mail("JVBERi0=", content_type="application/pdf", content_transfer_encoding="base64"))

    assert message.text == ""
    assert (message.parts[0].fate, message.parts[0].name) == (Fate.ATTACHMENT, "part-1.pdf")


def test_rich_text_loses_its_marks():
    assert parse(mail("<bold>Hello</bold> you", content_type="text/enriched")).text == "Hello you"


def test_charset_of_html_is_found_inside_it():
    raw = mail('<meta charset="iso-8859-1"><p>grün</p>', charset="iso-8859-1", content_type="text/html")

    assert parse(raw).text == "grün"


def test_line_ends_are_lf_and_nul_is_gone():
    raw = b"From: a@b.test\r\n\r\none\r\ntwo\rthree\nfo\0ur\x0b"

    assert parse(raw).text == "one\ntwo\nthree\nfour"


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "quoted-printable", "base64"])
def test_backslashes_and_accents_survive(encoding):
    words = r"C:\new\table café" if encoding != "7bit" else r"C:\new\table"
    bodies = {
        "quoted-printable": r"C:\new\table caf=C3=A9",
        "base64": "QzpcbmV3XHRhYmxlIGNhZsOp",
    }
    raw = mail(
        bodies.get(encoding, words),
        content_type="text/plain; charset=utf-8",
        content_transfer_encoding=encoding,
    )

    assert parse(raw).text == words


def test_text_beyond_its_limit_is_cut_with_a_note():
    message = parse(mail("x" * 500), limits=Limits(text_chars=100))

    assert len(message.text) == 100
    assert message.parts[0].note == "longer than 100 characters, the rest is not read"


def test_guessed_charset_is_noted_at_the_part():
    raw = mail("grün", charset="cp1252", content_type="text/plain; charset=x-nothing")

    assert parse(raw).parts[0].note == "charset 'x-nothing' is not known, read as Windows-1252"


def test_mail_inside_the_mail_is_listed_and_readable_but_not_in_the_body():
    nested = "From: Bob <bob@example.com>\nSubject: inside\n\nthe inner words"
    raw = multipart("mixed", part("text/plain", "see below"), part("message/rfc822", nested))
    message = parse(raw)

    assert message.text == "see below"
    assert message.parts[2].fate is Fate.ATTACHMENT
    assert message.parts[2].text == "From: Bob <bob@example.com>\nSubject: inside\n\nthe inner words"


def test_mail_inside_a_mail_inside_the_mail_is_readable():
    deep = part("message/rfc822", "Subject: deep\n\ndeep words")
    nested = f"Subject: inside\nContent-Type: multipart/mixed; boundary=b\n\n--b\n{deep}\n--b--\n"

    assert "deep words" in parse(multipart("mixed", part("message/rfc822", nested))).parts[1].text


def test_invitation_is_summed_up():
    calendar = (
        "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nDTSTART:19701025T030000\nEND:VTIMEZONE\nBEGIN:VEVENT\n"
        "SUMMARY:Review\\, part\n  two\nDTSTART;TZID=Europe/Berlin:20240115T100000\n"
        "ORGANIZER;CN=Ann:mailto:ann@corp.test\nEND:VEVENT\nEND:VCALENDAR"
    )
    message = parse(multipart("mixed", part("text/plain", "x"), part("text/calendar", calendar)))

    assert "What: Review, part two" in message.parts[2].text
    assert "10:00 (Europe/Berlin)" in message.parts[2].text
    assert "ann@corp.test" in message.parts[2].text


NAMES = {
    "path": ("../../../../etc/cron.d/x", "x"),
    "absolute": ("/etc/passwd", "passwd"),
    "windows": ("C:\\x\\evil.exe", "evil.exe"),
    "percent stays": ("..%2f..%2fx", "%2f..%2fx"),
    "nul": ("a\0b.txt", "ab.txt"),
    "line end": ("a\r\nb.txt", "a b.txt"),
    "right to left": ("exe.fdp\u202e.pdf", "exe.fdp.pdf"),
    "reserved": ("CON", "_CON"),
    "reserved with extension": ("nul.txt", "_nul.txt"),
    "dots": ("...", "part-2.pdf"),
    "empty": ("", "part-2.pdf"),
    "only separators": ("///", "part-2.pdf"),
    "quotes": ('a"b<c>.txt', "abc.txt"),
    "composed": ("u\u0308.txt", "\u00fc.txt"),
    "surrogate": ("a\udcffb.txt", "ab.txt"),
}


@pytest.mark.parametrize(("stated", "name"), NAMES.values(), ids=NAMES)
def test_names_are_made_safe(stated, name):
    assert safe_name(stated, "2", "application/pdf") == name


def test_long_names_keep_their_extension():
    name = safe_name("x" * 5_000 + ".pdf", "1", "application/pdf")

    assert (len(name), name[-4:]) == (200, ".pdf")


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ("image/jpeg", "part-1.jpg"),
        ("image/png", "part-1.png"),
        ("application/x-very-odd-thing", "part-1.bin"),
    ],
)
def test_missing_names_are_the_same_at_every_reading(content_type, name):
    assert made_up_name("", content_type) == name


def test_five_hundred_attachments_of_one_name_are_all_kept():
    message = parse(multipart("mixed", *[part("text/csv; name=a.txt", str(n)) for n in range(500)]))

    assert len({one.path for one in message.parts}) == 501
    assert sum(one.name == "a.txt" for one in message.parts) == 500
