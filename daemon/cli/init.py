"""``postdesk init``: write the configuration of a new desk."""

from pathlib import Path

import click

from daemon import shipped
from daemon.settings.finding import NAME


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Write the configuration of a new desk.

    The commented file is DIR/postdesk.toml; nothing that is there is overwritten.
    """
    text = (shipped.folder("config") / "default.toml").read_text("utf-8")
    target = folder / NAME
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise click.UsageError(f"{target} is there already; it was left as it is") from error
    click.echo(f"wrote {target}")
    click.echo(f'start the desk with "postdesk --config {target} run"')
