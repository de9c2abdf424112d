"""Delivery reports: tied to the copy they are about, told to an agent once, never answered (RFC 3464)."""

import logging
from datetime import datetime, timedelta

from daemon.desk.addressing import fold
from daemon.mail.message import DeliveryReport, RecipientReport
from daemon.mail.tokens import Signer
from daemon.services.addresses import without_tokens
from daemon.services.apply import Work
from daemon.services.failures import note_unasked, tell_of_failure
from daemon.services.return_addresses import why_unproven
from daemon.services.visit import Visit
from storage import journal, outbox, people, tickets
from storage.arrivals import Outcome
from storage.records import OutboxItem
from storage.vocabulary import Disposition, EntryKind, Visibility

log = logging.getLogger("postdesk.reports")

# Servers give up after four or five days (RFC 5321 s 4.5.4.1).  A report that comes much later silences
# nobody: by then many may have seen the Message-ID that it needs.
REPORTS_COME_WITHIN = timedelta(days=10)


def take_report(visit: Visit, report: DeliveryReport) -> Outcome:
    """Record what a delivery report says about a mail of ours.

    Only a report that names a Message-ID with our MAC, of a copy that went to the recipient it blames, and
    that came to the return address of that copy has any effect; anybody can write a report (RFC 3464 s 4).
    """
    item = _copy_of(report, visit.postbag.office.signer)
    if item is None:
        return visit.outcome(Disposition.IGNORED, "a delivery report about no mail of ours")
    blamed = _blamed(report, item)
    if blamed is None:
        return visit.outcome(Disposition.IGNORED, f"a delivery report that does not concern outbox {item.id}")
    # Servers like to repeat the address that they refuse.
    words = without_tokens(f"{blamed.status} {blamed.diagnostic}".strip()) or blamed.action
    if blamed.action != "failed" or blamed.status.startswith("4"):
        reason = f"outbox {item.id} to {item.recipient} is {blamed.action}: {words}"
        return visit.outcome(Disposition.ACTED, reason[:300])
    office = visit.postbag.office
    doubt = why_unproven(item, visit.case.recipients, office.roster, office.signer)
    if doubt:
        return _doubted(visit, item, words, doubt)
    fresh = outbox.mark_bounced(item.id, words)
    now = visit.case.cause.now
    if fresh and _address_is_dead(item, blamed) and now - item.created_at <= REPORTS_COME_WITHIN:
        suppress(item.recipient, words, now)
    if fresh:
        note_unasked(item, now)
    return _tell(visit, item, words, fresh=fresh)


def _address_is_dead(item: OutboxItem, blamed: RecipientReport) -> bool:
    """Tell whether nothing more should go to this address.

    A status of the class 5.1 says that there is no such address (RFC 3463 s 3.2).  Any other failure may be
    a full mailbox or a filter of the day: it takes two of them, on different days.
    """
    return blamed.status.startswith("5.1.") or len(outbox.bounce_days(item.recipient)) > 1


def suppress(address: str, words: str, now: datetime) -> None:
    """Send nothing more to an address, an agent's as well as anybody's."""
    people.find_or_add(address, "", now)
    people.suppress(address, words[:200])


def _copy_of(report: DeliveryReport, signer: Signer) -> OutboxItem | None:
    if signer.ticket_of_own_id(report.original_message_id) is None:
        return None
    return outbox.find_by_message_id(report.original_message_id)


def _blamed(report: DeliveryReport, item: OutboxItem) -> RecipientReport | None:
    """Return what the report says of the copy's recipient; a forwarded copy fails under another name."""
    found = [one for one in report.recipients if fold(one.final_recipient) == fold(item.recipient)]
    return next(iter(found or report.recipients), None)


def _doubted(visit: Visit, item: OutboxItem, words: str, doubt: str) -> Outcome:
    """Keep what an unproven report says with its ticket, once for each copy; agents are told."""
    said = f"an unproven delivery report about outbox {item.id} to {item.recipient}: {doubt}"
    ticket = tickets.lock(item.ticket_number) if item.ticket_number else None
    if ticket is None or _is_noted(item, ticket.number):
        return visit.outcome(Disposition.IGNORED, said)
    log.warning(
        "%s; it was forged, or the relay writes its own return address: see docs/outgoing-mail.md", said
    )
    work = Work.on(ticket, visit.case.cause)
    visit.file(work, EntryKind.REPORT, Visibility.INTERNAL, visit.case.message.new_text)
    copy = {"outbox": str(item.id), "notice": item.notice, "to": item.recipient}
    work.note("unproven report", **copy, reply=words[:300], reason=doubt)
    if item.reverse_path is not None:
        # A relay that writes its own return address makes every true report look like this one.
        tell_of_failure(visit.postbag, work, item, words, unproven=True)
    work.finish()
    return visit.outcome(Disposition.APPENDED, said, work)


def _is_noted(item: OutboxItem, ticket_number: int) -> bool:
    lines = (line for line in journal.of_ticket(ticket_number) if line.kind == "unproven report")
    return any(line.data.get("outbox") == str(item.id) for line in lines)


def _tell(visit: Visit, item: OutboxItem, words: str, *, fresh: bool) -> Outcome:
    ticket = tickets.lock(item.ticket_number) if item.ticket_number else None
    reason = f"outbox {item.id} did not reach {item.recipient}: {words}"[:300]
    if ticket is None or not fresh:
        return visit.outcome(Disposition.ACTED, reason)
    work = Work.on(ticket, visit.case.cause)
    visit.file(work, EntryKind.REPORT, Visibility.INTERNAL, visit.case.message.new_text)
    work.note("undelivered", notice=item.notice, to=item.recipient, reply=words[:300])
    tell_of_failure(visit.postbag, work, item, words)
    work.finish()
    return visit.outcome(Disposition.APPENDED, reason, work)
