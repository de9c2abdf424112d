"""Who is away, who stands in, and what an out-of-office mail proposes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.absence import LONGEST, Absence, absence_of, presence, proposed, stand_in_of

TODAY = date(2024, 7, 1)
LAST = date(2024, 7, 14)


@pytest.mark.parametrize(
    "text",
    [
        "I am out of office until July 14th, 2024 and back on 15 July.",
        "I am on leave from July 1 through July 14.",
        "I will be back on Monday 15 July",
        "I am out from 2024-07-01 to 2024-07-14",
        "Ich bin bis 14.7. nicht im Haus",
        "Ich bin vom 1.7.2024 bis zum 14.07.2024 im Urlaub",
        "Ich bin ab dem 15. Juli wieder erreichbar",
        "Je suis absente jusqu'au 14 juillet 2024 inclus",
        "Je serai de retour le 15 juillet",
        "Estaré fuera hasta el 14 de julio de 2024",
        "Vuelvo el 15 de julio",
        "Sono assente fino al 14/07/24",
        "Rientro il 15 luglio",
        "Ik ben afwezig tot en met 14 juli",
        "Ik ben vanaf 15 juli weer aanwezig",
    ],
)
def test_the_last_day_is_read_in_six_languages(text: str):
    assert proposed(text, TODAY) == LAST


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("I am on leave until Monday.", date(2024, 7, 8)),
        ("I am away till next Friday", date(2024, 7, 5)),
        ("Back on Wednesday!", date(2024, 7, 2)),
        ("Ich bin bis Freitag im Urlaub", date(2024, 7, 5)),
        ("Ab dem 15. Juli wieder da, nicht ab Montag", LAST),
        ("Absent jusqu'au vendredi", date(2024, 7, 5)),
        ("Estoy de vacaciones hasta el viernes", date(2024, 7, 5)),
        ("Sono via fino a venerdì", date(2024, 7, 5)),
        ("Ik ben weg tot vrijdag", date(2024, 7, 5)),
        ("We met on Friday", None),
        ("I am away. We are open from Monday to Friday.", None),
        ("Bin nicht da. Wir sind von Mo. bis Freitag da", None),
        ("Friday until the end", None),
    ],
)
def test_a_day_of_the_week_is_the_next_one_where_no_date_is_named(text: str, last: date | None):
    assert proposed(text, TODAY) == last


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for your mail of 14 July.",
        "I am away until further notice.",
        "I am away until 30.6.2024.",
        "I am away until 14 July 2031.",
        "I am away until 31.2.2025.",
        "I am away until the 45 July",
        "",
    ],
)
def test_what_names_no_day_that_makes_sense_proposes_nothing(text: str):
    assert proposed(text, TODAY) is None


def test_a_day_without_a_year_is_the_next_one():
    assert proposed("back on January 8", date(2024, 12, 20)) == date(2025, 1, 7)
    assert proposed("until 29.2.", date(2024, 3, 1)) is None


@given(st.text(max_size=300))
def test_any_text_proposes_a_day_ahead_or_none(text: str):
    last = proposed(text, TODAY)

    assert last is None or TODAY <= last <= TODAY + LONGEST


def test_an_absence_covers_its_first_and_its_last_day():
    absence = Absence("ann", TODAY, LAST)

    assert [absence.covers(day) for day in (TODAY, LAST)] == [True, True]
    assert not absence.covers(TODAY - timedelta(days=1))
    assert not absence.covers(LAST + timedelta(days=1))
    assert Absence("ann", TODAY, None).covers(date(2030, 1, 1))


def test_of_several_absences_the_longest_is_told():
    short, long = Absence("ann", TODAY, TODAY), Absence("ann", TODAY, LAST, source="by command")
    until = Absence("ann", TODAY, None)

    assert absence_of("ann", [short, long, Absence("bob", TODAY, None)], TODAY) is long
    assert str(long) == "away until 2024-07-14 (by command)"
    assert absence_of("ann", [long, until], TODAY) is until
    assert str(until) == "away until further notice"
    assert absence_of("cara", [long], TODAY) is None


def test_a_stand_in_who_is_away_has_one_too_and_a_ring_has_none():
    def away(agent: str, stand_in: str) -> Absence:
        return Absence(agent, TODAY, LAST, stand_in)

    assert stand_in_of("ann", {"ann": away("ann", "bob")}) == "bob"
    assert stand_in_of("ann", {"ann": away("ann", "bob"), "bob": away("bob", "eve")}) == "eve"
    assert stand_in_of("ann", {"ann": away("ann", "bob"), "bob": away("bob", "ann")}) is None
    assert stand_in_of("ann", {"ann": away("ann", "")}) is None


def test_presence_is_the_part_of_the_days_that_are_not_covered():
    absences = [Absence("ann", TODAY, TODAY + timedelta(days=4)), Absence("bob", TODAY, None)]

    assert presence("ann", absences, TODAY + timedelta(days=6), 7) == 2 / 7
    assert presence("bob", absences, TODAY + timedelta(days=60), 7) == 1 / 7
    assert presence("eve", absences, TODAY, 7) == 1.0
