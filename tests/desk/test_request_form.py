"""A form comes back from any mail program with the answers that were written into it."""

import html
import textwrap
import time
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk.catalogue import Catalogue, QuestionType
from daemon.desk.catalogue_making import item_of
from daemon.desk.catalogue_settings import ItemSettings, QuestionSettings
from daemon.desk.dates import Now
from daemon.desk.request_form import LINK_LIMIT_CHARS, link, marked_item, subject, typed_answers, written
from daemon.mail.cut import cut
from daemon.mail.htmltext import html_text
from daemon.mail.parse import parse
from tests.calls import calls

NOW = Now(datetime(2024, 1, 15, 9, tzinfo=UTC), "UTC")
LAPTOP = item_of(
    ItemSettings(
        id="laptop",
        title="New laptop",
        kind="order",
        description="A laptop.",
        team="service-desk",
        question=(
            QuestionSettings(id="model", label="Which model do you want to have?"),
            QuestionSettings(
                id="size", label="How large (in inches)?", type="choice", choices=('13"', "14 (wide)")
            ),
            QuestionSettings(id="why", label="What for? Please tell us a bit more than one word about it."),
            QuestionSettings(id="day", label="When?", type="date", required=False, when="model is not None"),
            QuestionSettings(id="count", label="How many?", type="number", default="1"),
        ),
    ),
    {},
)
IDS = [one.id for one in LAPTOP.questions]
MARK = {one.id: f"[{number}{one.mark}]" for number, one in enumerate(LAPTOP.questions, 1)}
END = f"[0{LAPTOP.mark}]"

# A ">" at the start of a wrapped line is a quote mark, whoever wrote it; all else can be an answer.
LETTERS = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters=">\u00ad\u061c")
WORD = st.text(LETTERS, min_size=1, max_size=12).filter(
    # Such a sign alone on a line is what is left of a list.
    lambda word: word.isprintable() and word not in "-*\u2022"
)
ANSWER = st.lists(WORD, min_size=1, max_size=25).map(" ".join)
# What is no text takes a word or two: it ends with its paragraph, so that a greeting is no part of it.
ANSWERS = st.fixed_dictionaries(
    {}, optional={one.id: ANSWER if one.type is QuestionType.TEXT else WORD for one in LAPTOP.questions}
)


def quoted(text: str, depth: int) -> str:
    return "\n".join(">" * depth + " " * bool(depth) + line for line in text.split("\n"))


def wrapped(text: str, width: int) -> str:
    """Wrap as mail programs do: at blanks only, so that long words stay whole."""
    lines = [
        textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""]
        for line in text.split("\n")
    ]
    return "\n".join(line for group in lines for line in group)


def with_other_blanks(text: str, more: int) -> str:
    """Take blank lines away, or put some in, as clients do on the way through HTML."""
    lines = [line for line in text.split("\n") if line.strip()]
    return ("\n" * (more + 1)).join(lines)


def as_html(text: str, tag: str) -> str:
    lines = [html.escape(line).replace("  ", "&nbsp; ") for line in text.split("\n")]
    if tag == "br":
        return "<html><body><div>" + "<br>\n".join(lines) + "</div></body></html>"
    return "<html><body>" + "\n".join(f"<{tag}>{line or '<br>'}</{tag}>" for line in lines) + "</body></html>"


def expected_of(answers: dict[str, str]) -> dict[str, str]:
    """What was written into the form: the answers, and the default of the question that has one."""
    return {one: answers.get(one, "1") for one in IDS if one in answers or one == "count"}


class TestMangledForms:
    @given(ANSWERS, st.integers(60, 78), st.integers(0, 3), st.integers(0, 2), st.booleans())
    @settings(max_examples=150, deadline=None)
    def test_quoting_wrapping_blanks_and_trailing_spaces_lose_no_answer(
        self, answers, width, depth, more, trailing
    ):
        text = wrapped(written(LAPTOP, answers), width)
        text = with_other_blanks(text, more)
        text = text.replace(" ", "\u00a0") if more == 1 else text
        text = text.replace("\n", "   \n") if trailing else text.replace("\n", "\r\n")

        assert typed_answers(quoted(text, depth), LAPTOP) == expected_of(answers)

    @given(ANSWERS, st.integers(60, 78), st.integers(1, 3))
    @settings(max_examples=80, deadline=None)
    def test_wrapping_after_quoting_loses_no_answer(self, answers, width, depth):
        text = wrapped(quoted(written(LAPTOP, answers), depth), width)

        assert typed_answers(text, LAPTOP) == expected_of(answers)

    @given(ANSWERS, st.sampled_from(["br", "p", "div", "li", "blockquote"]))
    @settings(max_examples=60, deadline=None)
    def test_a_round_trip_through_html_loses_no_answer(self, answers, tag):
        page = as_html(written(LAPTOP, answers), tag)

        assert typed_answers(html_text(page).text, LAPTOP) == expected_of(answers)

    @given(st.text(max_size=300))
    @settings(max_examples=100, deadline=None)
    def test_any_text_is_read_without_a_fault_and_gives_no_answer_without_a_mark(self, text):
        assert typed_answers(text, LAPTOP) == {} or any(mark[2:5] in text.lower() for mark in MARK.values())


class TestWhereAnswersStand:
    @pytest.mark.parametrize(
        "block",
        [
            "{mark} Which model do you want to have?\n:: X1",
            "{mark} Which model do you want to have?\n::\nX1",
            "{mark} Which model do you want to have?\n::\n\n\nX1\n\n",
            "{mark} Which model do you want to have? X1\n::",
            "{mark} Which model do you want to have?\nX1\n:: ",
            "{mark} Which model do you want to have? X1",
            "{mark} Which model do you want\nto have? :: X1",
            "{mark} Welches Modell?\n:: X1",
            "{mark} ::X1",
            "{mark} X1",
            "{mark}X1",
            "> {mark} Which model do you want to have?\n> ::\nX1\n>",
            "> > {mark} Which model do you want to have?\n> > :: X1",
            "{mark} \u54ea\u4e2a\u578b\u53f7\uff1f\n\uff1a\uff1a X1",
        ],
    )
    def test_an_answer_is_found_wherever_it_was_written(self, block):
        text = f"Hello,\n\n{block.format(mark=MARK['model'])}\n\n{MARK['size']} How large?\n::\n\n{END}"

        assert typed_answers(text, LAPTOP) == {"model": "X1"}

    @pytest.mark.parametrize("brackets", ["[{}]", "\u3010{}\u3011", "({})", "\uff3b{}\uff3d", "[ {} ]"])
    @pytest.mark.parametrize("case", [str.lower, str.upper])
    def test_a_mark_survives_other_brackets_and_capitals(self, brackets, case):
        mark = brackets.format(case(MARK["model"].strip("[]")))

        assert typed_answers(f"{mark} Modell?\n:: X1", LAPTOP) == {"model": "X1"}

    def test_the_number_in_a_mark_is_for_people_so_a_new_question_before_it_does_no_harm(self):
        assert typed_answers(f"[9{LAPTOP.questions[0].mark}] Which model?\n:: X1", LAPTOP) == {"model": "X1"}

    def test_a_form_of_another_item_has_no_answers_for_this_one(self):
        other = item_of(
            ItemSettings(
                id="phone", title="Phone", kind="order", description="x", team="t",
                question=(QuestionSettings(id="model", label="Which model do you want to have?"),),
            ),
            {},
        )  # fmt: skip

        assert typed_answers(written(other, {"model": "X1"}), LAPTOP) == {}

    def test_of_several_answers_that_counts_which_was_quoted_least(self):
        old = quoted(written(LAPTOP, {"model": "old"}), 1)

        assert typed_answers(f"{old}\n{MARK['model']} :: new\n", LAPTOP)["model"] == "new"
        assert typed_answers(f"{MARK['model']} :: new\n\n[0{LAPTOP.mark}]\n\n{old}", LAPTOP)["model"] == "new"

    def test_an_empty_form_on_top_does_not_hide_what_was_written_between_quoted_lines(self):
        empty, filled = written(LAPTOP, {}), quoted(written(LAPTOP, {"model": "X1"}), 1)

        assert typed_answers(empty + filled, LAPTOP)["model"] == "X1"

    def test_signature_and_greeting_are_no_part_of_the_last_answer(self):
        text = f"{MARK['why']} :: for work\n\n-- \nAnn\nTel. 12"

        assert typed_answers(text, LAPTOP) == {"why": "for work"}

    def test_words_behind_the_end_of_the_form_are_no_answer(self):
        form = written(LAPTOP, {"count": "2"}) + "Thanks, Ann\nSent from my phone\n"

        assert typed_answers(form, LAPTOP) == {"count": "2"}

    def test_what_takes_a_few_words_ends_with_its_paragraph(self):
        assert typed_answers(f"{MARK['count']} :: 2\n\nBest wishes\nAnn", LAPTOP) == {"count": "2"}

    def test_an_address_with_colons_is_not_taken_for_the_sign(self):
        assert typed_answers(f"{MARK['model']} fe80::1", LAPTOP) == {"model": "fe80::1"}


REPLY = """\
From: Ann <ann@corp.test>
To: support@desk.test
Subject: =?utf-8?Q?Re:_New_laptop?=
Message-ID: <1@corp.test>
MIME-Version: 1.0
Content-Type: {content_type}; charset=utf-8{more}
Content-Transfer-Encoding: 8bit

{body}"""


class TestRealMail:
    """What people send back, read as the desk reads every mail."""

    def answers(self, body: str, content_type: str = "text/plain", more: str = "") -> dict[str, str]:
        raw = REPLY.format(content_type=content_type, more=more, body=body).replace("\n", "\r\n").encode()

        return typed_answers(parse(raw).text, LAPTOP)

    def test_answers_between_the_quoted_lines_of_a_reply(self):
        asked = quoted(written(LAPTOP, {}, only=("model", "why", "day")), 1)
        body = asked.replace("> :: \n", "> ::\nfirst\n", 1).replace("> :: \n", "> :: second\n", 1)

        found = self.answers("Hello,\n\nOn Mon, Desk wrote:\n" + body + "\n-- \nAnn\n")
        assert found == {"model": "first", "why": "second"}

    def test_lines_that_flow(self):
        body = written(LAPTOP, {"why": "many words " * 12 + "to\nwrap"})
        flowing = "\n".join(
            textwrap.fill(line, 70, break_on_hyphens=False).replace("\n", " \n") for line in body.split("\n")
        )

        found = self.answers(flowing, more="; format=flowed")
        assert found == {"why": "many words " * 12 + "to wrap", "count": "1"}

    def test_a_page_of_a_phone_with_quote_and_signature(self):
        form = html.escape(written(LAPTOP, {"model": "X & Y"})).replace("\n", "<br>")
        rest = '<div class="gmail_signature">Ann<br>Sales</div><blockquote type="cite">Hi</blockquote>'

        found = self.answers(f"<html><body><div>{form}</div>{rest}</body></html>", "text/html")
        assert found == {"model": "X & Y", "count": "1"}


@pytest.mark.no_cover
def test_a_mail_full_of_marks_takes_no_longer_than_any_other():
    def one_line(count: int) -> str:
        return f"> {MARK['model']} :: " * count + "\n\n" * count

    def many_lines(count: int) -> str:
        return f"{MARK['why']}\n" * count

    before = time.process_time()
    for text in (one_line, many_lines):
        assert typed_answers(text(10_000), LAPTOP) == {}
        assert calls(lambda text=text: typed_answers(text(8_000), LAPTOP)) <= 4.2 * calls(
            lambda text=text: typed_answers(text(2_000), LAPTOP)
        )
    # A quarter of a second on a quiet machine, without the counting.
    assert time.process_time() - before < 20


class TestWriting:
    def test_the_form_as_somebody_sees_it(self):
        assert written(LAPTOP, {"model": "X1"}) == (
            "Please write your answers behind the two colons and send this mail.\n\n"
            f"{MARK['model']} Which model do you want to have?\n:: X1\n\n"
            f'{MARK["size"]} How large (in inches)? (13" / 14 [wide])\n:: \n\n'
            f"{MARK['why']} What for? Please tell us a bit more than one word about it.\n:: \n\n"
            f"{MARK['day']} When? (a day like 2026-01-31, "
            "only if: Which model do you want to have is not None, optional)\n:: \n\n"
            f"{MARK['count']} How many? (a number)\n:: 1\n\n"
            f"[0{LAPTOP.mark}]\n"
        )

    def test_only_what_is_missing_is_asked_for(self):
        text = written(LAPTOP, {}, only=("size",))

        assert [mark in text for mark in MARK.values()] == [False, True, False, False, False]

    def test_a_form_in_a_reply_is_not_cut_away_with_the_greeting(self):
        text = written(LAPTOP, {"model": "X1", "count": "2"})

        assert all("X1" not in text[span.start : span.end] for span in cut(text).spans)


class TestLinks:
    def test_a_link_carries_the_form_in_the_encoding_of_rfc_6068(self):
        found = urlsplit(link("it+laptop@desk.test", LAPTOP))
        query = parse_qs(found.query, strict_parsing=True, keep_blank_values=True)

        assert (found.scheme, unquote(found.path)) == ("mailto", "it+laptop@desk.test")
        assert "+" not in found.query
        assert query["subject"] == [subject(LAPTOP)]
        assert query["body"] == [written(LAPTOP, {}).replace("\n", "\r\n")]
        assert found.query.count("%0D%0A") == found.query.count("%0A")

    def test_what_comes_of_a_link_is_read(self):
        body = parse_qs(urlsplit(link("it@desk.test", LAPTOP)).query)["body"][0]

        assert typed_answers(body.replace(":: \r\n", ":: 14\r\n", 1), LAPTOP) == {"model": "14", "count": "1"}

    def test_a_form_too_long_for_a_link_is_asked_for_by_its_subject(self):
        long = item_of(
            ItemSettings(
                id="long", title="Long", kind="order", description="x", team="t",
                question=tuple(QuestionSettings(id=f"q{n}", label="Please tell us." * 9) for n in range(20)),
            ),
            {},
        )  # fmt: skip

        assert len(link("it@desk.test", long)) < LINK_LIMIT_CHARS
        assert link("it@desk.test", long) == f"mailto:it@desk.test?subject=Long%20%5B0{long.mark}%5D"

    def test_the_mark_in_a_subject_leads_to_the_item_in_any_language(self):
        catalogue = Catalogue((LAPTOP,))

        assert marked_item(f"AW: Neuer Laptop [0{LAPTOP.mark}]", catalogue) == LAPTOP
        assert marked_item("AW: Neuer Laptop", catalogue) is None


def test_a_condition_is_told_beside_its_question_in_the_words_of_the_questions():
    tests = (
        "model is Large",
        "model is not Small",
        "count above 2",
        "count below 9",
        "why answered and count above 3",
    )
    asked = (
        QuestionSettings(id="model", label="Which model?"),
        QuestionSettings(id="why", label="Why?"),
        QuestionSettings(id="count", label="How many?", type="number"),
        *(QuestionSettings(id=f"q{at}", label="And?", when=when) for at, when in enumerate(tests)),
    )
    block = ItemSettings(id="x", title="X", kind="order", description="x", team="t", question=asked)
    form = written(item_of(block, {}), {})

    for words in (
        "(only if: Which model is Large)",
        "(only if: Which model is not Small)",
        "(only if: How many above 2)",
        "(only if: How many below 9)",
        "(only if: Why answered and How many above 3)",
    ):
        assert words in form
    rest = written(item_of(block, {}), {}, ["q0", "q1", "q2", "q3"], settled={"model": "Large", "count": "5"})
    assert rest.count("And?") == 4
    assert "only if" not in rest
    assert "only if: Which" in written(item_of(block, {}), {}, ["q0"], settled={"model": "Small"})
