"""Who decides in somebody's place: for an approver who is away, cannot be reached, or says nothing."""

from collections.abc import Collection, Iterable, Mapping

from daemon.desk.approval_steps import stand_in
from daemon.desk.approvals import approvers_of
from daemon.services import directory
from daemon.services.apply import Work
from daemon.services.approval_dossiers import Standing, standing
from daemon.services.office import Office
from storage import approvals, people
from storage.approval_records import Asked, KeptHandover

# Deputies of deputies of deputies: whoever has more of them has a directory that goes round in rings.
_DEPTH = 4


def for_absent(office: Office, work: Work, approval_id: int) -> None:
    """Ask the deputies of those who are asked, and away or not to be reached, at once."""
    dossier = approvals.get(approval_id)
    if dossier is None:
        return
    found = standing(dossier, work.cause.now)
    own = [one.address for one in dossier.asked if one.waiting and one.address == one.approver]
    away, dead = directory.away(office, own, work.cause.now), people.suppressions(own)
    for address in own:
        if address in away or address in dead:
            why = "is away" if address in away else "cannot be reached by mail"
            hand_over(office, work, found, address, f"{address} {why}")


def hand_over(office: Office, work: Work, found: Standing, approver: str, reason: str) -> str:
    """Let the first deputy who can decide in the place of an approver; return who, or nothing.

    Somebody who stands in already stays; who was asked may still decide, too.
    """
    stage = found.approval.stages[found.outcome.stage]
    known = deputies_of([approver])
    line = [one for each in known.values() for one in each]
    gone = directory.away(office, line, work.cause.now) | set(people.suppressions(line))
    barred = {*found.approval.parties, *_standing_in(found)}
    deputy = stand_in(stage, approver, barred, known, gone)
    if deputy is None:
        work.note("approval not handed over", approval=str(found.dossier.approval.id), approver=approver,
                  reason=f"{reason}; no deputy is known who can decide")  # fmt: skip
        return ""
    take_in(work, found, approver, deputy, reason)
    return deputy


def escalate(office: Office, work: Work, found: Standing, approver: str) -> str:
    """Let the manager of a silent approver decide, too; return who that is, or nothing."""
    managers = directory.organisation_for(office, [approver], roles=(), groups=()).managers
    manager = managers.get(approver, "")
    stage = found.approval.stages[found.outcome.stage]
    voices = {one.address for one in approvers_of(stage, ())}
    taken = {*found.approval.parties, *voices, *_standing_in(found)}
    if not manager or manager in taken or manager in people.suppressions([manager]):
        return ""
    take_in(work, found, approver, manager, f"{approver} did not answer; their manager is asked")
    return manager


def take_in(work: Work, found: Standing, approver: str, deputy: str, reason: str) -> None:
    """Note that somebody may decide for an approver of the stage that is asked, and is asked."""
    kept, stage, now = found.dossier.approval, found.outcome.stage, work.cause.now
    approvals.add_handover(KeptHandover(kept.id, stage, approver, deputy, now, reason[:500]))
    approvals.ask([Asked(kept.id, stage, approver, deputy, now)])
    work.note(
        "approval handed over", approval=str(kept.id), approver=approver, to=deputy, reason=reason[:500]
    )


def deputies_of(addresses: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the deputies of these people, and of their deputies in turn."""
    found: dict[str, tuple[str, ...]] = {}
    wanted = set(addresses)
    for _ in range(_DEPTH):
        if not wanted:
            break
        more = directory.deputies(wanted)
        found.update(more)
        wanted = {one for each in more.values() for one in each} - found.keys()
    return found


def _standing_in(found: Standing) -> Iterable[str]:
    """List who stands in for anybody in the stage: nobody has two voices."""
    return [one.deputy for one in found.dossier.handovers if one.stage == found.outcome.stage]
