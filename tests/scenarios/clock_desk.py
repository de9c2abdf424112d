"""A desk that promises something, for stories about its clocks."""

from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from daemon.desk.calendars import Calendar
from daemon.desk.opening_hours import week
from daemon.desk.roster import AgentSettings
from daemon.desk.service_levels import EscalationSettings, ServiceLevels, SlaSettings
from daemon.jobs import clock_watch
from daemon.services import views
from storage import clocks
from tests.scenarios.desk import Mail, StoryDesk, mail

CARA = "Cara Customer <cara@cust.test>"
BOSS = "boss@corp.test"
BERLIN = ZoneInfo("Europe/Berlin")


def calendar(name: str, hours: str) -> Calendar:
    return Calendar(name, BERLIN, week([hours]), lambda _day: False)


OFFICE = calendar("office", "mon-fri 08:00-12:00 13:00-17:00")
STANDARD = SlaSettings(
    name="standard",
    calendar="office",
    first_response="1h",
    next_response="2h",
    resolution="8h",
    owner=BOSS,
    escalation=(EscalationSettings(share=1.5, to=("owner", "bob@corp.test")),),
)


@dataclass
class ClockDesk(StoryDesk):
    """A desk that promises something; Bob works in the afternoon only."""

    rows: tuple[SlaSettings, ...] = (STANDARD,)
    agents: tuple[AgentSettings, ...] = (
        AgentSettings(address="ann@corp.test", name="Ann"),
        AgentSettings(address="bob@corp.test", name="Bob", calendar="afternoon"),
        AgentSettings(address=BOSS, name="The boss"),
    )
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.promise(*self.rows)

    def promise(self, *rows: SlaSettings) -> None:
        """Let these service levels be in force from now on."""
        calendars = {"office": OFFICE, "afternoon": calendar("afternoon", "mon-fri 13:00-17:00")}
        people = frozenset({"ann@corp.test", "bob@corp.test", BOSS})
        self.levels = ServiceLevels.build(rows, calendars, people)
        self.office = replace(self.office, levels=self.levels)
        self.intake = replace(self.intake, office=self.office)

    def watch(self, minutes: int = 1, every: int = 1) -> list[tuple[str, str]]:
        """Let time pass with a look at the clocks each so many minutes; returns notices and readers."""
        for _ in range(0, minutes, every):
            self.advance(minutes=every)
            clock_watch.watch(self.database, self.office, self.levels, self.now)
        return [(one.notice, one.recipient) for one in self.mail_out()]

    def clocks(self, number: int = 1) -> dict[str, dict]:
        """Return the newest run of each clock, by name."""
        found = views.ticket(self.database, number, self.now, self.levels)
        assert found is not None
        return {one["clock"]: one for one in found["clocks"]}

    def facts(self) -> tuple[str, str]:
        """Return the priority and the assignee of the ticket."""
        found = self.ticket(1)
        return found["priority"], found["assignee"]

    def looks(self) -> list[int]:
        with self.database.read():
            return [number for number, _, _ in clocks.watched()]


def opened(desk: ClockDesk, subject: str = "Printer is dead", **more: str) -> Mail:
    """Let a ticket be opened; returns what Ann got of it."""
    desk.mail_in(mail(CARA, subject, "It says PC LOAD LETTER.\n", **more))
    return next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")


def critical() -> SlaSettings:
    levels = (EscalationSettings(share=1.0, to=("team",)), EscalationSettings(share=2.0, to=("owner",)))
    return SlaSettings(name="critical", ring_minutes=10, owner=BOSS, escalation=levels)
