"""What every command is given: the options before its name and the settings behind them."""

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import click

from daemon import settings

FINE = 0
FOUND = 1
WRONG_USE = 2


@dataclass
class Invocation:
    """One call of ``postdesk``; ``config`` is the file of ``--config``, None where it was not given."""

    config: str | None = None
    debug: bool = False
    environ: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    @cached_property
    def settings(self) -> settings.Settings:
        """The settings, read once; raises ConfigurationError where there are none to use."""
        return settings.load(self.config_file, self.environ)

    @cached_property
    def config_file(self) -> Path:
        """The configuration file; raises ConfigurationError where none is found."""
        return settings.find(self.config, self.environ)


pass_invocation = click.make_pass_decorator(Invocation)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON with stable keys.")
