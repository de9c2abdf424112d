"""Send beats out by the way that all mail goes, and know them when they come in by the way of all mail."""

from datetime import datetime, timedelta

from daemon.desk.addressing import fold
from daemon.desk.heartbeat import NAME, Rhythm, moment_of, number_of
from daemon.mail.tokens import DETAIL, Purpose, parse_detail
from daemon.services.apply import Cause
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from daemon.services.visit import Visit
from storage import heartbeats
from storage.arrivals import Outcome
from storage.vocabulary import Disposition

# The token stands near the top of the mail.
_SEARCHED_CHARS = 4_000
# Copies of beats are of no use once nobody waits for them.
_KEPT = timedelta(days=2)


def send(office: Office, rhythm: Rhythm, now: datetime) -> str:
    """Queue one beat for every address and say in a line what was done; inside the caller's transaction."""
    number = number_of(now)
    left_at = moment_of(number)
    assert left_at is not None, "the present has a number"
    postbag = Postbag(office, Cause("postdesk", f"job:{NAME}:{number}", left_at))
    for address in rhythm.addresses:
        # The keys may be newer now than when the last mail was written.
        office.renew_keys(now)
        token = office.signer.detail(Purpose.HEARTBEAT, number, address)
        postbag.write(heartbeats.NOTICE, office.letters.reader(address), None, beat={"token": token})
    sent = postbag.post()
    gone = heartbeats.forget(now - max(_KEPT, rhythm.window))
    return f"sent {sent} of {len(rhythm.addresses)}; forgot {gone}"


def take_back(visit: Visit) -> Outcome | None:
    """Take a beat that came back, None for any other mail.

    Only mail from the desk's own address is one: what somebody answers to one is a mail like any other.
    """
    case = visit.case
    if not any(case.roster.is_own(one.address) for one in case.message.header_from):
        return None
    found = DETAIL.search(case.message.text[:_SEARCHED_CHARS].lower())
    token = parse_detail(found[0]) if found else None
    left_at = moment_of(token.ticket_number) if token and token.purpose is Purpose.HEARTBEAT else None
    if token is None or left_at is None:
        return None
    address = visit.postbag.office.signer.verify(token, heartbeats.recipients_at(left_at))
    if address is None:
        return None
    heartbeats.note_return(fold(address), left_at, case.cause.now)
    seconds = (case.cause.now - left_at).total_seconds()
    reason = f"{heartbeats.REASON} back from {address} after {seconds:.2f} seconds"
    return visit.outcome(Disposition.IGNORED, reason)
