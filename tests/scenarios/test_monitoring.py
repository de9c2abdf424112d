"""Monitoring mail at the desk: one incident for each thing, opened and ended by mail that is proven."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage

import msgspec
import pytest

from daemon.desk.monitor_settings import MonitorSettings
from daemon.desk.monitoring import Monitors
from daemon.desk.roster import TeamSettings
from daemon.jobs import monitor_rest
from daemon.jobs.job import Job
from storage import monitors, people
from storage.database import Database
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

NAGIOS = "Nagios <nagios@mon.test>"
PEER = "10.0.0.7"
RULE = MonitorSettings(
    name="nagios",
    senders=("nagios@mon.test",),
    peers=("10.0.0.0/24",),
    subjects=("** {state} Service Alert: {host}/{service} is {level} **",),
    lines=("Info: {info}",),
    key="{host}/{service}",
    problem=("problem",),
    recovery=("recovery",),
    note=("acknowledgement",),
    team="operations",
    priority="P1",
    flap_changes=4,
    flap_minutes=30,
)


@dataclass
class WatchedDesk(StoryDesk):
    """A desk that reads the mail of Nagios."""

    teams: tuple[TeamSettings, ...] = (
        TeamSettings(name="service-desk", addresses=(SUPPORT,), members=("ann@corp.test",)),
        TeamSettings(name="operations", members=("bob@corp.test",)),
    )
    sent: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.rule(RULE)

    def rule(self, *rules: MonitorSettings) -> None:
        self.office = replace(self.office, monitors=Monitors.of(rules))
        self.intake = replace(self.intake, office=self.office)

    def alert(self, state: str, service: str = "HTTP", peer: str = PEER, **headers: str) -> dict:
        """Let Nagios write, some minutes after its last mail."""
        self.sent += 1
        self.advance(minutes=5)
        level = "OK" if state == "RECOVERY" else "CRITICAL"
        raw = mail(
            NAGIOS, f"** {state} Service Alert: web01/{service} is {level} **", f"Info: no {self.sent}\n"
        )
        for name, value in headers.items():
            raw[name.replace("_", "-")] = value
        return self.mail_in(raw, peer=peer)

    def notices(self) -> list[tuple[str, str]]:
        return [(one.notice, one.recipient) for one in self.mail_out()]

    def rest(self) -> None:
        job = Job(monitor_rest.NAME, monitor_rest.FORGOTTEN_AFTER, "", monitor_rest.run)
        with self.database.write():
            job.run(self.office, self.now)


@pytest.fixture
def desk(database: Database, now) -> Iterator[WatchedDesk]:
    made = WatchedDesk(database, now)
    yield made
    made.close()


BOB = "bob@corp.test"


def said(told: Mail) -> str:
    """Return the words of a mail without their line ends."""
    return " ".join(told.text.split())


class TestIncident:
    def test_problem_opens_one_for_the_team_and_nobody_outside_hears(self, desk: WatchedDesk):
        row = desk.alert("PROBLEM")
        ticket = desk.ticket(1)

        assert (row["disposition"], row["ticket"]) == ("ticketed", 1)
        assert (ticket["type"], ticket["state"], ticket["priority"]) == ("incident", "new", "P1")
        assert (ticket["team"], ticket["requester"]) == ("operations", None)
        assert desk.notices() == [("ticket-new", BOB)]

    def test_trace_tells_the_rule_and_what_it_read(self, desk: WatchedDesk):
        evidence = desk.alert("PROBLEM")["evidence"]

        read = "monitor nagios: info=no 1, state=PROBLEM, host=web01, service=HTTP, level=CRITICAL"
        assert f"{read}; problem of web01/http" in evidence
        assert "open: it has no incident" in evidence

    def test_next_problem_goes_onto_it_quietly_and_another_service_has_its_own(self, desk: WatchedDesk):
        desk.alert("PROBLEM")
        desk.mail_out()
        again, other = desk.alert("PROBLEM"), desk.alert("PROBLEM", "SMTP")

        assert (again["disposition"], again["ticket"]) == ("appended", 1)
        assert (other["disposition"], other["ticket"]) == ("ticketed", 2)
        assert desk.notices() == [("ticket-new", BOB)]
        assert [entry["kind"] for entry in desk.ticket(1)["entries"]] == ["message", "report"]

    def test_recovery_resolves_it_and_tells_the_team(self, desk: WatchedDesk):
        desk.alert("PROBLEM")
        desk.mail_out()
        row = desk.alert("RECOVERY")
        (told,) = desk.mail_out()

        assert (row["disposition"], desk.ticket(1)["state"]) == ("appended", "resolved")
        assert (told.notice, told.recipient) == ("monitoring-news", BOB)
        assert "It is well again: web01/http. The ticket is resolved." in said(told)
        assert told["Subject"].startswith("Well again: [#1]")

    @pytest.mark.parametrize(("end", "state"), [("close", "closed"), ("note", "new")])
    def test_rule_says_what_a_recovery_does(self, desk: WatchedDesk, end, state):
        desk.rule(msgspec.structs.replace(RULE, on_recovery=end))
        desk.alert("PROBLEM")
        desk.alert("RECOVERY")

        assert desk.ticket(1)["state"] == state
        assert ("monitoring-news", BOB) in desk.notices()

    def test_lone_recovery_and_note_are_ignored_and_keep_nothing(self, desk: WatchedDesk):
        rows = [desk.alert("RECOVERY"), desk.alert("ACKNOWLEDGEMENT")]

        assert [row["disposition"] for row in rows] == ["ignored", "ignored"]
        assert desk.notices() == []
        with desk.database.read():
            assert monitors.lock("web01/http") is None

    def test_acknowledgement_goes_onto_the_incident(self, desk: WatchedDesk):
        desk.alert("PROBLEM")
        row = desk.alert("ACKNOWLEDGEMENT")

        assert (row["disposition"], row["ticket"]) == ("appended", 1)
        assert desk.ticket(1)["state"] == "new"

    def test_requester_whom_an_agent_named_is_told_of_the_end(self, desk: WatchedDesk):
        desk.alert("PROBLEM")
        to_bob = desk.mail_out()[0]
        desk.mail_in(reply(to_bob, "Bob <bob@corp.test>", "#for cara@cust.test\n#note\n\nshe waits"))
        desk.mail_out()
        desk.alert("RECOVERY")

        assert ("ticket-resolved", "cara@cust.test") in desk.notices()


class TestReturn:
    def test_problem_soon_after_the_end_opens_the_same_again(self, desk: WatchedDesk):
        for state in ("PROBLEM", "RECOVERY", "PROBLEM"):
            desk.alert(state)

        assert desk.ticket(1)["state"] == "open"
        assert desk.notices()[-1] == ("monitoring-news", BOB)

    def test_later_problem_opens_a_new_one_that_names_the_old(self, desk: WatchedDesk):
        desk.alert("PROBLEM")
        desk.alert("RECOVERY")
        desk.advance(hours=25)
        row = desk.alert("PROBLEM")

        assert row["ticket"] == 2
        events = desk.ticket(2)["events"]
        assert {"ticket": "1"} in [one["data"] for one in events if one["kind"] == "follows"]

    def test_what_was_merged_goes_on_in_the_other(self, desk: WatchedDesk):
        desk.alert("PROBLEM")
        desk.alert("PROBLEM", "SMTP")
        first = desk.mail_out()[0]
        desk.mail_in(reply(first, "Bob <bob@corp.test>", "#merge 2"))
        row = desk.alert("PROBLEM")

        assert row["ticket"] == 2


class TestProof:
    def test_anybody_can_open_one_and_the_team_is_warned(self, desk: WatchedDesk):
        row = desk.alert("PROBLEM", peer="192.0.2.9")
        (told,) = desk.mail_out()

        assert row["disposition"] == "ticketed"
        assert "nothing proves that this mail is from the monitoring" in said(told)

    def test_nobody_unproven_can_end_one(self, desk: WatchedDesk):
        desk.alert("PROBLEM")
        desk.mail_out()
        row = desk.alert("RECOVERY", peer="192.0.2.9")
        (told,) = desk.mail_out()

        assert row["disposition"] == "appended"
        assert desk.ticket(1)["state"] == "new"
        assert "A mail says that it is well again, but nothing proves who wrote it" in said(told)

    def test_login_of_another_address_makes_it_an_ordinary_mail(self, desk: WatchedDesk):
        desk.alert("PROBLEM")
        raw = mail(NAGIOS, "** RECOVERY Service Alert: web01/HTTP is OK **", "x")
        row = desk.mail_in(raw, peer=PEER, auth_user="eve@corp.test")

        assert (row["disposition"], row["ticket"]) == ("ticketed", 2)
        assert desk.ticket(1)["state"] == "new"

    def test_machine_is_not_answered_whatever_it_marks(self, desk: WatchedDesk):
        for headers in ({"Auto_Submitted": "auto-generated"}, {"Precedence": "bulk"}, {}):
            desk.alert("PROBLEM", f"S{desk.sent}", **headers)

        assert {recipient for _, recipient in desk.notices()} == {BOB}
        with desk.database.read():
            assert people.find("nagios@mon.test") is None

    def test_other_mail_of_the_sender_is_a_ticket_and_trace_says_why(self, desk: WatchedDesk):
        row = desk.mail_in(mail(NAGIOS, "Disk plan", "Please order disks."), peer=PEER)

        assert row["disposition"] == "ticketed"
        assert "monitor nagios does not fit: its subject fits no pattern" in row["evidence"]


class TestFlapping:
    def flap(self, desk: WatchedDesk) -> None:
        for state in ("PROBLEM", "RECOVERY", "PROBLEM", "RECOVERY"):
            desk.alert(state)

    def test_what_comes_and_goes_stays_open_and_is_told_once(self, desk: WatchedDesk):
        self.flap(desk)
        told = desk.mail_out()
        for state in ("PROBLEM", "RECOVERY", "PROBLEM", "RECOVERY"):
            desk.alert(state)

        assert "It comes and goes: web01/http changed 4 times within 30 minutes." in said(told[-1])
        assert desk.ticket(1)["state"] == "open"
        assert desk.notices() == []

    def test_it_ends_when_it_stayed_well(self, desk: WatchedDesk):
        self.flap(desk)
        desk.mail_out()
        desk.advance(minutes=29)
        desk.rest()
        assert desk.ticket(1)["state"] == "open"
        desk.advance(minutes=1)
        for _ in range(2):
            desk.rest()

        assert desk.ticket(1)["state"] == "resolved"
        assert desk.notices() == [("monitoring-news", BOB)]

    def test_it_is_told_when_it_kept_failing(self, desk: WatchedDesk):
        self.flap(desk)
        desk.alert("PROBLEM")
        desk.mail_out()
        desk.advance(minutes=30)
        desk.rest()

        (told,) = desk.mail_out()
        assert "It came and went, and has failed steadily since: web01/http." in said(told)
        assert desk.ticket(1)["state"] == "open"

    def test_without_its_rule_it_rests_and_nothing_ends(self, desk: WatchedDesk):
        self.flap(desk)
        desk.mail_out()
        desk.rule()
        desk.rest()

        assert desk.ticket(1)["state"] == "open"
        assert desk.notices() == []
        with desk.database.read():
            assert monitors.flapping(10) == []

    def test_job_forgets_what_was_well_for_long(self, desk: WatchedDesk):
        desk.alert("PROBLEM")
        desk.alert("RECOVERY")
        desk.alert("PROBLEM", "SMTP")
        desk.advance(days=401)
        desk.rest()

        with desk.database.read():
            assert monitors.lock("web01/http") is None
            assert monitors.lock("web01/smtp") is not None


def test_two_workers_that_meet_a_thing_at_once_know_one(desk: WatchedDesk):
    desk.alert("PROBLEM")
    with desk.database.write():
        known = monitors.lock("web01/http")
        assert known is not None
        assert not monitors.meet(replace(known, ticket_number=9))
        assert monitors.lock("web01/http") == known


def test_robot_address_gets_no_mail_from_an_answering_agent(desk: WatchedDesk):
    desk.alert("PROBLEM")
    to_bob = desk.mail_out()[0]
    assert isinstance(to_bob.parsed, EmailMessage)
    desk.mail_in(reply(to_bob, "Bob <bob@corp.test>", "#resolve\n\nRestarted it."))

    assert [one for one in desk.mail_out() if "mon.test" in one.recipient] == []
    assert desk.ticket(1)["state"] == "resolved"
