"""Approvers who cannot decide and in whose place nobody can: the agents hear of each once."""

from collections.abc import Collection

from daemon.desk.sentences import Sentence, sentence
from daemon.services import approval_views, directory
from daemon.services.apply import Work
from daemon.services.approval_dossiers import Standing
from daemon.services.approval_views import Matter
from daemon.services.postbag import Postbag
from storage import people
from storage.approval_records import Asked


def tell(postbag: Postbag, work: Work, found: Standing) -> None:
    """Tell agents who is waited for, away or not to be reached, and has nobody who stands in."""
    stage, handed = found.outcome.stage, found.dossier.handovers
    covered = {one.approver for one in handed if one.stage == stage}
    own = [one for one in found.dossier.asked if one.waiting and one.stage == stage]
    alone = [one for one in own if one.address == one.approver and one.address not in covered]
    addresses = [one.address for one in alone]
    away = directory.away(postbag.office, addresses, work.cause.now)
    gone = {*away, *people.suppressions(addresses)}
    for one in alone:
        if one.address in gone:
            hint = sentence(
                "Write #approver ADDRESS to ask that person in the place of {who}.", who=one.address
            )
            matter = Matter(one.approval_id, f"alone:{one.id}", _what(one, away), (), hint)
            approval_views.tell_desk(postbag, work, matter)


def _what(one: Asked, away: Collection[str]) -> Sentence:
    if one.address in away:
        return sentence("{who} has to decide and is away, and no deputy is known.", who=one.address)
    return sentence("No mail reaches {who}, who has to decide, and no deputy is known.", who=one.address)
