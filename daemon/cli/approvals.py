"""``postdesk approvals``: what is waited for, what needs a person, and how each came to stand as it does."""

from typing import Any

import click

from daemon.cli.context import FINE, FOUND, Invocation, json_option, pass_invocation
from daemon.cli.database import opened
from daemon.cli.output import emit, emit_json, iso, printable
from daemon.clock import system_clock
from daemon.services.approval_dossiers import Standing, standing
from daemon.services.approval_orders import lines_of
from daemon.services.approval_views import facts
from storage import approvals as kept

COLUMNS = ("approval", "ticket", "item", "state", "stage", "waiting", "since", "expires", "problems")


@click.command()
@click.option("--stuck", is_flag=True, help="Only those that wait for a person: nobody may decide.")
@click.option("--ticket", type=click.IntRange(min=1), help="All of this ticket, told in full.")
@json_option
@pass_invocation
def approvals(invocation: Invocation, *, stuck: bool, ticket: int | None, as_json: bool) -> int:
    """List the approvals that are open, or tell those of a ticket in full.

    Ends with status 1 where ``--stuck`` finds one.
    """
    now, zone = system_clock(), invocation.settings.desk.timezone
    with opened(invocation) as database, database.read():
        if ticket is not None:
            found = [standing(one, now) for one in kept.of_ticket(ticket)]
        else:
            found = [standing(one, now) for one in kept.dossiers(kept.open_ids(stuck=stuck))]
    if ticket is not None and not as_json:
        for one in found:
            for line in lines_of(one, zone):
                click.echo(printable(line))
        return FINE
    if ticket is not None:
        emit_json([_whole(one) for one in found])
        return FINE
    emit([_row(one) for one in found], COLUMNS, as_json=as_json)
    return FOUND if stuck and found else FINE


def _row(one: Standing) -> dict[str, Any]:
    approval, outcome = one.dossier.approval, one.outcome
    return {
        "approval": approval.id,
        "ticket": approval.ticket_number,
        "item": facts(approval)["item"],
        "state": str(outcome.state),
        "stage": f"{outcome.stage + 1}/{len(approval.stages)}",
        "waiting": ", ".join(outcome.asked),
        "since": iso(approval.opened_at),
        "expires": iso(approval.expires_at) if approval.expires_at is not None else "",
        "problems": "; ".join(approval.problems or ((outcome.reason,) if outcome.state == "stuck" else ())),
    }


def _whole(one: Standing) -> dict[str, Any]:
    approval = one.dossier.approval
    return {
        **_row(one),
        "reason": one.outcome.reason,
        "digest": approval.digest,
        "text": approval.text,
        "votes": [
            {
                "voter": each.vote.voter,
                "approver": each.vote.approver,
                "stage": each.vote.stage + 1,
                "decision": each.vote.decision,
                "words": each.vote.words,
                "comment": each.vote.comment,
                "proof": each.vote.proof,
                "digest": each.vote.digest,
                "arrival": each.vote.arrival_id,
                "at": iso(each.vote.at),
            }
            for each in one.dossier.votes
        ],
        "handovers": [
            {"approver": each.approver, "deputy": each.deputy, "reason": each.reason, "at": iso(each.at)}
            for each in one.dossier.handovers
        ],
        "endings": [
            {"kind": each.kind, "by": each.by, "reason": each.reason, "at": iso(each.at)}
            for each in one.dossier.endings
        ],
    }
