"""What stands beside a form is found, and no word for people goes with the form."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk.request_form import FormWords, without_form, written
from tests.desk.test_request_form import ANSWERS, END, LAPTOP, MARK

INTRO = FormWords().intro
GIVEN = {"model": "Light", "size": '13"', "why": "Films", "count": "2"}
FORM = written(LAPTOP, GIVEN)


def left(text: str) -> str:
    return without_form(text, LAPTOP, [INTRO])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FORM, ""),
        (f"Hello,\n\nthis is for Dan.\n\n{FORM}\nThanks\nRita", "Hello,\n\nthis is for Dan.\n\nThanks\nRita"),
        (f"This is for Dan. {FORM}", "This is for Dan."),
        (FORM.replace("\n", "\r\n"), ""),
        (textwrap.fill(INTRO, 30) + FORM.removeprefix(INTRO), ""),
        (written(LAPTOP, {"size": "", "day": ""}, ["size", "day"], settled=GIVEN), ""),
        ("Only words.\n\n", "Only words.\n\n"),
    ],
    ids=["alone", "between", "one-line", "crlf", "wrapped", "part", "none"],
)
def test_words_beside_a_form_are_left(text, words):
    assert left(text) == words


def test_an_introduction_in_another_language_stays():
    assert without_form(FORM, LAPTOP, ["Bitte ausfüllen."]) == INTRO


@pytest.mark.parametrize(
    "text",
    [
        FORM.replace(":: 2", ":: 2\n\nThe red one, please."),
        FORM.replace(":: Films", ":: Films\n\nThey are long."),
        FORM.replace(":: Light", "the light one ::"),
        FORM.replace(f"{MARK['count']} How many?", f"{MARK['count']} Combien ?"),
        FORM.replace(END, ""),
        FORM + FORM,
        f"See: {FORM.removeprefix(INTRO).lstrip()}".replace("\n\n", " ", 1),
        "\n".join(f"> {line}" for line in FORM.splitlines()),
    ],
    ids=["comment", "paragraphs", "before-sign", "translated", "cut-off", "twice", "behind", "quoted"],
)
def test_a_text_of_which_a_word_could_be_lost_stays_whole(text):
    assert left(text) == text


@given(ANSWERS, st.lists(st.sampled_from(["Hello,", "for Dan", "::", "(2)", "Thanks"]), max_size=4))
@settings(max_examples=200, deadline=None)
def test_words_before_and_behind_are_never_lost(answers, words):
    before, behind = " ".join(words[:2]), " ".join(words[2:])
    text = f"{before}\n\n{written(LAPTOP, answers)}\n{behind}\n"

    assert left(text) in {text, "\n\n".join(filter(None, (before, behind)))}
