"""E: surveys.  Only the own words of who was asked rate, sent by a person to the address made for them."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

from tests.attacks.cases_d import OUR_LINK
from tests.attacks.mails import ANN, CANARY, CARA, EVE, mail, passed
from tests.attacks.relay import Captured
from tests.attacks.runner import Stage, case

# Of each desk the one survey that Cara was sent: none of these attacks may answer it.
_SURVEYS: dict[str, Captured] = {}
_HOUR_AGO = "UPDATE tickets SET closed_at = ? WHERE number = ? RETURNING number"


def survey(stage: Stage) -> Captured:
    """Return the survey that Cara was sent about a ticket that Ann closed; S1 of the catalogue."""
    desk = stage.desk
    known = _SURVEYS.get(str(desk.folder))
    if known is not None:
        return known
    thread = stage.thread()
    close = mail(ANN, "Re: it", "#close\r\n\r\nPut in letter paper.\r\n", top=passed("corp.test"))
    desk.post(close, ANN, thread.to_ann.reply_address)
    hour_ago = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=1)
    desk.rows(_HOUR_AGO, hour_ago.isoformat(" "), thread.number)
    before = len(desk.relay.mails)
    command = [sys.executable, "-m", "daemon", "--config", str(desk.config), "jobs", "run", "survey-dispatch"]
    subprocess.run(command, check=True, capture_output=True)  # our own program
    desk.settled()
    (found,) = [one for one in desk.relay.mails[before:] if "+s" in one.reply_address]
    assert found.recipients == (CARA,)
    stage.__post_init__()
    _SURVEYS[str(desk.folder)] = found
    return found


def answer(sent: Captured, words: str, sender: str = CARA, **headers: str) -> bytes:
    """Write an answer to the survey, to the address that it asks for."""
    fields = {"In-Reply-To": sent.message_id, **headers}
    return mail(sender, f"Re: {sent['Subject']}", words, to=sent.reply_address, headers=fields)


def scores(stage: Stage) -> list[int | None]:
    """Return the score that counts of each survey that was sent."""
    return [row["score"] for row in stage.desk.rows("SELECT score FROM surveys WHERE state = 'sent'")]


@case(113, "auto-answer", desk="surveying", allowed={CARA})
def auto_answer(stage: Stage) -> None:
    sent = survey(stage)
    before = scores(stage)
    marked = {"Auto-Submitted": "auto-replied"}
    for words in ("I will be back in 5 days", "5", "5 days out of the office"):
        row = stage.send(answer(sent, f"{words}\r\n", **marked), sender=CARA, to=[sent.reply_address])
        assert row["disposition"] == "appended"
    row = stage.send(answer(sent, "5\r\n"), sender="", to=[sent.reply_address])
    assert row["disposition"] == "appended"
    assert stage.outsiders_got() == []

    assert scores(stage) == before


@case(114, "range", desk="surveying", allowed={CARA})
def out_of_range(stage: Stage) -> None:
    sent = survey(stage)
    before = scores(stage)
    asked_back = "SELECT COUNT(*) FROM surveys WHERE asked_back_at IS NOT NULL"
    asked = stage.desk.one(asked_back)
    for grade in ("11", "-1", "\u0665", "4.5", "1e0", "0", "3-4"):
        stage.send(answer(sent, f"{grade}\r\n"), sender=CARA, to=[sent.reply_address])

    assert scores(stage) == before
    # The others are asked about once, however many there are.
    assert len(stage.mails_to(CARA)) == 1 - asked
    assert stage.desk.one(asked_back) == 1


@case(115, "prefetch", desk="surveying")
def prefetch(stage: Stage) -> None:
    sent = survey(stage)

    # There is no link that a scanner could open: each digit is the beginning of a mail.
    assert OUR_LINK.findall(sent.everything) == []
    assert b"mailto:" in sent.everything


@case(117, "forwarded", desk="surveying")
def forwarded(stage: Stage) -> None:
    sent = survey(stage)
    before = scores(stage)
    known = "SELECT author, score, reason FROM survey_answers WHERE author = ?"
    earlier = len(stage.desk.rows(known, EVE))
    row = stage.send(answer(sent, "1 terrible\r\n", EVE), sender=EVE, to=[sent.reply_address])

    # It is kept with its true author, and does not count; nobody is told.
    assert row["disposition"] == "refused"
    (kept,) = stage.desk.rows(known, EVE)[earlier:]
    assert (kept["author"], kept["score"]) == (EVE, 1)
    assert EVE in kept["reason"]
    assert scores(stage) == before
    assert stage.mails() == []


@case(78, "search-leak", desk="surveying")
def search_leak(stage: Stage) -> None:
    """A survey tells of the ticket what its requester knows: the number, the subject, who helped."""
    sent = survey(stage)

    assert CANARY.encode() not in sent.everything
    assert "letter paper" not in sent.words
    assert b"+n" not in sent.everything
    assert b"+r" not in sent.everything
