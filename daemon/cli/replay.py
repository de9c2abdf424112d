"""``postdesk replay``: read a stored message with the program of today and say what it reads."""

from collections.abc import Iterator
from dataclasses import dataclass

import click

from daemon import commands
from daemon.cli.context import Invocation, json_option, pass_invocation
from daemon.cli.database import opened
from daemon.cli.output import emit_json, printable
from daemon.cli.page import View, block, facts, person
from daemon.edges.reader import Unreadable
from daemon.mail.message import Envelope, Message, Part
from daemon.services import operator, views
from daemon.services.visit import kept_text
from daemon.wiring import Desk
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as the ledger has it, and the entry that was made of it, if any."""

    arrival: View
    raw: bytes
    entry: View | None


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@json_option
@pass_invocation
def replay(invocation: Invocation, number: int, *, as_json: bool) -> int:
    """Read a stored message with the program of today.

    ID is the arrival's number; nothing is changed by reading.  Ends with status 1 where the message
    cannot be read, or reads otherwise than the ticket has it.
    """
    with opened(invocation) as database:
        stored = _stored(database, number)
    reading = _read(invocation, stored)
    if isinstance(reading, Unreadable):
        raise click.ClickException(f"arrival {number} cannot be read: {reading.reason}")
    differs = stored.entry is not None and _differs(stored.entry, reading)
    if as_json:
        emit_json(_view(stored, reading, differs=differs))
    else:
        click.echo("\n".join(_sections(stored, reading, differs=differs)))
    return int(differs)


def _stored(database: Database, number: int) -> Stored:
    arrival = views.arrival(database, number)
    if arrival is None:
        raise click.ClickException(f"there is no arrival {number}")
    ticket = views.ticket(database, arrival["ticket"]) if arrival["ticket"] else None
    entries = ticket["entries"] if ticket else []
    entry = next((entry for entry in entries if entry["arrival"] == number), None)
    return Stored(arrival, operator.content(database, number), entry)


def _read(invocation: Invocation, stored: Stored) -> Message | Unreadable:
    """Let the child process read it, with the limits that intake has."""
    desk = Desk.open(invocation.settings)
    reader = desk.reader()
    try:
        envelope = Envelope(null_reverse_path=stored.arrival["reverse_path"] == "")
        ((_, reading),) = reader.read_many([(stored.arrival["id"], stored.raw, envelope)])
        return reading
    finally:
        reader.close()
        desk.close()


def _differs(entry: View, message: Message) -> bool:
    """Tell whether the entry would have another text; an agent's command lines are not part of it."""
    words = commands.split(message.new_text)[1]
    texts = {kept_text(text).text for text in (message.text, message.new_text, words)}
    return entry["full_text"] != kept_text(message.text).text or entry["text"] not in texts


def _view(stored: Stored, message: Message, *, differs: bool) -> View:
    author = message.author
    return {
        "arrival": stored.arrival["id"],
        "kind": str(message.verdict.kind),
        "kind_evidence": message.verdict.evidence,
        "author": author.address if author else None,
        "author_name": author.name if author else "",
        "subject": message.subject,
        "message_id": message.message_id,
        "text": message.new_text,
        "full_text": message.text,
        "parts": [_part(part) for part in message.parts],
        "defects": [*message.identity_defects, *message.defects],
        "entry": stored.entry["id"] if stored.entry else None,
        "differs": differs if stored.entry else None,
    }


def _part(part: Part) -> View:
    return {
        "path": part.path,
        "content_type": part.content_type,
        "name": part.name,
        "size_bytes": part.size_bytes,
        "sha256": part.sha256,
        "fate": str(part.fate),
        "note": part.note,
    }


def _sections(stored: Stored, message: Message, *, differs: bool) -> Iterator[str]:
    author = message.author
    yield f"arrival {stored.arrival['id']}, read today"
    yield facts(
        (
            ("kind", _kind(message)),
            ("author", person(author.name, author.address) if author else "nobody in particular"),
            ("subject", message.subject),
            ("Message-ID", message.message_id),
        )
    )
    if message.parts:
        yield "  parts"
        yield from (_part_line(part) for part in message.parts)
    if message.identity_defects or message.defects:
        yield "  defects"
        yield from (f"    {printable(said)}" for said in (*message.identity_defects, *message.defects))
    yield "  new text"
    yield block(message.new_text, indent="    ")
    yield _comparison(stored, differs=differs)


def _kind(message: Message) -> str:
    verdict = message.verdict
    return f"{verdict.kind}: {verdict.evidence}" if verdict.evidence else str(verdict.kind)


def _part_line(part: Part) -> str:
    note = f" ({part.note})" if part.note else ""
    size = f", {part.size_bytes} bytes" if part.sha256 else ""
    name = f" {part.name}" if part.name else ""
    return printable(f"    {part.path or '.'} [{part.fate}]{name} {part.content_type}{size}{note}")


def _comparison(stored: Stored, *, differs: bool) -> str:
    if stored.entry is None:
        return "no entry was made of it, so there is nothing to compare"
    ticket = stored.arrival["ticket"]
    entry = f"entry {stored.entry['id']} of ticket {ticket}"
    return (
        f"{entry} reads otherwise; see it with: postdesk ticket {ticket}"
        if differs
        else f"{entry} reads the same"
    )
