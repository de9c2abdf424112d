"""An agent of another team has no power over a ticket, by whatever way, until the ticket is theirs too."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import msgspec
import pytest

from daemon.desk.addressing import Roster
from daemon.desk.roster import TeamSettings
from storage.database import Database
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"
ANN = "Ann <ann@corp.test>"
BOB = "Bob <bob@corp.test>"
HR = "hr@desk.test"
TEAMS = (
    TeamSettings(name="it", addresses=(SUPPORT,), members=("ann@corp.test",)),
    TeamSettings(name="hr", addresses=(HR,), members=("bob@corp.test",)),
)
AS_BOB = {"auth_user": "bob@corp.test"}


@pytest.fixture
def house(database: Database, now: datetime) -> Iterator[StoryDesk]:
    """A desk of two teams, IT with Ann and HR with Bob, and ticket 1 of IT."""
    made = StoryDesk(database, now, teams=TEAMS)
    made.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER."))
    yield made
    made.close()


@pytest.fixture
def to_ann(house: StoryDesk) -> Mail:
    return house.mail_out()[1]


def sent(desk: StoryDesk) -> list[tuple[str, str]]:
    return [(one.notice, one.recipient) for one in desk.mail_out()]


@pytest.mark.parametrize("text", ["#close", "#take\n\nI do this one.", "Put in letter paper.", "#help"])
def test_agent_of_another_team_is_refused_once_with_the_reason(house: StoryDesk, to_ann: Mail, text: str):
    row = house.mail_in(reply(to_ann, BOB, text, SUPPORT), **AS_BOB)
    (refusal,) = house.mail_out()

    assert row["disposition"] == "held"
    assert house.ticket(1)["state"] == "new"
    assert house.ticket(1)["assignee"] in {None, ""}
    assert (refusal.notice, refusal.recipient) == ("answer-refused", "bob@corp.test")
    assert "of a team that its author is no member of" in " ".join(refusal.text.split())
    assert "Ask somebody of the ticket's team" in " ".join(refusal.text.split())


def test_the_note_address_of_the_team_helps_another_team_nothing(house: StoryDesk, to_ann: Mail):
    row = house.mail_in(mail(BOB, "note", "#close\n", to_ann.note_address), **AS_BOB)

    assert row["disposition"] == "held"
    assert house.ticket(1)["state"] == "new"


def test_agents_of_every_team_the_mail_went_to_may_act(house: StoryDesk, to_ann: Mail):
    house.mail_in(mail(CARA, "Laptop and holiday", "Both.", f"{SUPPORT}, {HR}"))
    to_bob = next(one for one in house.mail_out() if one.recipient == "bob@corp.test")

    house.mail_in(reply(to_bob, BOB, "#take"))

    assert house.ticket(2)["assignee"] == "bob@corp.test"


def test_agents_who_act_everywhere_need_no_team(house: StoryDesk, to_ann: Mail):
    desk = msgspec.structs.replace(house.settings, agents_act_everywhere=True)
    roster = Roster.build(desk, house.teams, house.agents)
    house.intake = replace(house.intake, office=replace(house.office, roster=roster))

    house.mail_in(reply(to_ann, BOB, "#take", SUPPORT), **AS_BOB)

    assert house.ticket(1)["assignee"] == "bob@corp.test"


def test_agent_of_another_team_who_is_copied_replies_like_anybody(house: StoryDesk, to_ann: Mail):
    roster = house.office.roster
    assert not roster.acts_on(roster.agents[1], ("it",), None)
    house.mail_in(mail(BOB, "My own laptop", "It is slow."))
    acknowledged = next(one for one in house.mail_out() if one.notice == "ticket-opened")

    row = house.mail_in(reply(acknowledged, BOB, "It got worse."))

    assert (row["disposition"], row["ticket"]) == ("appended", 2)
    assert sent(house) == [("requester-replied", "ann@corp.test")]


def test_the_assignee_may_act_whatever_the_team(house: StoryDesk):
    roster = house.office.roster

    assert roster.acts_on(roster.agents[1], ("it",), "Bob@corp.test")


def test_a_forward_of_an_agent_who_is_not_verified_speaks_for_nobody(house: StoryDesk, to_ann: Mail):
    forwarded = "---------- Forwarded message ---------\nFrom: Dan <dan@cust.test>\nSubject: Screen\n\nBlack."

    house.mail_in(mail(ANN, "Fwd: Screen", forwarded))

    assert house.ticket(2)["requester"] == "ann@corp.test"
