from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from daemon.desk.approval_steps import Step, StepKind, due_steps, next_step_at, stand_in
from daemon.desk.approvals import Rule
from daemon.desk.calendars import Calendar
from daemon.desk.opening_hours import week
from tests.desk.approving import NOW, stage

OFFICE = Calendar("office", ZoneInfo("Europe/Berlin"), week(["mon-fri 09:00-17:00"]), lambda _day: False)
HOUR = 3600
PLAN = (
    Step(StepKind.REMIND, 8 * HOUR),
    Step(StepKind.REMIND, 16 * HOUR),
    Step(StepKind.DEPUTY, 24 * HOUR),
    Step(StepKind.ESCALATE, 32 * HOUR),
)


def due(hours, done=(), plan=PLAN):
    found = due_steps(plan, NOW, NOW + timedelta(hours=hours), done, OFFICE.add_working)
    return [(one.index, one.step.kind) for one in found]


@pytest.mark.parametrize(
    ("hours", "done", "wanted"),
    [
        (23.9, (), []),
        (24, (), [(0, StepKind.REMIND)]),
        (24, (0,), []),
        (48, (), [(1, StepKind.REMIND)]),
        (200, (0, 1), [(2, StepKind.DEPUTY), (3, StepKind.ESCALATE)]),
        (200, (), [(1, StepKind.REMIND), (2, StepKind.DEPUTY), (3, StepKind.ESCALATE)]),
    ],
)
def test_steps_fall_due_on_working_time(hours, done, wanted):
    assert due(hours, done) == wanted


def test_a_weekend_does_not_count():
    friday = NOW + timedelta(days=4)
    plan = (Step(StepKind.REMIND, 8 * HOUR),)

    assert due_steps(plan, friday, friday + timedelta(days=2, hours=23), (), OFFICE.add_working) == ()
    assert len(due_steps(plan, friday, friday + timedelta(days=3), (), OFFICE.add_working)) == 1


def test_the_next_step_is_known():
    assert next_step_at(PLAN, NOW, NOW, OFFICE.add_working) == NOW + timedelta(hours=24)
    assert next_step_at(PLAN, NOW, NOW + timedelta(days=30), OFFICE.add_working) is None


def test_a_calendar_that_never_opens_makes_nothing_due():
    assert due_steps(PLAN, NOW, NOW + timedelta(days=999), (), lambda _start, _seconds: None) == ()


DEPUTIES = {
    "ann@corp.test": ("bob@corp.test", "zoe@corp.test", "yan@corp.test"),
    "zoe@corp.test": ("xia@corp.test",),
    "xia@corp.test": ("ann@corp.test",),
}


class TestStandIn:
    stage = stage(Rule.ALL, ("ann@corp.test", "bob@corp.test"))

    def of(self, *away, parties=("cara@corp.test",), who="Ann@corp.test"):
        return stand_in(self.stage, who, parties, DEPUTIES, away)

    def test_an_approver_of_the_same_stage_does_not_get_a_second_voice(self):
        assert self.of() == "zoe@corp.test"

    def test_the_next_one_decides_where_the_first_is_away_or_asked(self):
        assert self.of("zoe@corp.test") == "yan@corp.test"
        assert self.of(parties=("ZOE@corp.test",)) == "yan@corp.test"

    def test_deputies_have_deputies(self):
        assert self.of("zoe@corp.test", "yan@corp.test") == "xia@corp.test"

    def test_a_ring_of_absent_people_ends_with_nobody(self):
        assert self.of("zoe@corp.test", "yan@corp.test", "xia@corp.test") is None
        assert self.of(who="yan@corp.test") is None
