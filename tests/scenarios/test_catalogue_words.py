"""What words in a new mail lead to: an item of the catalogue, the links of several, or nothing of it."""

import pytest

from tests.scenarios.company import RITA, SERVICE, item
from tests.scenarios.desk import StoryDesk, mail
from tests.scenarios.test_catalogue import answers, desk, to_rita

__all__ = ["desk"]


def test_words_of_a_subject_lead_to_an_item(desk: StoryDesk):
    row = desk.mail_in(mail(RITA, "Notebook, please", "Hello, mine is from 2015. Rita", to=SERVICE))

    one = to_rita(desk.mail_out())
    assert (row["disposition"], one.notice) == ("ticketed", "request-form")
    assert desk.ticket(1)["subject"] == "New laptop: Notebook, please"
    # Nothing was filled in, so the form is whole.
    assert [each.mark for each in item("laptop").questions if each.mark not in one.text] == []


def test_words_of_a_fault_do_not(desk: StoryDesk):
    desk.mail_in(mail(RITA, "Laptop is broken", "The screen does not work any more.", to=SERVICE))

    assert (desk.ticket(1)["type"], answers(desk)) == ("incident", {})
    assert to_rita(desk.mail_out()).notice == "ticket-opened"


def test_words_of_several_items_are_offered_as_links(desk: StoryDesk):
    desk.mail_in(mail(RITA, "monitor or loaner", "For our trainee, please.", to=SERVICE))

    one = to_rita(desk.mail_out())
    assert answers(desk) == {}
    assert "If you meant one or more of these" in " ".join(one.text.split())
    assert f"%5B0{item('loan-laptop').mark}%5D" in one.text


def test_two_items_in_a_subject_are_a_request_with_the_links_of_both(desk: StoryDesk):
    row = desk.mail_in(mail(RITA, "A laptop and a monitor", "For our trainee.", to=SERVICE))

    one = to_rita(desk.mail_out())
    assert (row["disposition"], one.notice) == ("ticketed", "ticket-opened")
    assert (desk.ticket(1)["type"], desk.ticket(1)["state"]) == ("service-request", "new")
    for name in ("laptop", "monitor"):
        assert f"mailto:{SERVICE}?subject=" in one.text
        assert f"%5B0{item(name).mark}%5D" in one.text


def test_a_wish_that_names_items_below_the_subject_gets_their_links(desk: StoryDesk):
    desk.mail_in(mail(RITA, "Hello", "I need a laptop and a monitor.\n\nRita", to=SERVICE))

    one = to_rita(desk.mail_out())
    assert (one.notice, desk.ticket(1)["type"], answers(desk)) == ("ticket-opened", "service-request", {})
    for name in ("laptop", "monitor"):
        assert f"%5B0{item(name).mark}%5D" in one.text


@pytest.mark.parametrize(
    "text", ["My laptop and the monitor hum.", "I need a laptop. " + "It is a long story. " * 40]
)
def test_items_in_other_words_are_offered_to_nobody(desk: StoryDesk, text: str):
    desk.mail_in(mail(RITA, "Hello", text, to=SERVICE))

    assert "If you meant" not in to_rita(desk.mail_out()).text


def test_two_items_of_one_team_go_to_that_team(desk: StoryDesk):
    desk.mail_in(mail(RITA, "Payslip and employment letter", "For the bank.", to=SERVICE))

    assert (desk.ticket(1)["type"], desk.ticket(1)["team"]) == ("service-request", "people")


def test_two_items_that_are_broken_are_an_incident(desk: StoryDesk):
    desk.mail_in(mail(RITA, "Laptop and monitor are broken", "They do not work.", to=SERVICE))

    assert desk.ticket(1)["type"] == "incident"
