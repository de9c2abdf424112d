"""Three desks in one daemon, as ``config/desks.toml`` has them: each speaks for itself, and HR to itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon import shipped
from daemon.desk.hook_settings import HookSettings
from daemon.desk.roster import TeamSettings
from daemon.desk.samples import samples
from daemon.jobs import close_resolved
from daemon.mail.tokens import Key, Signer
from daemon.services import views
from daemon.services.gate import Gate
from daemon.services.hooks import HookBook
from daemon.services.render import Renderer
from daemon.settings import Settings, load, problems_of_machine
from daemon.settings.service_levels import service_levels, waiting_of
from daemon.wiring import Desk, handling_settings
from storage.database import Database
from tests.conftest import close
from tests.scenarios.desk import Mail, StoryDesk, mail, reply

RITA = "Rita Requester <rita@cust.test>"
ANN, HEDY, FRED = ("Ann <ann@example.com>", "Hedy <hedy@example.com>", "Fred <fred@example.com>")
IT, HR, FACILITIES = "it@example.com", "hr@example.com", "facilities@example.com"
HR_ALONE = {"hedy@example.com", "hugo@example.com"}
# Each stands in one mail to HR and nowhere else.
MARKS = ("Zwetschgenmus", "Quittengelee", "Holunderblut", "Sanddornsaft")


@dataclass
class House(StoryDesk):
    """The desks of a configuration, with what HR's own templates make of its mail."""

    configuration: Settings | None = None
    of_hr: Renderer | None = None

    def __post_init__(self) -> None:
        found, today = self.configuration, self.now.date()
        assert found is not None
        assert self.of_hr is not None
        self.settings, self.teams, self.agents = found.desk, found.team, found.agent
        self.handling = handling_settings(found)
        super().__post_init__()
        levels, waiting = service_levels(found, today), waiting_of(found, today)
        of_teams = {"hr": self.of_hr}
        self.signer = Signer([Key("aa", b"k" * 32)], self.office.roster.domain)
        self.office = replace(self.office, signer=self.signer, levels=levels, waiting=waiting)
        self.office = replace(self.office, renderers=of_teams)
        self.intake = replace(self.intake, office=self.office)
        self.inbox: dict[str, list[Mail]] = {}

    def mail_out(self) -> list[Mail]:
        found = super().mail_out()
        for one in found:
            self.inbox.setdefault(one.recipient, []).append(one)
        return found

    def say(self, who: str, subject: str, text: str, to: str) -> dict[str, Mail]:
        """Let somebody write to a desk; returns the mails that this made, by reader."""
        self.mail_in(mail(who, subject, text, to), **verified(who))
        return {one.recipient: one for one in self.mail_out()}

    def answer(self, one: Mail, who: str, text: str) -> dict[str, Mail]:
        """Let somebody reply; returns the mails that this made, by reader."""
        self.mail_in(reply(one, who, text), **verified(who))
        return {one.recipient: one for one in self.mail_out()}

    def due(self, number: int) -> datetime:
        """Return by when the first answer is promised."""
        found = views.ticket(self.database, number, self.now, self.office.levels)
        assert found is not None
        return next(one["due"] for one in found["clocks"] if one["clock"] == "first-response")

    def close_what_is_over(self) -> None:
        with self.database.write():
            close_resolved.run(self.office, self.now)


def verified(who: str) -> dict[str, str]:
    address = who.rpartition("<")[2].strip(">")
    return {"auth_user": address} if address.endswith("example.com") else {}


def words(one: Mail) -> str:
    return " ".join(one.text.split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped example with HR's folder of templates switched on."""
    made = tmp_path_factory.mktemp("desks")
    text = (shipped.folder("config") / "desks.toml").read_text("utf-8")
    (made / "desks.toml").write_text(text.replace("#templates", "templates"), "utf-8")
    (made / "templates-hr" / "_base").mkdir(parents=True)
    own = made / "templates-hr" / "_base" / "sign.txt.j2"
    own.write_text("\n-- \nVertraulich, {{ desk.name }}\n", "utf-8")
    return made


@pytest.fixture(scope="module")
def of_hr(folder: Path) -> Renderer:
    return Renderer(folder / "templates-hr", "de")


@pytest.fixture
def house(folder: Path, of_hr: Renderer, sqlite: Database, now: datetime) -> Iterator[House]:
    made = House(sqlite, now, configuration=load(folder / "desks.toml"), of_hr=of_hr)
    yield made
    made.close()


@pytest.fixture
def sqlite(sqlite_maker: Any, request: pytest.FixtureRequest) -> Iterator[Database]:
    for url in sqlite_maker(request):
        made = Database(url)
        yield made
        close(made)


def test_example_is_fine_as_it_is_shipped(folder: Path):
    as_shipped = load(shipped.folder("config") / "desks.toml")

    assert problems_of_machine(as_shipped, {}) == problems_of_machine(load(folder / "desks.toml"), {}) == ()


def test_daemon_gives_a_desk_its_own_templates_before_those_of_all(folder: Path, tmp_path: Path):
    text = (folder / "desks.toml").read_text("utf-8").replace("templates-hr", str(folder / "templates-hr"))
    (tmp_path / "all" / "_base").mkdir(parents=True)
    (tmp_path / "all" / "_base" / "sign.txt.j2").write_text("-- \nOf all\n", "utf-8")
    (tmp_path / "desks.toml").write_text(f'{text}\n[templates]\nfolder = "all"\n', "utf-8")
    opened = Desk.open(load(tmp_path / "desks.toml"))
    sample = samples("ticket-opened")[0]

    assert set(opened.office.renderers) == {"hr"}
    assert "Vertraulich" in opened.office.renderers["hr"].render("ticket-opened", sample).text
    assert "Of all" in opened.office.renderer.render("ticket-opened", sample).text
    opened.close()


def test_each_desk_speaks_for_itself(house: House):
    it = house.say(RITA, "Screen", "The screen is dark.", IT)["rita@cust.test"]
    hr = house.say("Otto <otto@cust.test>", "1234", "1234", HR)["otto@cust.test"]
    facilities = house.say("Lea <lea@cust.test>", "Radiator", "The radiator is cold.", FACILITIES)

    assert (it["From"], hr["From"]) == (f"Example IT <{IT}>", f"Example Personal <{HR}>")
    assert it["Reply-To"].startswith("Example IT <it+")
    assert hr["Reply-To"].startswith("Example Personal <hr+")
    assert it["Message-ID"].endswith("@example.com>")
    assert hr["Message-ID"].endswith("@example.com>")
    # In HR's language, since nothing says what Otto's is, and with its own template.
    assert "Guten Tag Otto! Vielen Dank" in words(hr)
    assert "Vertraulich, Example Personal" in hr.text
    assert "Vertraulich" not in it.text
    # HR works in the morning, in Berlin: eight hours end on Wednesday at ten.
    assert house.due(1).isoformat() == "2024-01-15T17:00:00+00:00"
    assert house.due(2).isoformat() == "2024-01-17T09:00:00+00:00"
    # Facilities acknowledges nothing.
    assert set(facilities) == {"fred@example.com"}
    assert facilities["fred@example.com"]["From"] == f'"Lea (Example Facilities)" <{FACILITIES}>'
    assert [house.ticket(number)["team"] for number in (1, 2, 3)] == ["it", "hr", "facilities"]
    assert house.ticket(3)["category"] == "heating"


def test_nothing_of_hr_comes_to_others(folder: Path, of_hr: Renderer, database: Database, now: datetime):
    """One story: what HR is told, all that others try, and not one of its words with them."""
    house = House(database, now, configuration=load(folder / "desks.toml"), of_hr=of_hr)
    first, second, third, fourth = MARKS
    # Into HR by its second address, with the other desks copied; an answer, a note, a stranger's mail.
    shown = house.say(
        RITA, f"Salary {first}", f"My payslip says {second}.", "people@example.com, it@example.com"
    )
    house.answer(shown["hedy@example.com"], HEDY, f"#note\nAsk the bank about {third}.")
    house.answer(shown["hedy@example.com"], HEDY, "We look into it.")
    house.say("Eve <eve@evil.test>", "Re: [#1]", f"I know of {fourth}.", HR)
    # All that others try.
    lines = [
        "#queue all",
        "#queue hr",
        f"#search {second[:6]}",
        f"#search {third[:6]}",
        "#status 1",
        "#bulk team:hr | close",
    ]
    for line in lines:
        house.say(ANN, line, "", IT)
        house.say(FRED, line, "", FACILITIES)
    for text in ("#take", "#undo", "#ask hedy What is it?", "What is it?"):
        house.say(ANN, "Re: [#1] Salary", text, HR)
    mine = house.say(RITA, "Radiator", "The radiator is cold.", FACILITIES)["fred@example.com"]
    for text in ("#merge 1", "#link 1", "#link 1 duplicate", "#unlink 1"):
        house.answer(mine, FRED, text)
    # A look-alike, with the words of HR's: neither its category nor its number comes up.
    row = house.mail_in(mail(RITA, "Payslip", "My payslip and salary.", IT))
    house.mail_out()
    hooks = [
        HookBook(house.database, house.office, HookSettings(name=name, teams=teams), lambda: house.now)
        for name, teams in (("everybody", ()), ("hr's own", ("hr",)))
    ]

    outside = [one for who, mails in house.inbox.items() if who not in HR_ALONE for one in mails]
    among_agents = [one for one in outside if one.recipient.endswith("@example.com")]
    assert among_agents
    assert not [
        (one.notice, mark) for mark in MARKS for one in among_agents if mark in one.raw.decode() + one.text
    ]
    # Rita has what HR told her, and nothing that HR said to itself.
    hers = "".join(one.text for one in house.inbox["rita@cust.test"])
    assert "We look into it." in hers
    assert third not in hers
    assert fourth not in hers
    assert not [line for line in row["evidence"] if "pay" in line or "tickets 1" in line]
    assert house.ticket(1)["state"] in {"open", "in-fulfilment"}
    inside = "".join(one.text for who in HR_ALONE for one in house.inbox[who])
    assert all(mark in inside for mark in MARKS[1:])
    assert [book.gather() for book in hooks] == [0, 0]
    house.say(RITA, "Payslip again", "Another payslip.", HR)
    assert [book.gather() > 0 for book in hooks] == [False, True]
    house.close()


def test_ticket_that_is_handed_to_hr_speaks_as_hr_from_then_on(house: House):
    shown = house.say(RITA, "Salary", "The amount on the payslip is wrong.", IT)
    news = house.answer(shown["ann@example.com"], ANN, "#team hr It is about pay")
    answered = house.answer(news["hedy@example.com"], HEDY, "We look into it.")["rita@cust.test"]

    assert set(news) == {"ann@example.com", *HR_ALONE}
    assert answered["From"] == f'"Hedy (Example Personal)" <{HR}>'
    assert answered.reply_address.startswith("hr+")
    assert "[#1]" in answered["Subject"]
    assert "Vertraulich, Example Personal" in answered.text
    # To an old address of IT's her answer comes to HR all the same, and to nobody else.
    again = house.answer(shown["rita@cust.test"], RITA, "Thank you for looking, here is more.")
    assert set(again) == {"hedy@example.com"}
    assert (
        house.answer(shown["ann@example.com"], ANN, "By the way.")["ann@example.com"].notice
        == "answer-refused"
    )


def test_no_desk_writes_to_another(house: House):
    house.say(RITA, "All", "To everybody.", f"{FACILITIES}, {IT}")
    shown = house.inbox["fred@example.com"][0]
    house.answer(shown, FRED, f"#cc {HR}\n#cc rob@cust.test")
    one = mail(FRED, "Re: All", "Colleagues?", f"{shown.reply_address}, {HR}, people@example.com")
    house.mail_in(one, **verified(FRED))
    house.mail_out()

    readers = set(house.inbox)
    assert not {who for who in readers if house.office.roster.is_own(who)}
    # A mail of ours that one desk's mailbox passes on to another's ends there.
    row = house.mail_in(shown.raw, recipients=(HR,))
    assert row["disposition"] in {"ignored", "duplicate"}
    assert house.mail_out() == []


def test_mail_that_one_desk_passes_on_to_another_is_taken_once(house: House):
    one = mail(RITA, "Screen", "The screen is dark.", IT)
    house.mail_in(one, recipients=(IT,))
    house.mail_out()
    passed_on = (
        b"Received: by mail.example.com\r\nX-Forwarded-To: facilities@example.com\r\n" + one.as_bytes()
    )

    rows = [house.mail_in(passed_on, recipients=(who,)) for who in (FACILITIES, IT, FACILITIES)]

    assert [row["disposition"] for row in rows] == ["duplicate"] * 3
    assert [(each.notice, each.recipient) for each in house.mail_out()] == [
        ("duplicate-route", "fred@example.com")
    ]


def test_each_desk_closes_after_days_of_its_own(house: House):
    for to, who in ((IT, ANN), (HR, HEDY)):
        shown = house.say(RITA, f"About {to}", f"A thing for {to} to look at.", to)
        agent = verified(who)["auth_user"]
        house.answer(shown[agent], who, "#resolve")
    house.advance(days=15)
    house.close_what_is_over()
    after_a_fortnight = [house.ticket(number)["state"] for number in (1, 2)]
    house.advance(days=16)
    house.close_what_is_over()

    assert after_a_fortnight == ["closed", "resolved"]
    assert house.ticket(2)["state"] == "closed"


def test_each_desk_is_opened_again_for_days_of_its_own(house: House):
    acks = []
    for to, who in ((IT, ANN), (HR, HEDY)):
        shown = house.say(RITA, f"About {to}", f"A thing for {to} to look at.", to)
        house.answer(shown[verified(who)["auth_user"]], who, "#resolve")
        acks.append(shown["rita@cust.test"])
    house.advance(days=15)
    rows = [
        house.mail_in(reply(ack, RITA, f"It is not solved, say I at {at}.")) for at, ack in enumerate(acks)
    ]

    assert [row["disposition"] for row in rows] == ["ticketed", "appended"]
    assert house.ticket(2)["state"] not in {"resolved", "fulfilled"}


def test_flood_at_one_desk_leaves_the_others_their_mail(house: House):
    roster = house.office.roster
    teams = tuple(limited(team, 2) if team.name == "hr" else team for team in roster.teams)
    fewer = replace(roster, teams=teams)
    house.office = replace(house.office, roster=fewer, gate=Gate(fewer))
    house.intake = replace(house.intake, office=house.office)
    got = [
        set(house.say(f"p{at}@c{at}.test", f"Pay {at}", f"Question {at}.", HR)) - HR_ALONE for at in range(4)
    ]

    assert got == [{"p0@c0.test"}, {"p1@c1.test"}, set(), set()]
    assert "it@c.test" in house.say("it@c.test", "Screen", "Dark.", IT)
    (line,) = [event["data"] for event in house.ticket(4)["events"] if event["kind"] == "not sent"]
    assert line["reason"] == "2 automatic mails within an hour: team hr"


def limited(team: TeamSettings, count: int) -> TeamSettings:
    return TeamSettings(
        **{name: getattr(team, name) for name in team.__struct_fields__} | {"auto_mail_per_hour": count}
    )


def test_reminders_keep_the_calendar_of_the_desk(house: House):
    monday = datetime.fromisoformat("2024-01-15T09:00:00+00:00")

    assert house.office.waiting.next_step(monday, "it") == monday + timedelta(hours=72)
    # 72 hours are 18 mornings of four.
    hr = house.office.waiting.next_step(monday, "hr")
    assert hr is not None
    assert hr > monday + timedelta(days=20)
