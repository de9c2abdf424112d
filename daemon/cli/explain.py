"""``postdesk explain``: name the rule behind every decision about a ticket or a mail, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from daemon.cli.context import Invocation, json_option, pass_invocation
from daemon.cli.database import opened, promised
from daemon.cli.output import emit_json, in_words, printable
from daemon.cli.page import View
from daemon.clock import system_clock
from daemon.desk.explanation import decided, sorted_out, through, unexplained
from daemon.services import clock_views, evidence, views
from daemon.settings import Settings

_MAIL = "mail:"


@click.command()
@click.argument("ident", metavar="TICKET|mail:ID|MESSAGE-ID")
@json_option
@pass_invocation
def explain(invocation: Invocation, ident: str, *, as_json: bool) -> None:
    """Say why a ticket is as it is, decision by decision.

    How sure the desk was of the author, by what the type and the category were told, which route fits and
    why the others do not, the signals of the priority, the agents who could have got it, everything decided
    since, by which rule each approver was found, the row of the service levels behind each clock, and whom
    the gate did not write to.  With mail:ID or a Message-ID: the same of one mail.
    """
    if not ident.removeprefix("#").isdecimal():
        _explain_mail(invocation, ident.removeprefix(_MAIL), as_json=as_json)
        return
    number = int(ident.removeprefix("#"))
    with opened(invocation) as database:
        found = evidence.explanation(database, number, system_clock(), promised(invocation, database))
    if found is None:
        raise click.ClickException(
            f"there is no ticket {number}; a mail is named by mail:{number} or by its Message-ID"
        )
    view = _view(found, invocation.settings)
    if as_json:
        emit_json(view)
    else:
        click.echo("\n".join(_lines(view)))


def _explain_mail(invocation: Invocation, ident: str, *, as_json: bool) -> None:
    with opened(invocation) as database:
        found = views.trace(database, ident)
    if not found:
        raise click.ClickException(f"the ledger has no message {ident}")
    mails = [_mail(one) for one in found]
    if as_json:
        emit_json(mails)
    else:
        click.echo("\n".join(line for one in mails for line in _of_mail(one)))


def _view(found: View, settings: Settings) -> View:
    ticket, mails = found["ticket"], [_mail(one) for one in found["mails"]]
    team = next((one for one in settings.team if one.name == ticket["team"]), None)
    automatic = team is not None and team.assignment == "automatic"
    opening = mails[0]["why"] if mails and mails[0]["disposition"] == "ticketed" else {}
    return {
        "ticket": ticket["number"],
        "subject": ticket["subject"],
        "stands": {name: ticket[name] for name in ("type", "state", "priority", "team", "assignee")},
        "no_rule": unexplained(opening, routes=len(settings.route), automatic=automatic),
        "mails": mails,
        "decisions": [_decision(one) for one in found["decisions"]],
        "withheld": [_withheld(one) for one in found["withheld"]],
        "approvals": found["approvals"],
        "clocks": found["clocks"],
    }


def _mail(one: View) -> View:
    said = {"mail": one["id"], "received": one["received"], "disposition": one["disposition"]}
    return {**said, "reason": one["reason"], "why": sorted_out(one["evidence"])}


def _decision(event: View) -> View:
    said, by = decided(event["kind"], event["data"]), through(event["actor"], event["cause"])
    return {"event": event["id"], "at": event["at"], "kind": event["kind"], "decided": said, "by": by}


def _withheld(event: View) -> View:
    return {"at": event["at"], **{name: event["data"].get(name, "") for name in ("notice", "to", "reason")}}


def _lines(view: View) -> Iterator[str]:
    yield printable(f"#{view['ticket']}  {view['subject']}")
    yield printable("  " + ", ".join(f"{name} {value or 'nobody'}" for name, value in view["stands"].items()))
    for one in view["mails"]:
        yield from _of_mail(one, view["no_rule"] if one is view["mails"][0] else {})
    if view["decisions"]:
        yield "decided"
    for one in view["decisions"]:
        yield printable(f"  {in_words(one['at'])}  {one['decided']} ({one['by']})")
    if view["approvals"]:
        yield "approvals"
    for one in view["approvals"]:
        yield from (f"  {printable(line)}" for line in one["told"])
    if view["withheld"]:
        yield "not sent"
    for one in view["withheld"]:
        yield printable(f"  {in_words(one['at'])}  {one['notice']} to {one['to']}: {one['reason']}")
    if view["clocks"]:
        yield "clocks"
        yield from (f"  {printable(line)}" for line in clock_views.lines(view["clocks"], "UTC"))


def _of_mail(one: View, no_rule: Mapping[str, str] | None = None) -> Iterator[str]:
    fate = f"{one['disposition']}: {one['reason']}" if one["disposition"] else "waits for the worker"
    yield printable(f"mail {one['mail']}, {in_words(one['received'])}: {fate}")
    why: dict[str, Any] = {**one["why"], **{name: [said] for name, said in (no_rule or {}).items()}}
    for name, sentences in why.items():
        for number, said in enumerate(sentences):
            yield printable(f"  {'' if number else name:<12}{said.removeprefix(name).lstrip()}")
