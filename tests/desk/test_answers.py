"""Which answers a question takes, and what is asked again."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.answers import TEXT_LIMIT_CHARS, BadAnswer, missing, settled, value_for
from daemon.desk.catalogue_making import item_of, question_of
from daemon.desk.catalogue_settings import ItemSettings, QuestionSettings
from daemon.desk.conditions import BadConditionError, condition
from daemon.desk.dates import Now

NOW = Now(datetime(2024, 1, 15, 9, tzinfo=UTC), "Europe/Berlin")


def asked(kind: str, **more):
    more = {"choices": ("Light 13", "Größe L", "Both")} | more if kind == "choice" else more
    return question_of("item", QuestionSettings(id="x", label="What?", type=kind, **more))


@pytest.mark.parametrize(
    ("question", "typed", "value"),
    [
        (asked("text"), "  two \n words ", "two words"),
        (asked("choice"), "light 13", "Light 13"),
        (asked("choice"), "Light 13.", "Light 13"),
        (asked("choice"), "GRÖSSE L", "Größe L"),
        (asked("choice"), "große l", "Größe L"),
        (asked("number"), "3", "3"),
        (asked("number"), "49,90", "49.90"),
        (asked("number"), "49.9", "49.9"),
        (asked("number"), "1200 EUR", "1200"),
        (asked("number"), "€ 12", "12"),
        (asked("number"), "2 pcs.", "2"),
        (asked("number"), "EUR 12", "12"),
        (asked("number", least=1, most=3), "3", "3"),
        (asked("date"), "2024-02-01", "2024-02-01"),
        (asked("date"), "01.02.2024", "2024-02-01"),
        (asked("date"), "1.2.2024.", "2024-02-01"),
        (asked("date"), "31/01/2024", "2024-01-31"),
        (asked("date"), "01/31/2024", "2024-01-31"),
        (asked("date"), "2/2/2024", "2024-02-02"),
        (asked("date"), "friday", "2024-01-19"),
        (asked("date"), "in 14 days", "2024-01-29"),
        (asked("date"), "2024-01-15", "2024-01-15"),
        (asked("date", past=True), "2023-12-24", "2023-12-24"),
        (asked("yes-no"), "Ja!", "yes"),
        (asked("yes-no"), "Sí", "yes"),
        (asked("yes-no"), "NON", "no"),
    ],
)
def test_an_answer_is_kept_in_one_form(question, typed, value):
    assert value_for(question, typed, NOW) == value


@pytest.mark.parametrize(
    ("question", "typed", "said"),
    [
        (asked("text"), "x" * (TEXT_LIMIT_CHARS + 1), "expected at most 2000 characters, got 2001"),
        (asked("text"), "a\x07b", "expected a text without control characters"),
        (asked("choice"), "not Light 13", 'expected one of Light 13, Größe L, Both, got "not Light 13"'),
        (asked("number"), "1,200", 'expected a number, written like 1200 or 49.90, got "1,200"'),
        (asked("number"), "two", 'expected a number, written like 1200 or 49.90, got "two"'),
        (asked("number"), "-3", 'expected a number, written like 1200 or 49.90, got "-3"'),
        (asked("number"), "٣", 'expected a number, written like 1200 or 49.90, got "٣"'),
        (asked("number", least=1, most=3), "4", 'expected a number from 1 to 3, got "4"'),
        (asked("number", least=2.5), "2", 'expected a number of at least 2.5, got "2"'),
        (asked("date"), "03/04/2024", 'expected a day like 2026-01-31, got "03/04/2024"'),
        (asked("date"), "2024-02-30", 'expected a day like 2026-01-31, got "2024-02-30"'),
        (asked("date"), "soon", 'expected a day like 2026-01-31, got "soon"'),
        (asked("date"), "friday or later", 'a day like 2026-01-31 and nothing else, got "friday or later"'),
        (asked("date"), "2024-01-14", "expected a day from today on, got 2024-01-14"),
        (asked("yes-no"), "maybe", 'expected yes or no, got "maybe"'),
    ],
)
def test_a_wrong_answer_is_told_what_was_expected(question, typed, said):
    with pytest.raises(BadAnswer) as caught:
        value_for(question, typed, NOW)

    assert said in str(caught.value)


@given(st.sampled_from(["text", "choice", "number", "date", "yes-no"]), st.text(max_size=60))
def test_whatever_is_typed_is_kept_or_refused_and_what_is_kept_is_taken_again(kind, typed):
    question = asked(kind, past=True) if kind == "date" else asked(kind)
    try:
        value = value_for(question, typed, NOW)
    except BadAnswer:
        return

    assert value_for(question, value, NOW) == value


TRIP = item_of(
    ItemSettings(
        id="trip", title="Trip", kind="order", description="x", team="people",
        question=(
            QuestionSettings(id="by", label="How?", type="choice", choices=("Train", "Plane")),
            QuestionSettings(id="why", label="Why not by train?", when="by is Plane"),
            QuestionSettings(id="nights", label="How many nights?", type="number", default="1"),
            QuestionSettings(id="hotel", label="Which hotel?", required=False, when="nights above 1"),
        ),
    ),
    {},
)  # fmt: skip


class TestMissing:
    def test_only_what_is_needed_and_not_there_is_asked(self):
        assert [gap.question.id for gap in missing(TRIP, {}, NOW)] == ["by"]

    def test_a_condition_that_holds_asks_its_question(self):
        assert [gap.question.id for gap in missing(TRIP, {"by": "plane"}, NOW)] == ["why"]

    def test_a_condition_that_fails_drops_an_answer_that_was_given_all_the_same(self):
        found = settled(TRIP, {"by": "Train", "why": "no", "hotel": "Ritz"}, NOW)

        assert (dict(found.values), found.gaps) == ({"by": "Train", "nights": "1"}, ())

    def test_a_wrong_answer_is_asked_again_with_the_reason(self):
        (gap,) = missing(TRIP, {"by": "Ship"}, NOW)

        assert (gap.typed, gap.why) == ("Ship", 'expected one of Train, Plane, got "Ship"')

    def test_a_default_stands_in_and_what_is_optional_is_never_missing(self):
        found = settled(TRIP, {"by": "Train", "nights": "3"}, NOW)

        assert (dict(found.values), found.gaps) == ({"by": "Train", "nights": "3"}, ())


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", True),
        ("by is plane", True),
        ("by is not Plane", False),
        ("by is Train", False),
        ("nights above 2", True),
        ("nights above 3", False),
        ("nights below 4", True),
        ("nights above 1 and by is Plane", True),
        ("by is Plane and nights below 2", False),
        ("hotel answered", False),
        ("by answered", True),
        ("hotel is not Ritz", False),
        ("room is Bed and breakfast", True),
        ("by above 1", False),
    ],
)
def test_a_condition_is_read_as_it_is_said(text, holds):
    answers = {"by": "Plane", "nights": "3", "room": "bed and breakfast"}

    assert condition(text).holds(answers) is holds


@pytest.mark.parametrize("text", ["by", "by is", "is Plane", "nights above many", "by = Plane", "or"])
def test_what_is_no_condition_is_told(text):
    with pytest.raises(BadConditionError, match="expected a"):
        condition(text)
