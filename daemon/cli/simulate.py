"""``postdesk simulate``: try a configuration on old mail; nothing is sent and no desk is touched."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import IO, Any

import click

from daemon import settings as configuration
from daemon.cli import simulating
from daemon.cli.context import FINE, FOUND, Invocation, json_option, pass_invocation
from daemon.cli.output import emit, iso, printable
from daemon.cli.simulating import LabelledMessage, MailClock, Played
from daemon.cli.take import Reading, Sources, Unreadable
from daemon.desk.trial import FACTS, Difference, Summary, Tried, differences
from daemon.settings import Settings

# Fewer are played before anybody has read a progress bar.
LONG_PLAY_MAILS = 200
_COLUMNS = ("fact", "value", "before", "after", "change")


class _Quiet(Unreadable):
    """What cannot be read was told when the mails were counted."""

    def tell(self, _reason: object) -> None:
        self.count += 1


@dataclass
class _Mailbox:
    """The newest mails of all sources; they are read as often as they are played."""

    sources: Sources
    skipped: int = 0
    count: int = 0
    unreadable: int = 0

    @classmethod
    def of(cls, sources: Sources, limit: int | None) -> "_Mailbox":
        """Count the mails and tell what cannot be read."""
        reading = Reading(sources)
        found = sum(1 for _ in reading)
        count = min(found, limit or found)
        return cls(sources, found - count, count, reading.unreadable.count)

    def mails(self) -> Iterator[LabelledMessage]:
        return islice(iter(Reading(self.sources, _Quiet())), self.skipped, self.skipped + self.count)


@click.command()
@click.argument("mbox", metavar="[MBOX]", required=False)
@click.option("--maildir", "maildirs", metavar="DIR", multiple=True, help="Every message of a Maildir.")
@click.option("--config", "new", metavar="NEW", help="The configuration to try, beside the one in force.")
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="Only the newest N messages.")
@json_option
@pass_invocation
def simulate(  # noqa: PLR0913  # one parameter an option
    invocation: Invocation,
    mbox: str | None,
    maildirs: tuple[str, ...],
    new: str | None,
    limit: int | None,
    *,
    as_json: bool,
) -> int:
    """Try a configuration on old mail.

    Plays the mail on an empty desk with the configuration in force and with NEW, and prints what would
    be different with NEW for each mail, then a table of both.  Without --config: what becomes of each
    mail.  Nothing is sent, nobody is asked, no database but a temporary one is opened; the mail's own
    dates are the clock.  Ends with status 1 where something differs or cannot be read.
    """
    sources = Sources((), (mbox,) if mbox else (), maildirs)
    if not sources:
        raise click.UsageError("nothing to play: expected MBOX or --maildir")
    present = invocation.settings
    other = configuration.load(Path(new), invocation.environ) if new else None
    box = _Mailbox.of(sources, limit)
    printer = _Json() if as_json else _Text(alone=other is None)
    length = box.count * (1 if other is None else 2)
    shown = length >= LONG_PLAY_MAILS and sys.stderr.isatty()
    with click.progressbar(length=length, label="playing", file=sys.stderr, hidden=not shown) as bar:
        summary = _played(box, present, bar.update, printer, other)
    printer.end(summary)
    return FOUND if summary.differing or box.unreadable else FINE


def _played(
    box: _Mailbox,
    present: Settings,
    on_played: Callable[[int], None],
    printer: "_Text | _Json",
    other: Settings | None,
) -> Summary:
    """Play everything once, or twice and compare; what the first play gave waits in a file."""
    summary, clock = Summary(), MailClock()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:
        with simulating.opened(present, clock) as stage:
            for one in stage.play(box.mails(), on_played):
                if other is None:
                    summary.add(one.tried, one.tried, [])
                    printer.mail(one, one.tried, [])
                else:
                    kept.write(json.dumps([one.label, dict(one.tried.facts), dict(one.tried.why)]) + "\n")
        if other is not None:
            kept.seek(0)
            with simulating.opened(other, MailClock(clock.today)) as stage:
                _compare(kept, stage.play(box.mails(), on_played), printer, summary)
    return summary


def _compare(kept: IO[str], plays: Iterator[Played], printer: "_Text | _Json", summary: Summary) -> None:
    for line, one in zip_longest(kept, plays):
        label, facts, why = json.loads(line) if line else ("", {}, {})
        if one is None or one.label != label:
            raise click.ClickException("the mail changed while it was played; give a copy of it")
        before = Tried(facts, why)
        found = differences(before, one.tried)
        summary.add(before, one.tried, found)
        if found:
            printer.mail(one, before, found)


@dataclass
class _Text:
    """Prints for a person; ``alone``: there is nothing to compare with."""

    alone: bool

    def mail(self, one: Played, before: Tried, found: list[Difference]) -> None:
        """Print what is to be said of one mail."""
        head = f"{one.label}  {iso(one.at)}  {one.author}  {one.subject}"
        lines = [_difference(each) for each in found] if found else _facts(before)
        click.echo("\n".join([printable(head).rstrip(), *lines]))

    def end(self, summary: Summary) -> None:
        """Print the table."""
        differing = "" if self.alone else f", {summary.differing} different"
        click.echo(f"\n{summary.mails} {'mail' if summary.mails == 1 else 'mails'}{differing}")
        columns = ("fact", "value", "before") if self.alone else _COLUMNS
        rows = [{**row, "change": f"{row['change']:+d}" if row["change"] else ""} for row in summary.rows()]
        emit(rows, columns, as_json=False)


def _facts(tried: Tried) -> list[str]:
    lines = []
    for fact in FACTS:
        for value in tried.facts.get(fact, "").splitlines():
            why = tried.why.get(fact, "")
            lines.append(printable(f"  {fact:<12}{value}{_because(why)}"))
    return lines


def _difference(one: Difference) -> str:
    if one.fact == "notices":
        was, becomes = one.before.splitlines(), one.after.splitlines()
        gone = [f"  no longer   {line}" for line in was if line not in becomes]
        fresh = [f"  and now     {line}" for line in becomes if line not in was]
        return "\n".join(map(printable, (*gone, *fresh)))
    change = f"  {one.fact:<12}{one.before or 'none'} -> {one.after or 'none'}"
    return printable(f"{change}{_because(one.why_after or one.why_before)}")


def _because(why: str) -> str:
    return f"  ({why})" if why else ""


@dataclass
class _Json:
    """Prints one JSON object, mail by mail, so that none of it need be kept."""

    count: int = 0

    def mail(self, one: Played, before: Tried, found: list[Difference]) -> None:
        """Print one mail as an element of the array."""
        view: dict[str, Any] = {"label": one.label, "at": iso(one.at), "author": one.author}
        view |= {"subject": one.subject, "before": _view(before), "after": _view(one.tried)}
        view["differs"] = [asdict(each) for each in found]
        click.echo('{"mails": [' if not self.count else ",")
        click.echo(json.dumps(view), nl=False)
        self.count += 1

    def end(self, summary: Summary) -> None:
        """Print the rest of the object."""
        counts = {"mails": summary.mails, "differing": summary.differing, "table": summary.rows()}
        start = "\n]" if self.count else '{"mails": []'
        click.echo(f'{start}, "summary": {json.dumps(counts)}}}')


def _view(tried: Tried) -> dict[str, Any]:
    facts = {fact: tried.facts.get(fact, "") for fact in FACTS if fact != "notices"}
    return facts | {"notices": tried.facts.get("notices", "").splitlines(), "why": dict(tried.why)}
