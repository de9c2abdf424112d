"""``postdesk demo``: play stories on a whole desk, through real SMTP and IMAP, and leave nothing behind."""

import asyncio
import email.policy
import tempfile
import textwrap
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

import click

from daemon.cli.demo_clients import Delivered
from daemon.cli.demo_laptop import LAPTOP
from daemon.cli.demo_script import Step, Story, StoryBroken
from daemon.cli.demo_stage import Stage, stage
from daemon.cli.demo_story import PRINTER
from daemon.cli.output import emit, printable
from daemon.cli.tickets import COLUMNS
from daemon.services import views
from storage.tickets import Filter

WIDTH = 80
RULE = "=" * WIDTH
STORIES: Mapping[str, Story] = {"printer": PRINTER, "laptop": LAPTOP}


@click.command()
@click.option(
    "--story", "names", multiple=True, help="Play only this one (repeatable): " + ", ".join(STORIES)
)
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep every mail of the desk in this folder, as .eml and as .html to open in a browser.",
)
def demo(names: tuple[str, ...], save: Path | None) -> None:
    """Play stories on a desk of their own and end.

    A temporary desk is started with all its parts; mail goes in and out by SMTP on the loopback, and in by
    IMAP as well where Dovecot is installed.  It is shown as each person sees it; days pass in seconds.  Ends
    with status 1 where the desk does something unexpected.
    """
    unknown = sorted(set(names) - set(STORIES))
    if unknown:
        expected = ", ".join(STORIES)
        raise click.BadParameter(f"expected one of {expected}, got {unknown[0]}", param_hint="--story")
    for name in names or STORIES:
        folder = save / name if save is not None else None
        with tempfile.TemporaryDirectory(prefix="postdesk-demo-") as place:
            # Dovecot runs as somebody else where root plays the story.
            Path(place).chmod(0o755)
            try:
                asyncio.run(_play(Path(place), STORIES[name], folder))
            except StoryBroken as error:
                raise click.ClickException(f"the story broke: {error}") from error


async def _play(folder: Path, story: Story, save: Path | None) -> None:
    async with stage(folder, story) as desk:
        _say(f"\n{RULE}\n{story.title}\n{RULE}")
        if desk.mailbox_port is None:
            _say("\nDovecot is not installed, or not to be used here: all mail comes in by SMTP.")
        for number, step in enumerate(story.steps, start=1):
            _say(f"\n{RULE}\n{_wrapped(f'{number}. {step.narration}')}\n{RULE}\n")
            if isinstance(step, Step):
                mail, came = await desk.play(step)
                _say(f"{_first_name(story, step.author)} writes:")
                _say(_framed(_head(mail), _typed(step, mail)))
            else:
                came = await desk.pass_time(step)
                _say(f"It is {desk.clock.now:%A %d %B, %H:%M} (UTC).\n")
            for one in came:
                _say(f"{_first_name(story, one.recipient)} gets:")
                _say(_framed(_head(one.message), one.text))
            if save is not None:
                _save(save, number, came)
        desk.check_books()
        _sum_up(desk)


def _first_name(story: Story, address: str) -> str:
    return story.names[address].partition(" ")[0]


def _head(mail: EmailMessage) -> str:
    return "\n".join(f"{name + ':':<9}{mail[name]}" for name in ("From", "To", "Subject"))


def _typed(step: Step, mail: EmailMessage) -> str:
    if step.tap or step.filled:
        return str(mail.get_content())
    return step.text if step.subject else f"{step.text}\n\n(below it, quoted: the mail that this one answers)"


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, WIDTH))


def _framed(head: str, text: str) -> str:
    lines = [*head.splitlines(), "", *text.strip().splitlines()]
    wrapped = [piece for line in lines for piece in (textwrap.wrap(printable(line), WIDTH - 2) or [""])]
    edge = "+" + "-" * (WIDTH - 1)
    return "\n".join([edge, *(f"| {line}".rstrip() for line in wrapped), edge, ""])


def _save(folder: Path, number: int, came: list[Delivered]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for at, one in enumerate(came, start=1):
        name = f"{number:02}-{at}-{one.recipient.partition('@')[0]}"
        (folder / f"{name}.eml").write_bytes(one.message.as_bytes(policy=email.policy.SMTP))
        (folder / f"{name}.html").write_text(one.html, "utf-8")


def _say(text: str) -> None:
    """Print for any terminal: what is not ASCII becomes a question mark."""
    click.echo(text.encode("ascii", "replace").decode())


def _sum_up(desk: Stage) -> None:
    database = desk.desk.database
    rows = views.ticket_rows(database, Filter())
    tickets = "one ticket" if len(rows) == 1 else f"{len(rows)} tickets"
    _say(f"\n{RULE}\nThe end: {desk.sent} mails in, {desk.delivered} mails out, {tickets}.\n{RULE}\n")
    _say("postdesk tickets --all")
    emit(rows, COLUMNS, as_json=False)
    _say("\npostdesk ledger")
    counts = [{"disposition": word, "count": count} for word, count in views.ledger_counts(database).items()]
    emit([row for row in counts if row["count"]], ("disposition", "count"), as_json=False)
