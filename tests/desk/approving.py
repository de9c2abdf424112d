"""Builders of approvals and votes for the tests; the clock stands at 2024-01-15 09:00 UTC."""

from datetime import UTC, datetime, timedelta

from daemon.desk.approvals import Approval, Approver, Decision, Rule, Stage, Vote

NOW = datetime(2024, 1, 15, 9, tzinfo=UTC)
YES, NO = Decision.APPROVE, Decision.REJECT
DIGEST = "d1"
PEOPLE = tuple(f"{name}@corp.test" for name in ("ann", "bob", "cid", "dan", "eve"))


def at(minutes):
    return NOW + timedelta(minutes=minutes)


def stage(rule=Rule.ANY, people=PEOPLE[:3], needed=0, name="managers"):
    return Stage(name, rule, tuple(Approver(person) for person in people), needed)


def approval(*stages, **fields):
    return Approval(DIGEST, ("cara@corp.test",), stages or (stage(),), **fields)


def vote(who, decision=YES, minutes=1, **fields):
    known = {"serial": minutes, "stage": 0, "approver": who, "voter": who, "digest": DIGEST, "words": ""}
    return Vote(decision=decision, at=at(minutes), **(known | fields))
