"""What holds for every input: nothing raises, nothing is lost, and time grows with size alone."""
# ruff: noqa: E501 - tables of pieces and shapes

from hypothesis import given
from hypothesis import strategies as st

from daemon.edges.reader import Reader, ReadingLimits
from daemon.mail.addresses import parse_addresses
from daemon.mail.charsets import decode
from daemon.mail.cut import cut
from daemon.mail.digest import content_digest, quick_message_id
from daemon.mail.flowed import unflow
from daemon.mail.htmlsafe import safe_html
from daemon.mail.htmltext import html_text
from daemon.mail.message import Envelope, Message
from daemon.mail.names import safe_name
from daemon.mail.params import parse_params
from daemon.mail.parse import parse
from daemon.mail.scan import read_header
from daemon.mail.subject import bare_subject, ticket_tag
from daemon.mail.transfer import undo
from daemon.mail.words import header_text

# Pieces that mails and attacks on mail parsers are made of.
PIECES = st.sampled_from(
    [
        b"From: ", b"From : ", b"To: ", b"Subject: ", b"Date: ", b"Message-ID: ", b"References: ", b"Received: ",
        b"Content-Type: ", b"multipart/mixed; boundary=", b"multipart/report; boundary=q", b"text/html", b"text/plain",
        b"message/rfc822", b"message/delivery-status", b"text/calendar", b"; charset=", b"utf-8", b"iso-2022-jp",
        b"zip", b"utf-16", b"; name=", b"name*0*=", b"utf-8''%", b'"', b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable", b"Content-Transfer-Encoding: x-uuencode", b"begin 644 x\n",
        b"format=flowed", b"--q", b"--q--", b"q", b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\n\n", b" ", b"\t", b"\0",
        b"<", b">", b"@", b"a@b.test", b"<a@b.test>", b"(", b")", b",", b";", b":", b"\\", b"=?utf-8?q?", b"?=",
        b"=?x?b?AAA", b"> ", b">>>", b"On Mon, 15 Jan 2024, Bob wrote:", b"-- \n", b"-----Original Message-----",
        b"Sent from my iPhone", b"<div>", b"</div>", b"<blockquote type=cite>", b"<!--", b"<script>", b"&#xD800;",
        b"Final-Recipient: rfc822; a@b.test", b"Status: 5.1.1", b"MAILER-DAEMON", b"could not be delivered",
        b"\x1b$B", b"\xff", b"\xe2\x80\xae", b"=\n", b"=ZZ", b"===", b"BEGIN:VEVENT\nSUMMARY:x",
    ]
)  # fmt: skip
RAW = st.one_of(st.binary(max_size=2_000), st.lists(PIECES, max_size=60).map(b"".join))
TEXT = st.one_of(st.text(max_size=1_000), RAW.map(lambda raw: raw.decode("latin-1")))


@given(RAW)
def test_any_bytes_are_read_without_a_failure(raw):
    message = parse(raw)

    assert not any("not read fully" in defect for defect in message.defects)
    assert "\0" not in message.text + message.subject
    message.text.encode()
    message.subject.encode()


@given(RAW)
def test_reading_twice_gives_the_same(raw):
    assert parse(raw) == parse(raw)


@given(RAW)
def test_every_part_lies_inside_the_message(raw):
    for part in parse(raw).parts:
        assert 0 <= part.start <= part.end <= len(raw)


@given(RAW)
def test_part_content_is_what_its_offsets_bound(raw):
    for part in parse(raw).parts:
        if part.sha256 and part.size_bytes:
            assert len(undo(raw[part.start : part.end], part.encoding)[0]) == part.size_bytes


@given(TEXT)
def test_new_text_and_cut_spans_reassemble_the_text(text):
    spans = cut(text).spans
    pieces, at = [], 0
    for span in spans:
        assert at <= span.start < span.end <= len(text)
        pieces += [text[at : span.start], text[span.start : span.end]]
        at = span.end
    pieces.append(text[at:])

    assert "".join(pieces) == text


@given(TEXT)
def test_only_words_are_never_cut(text):
    message = Message(text=text, cut=cut(text))

    assert bool(message.new_text) == bool(text.strip())


@given(TEXT)
def test_html_is_read_and_cleaned_without_a_failure(text):
    done = html_text(text)
    lines = done.text.count("\n") + 1

    assert all(0 <= region.start <= region.end <= lines for region in done.regions)
    assert safe_html(safe_html(text)) == safe_html(text)


@given(st.binary(max_size=500), st.text(max_size=30), st.text(max_size=30))
def test_any_bytes_in_any_charset_become_text(data, charset, hint):
    decode(data, charset, hint)[0].encode("utf-8", "surrogatepass")


@given(RAW, st.sampled_from(["", "base64", "quoted-printable", "x-uuencode", "strange"]))
def test_any_encoding_is_undone(data, encoding):
    assert isinstance(undo(data, encoding)[0], bytes)


@given(RAW)
def test_addresses_never_hold_line_ends(raw):
    for mailbox in parse_addresses(raw)[0]:
        assert not set(mailbox.address + mailbox.name) & {"\r", "\n"}


@given(RAW)
def test_header_values_are_one_line(raw):
    assert not set(header_text(raw)) & {"\r", "\n", "\0"}
    assert isinstance(parse_params(raw), tuple)
    assert read_header(raw, 0, len(raw)).body_start <= len(raw)


@given(st.text(max_size=400))
def test_names_never_leave_their_folder(name):
    made = safe_name(name, "1", "application/pdf")

    assert made not in {"", ".", ".."}
    assert not set(made) & set('/\\\0\r\n"')
    assert len(made) <= 200


@given(st.text(max_size=300))
def test_subjects_and_flowed_text_are_total(text):
    assert bare_subject(text) in text or "[#" in text
    assert ticket_tag(text) is None or f"[#{ticket_tag(text)}" in text.replace("[#0", "[#") or "[#0" in text
    assert isinstance(unflow(text), str)


@given(RAW)
def test_digest_does_not_depend_on_line_ends(raw):
    lf = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    assert content_digest(lf) == content_digest(lf.replace(b"\n", b"\r\n"))
    assert isinstance(quick_message_id(raw), str)


HEAD = b"From: a@b.test\r\nSubject: x\r\n"
SHAPES = {
    "32,000 addresses": b"From: a@b.test\r\nTo: "
    + b",\r\n ".join(b"u%d@b.test" % n for n in range(32_000))
    + b"\r\n\r\n",
    "16,000 parameters": HEAD
    + b"Content-Type: text/plain"
    + b"".join(b"; a%d=b" % n for n in range(16_000))
    + b"\r\n\r\n",
    "100,000 references": HEAD
    + b"References:"
    + b"".join(b" <%d@b>" % n for n in range(100_000))
    + b"\r\n\r\n",
    "16,000 encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 16_000 + b"\r\n\r\n",
    "10 MB field": HEAD + b"X: " + b"a" * 10_000_000 + b"\r\n\r\n",
    "100,000 fields": HEAD + b"".join(b"X-%d: a\r\n" % n for n in range(100_000)) + b"\r\n",
    "100,000 parts": HEAD + b"Content-Type: multipart/mixed; boundary=q\r\n\r\n" + b"--q\r\n\r\n" * 100_000,
    "3,000 levels": HEAD
    + b"".join(
        b"Content-Type: multipart/mixed; boundary=q%d\r\n\r\n--q%d\r\n" % (n, n) for n in range(3_000)
    ),
    "30,000 brackets": b"From: " + b"(" * 30_000 + b"\r\n\r\n",
    "30,000 dashes": HEAD + b"\r\n" + b"-" * 30_000,
    "5,000 levels of quotes": HEAD + b"\r\n" + b">" * 5_000,
    "1 MB of On": HEAD + b"\r\n" + b"On " * 330_000 + b"wrote:",
    "20,000 attributions": HEAD + b"\r\n" + b"On Mon, 15 Jan 2024\n" * 19_000,
    "20,000 header lines": HEAD + b"\r\n" + b"From: a\n" * 19_000,
    "20,000 phone lines": HEAD + b"\r\n" + b"Sent from my iPhone\n" * 19_000,
    "100,000 div": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
    "50,000 attributes": HEAD + b"Content-Type: text/html\r\n\r\n<p " + b"a=1 " * 50_000 + b">",
    "100,000 scripts": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<script>" * 100_000,
    "200,000 open tags": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<a " * 200_000,
    "no line end at all": b"x" * 5_000_000,
    "1 MB of flowed lines": HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"a \r\n" * 250_000,
}


def test_hostile_shapes_are_read_within_the_limit_of_cpu_time():
    reader = Reader(limits=ReadingLimits(cpu_seconds=2.0))
    try:
        readings = dict(
            zip(
                SHAPES,
                reader.read_many([(n, raw, Envelope()) for n, raw in enumerate(SHAPES.values())]),
                strict=True,
            )
        )
    finally:
        reader.close()

    unreadable = {
        name: reading for name, (_, reading) in readings.items() if not isinstance(reading, Message)
    }
    assert unreadable == {}
    assert len(readings["32,000 addresses"][1].to) == 1_000
    assert len(readings["100,000 references"][1].references) == 50
    assert len(readings["100,000 parts"][1].parts) <= 1_000
