"""``postdesk approvals``: what is waited for, what needs a person, and how each came to stand as it does."""

from collections.abc import Iterator
from datetime import datetime
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
from storage.approval_records import Dossier, KeptStage

COLUMNS = ("approval", "ticket", "item", "state", "stage", "waiting", "since", "expires", "problems")


@click.command()
@click.argument("number", required=False, type=click.IntRange(min=1))
@click.option("--stuck", is_flag=True, help="Only those that wait for a person: nobody may decide.")
@click.option("--ticket", type=click.IntRange(min=1), help="All of this ticket, told in full.")
@json_option
@pass_invocation
def approvals(
    invocation: Invocation, *, number: int | None, stuck: bool, ticket: int | None, as_json: bool
) -> int:
    """List the approvals that are open; tell one in full by its NUMBER, or those of a ticket.

    In full: who was found by which rule, who stands in, who decided by which words and proof, and the text
    that the votes are bound to, with its digest.  Ends with status 1 where --stuck finds one.
    """
    now, zone = system_clock(), invocation.settings.desk.timezone
    wanted = (number, stuck or None, ticket)
    if sum(one is not None for one in wanted) > 1:
        raise click.UsageError("expected one of NUMBER, --stuck and --ticket")
    with opened(invocation) as database, database.read():
        found = [standing(one, now) for one in _chosen(number, ticket, stuck=stuck)]
    if number is None and ticket is None:
        nothing = "no approval waits for a person" if stuck else "no approval is open"
        emit([_row(one) for one in found], COLUMNS, as_json=as_json, nothing=nothing)
        return FOUND if stuck and found else FINE
    if number is not None and not found:
        raise click.ClickException(
            f'there is no approval {number}; "postdesk approvals" lists those that are open, --ticket finds '
            "those of a ticket"
        )
    if as_json:
        emit_json([_whole(one) for one in found])
    elif not found:
        click.echo(f"nobody was asked to approve anything for ticket {ticket}")
    else:
        click.echo("\n\n".join("\n".join(map(printable, _told(one, zone))) for one in found))
    return FINE


def _chosen(number: int | None, ticket: int | None, *, stuck: bool) -> list[Dossier]:
    if number is not None:
        one = kept.get(number)
        return [one] if one is not None else []
    return kept.of_ticket(ticket) if ticket is not None else kept.dossiers(kept.open_ids(stuck=stuck))


def _told(one: Standing, zone: str) -> Iterator[str]:
    approval = one.dossier.approval
    yield from lines_of(one, zone)
    yield f"digest: {approval.digest}"
    yield "text:"
    yield from (f"| {line}" for line in approval.text.rstrip("\n").split("\n"))


def _moment(moment: datetime) -> str:
    """Write a moment to the second: nobody decides within a fraction of it."""
    return iso(moment.replace(microsecond=0))


def _row(one: Standing) -> dict[str, Any]:
    approval, outcome = one.dossier.approval, one.outcome
    return {
        "approval": approval.id,
        "ticket": approval.ticket_number,
        "item": facts(approval)["item"],
        "state": str(outcome.state),
        "stage": f"{outcome.stage + 1}/{len(approval.stages)}",
        "waiting": ", ".join(outcome.asked),
        "since": _moment(approval.opened_at),
        "expires": _moment(approval.expires_at) if approval.expires_at is not None else "",
        "problems": "; ".join(approval.problems or ((outcome.reason,) if outcome.state == "stuck" else ())),
    }


def _stage(stage: KeptStage) -> dict[str, Any]:
    return {
        "name": stage.name,
        "rule": stage.rule,
        "needed": stage.needed,
        "approvers": [{"address": address, "why": why} for address, why in stage.approvers],
        "replaced": [{"address": was, "by": other, "named_by": by} for was, other, by in stage.replaced],
    }


def _whole(one: Standing) -> dict[str, Any]:
    approval = one.dossier.approval
    return {
        **_row(one),
        "reason": one.outcome.reason,
        "digest": approval.digest,
        "text": approval.text,
        "stages": [_stage(stage) for stage in approval.stages],
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
                "at": _moment(each.vote.at),
            }
            for each in one.dossier.votes
        ],
        "handovers": [
            {"approver": each.approver, "deputy": each.deputy, "reason": each.reason, "at": _moment(each.at)}
            for each in one.dossier.handovers
        ],
        "endings": [
            {"kind": each.kind, "by": each.by, "reason": each.reason, "at": _moment(each.at)}
            for each in one.dossier.endings
        ],
    }
