"""Recognise a content that was settled before (reliability P3): a mail often comes by two ways.

Whoever gets a copy of a mail can hand it in first, as a machine's or with a forged author, so that it comes
to nothing, or at a signed address of their own, so that it belongs to something else.  Therefore what came to
nothing makes no duplicate of a copy that proves more, nor does what was heard as something else.
"""

from dataclasses import replace
from datetime import timedelta
from enum import IntEnum

from daemon.checks import examine
from daemon.desk.addressing import detail_of, fold
from daemon.desk.proof import Trust
from daemon.mail.tokens import parse_detail
from daemon.services import places
from daemon.services.apply import Work
from daemon.services.case import NEVER_ANSWERED, Case
from daemon.services.visit import Visit
from storage import arrivals, tickets
from storage.arrivals import Outcome
from storage.records import Arrival
from storage.vocabulary import Disposition

# The same content within this time is the same mail.
WINDOW = timedelta(days=30)
_WITHOUT_EFFECT = frozenset(
    {Disposition.IGNORED, Disposition.REFUSED, Disposition.HELD, Disposition.QUARANTINED}
)

# What a signed address makes of a mail that would be another matter without it.
_BY_ADDRESS = frozenset({Disposition.HELD, Disposition.REFUSED})


class Weight(IntEnum):
    """How much of a hearing a mail gets, from what ends at the checks to what is proven."""

    ENDED = 0
    MUTED = 1
    HEARD = 2
    VERIFIED = 3


def take(visit: Visit) -> Outcome | None:
    """End the way of a mail that was settled before; a second team it was sent to is told."""
    case = visit.case
    now, digest = case.cause.now, case.message.content_digest
    earlier_id = arrivals.claim_content(digest, case.arrival.id, now, WINDOW)
    earlier = arrivals.get(earlier_id) if earlier_id is not None else None
    if earlier is None:
        return None
    reason = f"the same content as arrival {earlier.id}"
    if _came_to_nothing(earlier) and _weight(visit) > _weight_of(earlier):
        arrivals.hand_content_over(digest, case.arrival.id, now)
        case.evidence.append(f"{reason}, which came to nothing and proved less")
        return None
    if _heard_elsewhere(earlier, case) and _weight(visit) >= _weight_of(earlier):
        arrivals.hand_content_over(digest, case.arrival.id, now)
        case.evidence.append(f"{reason}, which came to a signed address that this one does not name")
        return None
    ticket = tickets.lock(earlier.ticket_number) if earlier.ticket_number else None
    if ticket is None or earlier.disposition is not Disposition.TICKETED:
        return replace(visit.outcome(Disposition.DUPLICATE, reason), ticket_number=earlier.ticket_number)
    work = Work.on(ticket, case.cause)
    places.add_routes(visit, work)
    work.finish()
    return visit.outcome(Disposition.DUPLICATE, reason, work)


def _came_to_nothing(earlier: Arrival) -> bool:
    filed = earlier.disposition is Disposition.APPENDED and _weight_of(earlier) is Weight.MUTED
    return filed or earlier.disposition in _WITHOUT_EFFECT


def _heard_elsewhere(earlier: Arrival, case: Case) -> bool:
    if earlier.disposition not in _BY_ADDRESS:
        return False
    named = set(map(fold, case.recipients))
    return any(fold(one) not in named and parse_detail(detail_of(one)) for one in earlier.recipients)


def _weight(visit: Visit) -> Weight:
    case = visit.case
    found = examine(case.message, case.envelope, case.facts(visit.postbag.office.signer))
    if found.ended is not None:
        return Weight.ENDED
    if found.muted is not None or case.trust is Trust.FAILED:
        return Weight.MUTED
    return Weight.VERIFIED if case.trust is Trust.VERIFIED else Weight.HEARD


def _weight_of(earlier: Arrival) -> Weight:
    """Tell from what is kept of a settled mail how it was heard."""
    if any(Case.says_verified(one) for one in earlier.evidence):
        return Weight.VERIFIED
    if any(one.startswith(NEVER_ANSWERED) for one in earlier.evidence):
        return Weight.MUTED
    ended = earlier.disposition in {Disposition.QUARANTINED, Disposition.IGNORED}
    return Weight.ENDED if ended else Weight.HEARD
