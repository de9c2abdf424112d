"""The steps of a request, each asked of the service itself: what is legal, what is told, what is left out."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from daemon.desk.catalogue import Catalogue
from daemon.desk.catalogue_making import item_of
from daemon.desk.catalogue_settings import ItemSettings, QuestionSettings, StageSettings
from daemon.desk.changes import MoveState, SetRequester
from daemon.desk.request_form import subject, written
from daemon.services import request_flow
from daemon.services.apply import Cause, Work
from daemon.services.postbag import Postbag
from daemon.services.request_views import decides
from storage import tickets
from storage.database import Database
from storage.vocabulary import TicketState
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

CARA = "Cara <cara@cust.test>"
CHAIR = item_of(
    ItemSettings(
        id="chair",
        title="Chair",
        kind="order",
        description="A chair.",
        team="service-desk",
        cost=200.0,
        count="count",
        question=(QuestionSettings(id="count", label="How many?", type="number", least=1, most=9),),
        approval=(StageSettings(by="persons", persons=("boss@corp.test",), over=500.0),),
    ),
    {"confirmed": "Hello {name}, {count} of {title} by {promised}, for {cost}."},
)
Step = Callable[[Postbag, Work], None]


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    made = StoryDesk(database, now, catalogue=Catalogue((CHAIR,)))
    yield made
    made.close()


def asked(desk: StoryDesk, count: str) -> list[Mail]:
    desk.mail_in(mail(CARA, subject(CHAIR), written(CHAIR, {"count": count})))
    return desk.mail_out()


def does(desk: StoryDesk, step: Step, *before: MoveState | SetRequester) -> list[Mail]:
    """Let a service take a step on ticket 1, after these changes."""
    with desk.database.write():
        ticket = tickets.lock(1)
        assert ticket is not None
        work = Work.on(ticket, Cause("postdesk", "job:test", desk.now))
        work.apply(before)
        postbag = Postbag(desk.office, work.cause)
        step(postbag, work)
        postbag.post()
        work.finish()
    return desk.mail_out()


def state(desk: StoryDesk) -> str:
    return str(desk.ticket(1)["state"])


def said(one: Mail) -> str:
    return " ".join(one.text.split())


class TestApproved:
    def test_begins_the_work_and_is_told_in_the_words_of_the_item(self, desk: StoryDesk):
        asked(desk, "3")
        (told,) = [one for one in does(desk, request_flow.approved) if one.notice == "request-told"]

        assert state(desk) == "in-fulfilment"
        assert "Your request is approved." in said(told)
        assert "Hello Cara, 3 of Chair by , for 600 EUR." in said(told)

    def test_of_a_ticket_that_was_closed_meanwhile_moves_nothing(self, desk: StoryDesk):
        asked(desk, "3")
        mails = does(desk, request_flow.approved, MoveState(TicketState.CLOSED))

        (noted,) = [one["data"] for one in desk.ticket(1)["events"] if one["kind"] == "not moved"]
        assert (state(desk), mails) == ("closed", [])
        assert noted == {"to": "approved", "reason": "it is closed"}

    def test_without_its_item_is_for_people(self, desk: StoryDesk):
        asked(desk, "3")
        desk.office = replace(desk.office, catalogue=Catalogue())

        (told,) = does(desk, request_flow.approved)
        assert "Your request is approved." in said(told)
        assert state(desk) == "in-fulfilment"


class TestRejected:
    @pytest.mark.parametrize(
        ("reason", "words"),
        [("", "Your request was not approved."), ("Too dear", "Your request was not approved: Too dear")],
    )
    def test_is_told_with_the_reason_where_there_is_one(self, desk: StoryDesk, reason: str, words: str):
        asked(desk, "3")
        (told,) = does(desk, lambda bag, work: request_flow.rejected(bag, work, reason))

        assert (state(desk), words in said(told)) == ("rejected", True)

    def test_of_a_ticket_that_was_closed_moves_nothing(self, desk: StoryDesk):
        asked(desk, "3")

        assert (
            does(
                desk, lambda bag, work: request_flow.rejected(bag, work, "no"), MoveState(TicketState.CLOSED)
            )
            == []
        )
        assert state(desk) == "closed"


def test_fulfilled_is_told_once(desk: StoryDesk):
    asked(desk, "1")
    first, second = does(desk, request_flow.fulfilled), does(desk, request_flow.fulfilled)

    assert ([one.notice for one in first], second) == (["request-told"], [])
    assert "Your request is fulfilled." in said(first[0])


def test_nobody_is_told_where_nobody_asked(desk: StoryDesk):
    asked(desk, "1")

    assert does(desk, request_flow.fulfilled, SetRequester(None)) == []
    assert state(desk) == "fulfilled"


def test_change_after_which_nobody_has_to_approve_begins_the_work(desk: StoryDesk):
    acknowledged = next(one for one in asked(desk, "3") if one.notice == "ticket-opened")
    desk.mail_in(reply(acknowledged, CARA, written(CHAIR, {"count": "2"})))

    told = next(one for one in desk.mail_out() if one.notice == "request-told")
    assert state(desk) == "in-fulfilment"
    assert "It needs nobody's approval" in said(told)
    assert "2 of Chair" in said(told)


def test_form_that_is_wrong_while_the_approval_is_open_is_asked_again(desk: StoryDesk):
    acknowledged = next(one for one in asked(desk, "3") if one.notice == "ticket-opened")
    desk.mail_in(reply(acknowledged, CARA, written(CHAIR, {"count": "30"})))

    form = next(one for one in desk.mail_out() if one.notice == "request-form")
    assert "expected a number from 1 to 9" in said(form)
    assert state(desk) == "awaiting-details"


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (StageSettings(by="manager"), "Your manager decides about it next."),
        (StageSettings(by="budget-owner"), "The owner of the budget decides about it next."),
        (
            StageSettings(by="persons", persons=("a@b.test", "c@d.test")),
            "It is a@b.test, c@d.test who decides",
        ),
        (StageSettings(by="group", group="finance"), "The group finance decides about it next."),
    ],
)
def test_it_is_said_who_decides_next(stage: StageSettings, words: str):
    item = item_of(
        ItemSettings(id="x", title="X", kind="order", description="x", team="t", approval=(stage,)), {}
    )

    assert words in decides(item, {})
    assert decides(CHAIR, {"count": "1"}) == ""


def test_reply_in_html_fills_the_form_in(desk: StoryDesk):
    """What a phone makes of a form: no plain text, the answers within the quotation."""
    desk.mail_in(mail(CARA, subject(CHAIR), ""))
    (asking,) = [one for one in desk.mail_out() if one.notice == "request-form"]
    rows = "".join(f"<div>{line or '<br>'}</div>" for line in written(CHAIR, {"count": "2"}).splitlines())
    answer = reply(asking, CARA, "")
    answer.set_content(f"<p>As you like</p><blockquote type=cite>{rows}</blockquote>", subtype="html")
    desk.mail_in(answer)

    assert state(desk) == "in-fulfilment"


def test_desk_without_sub_addressing_links_to_its_plain_address(database: Database, now: datetime):
    plain = StoryDesk(database, now, catalogue=Catalogue((CHAIR,)))
    settings = plain.settings
    plain.close()
    bare = StoryDesk(
        database,
        now,
        settings=type(settings)(name="IT Support", address=SUPPORT, sub_addressing=False),
        catalogue=Catalogue((CHAIR,)),
    )
    acknowledged = next(one for one in asked(bare, "1") if one.notice == "ticket-opened")
    html = acknowledged.parsed.get_body(("html",))

    assert html is not None
    assert f"mailto:{SUPPORT}?subject=Re%3A%20%5B%231%5D" in html.get_content()
    bare.close()
