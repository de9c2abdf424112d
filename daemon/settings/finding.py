"""Find the configuration file."""

from collections.abc import Mapping
from pathlib import Path

from daemon.settings.problems import ConfigurationError, Problem

VARIABLE = "POSTDESK_CONFIG"
NAME = "postdesk.toml"
SYSTEM_WIDE = Path("/etc/postdesk") / NAME


def find(option: str | None, environ: Mapping[str, str], system_wide: Path = SYSTEM_WIDE) -> Path:
    """Return the file to read: ``--config``, else POSTDESK_CONFIG, else here, else ``/etc/postdesk``.

    A file that is named by option or variable is returned unseen, so that its absence is complained
    of by that name.  Raises ConfigurationError with all the places where none of them holds a file.
    """
    named = option or environ.get(VARIABLE)
    if named:
        return Path(named)
    for place in (Path(NAME), system_wide):
        if place.is_file():
            return place
    text = (
        f"no configuration found: --config was not given, {VARIABLE} is not set, "
        f"and neither {Path(NAME).absolute()} nor {system_wide} is there"
    )
    raise ConfigurationError(Problem(text, hint='"postdesk init DIR" writes one'))
