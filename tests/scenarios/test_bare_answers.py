"""A bare word in reply to a form answers the one question that is left, where it can mean nothing else."""

from datetime import timedelta

import pytest

from storage import surveys
from storage.surveys import SurveyState
from tests.scenarios.company import RITA, asked
from tests.scenarios.desk import StoryDesk, reply
from tests.scenarios.test_catalogue import FILLED, answers, desk, to_rita, told

__all__ = ["desk"]


def test_bare_answer_to_the_only_question_left_is_enough(desk: StoryDesk):
    desk.mail_in(asked("laptop", {"model": "Standard 14"}))
    desk.mail_in(reply(to_rita(desk.mail_out()), RITA, "2024-02-01\n\nThanks, Rita"))

    assert answers(desk) == FILLED


def test_bare_number_answers_the_only_question_left_though_it_takes_any_text(desk: StoryDesk):
    desk.mail_in(asked("monitor", {"count": "2"}))
    sent = to_rita(desk.mail_out())
    desk.mail_in(reply(sent, RITA, "7\n\nThanks, Rita"))

    assert answers(desk) == {"count": "2", "room": "7"}
    assert desk.ticket(1)["state"] == "awaiting-approval"


@pytest.mark.parametrize("words", ["the one by the lift", "7 or 8?", "7th floor"])
def test_other_words_do_not_answer_a_question_that_takes_any_text(desk: StoryDesk, words: str):
    desk.mail_in(asked("monitor", {"count": "2"}))
    desk.mail_in(reply(to_rita(desk.mail_out()), RITA, words))

    assert answers(desk) == {"count": "2"}
    assert told(desk.mail_out(), "ida@example.com") == ["requester-replied"]


@pytest.mark.parametrize(("score", "taken"), [(None, False), (4, True)])
def test_bare_number_beside_an_open_rating_answers_no_text(
    desk: StoryDesk, score: int | None, *, taken: bool
):
    desk.mail_in(asked("monitor", {"count": "2"}))
    planned = surveys.Planned(1, desk.now, "rita@example.com", "asked", desk.now)
    with desk.database.write():
        surveys.plan([planned])
        (survey,) = surveys.of_ticket(1)
        until = desk.now + timedelta(days=7)
        surveys.change(survey.id, {"state": SurveyState.SENT, "expires_at": until, "score": score})
    desk.mail_in(reply(to_rita(desk.mail_out()), RITA, "7"))

    assert answers(desk) == ({"count": "2", "room": "7"} if taken else {"count": "2"})
