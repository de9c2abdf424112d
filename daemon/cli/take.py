"""``postdesk take``: put messages out of files into the ledger, and end well only when all are durable."""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from daemon.cli import importing
from daemon.cli.context import FINE, FOUND, Invocation, pass_invocation
from daemon.edges import files
from daemon.services.ledger import LedgerUnavailable
from daemon.settings import ConfigurationError
from storage.database import DatabaseError, InterfaceError
from storage.migrations import SchemaError

# What a mail server understands as "keep it and try again" (sysexits.h).
TEMPORARY_FAILURE = os.EX_TEMPFAIL
# Below this an import is over before anybody has read a progress bar.
LONG_IMPORT_BYTES = 2 << 20
PIPE = "-"

_UNAVAILABLE = (LedgerUnavailable, DatabaseError, InterfaceError, SchemaError, OSError)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the messages are; ``-`` among the files is standard input."""

    singles: tuple[str, ...]
    mboxes: tuple[str, ...]
    maildirs: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.singles or self.mboxes or self.maildirs)

    @property
    def piped(self) -> bool:
        """Whether a mail server may be waiting for our exit status."""
        return PIPE in self.singles

    def opened(self) -> Iterator[Iterator[files.LabelledMessage]]:
        """Yield the messages of each source, none of them read yet."""
        for name in self.singles:
            yield files.message_on_stdin() if name == PIPE else files.message_in_file(Path(name))
        yield from (files.messages_in_mbox(Path(name)) for name in self.mboxes)
        yield from (files.messages_in_maildir(Path(name)) for name in self.maildirs)

    def size_bytes(self) -> int:
        """Return how much there is to read; what cannot be seen counts nothing."""
        paths = [Path(name) for name in (*self.singles, *self.mboxes) if name != PIPE]
        for name in self.maildirs:
            paths += [*Path(name).glob("new/*"), *Path(name).glob("cur/*")]
        return sum(path.stat().st_size for path in paths if path.is_file())


@dataclass
class Unreadable:
    """The sources that could not be read, each told as it is met."""

    count: int = 0

    def tell(self, reason: object) -> None:
        """Say why one could not be read."""
        self.count += 1
        click.echo(f"postdesk: {reason}", err=True)


@dataclass
class Reading:
    """All messages of all sources, one after the other; what cannot be read is told and passed over."""

    sources: Sources
    unreadable: Unreadable = field(default_factory=Unreadable)

    def __iter__(self) -> Iterator[files.LabelledMessage]:
        for messages in self.sources.opened():
            try:
                yield from self._with_content(messages)
            except (OSError, ValueError) as error:
                self.unreadable.tell(error)

    def _with_content(self, messages: Iterable[files.LabelledMessage]) -> Iterator[files.LabelledMessage]:
        for label, raw in messages:
            if raw:
                yield label, raw
            else:
                self.unreadable.tell(f"{label} is empty")


@click.command()
@click.argument("names", metavar="[FILE|-]...", nargs=-1)
@click.option("--mbox", "mboxes", metavar="FILE", multiple=True, help="Every message of an mbox file.")
@click.option("--maildir", "maildirs", metavar="DIR", multiple=True, help="Every message of a Maildir.")
@click.option(
    "--from", "reverse_path", metavar="ADDRESS", help='The envelope sender; "" for the null reverse-path.'
)
@click.option("--to", "recipients", metavar="ADDRESS", multiple=True, help="An envelope recipient.")
@click.option("--settle", is_flag=True, help="Handle the messages here, where no daemon runs to do it.")
@pass_invocation
def take(  # noqa: PLR0913  # one parameter an option, all but the first by name
    invocation: Invocation,
    *,
    names: tuple[str, ...],
    mboxes: tuple[str, ...],
    maildirs: tuple[str, ...],
    reverse_path: str | None,
    recipients: tuple[str, ...],
    settle: bool,
) -> int:
    """Put messages out of files into the ledger.

    FILE holds one message; - is standard input.  Ends with status 0 when everything is stored durably,
    75 when something could not be stored now and must be given again, 1 when some files could not be
    read, 2 for wrong use.  What is given twice is recognised.
    """
    sources = Sources(names, mboxes, maildirs)
    if not sources:
        raise click.UsageError('nothing to take: expected FILE, --mbox, --maildir or "-"')
    reading = Reading(sources)
    envelope = importing.envelope(reverse_path, recipients)
    try:
        taken = _imported(invocation, reading, envelope, settle=settle)
    except _UNAVAILABLE as error:
        click.echo(f"postdesk: not everything could be stored: {error}; try again later", err=True)
        return TEMPORARY_FAILURE
    except ConfigurationError as error:
        if not sources.piped:
            raise
        # A mail server would return the mail to its sender, who can do nothing about our settings.
        click.echo(str(error), err=True)
        return TEMPORARY_FAILURE
    unread = f", {reading.unreadable.count} could not be read" if reading.unreadable.count else ""
    click.echo(f"{taken} {'message' if taken == 1 else 'messages'} stored{unread}")
    return FOUND if reading.unreadable.count else FINE


def _imported(invocation: Invocation, reading: Reading, envelope: importing.Envelope, *, settle: bool) -> int:
    size = reading.sources.size_bytes()
    shown = size >= LONG_IMPORT_BYTES and sys.stderr.isatty()
    with (
        importing.opened(invocation.settings) as desk,
        click.progressbar(length=size, label="storing", file=sys.stderr, hidden=not shown) as bar,
    ):
        taken = importing.store(desk, reading, envelope, bar.update)
        # What separates the messages of an mbox is no message's.
        bar.update(size - bar.pos)
        if settle:
            importing.settle(desk)
    return taken
