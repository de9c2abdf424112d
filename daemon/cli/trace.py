"""``postdesk trace``: tell the whole way of a message in words."""

from collections.abc import Iterator

import click

from daemon.cli.context import Invocation, json_option, pass_invocation
from daemon.cli.database import opened
from daemon.cli.output import emit_json, in_words, printable
from daemon.cli.page import View, block, copy_line, event_line, facts
from daemon.services import views


@click.command()
@click.argument("ident", metavar="ID|MESSAGE-ID")
@json_option
@pass_invocation
def trace(invocation: Invocation, ident: str, *, as_json: bool) -> None:
    """Tell the whole way of a message.

    How it came, what became of it and why, and what it caused.  ID is the arrival's number; a Message-ID
    may stand with or without angle brackets, and names every arrival that carried it.
    """
    with opened(invocation) as database:
        ways = views.trace(database, ident)
    if not ways:
        raise click.ClickException(f"the ledger has no message {ident}")
    if as_json:
        emit_json(ways)
    else:
        click.echo("\n\n".join(map(in_full, ways)))


def in_full(way: View) -> str:
    """Write all that is known of one arrival."""
    return "\n".join(_sections(way))


def _sections(way: View) -> Iterator[str]:
    yield f"arrival {way['id']}: {_fate(way)}"
    yield facts(_received(way))
    if way["evidence"]:
        yield "  evidence"
        yield from (f"    {number}. {printable(said)}" for number, said in enumerate(way["evidence"], 1))
    if way["events"]:
        yield f"  done to ticket {way['ticket']}"
        yield from (f"    {event_line(event)}" for event in way["events"])
    if way["outgoing"]:
        yield "  mail because of it"
        yield from (f"    {copy_line(copy)}" for copy in reversed(way["outgoing"]))
    if way["error"]:
        yield "  error of the last attempt"
        yield block(way["error"], indent="    ")


def _fate(way: View) -> str:
    if way["disposition"] is None:
        return "waits for the worker" if way["state"] == "received" else "is being handled"
    ticket = f", ticket {way['ticket']}" if way["ticket"] else ""
    return printable(f"{way['disposition']}{ticket}: {way['reason']}")


def _received(way: View) -> list[tuple[str, object]]:
    attempts = f"{way['deaths']} died, {way['failures']} failed" if way["deaths"] or way["failures"] else ""
    return [
        ("received", f"{in_words(way['received'])} by {way['source']}{_peer(way)}"),
        ("security", _security(way)),
        ("envelope", _envelope(way)),
        ("mailbox", way["mailbox"]),
        ("Message-ID", way["message_id"]),
        ("size", _size(way)),
        ("digest", f"sha256 {way['digest']}"),
        ("attempts", attempts),
        ("settled", way["settled"]),
    ]


def _peer(way: View) -> str:
    peer = f" from {way['peer']}" if way["peer"] else ""
    return f"{peer}, which said it is {way['helo']}" if way["helo"] else peer


def _security(way: View) -> str:
    if way["source"] not in {"smtp", "lmtp"}:
        return ""
    login = f", logged in as {way['auth_user']}" if way["auth_user"] else ", no login"
    return f"{way['tls'] or 'no TLS'}{login}"


def _envelope(way: View) -> str:
    recipients = ", ".join(f"<{one}>" for one in way["recipients"])
    if way["reverse_path"] is None:
        return f"to {recipients}" if recipients else "none"
    return f"from <{way['reverse_path']}> to {recipients or 'nobody named'}"


def _size(way: View) -> str:
    whole = way["full_size_bytes"]
    cut = f", the beginning of {whole}" if whole > way["size_bytes"] else ""
    return f"{way['size_bytes']} bytes{cut}"
