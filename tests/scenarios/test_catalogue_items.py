"""Every item of the catalogue that is shipped, asked for by mail."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from daemon.desk.catalogue import Item, QuestionType
from daemon.desk.request_form import subject, written
from daemon.desk.roster import DeskSettings
from storage import requests
from storage.database import Database
from storage.migrations import migrate
from storage.vocabulary import TicketState
from tests.conftest import close
from tests.scenarios.company import AGENTS, DESK, SERVICE, TEAMS, catalogue, item
from tests.scenarios.desk import StoryDesk, mail

ALL = [one.id for one in catalogue().items]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoryDesk]:
    """One desk for all items: what the catalogue says is the same on every database."""
    folder = tmp_path_factory.mktemp("shop")
    database = Database(f"sqlite:///{folder}/shop.db")
    migrate(database)
    # Rita gets more mail here in a minute than the budgets allow in an hour.
    much = dict.fromkeys((name for name in DeskSettings.__struct_fields__ if "auto_mail" in name), 1_000)
    desk = DeskSettings(name=DESK.name, address=SERVICE, timezone=DESK.timezone, **much)
    now = datetime(2024, 1, 15, 9, tzinfo=UTC)
    made = StoryDesk(database, now, settings=desk, teams=TEAMS, agents=AGENTS, catalogue=catalogue())
    yield made
    made.close()
    close(database)


def machine_answers(wanted: Item) -> dict[str, str]:
    """Answer every question of an item as a machine would: with the first thing that it takes."""
    usual = {
        QuestionType.TEXT: "something",
        QuestionType.NUMBER: "1",
        QuestionType.DATE: "2024-03-04",
        QuestionType.YES_NO: "yes",
    }
    return {
        one.id: one.choices[0]
        if one.choices
        else str(max(1, int(one.least)))
        if one.least
        else usual[one.type]
        for one in wanted.questions
    }


@pytest.mark.parametrize("name", ALL)
def test_every_item_that_is_shipped_comes_to_its_next_step(shop: StoryDesk, name: str):
    """With the form filled in by a machine, sent by somebody who may."""
    desk, wanted = shop, item(name)
    given = machine_answers(wanted)
    sender = next((one for one in wanted.asked_by if "@" in one), "rita@example.com")
    sender = f"rita{sender}" if sender.startswith("@") else sender
    row = desk.mail_in(mail(sender, subject(wanted), written(wanted, given), to=SERVICE))

    number = row["ticket"]
    state = TicketState(desk.ticket(number)["state"])
    with desk.database.read():
        request = requests.get(number)
    assert request is not None
    valid = dict(request.answers)
    stages = wanted.stages_of(valid)
    assert row["disposition"] == "ticketed"
    assert set(valid) <= set(given)
    assert [one.id for one in wanted.questions if one.required and one.when.holds(valid)] == [
        one.id for one in wanted.questions if one.required and one.id in valid
    ]
    if stages:
        assert state is TicketState.AWAITING_APPROVAL
    elif wanted.article and not wanted.tasks and wanted.kind == "information":
        assert state is TicketState.FULFILLED
    else:
        assert state is TicketState.IN_FULFILMENT
