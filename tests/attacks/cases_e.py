"""E: surveys.  Somebody was asked for a grade, and everything but a plain digit of theirs comes back."""

from typing import Any

from tests.attacks.cases_d import scanned, text
from tests.attacks.mails import CARA, EVE
from tests.attacks.requested import Surveyed, answered, surveyed
from tests.attacks.runner import Stage, case, departs

PASS_CUST = "dmarc=pass header.from=cust.test"


def answers(stage: Stage, asked: Surveyed) -> list[dict[str, Any]]:
    """The answers to a survey as they are kept."""
    return stage.desk.rows(
        "SELECT author, survey_answers.score, survey_answers.reason FROM survey_answers"
        " JOIN surveys ON surveys.id = survey_id WHERE ticket_number = ? ORDER BY survey_answers.id",
        asked.number,
    )


def score(stage: Stage, asked: Surveyed) -> int | None:
    found = stage.desk.one("SELECT score FROM surveys WHERE ticket_number = ?", asked.number)
    return None if found is None else int(found)


@case(113, "auto-answer", allowed={CARA})
def auto_answer(stage: Stage) -> None:
    asked = surveyed(stage)
    for words in ("I will be back in 5 days", "5", "5 days out of the office"):
        marked = {"Auto-Submitted": "auto-replied"}
        row = answered(stage, asked.mail, CARA, f"{words}\r\n", headers=marked, ar=PASS_CUST)
        assert row["disposition"] == "appended", row
    row = answered(stage, asked.mail, CARA, "5\r\n", sender="")
    assert row["disposition"] == "appended", row
    assert stage.outsiders_got() == []
    answered(stage, asked.mail, CARA, "I will be back in 5 days\r\n", ar=PASS_CUST)

    assert score(stage, asked) is None


@case(114, "range", allowed={CARA})
def out_of_range(stage: Stage) -> None:
    asked = surveyed(stage)
    for grade in ("11", "-1", "\u0665", "4.5", "1e0", "0", "3-4", "4/10"):
        headers, body = text(grade)
        answered(stage, asked.mail, CARA, body, headers=headers, ar=PASS_CUST)
        assert score(stage, asked) is None, grade
    assert len(stage.mails_to(CARA)) == 1, "they are asked about once, however many there are"
    answered(stage, asked.mail, CARA, "5/5\r\n", ar=PASS_CUST)

    assert score(stage, asked) == 5


departs(114, "5/5 is read as 5, since the scale that it names is ours; 4/10 is asked back like the others")


@case(115, "prefetch")
def prefetch(stage: Stage) -> None:
    asked = surveyed(stage)
    scanned(stage, asked.mail, "GET")
    assert score(stage, asked) is None


@case(117, "forwarded")
def forwarded(stage: Stage) -> None:
    asked = surveyed(stage)
    headers, body = text("5", "", "---------- Forwarded message ---------", f"From: {CARA}")
    answered(stage, asked.mail, EVE, body, headers=headers)
    (kept,) = answers(stage, asked)
    assert (kept["author"], bool(kept["reason"])) == (EVE, True)
    assert score(stage, asked) is None
    answered(stage, asked.mail, CARA, "4\r\n")

    assert [(one["author"], bool(one["reason"])) for one in answers(stage, asked)] == [
        (EVE, True),
        (CARA, False),
    ]
    assert score(stage, asked) == 4


departs(117, "Eve's answer is kept under her name and does not count; that of who was asked still does")
