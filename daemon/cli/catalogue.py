"""``postdesk catalogue``: what people can ask for, and the form of an item as they get it."""

from collections.abc import Iterator
from typing import Any

import click

from daemon.cli.context import Invocation, json_option, pass_invocation
from daemon.cli.groups import ListingGroup
from daemon.cli.output import emit, emit_json, printable
from daemon.cli.page import facts
from daemon.desk.catalogue import Catalogue, Item, Stage
from daemon.desk.catalogue_list import money
from daemon.desk.request_form import link, subject, written
from daemon.desk.working_time import spoken_work
from daemon.settings.catalogue import load_catalogue

COLUMNS = ("id", "title", "kind", "team", "cost", "promised", "approval", "tasks", "asked_by")


@click.group(cls=ListingGroup)
def catalogue() -> None:
    """List what people can ask for, or print the form of an item as they get it.

    Without a subcommand: list.
    """


@catalogue.command(name="list")
@json_option
@pass_invocation
def list_(invocation: Invocation, *, as_json: bool) -> None:
    """List the items of the catalogue in the order of their files."""
    found = load_catalogue(invocation.settings)
    nothing = "there is no catalogue; [catalogue] folder names one"
    emit([_row(found, one) for one in found.items], COLUMNS, as_json=as_json, nothing=nothing)


@catalogue.command()
@click.argument("name", metavar="ITEM")
@json_option
@pass_invocation
def show(invocation: Invocation, name: str, *, as_json: bool) -> None:
    """Print an item: what it says of itself, the mail that its link starts, who decides, what is done."""
    found = load_catalogue(invocation.settings)
    item = found.item(name)
    if item is None:
        names = ", ".join(one.id for one in found.items) or "none"
        raise click.ClickException(f"no item {name} in the catalogue: {names}")
    if as_json:
        address = item.addresses[0] if item.addresses else invocation.settings.desk.address
        emit_json({**_row(found, item), "form": written(item, {}), "link": link(address, item)})
    else:
        click.echo("\n\n".join(_sections(found, item)))


def _row(found: Catalogue, item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "kind": str(item.kind),
        "team": item.team,
        "cost": money(item.cost, found.currency),
        "promised": spoken_work(item.promised_seconds),
        "approval": [_stage(one) for one in item.stages],
        "tasks": [one.id for one in item.tasks],
        "asked_by": list(item.asked_by),
    }


def _stage(stage: Stage) -> str:
    who = stage.group or ", ".join(stage.persons) or str(stage.by)
    return f"{who} over {stage.over:f}" if stage.over else who


def _sections(found: Catalogue, item: Item) -> Iterator[str]:
    row = _row(found, item)
    more = (
        ("description", item.description),
        ("kind", row["kind"]),
        ("team", item.team),
        ("cost", row["cost"] or (f"the answer to {item.price}" if item.price else "")),
        ("promised", row["promised"]),
        ("asked by", row["asked_by"]),
        ("decided by", row["approval"]),
        ("tasks", [f"{one.id} ({one.team or one.to or one.command})" for one in item.tasks]),
        ("looked after by", item.owner),
        ("article", item.article),
    )
    yield f"{item.id}  {printable(item.title)}\n{facts(more)}"
    form = "\n".join(f"  {printable(line)}".rstrip() for line in written(item, {}).splitlines())
    yield f"the mail that its link starts\n  Subject: {printable(subject(item))}\n\n{form}"
