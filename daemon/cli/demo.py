"""``postdesk demo``: play one story on a whole desk, through real SMTP, and leave nothing behind."""

import asyncio
import tempfile
import textwrap
from pathlib import Path

import click

from daemon.cli.demo_stage import Delivered, Stage, StoryBroken, stage
from daemon.cli.demo_story import NAMES, STORY, Step
from daemon.cli.output import emit, printable
from daemon.cli.tickets import COLUMNS
from daemon.services import views
from storage.tickets import Filter

WIDTH = 80
RULE = "=" * WIDTH


@click.command()
def demo() -> None:
    """Play one story on a desk of its own and end.

    A temporary desk is started with all its parts; mail goes in and out by SMTP on the loopback, and is
    shown as each person sees it.  Ends with status 1 where the desk does something unexpected.
    """
    with tempfile.TemporaryDirectory(prefix="postdesk-demo-") as folder:
        try:
            asyncio.run(_play(Path(folder)))
        except StoryBroken as error:
            raise click.ClickException(f"the story broke: {error}") from error


async def _play(folder: Path) -> None:
    async with stage(folder) as desk:
        for number, step in enumerate(STORY, start=1):
            mail, came = await desk.play(step)
            _say(f"\n{RULE}\n{number}. {step.narration}\n{RULE}\n")
            author = NAMES[step.author].partition(" ")[0]
            _say(f"{author} writes:")
            _say(_framed(_head(Delivered("", mail)), _typed(step)))
            for one in came:
                _say(f"{NAMES[one.recipient].partition(' ')[0]} gets:")
                _say(_framed(_head(one), one.text))
        await desk.check_books(len(STORY))
        _sum_up(desk)


def _head(mail: Delivered) -> str:
    return "\n".join(f"{name + ':':<9}{mail.message[name]}" for name in ("From", "To", "Subject"))


def _typed(step: Step) -> str:
    return step.text if step.subject else f"{step.text}\n\n(below it, quoted: the mail that this one answers)"


def _framed(head: str, text: str) -> str:
    lines = [*head.splitlines(), "", *text.strip().splitlines()]
    wrapped = [piece for line in lines for piece in (textwrap.wrap(printable(line), WIDTH - 2) or [""])]
    edge = "+" + "-" * (WIDTH - 1)
    return "\n".join([edge, *(f"| {line}".rstrip() for line in wrapped), edge, ""])


def _say(text: str) -> None:
    """Print for any terminal: what is not ASCII becomes a question mark."""
    click.echo(text.encode("ascii", "replace").decode())


def _sum_up(desk: Stage) -> None:
    database = desk.desk.database
    _say(f"\n{RULE}\nThe end: {len(STORY)} mails in, {desk.delivered} mails out, one ticket.\n{RULE}\n")
    _say("postdesk tickets --all")
    emit(views.ticket_rows(database, Filter()), COLUMNS, as_json=False)
    _say("\npostdesk ledger")
    counts = [{"disposition": word, "count": count} for word, count in views.ledger_counts(database).items()]
    emit([row for row in counts if row["count"]], ("disposition", "count"), as_json=False)
