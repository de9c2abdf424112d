"""The tickets of a private team are for its members alone, by whatever way others ask."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from daemon.desk.handling import HandlingSettings
from daemon.desk.handling_settings import CategorySettings, RouteSettings
from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings
from daemon.services.suggestions import learn
from storage.database import Database
from tests.conftest import close
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"
ANN, BOB, HEDY, HUGO = (f"{one.title()} <{one}@corp.test>" for one in ("ann", "bob", "hedy", "hugo"))
HR = "hr@desk.test"
# Stands in nothing but the mail to the private team.
SECRET = "Zwetschgenmus"
TEAMS = (
    TeamSettings(name="it", addresses=(SUPPORT,), members=("ann@corp.test", "bob@corp.test")),
    TeamSettings(name="hr", addresses=(HR,), members=("hedy@corp.test", "hugo@corp.test"), private=True),
)
AGENTS = tuple(
    AgentSettings(address=f"{one}@corp.test", name=one.title()) for one in ("ann", "bob", "hedy", "hugo")
)
HANDLING = HandlingSettings(
    categories=(
        CategorySettings(name="pay", words=("salary",), teams=("hr",)),
        CategorySettings(name="printer", words=("toner",)),
    ),
    routes=(
        RouteSettings(name="printers", words=("toner",), team="it"),
        RouteSettings(name="leave", words=("maternity",), team="hr"),
    ),
)
SETTINGS = DeskSettings(name="IT Support", address=SUPPORT, agents_act_everywhere=True)


@pytest.fixture
def database(sqlite_maker: Any, request: pytest.FixtureRequest) -> Iterator[Database]:
    """SQLite alone: what is private, no database decides; ``test_desks`` asks both."""
    for url in sqlite_maker(request):
        made = Database(url)
        yield made
        close(made)


@pytest.fixture
def house(database: Database, now: datetime) -> Iterator[StoryDesk]:
    """IT with Ann and Bob who may act everywhere, HR with Hedy and Hugo, and ticket 1 of HR."""
    made = StoryDesk(database, now, SETTINGS, TEAMS, AGENTS, HANDLING)
    made.mail_in(mail(CARA, f"Salary {SECRET}", f"My salary is wrong: {SECRET}.", HR))
    yield made
    made.close()


def verified(who: str) -> dict[str, str]:
    return {"auth_user": who.rpartition("<")[2].strip(">")}


def asked(desk: StoryDesk, who: str, line: str) -> list[Mail]:
    """Let an agent write a line to the desk; returns what the desk sends."""
    desk.mail_out()
    desk.mail_in(
        mail(who, line, "", headers={"Message-ID": f"<{abs(hash((who, line)))}@corp.test>"}), **verified(who)
    )
    return desk.mail_out()


def told(mails: list[Mail]) -> set[str]:
    return {one.recipient for one in mails}


def words(one: Mail) -> str:
    return " ".join(one.text.split())


def handed(desk: StoryDesk) -> Mail:
    """Open ticket 2 at IT and return Ann's mail about it."""
    desk.mail_out()
    desk.mail_in(mail(CARA, "Screen", "It is dark."))
    return next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")


def test_only_members_are_told_of_a_new_ticket(house: StoryDesk):
    assert told(house.mail_out()) == {"cara@cust.test", "hedy@corp.test", "hugo@corp.test"}


@pytest.mark.parametrize(
    "line", ["#queue all", "#queue hr", "#queue nobody", f"#search {SECRET}", "#bulk team:hr | close"]
)
def test_lists_of_others_do_not_have_it(house: StoryDesk, line: str):
    (outside,) = asked(house, ANN, line)
    (inside,) = asked(house, HEDY, line)

    assert (outside.notice, outside.recipient) == ("work-list", "ann@corp.test")
    assert "Salary" not in outside.text + outside["Subject"]
    assert f"Salary {SECRET}" in words(inside)


@pytest.mark.parametrize("line", ["#status 1", "#status #1"])
def test_how_it_stands_is_told_to_members_alone(house: StoryDesk, line: str):
    (outside,) = asked(house, ANN, line)
    (inside,) = asked(house, HEDY, line)

    assert "there is no ticket 1 among those that you work on" in words(outside)
    assert SECRET not in outside.text
    assert f"My salary is wrong: {SECRET}." in words(inside)


def test_whoever_names_its_number_is_refused_without_a_word_of_it(house: StoryDesk):
    house.mail_out()
    row = house.mail_in(mail(ANN, "Re: [#1]", "#take"), **verified(ANN))
    (refusal,) = house.mail_out()

    assert row["disposition"] == "held"
    assert (refusal.notice, refusal.recipient) == ("answer-refused", "ann@corp.test")
    assert "of a team that its author is no member of" in words(refusal)
    assert SECRET.encode() not in refusal.raw
    assert house.ticket(1)["assignee"] in {None, ""}


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("#merge 1", "there is no ticket 1 among those that you work on"),
        ("#link 1", "there is no ticket 1 among those that you work on"),
    ],
)
def test_others_can_neither_merge_nor_link_with_it(house: StoryDesk, command: str, reason: str):
    shown = handed(house)
    house.mail_in(reply(shown, ANN, command))
    (receipt,) = house.mail_out()

    assert reason in words(receipt)
    assert house.ticket(2)["state"] == "new"


@pytest.mark.parametrize("command", ["#merge 2", "#link 2"])
def test_members_do_not_carry_it_out_either(database: Database, now: datetime, command: str):
    both = (TEAMS[0], TeamSettings(name="hr", addresses=(HR,), members=("ann@corp.test",), private=True))
    desk = StoryDesk(database, now, SETTINGS, both, AGENTS, HANDLING)
    desk.mail_in(mail(CARA, "Salary", "Wrong.", HR))
    shown = desk.mail_out()[1]
    desk.mail_in(mail(CARA, "Screen", "Dark."))
    desk.mail_out()

    desk.mail_in(reply(shown, ANN, command))
    (receipt,) = desk.mail_out()

    assert "ticket 1 is of hr, whose tickets are for its members alone" in words(receipt)
    desk.close()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("#assign bob", "Bob is no member of hr; hand it to another team with #team first"),
        ("#watch bob", "Bob is of another team"),
        ("#ask bob Was it you?", "Bob is no member of hr, whose tickets are for its members alone"),
    ],
)
def test_nobody_else_is_brought_in(house: StoryDesk, command: str, reason: str):
    shown = next(one for one in house.mail_out() if one.recipient == "hedy@corp.test")
    house.mail_in(reply(shown, HEDY, command))
    (receipt,) = house.mail_out()

    assert reason in words(receipt)
    assert receipt.recipient == "hedy@corp.test"


def test_what_is_handed_to_it_leaves_everybody_else(house: StoryDesk):
    shown = handed(house)
    house.mail_in(reply(shown, ANN, "#take\n#watch bob\n#ask bob Do you know?"))
    house.mail_out()
    house.mail_in(reply(shown, ANN, "#team hr It is about her salary"))
    *news, receipt = house.mail_out()

    assert "handed to hr; Ann is its assignee no longer" in words(receipt)
    assert told(news) == {"hedy@corp.test", "hugo@corp.test"}
    ticket = house.ticket(2)
    assert (ticket["team"], ticket["routes"], ticket["assignee"]) == ("hr", ["hr"], None)
    house.mail_in(reply(shown, CARA, "More of it.", HR.replace("@", "+x@")))
    assert not told(house.mail_out()) & {"ann@corp.test", "bob@corp.test"}
    row = house.mail_in(reply(shown, BOB, "I do know."), **verified(BOB))
    assert row["disposition"] == "held"


def test_whoever_handed_it_over_cannot_take_it_back(house: StoryDesk):
    shown = handed(house)
    house.mail_in(reply(shown, ANN, "#team hr"))
    house.mail_out()

    by_reply = mail(ANN, "Re: [#2] Screen", "#undo", shown.reply_address)
    house.mail_in(by_reply)
    anywhere = asked(house, ANN, "#undo")

    assert house.ticket(2)["team"] == "hr"
    assert [one.recipient for one in anywhere] == ["ann@corp.test"]
    assert "ticket 2 is with hr, and for its members alone" in words(anywhere[0])


def test_whoever_hands_it_on_is_told_who_can_read_it_then(house: StoryDesk):
    shown = next(one for one in house.mail_out() if one.recipient == "hedy@corp.test")
    house.mail_in(reply(shown, HEDY, "#team it"))
    *news, receipt = house.mail_out()

    assert "its agents can read all of it, notes" in words(receipt)
    assert told(news) == {"ann@corp.test", "bob@corp.test"}


def test_mail_to_both_is_for_the_private_one_alone(house: StoryDesk):
    house.mail_out()
    house.mail_in(mail(CARA, "Both", "Screen and salary.", f"{SUPPORT}, {HR}"))

    assert house.ticket(2)["routes"] == ["hr"]
    assert told(house.mail_out()) == {"cara@cust.test", "hedy@corp.test", "hugo@corp.test"}


def test_second_copy_at_another_desk_tells_nobody_there(house: StoryDesk):
    one = mail(CARA, "Both", "Screen and salary.", "all@list.test")
    house.mail_in(one, recipients=(HR,))
    house.mail_out()

    row = house.mail_in(b"Received: by elsewhere\r\n" + one.as_bytes(), recipients=(SUPPORT,))

    assert (row["disposition"], row["ticket"]) == ("duplicate", 2)
    assert house.mail_out() == []
    assert "ticket 2 is for the members of hr alone" in row["evidence"]


def test_no_route_takes_mail_away_from_it_but_one_may_lead_to_it(house: StoryDesk):
    away = house.mail_in(mail(CARA, "Toner", "No toner for my payslip.", HR))
    house.mail_in(mail(CARA, "Plan", "I have a question about maternity."))

    assert house.ticket(2)["team"] == "hr"
    assert "not routed to it: what hr is told is for its members alone" in away["evidence"]
    assert house.ticket(3)["routes"] == ["hr"]


def test_agent_who_writes_to_it_is_a_requester_like_any_other(house: StoryDesk):
    house.mail_out()
    house.mail_in(mail(ANN, "My own salary", "Is wrong too.", HR), **verified(ANN))
    ack, *shown = house.mail_out()
    assert (ack.notice, ack.recipient) == ("ticket-opened", "ann@corp.test")

    row = house.mail_in(reply(ack, ANN, "#close\n\nStill wrong."), **verified(ANN))

    assert row["disposition"] == "appended"
    assert house.ticket(2)["state"] == "new"
    assert told(shown) == told(house.mail_out()) == {"hedy@corp.test", "hugo@corp.test"}


def test_categories_and_nearest_tickets_stay_apart(house: StoryDesk):
    house.mail_in(mail(CARA, "Salary again", f"The {SECRET} salary.", HR))
    assert house.ticket(2)["category"] == "pay"
    for shown in [one for one in house.mail_out() if one.recipient == "hedy@corp.test"]:
        house.mail_in(reply(shown, HEDY, "#close"))
    with house.database.write():
        assert learn(house.now) == 2
    house.advance(minutes=5)

    outside = house.mail_in(mail(CARA, f"{SECRET}", f"The {SECRET} salary of my printer."))
    inside = house.mail_in(mail(CARA, f"{SECRET}", f"The {SECRET} salary of mine.", HR))

    assert not [line for line in outside["evidence"] if "tickets 2" in line or "pay" in line]
    assert [line for line in inside["evidence"] if "category" in line and "tickets 2, 1" in line]
