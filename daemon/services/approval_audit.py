"""Prove approvals against the journals of their tickets: texts, votes and how they stand."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from daemon.desk.approvals import ApprovalState
from daemon.desk.frozen_text import digest
from daemon.services.approval_dossiers import standing
from daemon.services.audit import Break
from storage import approvals, journal
from storage.approval_records import Dossier
from storage.database import Database
from storage.records import Event

APPROVAL = "approval"
_BATCH = 200
_ENDED = {ApprovalState.APPROVED, ApprovalState.REJECTED, ApprovalState.EXPIRED, ApprovalState.VOID}


@dataclass
class ApprovalAudit:
    """Looks through all approvals; ``seen`` counts them."""

    database: Database
    now: datetime
    seen: int = 0

    def breaks(self) -> Iterator[Break]:
        """Yield what does not fit, an approval once at the most; only some of them are in memory."""
        after = 0
        while True:
            with self.database.snapshot():
                dossiers = approvals.dossiers(approvals.ids_after(after, _BATCH))
                found = [one for one in (self._look(each) for each in dossiers) if one is not None]
            yield from found
            if not dossiers:
                return
            self.seen += len(dossiers)
            after = dossiers[-1].approval.id

    def _look(self, dossier: Dossier) -> Break | None:
        kept = dossier.approval
        events = [one for one in journal.of_ticket(kept.ticket_number) if _is_of(one, kept.id)]
        told = (
            _wrong_text(dossier, events) or _wrong_votes(dossier, events) or self._wrong_end(dossier, events)
        )
        return Break(kept.ticket_number, 0, APPROVAL, f"approval {kept.id}: {told}") if told else None

    def _wrong_end(self, dossier: Dossier, events: list[Event]) -> str:
        kept = dossier.approval
        ended = [one for one in events if one.kind in {f"approval {state}" for state in _ENDED}]
        if not kept.is_open and not any(one.kind == f"approval {kept.state}" for one in ended):
            return f"it is {kept.state} in the tables, and the journal does not say so"
        found = standing(dossier, self.now).outcome.state
        if not kept.is_open and found != kept.state:
            return f"it is {kept.state} in the tables, and {found} by its votes"
        return ""


def _is_of(event: Event, approval_id: int) -> bool:
    return event.data.get("approval") == str(approval_id)


def _wrong_text(dossier: Dossier, events: list[Event]) -> str:
    kept = dossier.approval
    if digest(kept.text) != kept.digest:
        return "its text does not have the digest that the votes are bound to"
    begun = [one for one in events if one.kind == "approval begun"]
    if [one.data.get("digest") for one in begun] != [kept.digest]:
        return "the journal does not tell of a beginning with this text"
    return ""


def _wrong_votes(dossier: Dossier, events: list[Event]) -> str:
    has = Counter((one.vote.voter, one.vote.decision, one.vote.digest) for one in dossier.votes)
    said = Counter(
        (one.data.get("by", ""), one.data.get("decision", ""), one.data.get("digest", ""))
        for one in events
        if one.kind == "approval vote"
    )
    for voter, decision, _ in (has - said) + (said - has):
        where = "tables" if has[voter, decision, dossier.approval.digest] else "journal"
        return f"the vote of {voter}, {decision}, is only in the {where}"
    return ""
