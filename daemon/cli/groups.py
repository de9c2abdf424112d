"""What the commands with subcommands share: a list without a word more, numbers, and refusals in a line."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from daemon.services.operator import NotPossible

number_argument = click.argument("number", metavar="ID", type=click.IntRange(min=1))


class ListingGroup(click.Group):
    """A group whose subcommand ``list`` may be left out, its options kept."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``list`` in front of options, and where there is nothing."""
        asks_for_help = bool(args) and args[0] in ctx.help_option_names
        if not args or (args[0].startswith("-") and not asks_for_help):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@contextmanager
def told() -> Iterator[None]:
    """Turn what cannot be done into one line and exit status 1."""
    try:
        yield
    except NotPossible as error:
        raise click.ClickException(str(error)) from error
