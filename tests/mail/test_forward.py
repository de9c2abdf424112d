"""Forwarded mails: the right author or a question, never a wrong one."""
# ruff: noqa: E501, RUF001 - words of many languages; a mail a line reads best

import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.forward import Letter, forwarded
from daemon.mail.forward_block import read_block, strict_mailbox, tidy_author
from daemon.mail.forward_prefix import outer_prefix
from daemon.mail.message import Forward, Mailbox, Message
from daemon.mail.parse import parse
from tests.calls import calls
from tests.mail.build import mail, multipart, part
from tests.mail.shapes.forwards import COMMENT, LANGUAGES, OUTLOOK, STYLES, WORDS, block, quoted

BOB = Mailbox("bob@example.com", "Bob Lee")


def forward_of(text: str, subject: str = "Fwd: Fire", **fields: str) -> Forward:
    """Return what a plain mail forwards."""
    found = parse(mail(text, subject=subject, **fields)).forward
    assert found is not None
    return found


class TestStyles:
    @pytest.mark.parametrize("style", STYLES)
    def test_author_and_words_of_the_original_are_found(self, style):
        subject, text = STYLES[style]
        found = forward_of(text, subject)

        assert (found.author, found.sure, found.candidates[0].address) == (
            Mailbox("bob@example.com", "Lee, Bob") if "comma" in style else BOB,
            True,
            "bob@example.com",
        )
        assert found.comment == ("" if style.startswith("nothing") else COMMENT)
        assert found.text.startswith("The printer is on fire.")
        assert "forward" not in found.text.lower()
        assert "сообщения" not in found.text

    @pytest.mark.parametrize("style", ["separator", "block alone"])
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_language_is_read(self, language, style):
        prefix, separator, names = LANGUAGES[language]
        lines = [COMMENT, "", separator, block(names), "", WORDS]
        if style == "block alone":
            lines.remove(separator)
            prefix = "Fwd" if prefix == "VS" else prefix

        found = forward_of("\n".join(lines), f"{prefix}: Fire")

        assert found == Forward(
            author=BOB,
            candidates=(BOB,),
            subject="Fire on floor 3",
            date="Mon, 15 Jan 2024 09:00:00 +0000",
            comment=COMMENT,
            text=WORDS,
            source="header block",
            sure=True,
        )

    def test_source_tells_where_it_stood(self):
        assert forward_of(f"{COMMENT}\n\n{quoted(OUTLOOK)}\n>\n> x").source == "quoted header block"
        assert forward_of(STYLES["Yandex"][1]).source == "attribution"
        assert forward_of("---------- Forwarded message ----------\n\nHello").source == "separator"

    def test_author_in_the_separator_itself_is_read(self):
        found = forward_of("----- Forwarded message from Bob Lee <bob@example.com> -----\n\nHello")

        assert (found.author, found.sure, found.text) == (BOB, True, "Hello")

    def test_forwarders_signature_is_no_comment(self):
        found = forward_of(
            f"{COMMENT}\n\n-- \nAnn\nCorp\n\n---------- Forwarded message ---------\n{OUTLOOK}\n\n{WORDS}"
        )

        assert found.comment == COMMENT

    def test_long_original_is_whole(self):
        words = "\n".join(f"line {number}" for number in range(5_000))
        found = forward_of(f"Begin forwarded message:\n\n{quoted(OUTLOOK)}\n>\n{quoted(words)}")

        assert found.text == words

    def test_forward_goes_through_the_wire_between_processes(self):
        message = parse(mail(STYLES["Gmail"][1], subject="Fwd: Fire"))
        again = msgspec.msgpack.decode(msgspec.msgpack.encode(message), type=Message)

        assert again.forward == message.forward


class TestNotForwarded:
    @pytest.mark.parametrize(
        ("subject", "text"),
        {
            "Outlook reply": ("RE: Fire", f"Done.\n\n{OUTLOOK}\n\n{WORDS}"),
            "German reply": ("AW: Fire", f"Erledigt.\n\n{block('Von|Gesendet|An|Betreff')}\n\n{WORDS}"),
            "reply to a forward": (
                "Re: Fwd: Fire",
                f"Done.\n\n{OUTLOOK}\n\n---------- Forwarded message ---------\n{OUTLOOK}\n\nx",
            ),
            "quoted forward": (
                "Re: Fwd: Fire",
                "Done.\n\nOn Mon, 15 Jan 2024 at 10:00, Ann <ann@corp.test> wrote:\n"
                + quoted(f"---------- Forwarded message ---------\n{OUTLOOK}\n\n{WORDS}"),
            ),
            "attribution": (
                "Fire",
                f"Done.\n\nOn Mon, 15 Jan 2024 at 10:00, Bob <bob@example.com> wrote:\n{quoted(WORDS)}",
            ),
            "talks about forwarding": (
                "Help",
                "I got a forwarded message yesterday:\nFrom: somebody\nis all it said.",
            ),
            "plain": ("Fwd: nothing", "There is nothing below."),
            "empty": ("Fwd: nothing", ""),
            "a rule": ("Help", "-----\nHello\n====="),
        }.values(),
        ids=lambda value: value[:20],
    )
    def test_mail_that_quotes_or_talks_is_none(self, subject, text):
        assert parse(mail(text, subject=subject)).forward is None

    def test_answer_without_a_prefix_is_none(self):
        raw = mail(f"Done.\n\n{OUTLOOK}\n\n{WORDS}", subject="Fire", in_reply_to="<1@example.com>")

        assert parse(raw).forward is None

    def test_reply_with_a_mail_attached_is_none(self):
        raw = multipart(
            "mixed",
            part("text/plain", "see there"),
            part("message/rfc822", "From: x@example.com\n\ny"),
            subject="Re: Fire",
        )

        assert parse(raw).forward is None

    def test_delivery_report_is_none(self):
        raw = multipart(
            'report; report-type="delivery-status"',
            part("text/plain", "failed"),
            part(
                "message/delivery-status",
                "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@example.com\nAction: failed\nStatus: 5.1.1",
            ),
            part("message/rfc822", "From: bob@example.com\n\nx"),
        )

        assert parse(raw).forward is None


class TestUnsure:
    @pytest.mark.parametrize(
        ("author", "candidates"),
        {
            "on behalf": (
                "List <list@example.com> on behalf of Bob Lee <bob@example.com>",
                ("bob@example.com", "list@example.com"),
            ),
            "name alone": ("Bob Lee", ()),
            "Notes name": ("Bob Lee/Sales/Corp", ()),
            "two": ("bob@example.com, eve@example.com", ("bob@example.com", "eve@example.com")),
            "no domain": ("Bob <bob@localhost>", ()),
            "disguise": ("ann@corp.test <eve@evil.test>", ("ann@corp.test", "eve@evil.test")),
            "list in his name": ("Bob via Sales <sales@example.com>", ("sales@example.com",)),
            "cut off": ("Bob Lee <bob@exam...", ()),
            "empty": ("", ()),
        }.values(),
        ids=lambda value: str(value)[:20],
    )
    def test_doubtful_author_is_a_question(self, author, candidates):
        found = forward_of(
            f"{COMMENT}\n\n---------- Forwarded message ---------\n{block(author=author)}\n\n{WORDS}"
        )

        assert (found.author, found.sure) == (None, False)
        assert tuple(box.address for box in found.candidates) == candidates

    def test_forward_in_a_forward_asks_which_author_is_meant(self):
        inside = (
            f"FYI\n\n---------- Forwarded message ---------\n{block(author='Cara <cara@cust.test>')}\n\nx"
        )
        found = forward_of(f"---------- Forwarded message ---------\n{OUTLOOK}\n\n{inside}")

        assert (found.author, found.sure) == (None, False)
        assert [box.address for box in found.candidates] == ["bob@example.com", "cara@cust.test"]

    def test_other_reply_to_asks(self):
        text = f"Begin forwarded message:\n\n{OUTLOOK}\nReply-To: cara@cust.test\n\n{WORDS}"

        assert [box.address for box in forward_of(text).candidates] == ["bob@example.com", "cara@cust.test"]
        assert forward_of(text).author is None

    def test_same_reply_to_does_not_ask(self):
        text = f"Begin forwarded message:\n\n{OUTLOOK}\nReply-To: BOB@example.com\n\n{WORDS}"

        assert forward_of(text).author == BOB

    def test_block_below_own_words_without_any_prefix_asks(self):
        found = forward_of(f"Please help him.\n\n{OUTLOOK}\n\n{WORDS}", "Fire")

        assert (found.author, found.sure) == (BOB, False)

    def test_finnish_reply_or_danish_forward_asks(self):
        found = forward_of(f"{COMMENT}\n\n{block('Fra|Sendt|Til|Emne')}\n\n{WORDS}", "VS: Brand")

        assert (found.author, found.sure) == (BOB, False)

    def test_separator_in_a_reply_asks(self):
        found = forward_of(
            f"Here it is.\n\n---------- Forwarded message ---------\n{OUTLOOK}\n\n{WORDS}", "Re: Fire"
        )

        assert (found.author, found.sure) == (BOB, False)

    def test_attribution_under_a_forward_prefix_asks(self):
        text = f"{COMMENT}\n\nOn Mon, 15 Jan 2024 at 10:00, Bob Lee <bob@example.com> wrote:\n{quoted(WORDS)}"
        found = forward_of(text)

        assert (found.author, found.sure, found.text) == (None, False, WORDS)
        assert [box.address for box in found.candidates] == ["bob@example.com"]


class TestAttached:
    def attached(self, original: str, subject: str = "Fwd: Fire", **fields: str) -> Forward:
        raw = multipart(
            "mixed", part("text/plain", COMMENT), part("message/rfc822", original, **fields), subject=subject
        )
        found = parse(raw).forward
        assert found is not None
        return found

    def test_original_is_read_whole(self):
        found = self.attached(
            f"From: Bob Lee <bob@example.com>\nSubject: =?utf-8?q?F=C3=BCr_Ann?=\nDate: x\n\n{WORDS}"
        )

        assert found == Forward(BOB, (BOB,), "Für Ann", "x", COMMENT, WORDS, "attached", sure=True)

    def test_attached_original_goes_before_the_text(self):
        raw = multipart(
            "mixed",
            part("text/plain", STYLES["Gmail"][1].replace("bob@", "eve@")),
            part("message/rfc822", f"From: Bob Lee <bob@example.com>\n\n{WORDS}"),
        )

        assert parse(raw).forwarded_from == BOB

    def test_original_in_base64_is_read(self):
        found = self.attached("RnJvbTogYm9iQGV4YW1wbGUuY29tCgpoZWxsbwo=", content_transfer_encoding="base64")

        assert (found.author, found.text) == (Mailbox("bob@example.com"), "hello")

    @pytest.mark.parametrize(
        "header",
        [
            "From: bob@example.com\nFrom: eve@evil.test",
            "From: bob@example.com, eve@evil.test",
            "From: bob@example.com\nReply-To: eve@evil.test",
            "From : bob@example.com",
            "From: Bob",
            "From: bob@localhost",
            "Subject: nobody",
        ],
    )
    def test_doubtful_header_is_a_question(self, header):
        found = self.attached(f"{header}\n\nx")

        assert (found.author, found.sure) == (None, False)

    def test_forward_inside_the_attached_mail_asks(self):
        found = self.attached(
            f"From: Bob Lee <bob@example.com>\nSubject: Fwd: x\n\n{block(author='cara@cust.test')}\n\ny"
        )

        assert [box.address for box in found.candidates] == ["bob@example.com", "cara@cust.test"]
        assert not found.sure

    def test_several_attached_mails_ask(self):
        one = part("message/rfc822", "From: bob@example.com\n\nx")
        two = part("message/rfc822", "From: cara@cust.test\n\ny")
        found = parse(multipart("mixed", part("text/plain", ""), one, two)).forward

        assert found is not None
        assert (found.author, [box.address for box in found.candidates]) == (
            None,
            ["bob@example.com", "cara@cust.test"],
        )


class TestPieces:
    @pytest.mark.parametrize(
        ("subject", "says"),
        [
            ("Fwd: x", "forward"),
            ("FW : x", "forward"),
            ("WG: AW: x", "forward"),
            ("RE: FW: x", "reply"),
            ("[EXTERN] Tr: x", "forward"),
            ("EXT: [#12] Fw: x", "forward"),
            ("转发：x", "forward"),
            ("VS: x", "either"),
            ("Vs: Sv: x", "either"),
            ("Printer: x", ""),
            ("Reforward: x", ""),
            ("x", ""),
            ("", ""),
            ("[a] [b] [c] [d] [e] [f] Fwd: x", ""),
        ],
    )
    def test_outer_prefix_decides(self, subject, says):
        assert outer_prefix(subject) == says

    @pytest.mark.parametrize(
        ("value", "address"),
        {
            "Bob [mailto:bob@example.com]": "bob@example.com",
            "Bob <bob@example.com> <mailto:bob@example.com>": "bob@example.com",
            "bob@example.com <bob@example.com>": "bob@example.com",
            "*Bob Lee* <bob@example.com>": "bob@example.com",
            "Bob Lee (bob@example.com)": "bob@example.com",
            "\u200fBob\u200e <bob@example.com>;": "bob@example.com",
            "Bob [SMTP:bob@example.com]": "bob@example.com",
        }.items(),
    )
    def test_author_is_read_through_the_ornaments_of_programs(self, value, address):
        box = strict_mailbox(tidy_author(value))

        assert box is not None
        assert box.address == address

    def test_block_ends_at_the_text(self):
        lines = f"{OUTLOOK}\n\nNote: this is text\n\nMore: text".split("\n")

        assert read_block(lines, 0).end == 4


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "line",
    [
        "---------- Forwarded message ---------",
        "From: a@example.com",
        "-- ",
        "Begin forwarded message:",
        "---------- Forwarded message ---------\nFrom: a@example.com\nSubject: Fwd: x\nTo: b\n",
        "> From: x",
        "a" * 300 + ":",
        '"' * 90,
    ],
)
def test_time_grows_with_the_size_and_no_faster(line):
    some, many = (Letter("Fwd: x", f"{line}\n" * count) for count in (4_000, 16_000))

    assert calls(lambda: forwarded(many)) <= 4.2 * calls(lambda: forwarded(some))

    # What is one call may take long as well; here it is less than a tenth of a second.
    start = time.thread_time()
    forwarded(many)
    assert time.thread_time() - start < 2


LINES = st.sampled_from([*OUTLOOK.split("\n"), "", "> ", "---------- Forwarded message ---------", "Begin forwarded message:", "From:", "De: x", "Hello", "From: <", "> From: a@b.example", "-- ", "On Mon, 15 Jan 2024, Bob <bob@example.com> wrote:"])  # fmt: skip


@given(
    st.sampled_from(["Fwd: x", "x", "Re: x", "VS: x"]), st.lists(LINES | st.text(max_size=30), max_size=25)
)
def test_whatever_stands_there_an_author_is_strict_and_words_come_from_the_text(subject, lines):
    text = "\n".join(lines)
    found = forwarded(Letter(subject, text))

    if found is not None:
        assert found.author is None or found.author in found.candidates
        assert not found.sure or found.author is not None
        assert all(strict_mailbox(f"<{box.address}>") is not None for box in found.candidates)
        assert set(found.text.split()) <= set(text.replace(">", " ").split()) | set(text.split())
