"""The page of attacks is that of the cases as they are."""

import pytest

from tests.attacks.books import DATABASES
from tests.attacks.catalogue import CASES, DEPARTURES, ELSEWHERE, NOTHING_TO_ATTACK
from tests.attacks.table import PAGE, ROOT, SUMMARY_PAGE, page, summary, with_summary


def test_page_has_every_case_and_says_that_it_passed():
    passed = {
        (one.id, door, database): "passed"
        for one in CASES.values()
        for door in one.intakes
        for database in DATABASES
    }

    assert PAGE.read_text("utf-8") == page(passed), "play them and write it anew: make attacks"
    told = SUMMARY_PAGE.read_text("utf-8")
    assert summary(passed) in told
    assert with_summary(told, passed) == told


def test_attack_that_came_to_something_shows_in_both_pages():
    failed = {("AT-002", "smtp", "sqlite"): "failed"}

    assert "| AT-002 | dmarc-fail | failed |" in page(failed)
    assert "0 of 1 passed" in summary(failed)


def test_departures_are_of_cases_that_are_played():
    assert set(DEPARTURES) <= set(CASES)


def test_no_case_is_both_played_and_without_target():
    assert not set(CASES) & set(NOTHING_TO_ATTACK)
    assert not set(ELSEWHERE) & {*CASES, *NOTHING_TO_ATTACK}


@pytest.mark.parametrize(("number", "named"), sorted(ELSEWHERE.items()))
def test_tests_that_the_page_names_are_there(number: str, named: tuple[str, str]):
    assert (ROOT / named[1]).is_file()
