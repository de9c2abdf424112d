"""``postdesk ticket``: show one ticket with all that was said and done."""

from collections.abc import Iterator
from pathlib import Path

import click

from daemon.cli.context import FINE, FOUND, Invocation, json_option, pass_invocation
from daemon.cli.database import opened, promised
from daemon.cli.output import emit_json, in_words, printable
from daemon.cli.page import View, block, copy_line, event_line, facts, person
from daemon.clock import system_clock
from daemon.services import clock_views, views


@click.command()
@click.argument("number", metavar="NUMBER", type=click.IntRange(min=1))
@click.option("--full", is_flag=True, help="Whole texts, with what they quote; not only the new words.")
@click.option(
    "--save", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write its files there."
)
@json_option
@pass_invocation
def ticket(
    invocation: Invocation, number: int, folder: Path | None, *, full: bool, as_json: bool
) -> int | None:
    """Show a ticket with all that was said and done.

    Its state, who is on it, its entries, its journal and its mail.
    """
    with opened(invocation) as database:
        found = views.ticket(database, number, system_clock(), promised(invocation, database))
        if found is not None and folder is not None:
            return _save(folder, views.files(database, number))
    if found is None:
        raise click.ClickException(f"there is no ticket {number}")
    if as_json:
        emit_json(found)
    else:
        click.echo("\n\n".join(_sections(found, full=full)))
    return None


def _save(folder: Path, files: Iterator[tuple[str, bytes | None]]) -> int:
    """Write the files of a ticket into a folder; nothing that is there already is overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    status = FINE
    for name, content in files:
        target = folder / name
        if content is None or target.exists():
            why = "is there already" if content is not None else "cannot be taken out of its mail"
            click.echo(f"{printable(name)}: {why}", err=True)
            status = FOUND
            continue
        target.write_bytes(content)
        click.echo(printable(str(target)))
    return status


def _sections(found: View, *, full: bool) -> Iterator[str]:
    yield f"#{found['number']}  {printable(found['subject'])}\n{_head(found)}"
    for entry in found["entries"]:
        yield _entry(entry, full=full)
    if found["clocks"]:
        yield "clocks\n" + "\n".join(f"  {line}" for line in clock_views.lines(found["clocks"], "UTC"))
    yield "journal\n" + "\n".join(f"  {event_line(event)}" for event in found["events"])
    if found["outgoing"]:
        yield "mail\n" + "\n".join(f"  {copy_line(copy)}" for copy in reversed(found["outgoing"]))


def _head(found: View) -> str:
    others = [one for one in found["participants"] if one["role"] != "requester"]
    grades = f"{found['priority']} (impact {found['impact']}, urgency {found['urgency']})"
    return facts(
        (
            ("type", found["type"]),
            ("state", found["state"]),
            *_request(found["request"]),
            ("priority", grades),
            ("team", found["team"]),
            ("also for", [team for team in found["routes"] if team != found["team"]]),
            ("assignee", found["assignee"] or "nobody yet"),
            ("requester", person(found["requester_name"], found["requester"]) or "unknown"),
            ("copied", [person(one["name"], one["address"]) for one in others]),
            ("not reached", found["undelivered"]),
            ("created", found["created"]),
            ("updated", found["updated"]),
            ("resolved", found["resolved"]),
            ("closed", found["closed"]),
        )
    )


def _request(request: View | None) -> Iterator[tuple[str, str]]:
    """Write what is asked for out of the catalogue, with its answers by the ids of the questions."""
    if request is None:
        return
    version = f" (changed, version {request['version']})" if request["version"] > 1 else ""
    yield "asks for", f"{request['item']}{version}"
    yield from ((f"  {name}", answer) for name, answer in request["answers"].items())


def _entry(entry: View, *, full: bool) -> str:
    internal = ", internal" if entry["visibility"] == "internal" else ""
    origin = f", arrival {entry['arrival']}" if entry["arrival"] else ""
    author = person(entry["author_name"], entry["author"]) or "nobody"
    lines = [printable(f"--- {entry['kind']}{internal}: {author}, {in_words(entry['at'])}{origin}")]
    text = block(entry["full_text" if full else "text"])
    shown = [_part(part) for part in entry["parts"] if part["fate"] in {"attachment", "inline", "skipped"}]
    return "\n".join([*lines, *([text] if text else []), *shown])


def _part(part: View) -> str:
    note = f" ({part['note']})" if part["note"] else ""
    said = f"  [{part['fate']}] {part['name']}  {part['content_type']}, {part['size_bytes']} bytes{note}"
    return printable(said)
