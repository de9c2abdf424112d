"""Monitoring mail as pure rules: what the shipped rules read, and what becomes of the incident."""

import tomllib
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon import shipped
from daemon.desk.monitor_settings import MonitorSettings
from daemon.desk.monitoring import (
    Incident,
    Moment,
    Monitors,
    Sighting,
    Stands,
    Step,
    Watched,
    course,
    is_steady,
    names_of,
)
from daemon.settings.reading import read
from tests.conftest import MONDAY_MORNING

RULES = read(
    tomllib.loads((shipped.folder("config") / "monitors.toml").read_text("utf-8"))
    | {"desk": {"name": "x", "address": "x@y.test"}}
)[0].monitor
SHIPPED = Monitors.of(RULES)


@pytest.mark.parametrize(
    ("sender", "subject", "rule", "key", "stands"),
    [
        (
            "nagios",
            "** PROBLEM Service Alert: web01/HTTP is CRITICAL **",
            "nagios-service",
            "web01/http",
            "problem",
        ),
        (
            "nagios",
            "** RECOVERY Service Alert: web01/HTTP is OK **",
            "nagios-service",
            "web01/http",
            "recovery",
        ),
        (
            "nagios",
            "** ACKNOWLEDGEMENT Service Alert: web01/HTTP is WARNING **",
            "nagios-service",
            "web01/http",
            "note",
        ),
        ("nagios", "** PROBLEM Host Alert: web01 is DOWN **", "nagios-host", "web01", "problem"),
        ("nagios", "** DOWNTIMESTART Host Alert: web01 is UP **", "nagios-host", "web01", "note"),
        ("icinga", "[PROBLEM] Host web01 is DOWN!", "icinga-host", "web01", "problem"),
        ("icinga", "[RECOVERY] disk /var on db1 is OK!", "icinga-service", "db1/disk /var", "recovery"),
        ("zabbix", "Problem: High CPU load", "zabbix", "db1/high cpu load", "problem"),
        ("zabbix", "Resolved in 1h 2m: High CPU load", "zabbix", "db1/high cpu load", "recovery"),
        ("zabbix", "Updated problem in 2m: High CPU load", "zabbix", "db1/high cpu load", "note"),
        (
            "alertmanager",
            "[FIRING:2] HostDown web01:9100 (critical)",
            "alertmanager",
            "hostdown web01:9100 (critical)",
            "problem",
        ),
        (
            "alertmanager",
            "[RESOLVED] HostDown web01:9100 (critical)",
            "alertmanager",
            "hostdown web01:9100 (critical)",
            "recovery",
        ),
        (
            "uptime",
            "[Intranet] [\U0001f534 Down] connect ECONNREFUSED 10.0.0.8:443",
            "uptime-kuma",
            "intranet",
            "problem",
        ),
        ("uptime", "[Intranet] [\u2705 Up] 200 - OK", "uptime-kuma", "intranet", "recovery"),
    ],
)
def test_shipped_rules_read_the_mail_of_their_system(sender, subject, rule, key, stands):
    sighting = SHIPPED.read(
        f"{sender}@mon.example.com", subject, "Hello\n\nHost:  db1\nSeverity: High\n"
    ).sighting

    assert sighting is not None
    assert (sighting.rule.name, sighting.key, sighting.stands) == (rule, key, stands)


def test_rule_says_what_it_read():
    found = SHIPPED.read("zabbix@mon.example.com", "Problem: Load", "Host: db1\nHost: db2\n").sighting

    assert str(found) == "monitor zabbix: host=db1, state=Problem, trigger=Load; problem of db1/load"


@pytest.mark.parametrize(
    ("subject", "why"),
    [
        ("Lunch", "its subject fits no pattern"),
        ("Problem: Load", "it does not say which host"),
        ("Weekly report: 7 days", '"Weekly report" is no state that the rule knows'),
    ],
)
def test_rule_that_does_not_fit_says_why(subject, why):
    text = "Host: db1" if "report" in subject else ""
    reading = SHIPPED.read("zabbix@mon.example.com", subject, text)

    assert reading.sighting is None
    assert reading.told == (f"monitor zabbix does not fit: {why}",)


def test_mail_of_others_is_not_looked_at():
    assert SHIPPED.read("eve@example.net", "Problem: Load", "Host: db1").told == ()


def test_rules_are_known_by_name_and_say_what_they_find():
    rule = SHIPPED.named("zabbix")

    assert rule is not None
    assert SHIPPED.named("gone") is None
    assert set(names_of(rule)) == {"state", "trigger", "host", "severity"}


RULE = MonitorSettings(
    name="test",
    senders=("mon.test",),
    subjects=("{state} {host}",),
    key="{host}",
    problem=("down",),
    recovery=("up",),
    note=("ack",),
    flap_changes=4,
    flap_minutes=30,
)


def seen(stands: Stands) -> Sighting:
    return Sighting(RULE, "web01", stands, ())


def at(
    incident: Incident = Incident.NONE,
    watched: Watched | None = None,
    minutes: int = 0,
    *,
    proven: bool = True,
):
    return Moment(MONDAY_MORNING + timedelta(minutes=minutes), incident, proven, watched)


class TestCourse:
    @pytest.mark.parametrize(
        ("incident", "step"),
        [(Incident.NONE, Step.OPEN), (Incident.OPEN, Step.APPEND), (Incident.ENDED, Step.REOPEN)],
    )
    @pytest.mark.parametrize("proven", [True, False])
    def test_problem_opens_adds_or_opens_again_whoever_says_so(self, incident, step, proven):
        assert course(seen(Stands.PROBLEM), at(incident, proven=proven)).step is step

    def test_recovery_ends_the_open_incident_and_is_nothing_without_one(self):
        failing = Watched(Stands.PROBLEM, (MONDAY_MORNING,))

        assert course(seen(Stands.RECOVERY), at(Incident.OPEN, failing)).step is Step.END
        assert course(seen(Stands.RECOVERY), at(Incident.ENDED, failing)).step is Step.NOTHING
        assert course(seen(Stands.RECOVERY), at()).step is Step.NOTHING

    @pytest.mark.parametrize("stands", [Stands.RECOVERY, Stands.NOTE])
    def test_what_is_not_proven_ends_nothing_and_is_not_remembered(self, stands):
        failing = Watched(Stands.PROBLEM, (MONDAY_MORNING,))
        found = course(seen(stands), at(Incident.OPEN, failing, proven=False))

        assert (found.step, found.watched) == (Step.APPEND, failing)

    def test_unproven_problem_counts_as_no_change(self):
        assert course(seen(Stands.PROBLEM), at(proven=False)).watched == Watched(Stands.PROBLEM)

    def test_note_goes_onto_the_open_incident_only(self):
        assert course(seen(Stands.NOTE), at(Incident.OPEN)).step is Step.APPEND
        assert course(seen(Stands.NOTE), at(Incident.ENDED)).step is Step.NOTHING


class TestFlapping:
    def play(self, *gaps: int) -> list[tuple[Step, bool]]:
        """Let it fail and be well in turn, with so many minutes before each."""
        watched, minutes, incident, told = None, 0, Incident.NONE, []
        for number, gap in enumerate(gaps):
            minutes += gap
            stands = Stands.RECOVERY if number % 2 else Stands.PROBLEM
            found = course(seen(stands), at(incident, watched, minutes))
            watched = found.watched
            incident = {Step.END: Incident.ENDED, Step.NOTHING: incident}.get(found.step, Incident.OPEN)
            told.append((found.step, found.began))
        return told

    def test_fourth_change_within_the_time_keeps_the_incident_open_and_is_told_once(self):
        assert self.play(0, 5, 5, 5, 5, 5) == [
            (Step.OPEN, False),
            (Step.END, False),
            (Step.REOPEN, False),
            (Step.APPEND, True),
            (Step.APPEND, False),
            (Step.APPEND, False),
        ]

    def test_slow_changes_are_none(self):
        assert not any(began for _, began in self.play(0, 20, 20, 20, 20, 20))

    def test_same_news_again_is_no_change(self):
        watched = None
        for minutes in range(10):
            found = course(seen(Stands.PROBLEM), at(Incident.OPEN, watched, minutes))
            watched = found.watched

        assert watched == Watched(Stands.PROBLEM, (MONDAY_MORNING,))

    def test_rule_without_a_number_never_says_so(self):
        calm = Sighting(replace_rule(flap_changes=0), "web01", Stands.PROBLEM, ())
        many = tuple(MONDAY_MORNING for _ in range(40))

        assert not course(calm, at(Incident.OPEN, Watched(Stands.RECOVERY, many), 1)).began

    def test_it_is_over_once_the_thing_stayed_as_it_is(self):
        watched = Watched(Stands.RECOVERY, (MONDAY_MORNING,), flapping=True)

        assert not is_steady(RULE, watched, MONDAY_MORNING + timedelta(minutes=29))
        assert is_steady(RULE, watched, MONDAY_MORNING + timedelta(minutes=30))
        assert is_steady(None, watched, MONDAY_MORNING)


def replace_rule(**fields: object) -> MonitorSettings:
    return msgspec.structs.replace(RULE, **fields)


@given(st.lists(st.tuples(st.sampled_from(list(Stands)), st.integers(0, 40), st.booleans()), max_size=30))
def test_whatever_comes_nothing_unproven_ends_an_incident_and_flapping_never_does(news):
    watched, minutes, incident = None, 0, Incident.NONE
    for stands, gap, proven in news:
        minutes += gap
        before = watched
        found = course(seen(stands), at(incident, watched, minutes, proven=proven))
        watched = found.watched
        if found.step is Step.END:
            assert proven
            assert stands is Stands.RECOVERY
            assert before is None or not before.flapping
            incident = Incident.ENDED
        elif found.step in {Step.OPEN, Step.REOPEN}:
            assert incident is not Incident.OPEN
            incident = Incident.OPEN
        assert not found.began or (watched is not None and watched.flapping)
