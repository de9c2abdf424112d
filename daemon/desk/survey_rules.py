"""Whether somebody is asked how satisfied they were, when, and why not."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

# A calendar's ``next_open``: the first open moment from this one on, or None.
NextOpen = Callable[[datetime], datetime | None]
_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class SurveyPlan:
    """How a team asks: how long after the closure, how many of a hundred closures, and each person how often.

    A survey that could not be sent within ``give_up_after`` of the closure is not sent any more: nobody
    remembers.
    """

    delay: timedelta = timedelta(hours=24)
    sample_percent: float = 100.0
    cool_down: timedelta = timedelta(days=30)
    give_up_after: timedelta = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Closure:
    """A closed ticket, as far as a survey is concerned.

    ``requester`` is an address, empty where nobody is known.  ``self_raised`` says that an agent, the desk
    or a monitor raised it, and nobody from outside.  ``bounced`` says that mail to the requester does not
    arrive, ``major_incident`` that it is one of the many of a major incident, which is asked about once.
    ``silent`` says that it was closed because its requester did not answer, ``called_off`` that the requester
    cancelled what was asked for, ``team_off`` that its team asks nobody.
    """

    ticket_number: int
    closed_at: datetime
    requester: str
    self_raised: bool = False
    duplicate: bool = False
    merged: bool = False
    bounced: bool = False
    major_incident: bool = False
    surveyed: bool = False
    reopened: bool = False
    silent: bool = False
    called_off: bool = False
    team_off: bool = False


@dataclass(frozen=True, slots=True)
class SurveyDue:
    """Whether a survey is sent: now, at ``wait_until``, or never (None and not now); ``reason`` says why."""

    now: bool
    reason: str
    wait_until: datetime | None = None


def survey_due(
    plan: SurveyPlan, closure: Closure, last_asked: datetime | None, now: datetime, next_open: NextOpen
) -> SurveyDue:
    """Say whether the requester of a closed ticket is asked now.

    ``last_asked`` is when this person was asked last, about anything; None for never.  The same closure is
    always in the sample or never, however often this is computed and on whichever host.
    """
    why_not = _never(plan, closure, last_asked, now)
    if why_not:
        return SurveyDue(now=False, reason=why_not)
    wanted = closure.closed_at + plan.delay
    opens = next_open(max(wanted, now))
    if opens is None or opens - closure.closed_at > plan.give_up_after:
        return SurveyDue(now=False, reason="it would come too long after the closure")
    if opens > now:
        reason = "the delay is not over" if wanted > now else "these are quiet hours"
        return SurveyDue(now=False, reason=reason, wait_until=opens)
    return SurveyDue(now=True, reason="the ticket was closed and its requester is in the sample")


def in_sample(ticket_number: int, closed_at: datetime, percent: float) -> bool:
    """Tell whether a closure is among so many of a hundred, by a hash: deterministic, and spread evenly."""
    name = f"survey {ticket_number} {int(closed_at.timestamp())}"
    bucket = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % _BUCKETS
    return bucket < percent / 100 * _BUCKETS


def _never(plan: SurveyPlan, closure: Closure, last_asked: datetime | None, now: datetime) -> str:
    """Say why a closure is never asked about, or nothing."""
    reasons = (
        (not closure.requester, "no requester is known"),
        (closure.surveyed, "it was asked already"),
        (closure.reopened, "the ticket is open again"),
        (closure.self_raised, "the desk itself raised the ticket"),
        (closure.duplicate, "the ticket is a duplicate"),
        (closure.merged, "the ticket was merged into another one"),
        (closure.major_incident, "the ticket belongs to a major incident"),
        (closure.silent, "it was closed because nobody answered"),
        (closure.called_off, "its requester called it off"),
        (closure.team_off, "its team asks nobody"),
        (closure.bounced, "mail to the requester does not arrive"),
        (
            last_asked is not None and now - last_asked < plan.cool_down,
            "this person was asked a short time ago",
        ),
        (
            not in_sample(closure.ticket_number, closure.closed_at, plan.sample_percent),
            "the ticket is not in the sample",
        ),
    )
    return next((reason for applies, reason in reasons if applies), "")
