"""Escalation does more than tell: it raises the priority and hands the ticket over."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from msgspec import structs

from daemon.desk.service_levels import EscalationSettings
from storage.database import Database
from tests.scenarios.clock_desk import BOSS, STANDARD, ClockDesk, opened
from tests.scenarios.desk import reply


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[ClockDesk]:
    made = ClockDesk(database, now)
    yield made
    made.close()


def test_escalation_raises_the_priority_and_hands_the_ticket_over_once(desk: ClockDesk):
    levels = (
        EscalationSettings(share=1.0, to=(), priority="P2"),
        EscalationSettings(share=1.5, to=(), assign_to="owner"),
    )
    desk.promise(structs.replace(STANDARD, escalation=levels, resolution=""))
    to_ann = opened(desk)
    desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "#take"))
    desk.watch(59, every=59)
    assert desk.facts() == ("P3", "ann@corp.test")

    desk.watch(1)
    assert desk.facts() == ("P2", "ann@corp.test")
    desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "#priority P3 not that bad"))
    assert ("sla-breached", BOSS) in desk.watch(30, every=15)
    assert desk.facts() == ("P3", BOSS)
    desk.watch(30, every=15)
    assert desk.facts() == ("P3", BOSS)
    reasons = [one["data"].get("reason", "") for one in desk.ticket(1)["events"]]
    assert "escalated: 100 % of the first-response time is over" in reasons
    assert "escalated: 150 % of the first-response time is over" in reasons
