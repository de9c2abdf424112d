"""Satisfaction by team and so on, and the charts that show it."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk import charts
from daemon.desk.satisfaction_figures import UNKNOWN, By, Counted, figures, grouped
from daemon.desk.survey_words import Meaning, heard

NOON = datetime(2024, 1, 15, 12, tzinfo=UTC)
LATE = datetime(2024, 1, 31, 23, 30, tzinfo=UTC)


def test_figures_count_what_was_sent_and_what_was_answered():
    found = figures([Counted(NOON, score) for score in (5, 5, 4, 1, None, None)], "all")

    assert (found.name, found.sent, found.answered, found.mean) == ("all", 6, 4, 3.75)
    assert found.scores == (2, 1, 0, 0, 1)
    assert found.satisfaction.share == 0.75
    assert (round(found.satisfaction.low, 2), round(found.satisfaction.high, 2)) == (0.3, 0.95)


def test_nothing_is_known_without_an_answer():
    found = figures([Counted(NOON, None)])

    assert (found.mean, found.satisfaction.share) == (None, None)


@pytest.mark.parametrize(("by", "names"), [(By.TEAM, ["it", "hr"]), (By.AGENT, ["ann", UNKNOWN])])
def test_groups_with_more_answers_come_first(by, names):
    surveys = [Counted(NOON, None, "hr"), Counted(NOON, 5, "it", "ann"), Counted(NOON, 4, "it", "ann")]

    assert [one.name for one in grouped(surveys, by)] == names


def test_items_and_categories_may_be_unknown():
    surveys = [Counted(NOON, 5, item="laptop"), Counted(NOON, 5, category="hardware")]

    assert {one.name for one in grouped(surveys, By.ITEM)} == {"laptop", UNKNOWN}
    assert {one.name for one in grouped(surveys, By.CATEGORY)} == {"hardware", UNKNOWN}


def test_months_are_those_of_the_desks_zone_in_their_order():
    surveys = [Counted(LATE, 5), Counted(NOON, 1)]

    assert [one.name for one in grouped(surveys, By.MONTH, "Europe/Berlin")] == ["2024-01", "2024-02"]
    assert [one.name for one in grouped(surveys, By.MONTH)] == ["2024-01"]


@given(st.lists(st.sampled_from([None, 1, 2, 3, 4, 5]), max_size=30))
def test_groups_come_to_the_whole(scores):
    surveys = [Counted(NOON, score, f"team {score}") for score in scores]
    groups = grouped(surveys, By.TEAM)

    assert sum(one.sent for one in groups) == len(scores)
    assert sum(one.answered for one in groups) == figures(surveys).answered


@given(st.floats(-2, 3))
def test_the_parts_of_a_bar_come_to_the_whole(share):
    made = charts.bar(share)

    assert made.filled + made.rest == 100
    assert len(made.text) == 20


HOSTILE = '<script>alert(1)</script>" onload="x'


def test_a_page_is_whole_loads_nothing_and_escapes_what_it_is_told():
    row = charts.Row(HOSTILE, 0.5, HOSTILE, 0.2, 0.8)
    made = charts.page(
        HOSTILE,
        HOSTILE,
        [charts.tile(HOSTILE, HOSTILE)],
        [
            charts.card(HOSTILE, charts.rows([row]), "two"),
            charts.card("", charts.columns([row] * 20, HOSTILE)),
            charts.card("", charts.table((HOSTILE,), ((HOSTILE,), ("5",))), "wide"),
        ],
        HOSTILE,
    )
    body = made.partition("<main>")[2].partition("</main>")[0]

    ET.fromstring(f"<main>{body}</main>")  # our own page
    assert "<script" not in made
    assert re.findall(r"(?:src|href|url)\s*[=(]", made) == []
    assert "prefers-color-scheme:dark" in made


def test_columns_of_nothing_are_nothing_and_labels_do_not_crowd():
    assert charts.columns([], "none") == ""
    drawn = charts.columns([charts.Row(f"month {at}", at / 30, f"{at} %") for at in range(30)], "many")

    assert drawn.count('class="fill"') == 30
    assert drawn.count("<text") <= 16


@pytest.mark.parametrize(
    ("text", "meaning", "unsolved"),
    [
        ("5", Meaning.RATING, False),
        ("2 too slow", Meaning.RATING, False),
        ("2, still broken", Meaning.RATING, True),
        ("5, still happy with it", Meaning.RATING, False),
        ("4 but it is not fixed", Meaning.RATING, True),
        ("1 immer noch kaputt", Meaning.RATING, True),
        ("1 ne marche toujours pas", Meaning.RATING, True),
        ("Es funktioniert nicht!", Meaning.UNSOLVED, True),
        ("No funciona", Meaning.UNSOLVED, True),
        ("11", Meaning.DOUBT, False),
        ("good or bad", Meaning.DOUBT, False),
        ("Could you tell me how I print on both sides of the paper, and in colour?", Meaning.WORDS, False),
        ("More\nthings to say", Meaning.WORDS, False),
        ("", Meaning.NOTHING, False),
    ],
)
def test_an_answer_means(text, meaning, unsolved):
    read = heard([text], courtesy=False, language="", low_score=2)

    assert (read.meaning, read.unsolved) == (meaning, unsolved)


def test_versions_that_disagree_are_a_doubt_and_courtesy_is_nothing():
    assert heard(["5", "1"], courtesy=False, language="", low_score=2).meaning is Meaning.DOUBT
    assert heard(["Thanks"], courtesy=True, language="", low_score=2).meaning is Meaning.NOTHING
