"""What follows for a request when agents change what is asked for, or end the ticket."""

from collections.abc import Sequence

from daemon.desk.answers import settled
from daemon.desk.changes import Change, SetRequest
from daemon.desk.lifecycle import ENDED
from daemon.services import approving, fulfilling, request_flow, request_forms
from daemon.services.apply import Work
from daemon.services.postbag import Postbag
from daemon.services.request_forms import Lack
from daemon.services.request_views import clock, wanted_of
from daemon.services.requesting_items import go_on
from storage import requests
from storage.vocabulary import TicketState, TicketType

S = TicketState
_OPEN = frozenset({S.NEW, S.AWAITING_DETAILS, S.AWAITING_APPROVAL})


def follow(postbag: Postbag, work: Work, changes: Sequence[Change]) -> None:
    """Go on with a request that was changed, and call off one that has ended or is none any more."""
    asked = [one for one in changes if isinstance(one, SetRequest)]
    if not asked and requests.get(work.ticket.number) is None:
        return
    gone = work.ticket.type is not TicketType.SERVICE_REQUEST or (bool(asked) and not asked[-1].item)
    if gone:
        approving.void(postbag, work, "it asks for something else now")
        fulfilling.cancel(postbag, work, "it asks for something else now")
    elif _has_ended(work):
        # The tasks are called off by the clock, so that an end by mistake can be taken back.
        approving.void(postbag, work, f"the ticket is {work.ticket.state}")
    elif (asked and work.ticket.state in _OPEN) or _waits_again(work):
        _go_on(postbag, work)
    elif work.ticket.state is S.AWAITING_DETAILS and work.before.state is not S.AWAITING_DETAILS:
        _ask(postbag, work)


def _ask(postbag: Postbag, work: Work) -> None:
    """Send the form once more, since an agent asks for details."""
    wanted = wanted_of(postbag.office, work)
    judged = settled(wanted.item, wanted.answers, clock(postbag.office, work)) if wanted else None
    if wanted is not None and judged is not None and judged.gaps:
        request_forms.ask(postbag, work, Lack(wanted, judged.gaps))


def _has_ended(work: Work) -> bool:
    """Tell whether the ticket was ended just now without being fulfilled."""
    return work.ticket.state in {S.CLOSED, S.REJECTED} and work.before.state not in ENDED


def _waits_again(work: Work) -> bool:
    """Tell whether the end of a request was taken back whose approval was withdrawn with it."""
    return work.ticket.state is S.AWAITING_APPROVAL and work.before.state in ENDED


def _go_on(postbag: Postbag, work: Work) -> None:
    wanted = wanted_of(postbag.office, work)
    if wanted is None:
        return
    judged = settled(wanted.item, wanted.answers, clock(postbag.office, work))
    request_flow.voided(postbag, work, "an agent changed what is asked for")
    if judged.gaps and work.ticket.state is S.AWAITING_DETAILS:
        # The requester has the form already.
        return
    step = go_on(postbag, work, Lack(wanted, judged.gaps))
    if step:
        request_flow.tell(postbag, work, step, accepted=True)
