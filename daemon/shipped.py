"""Know where the files lie that come with Postdesk, in a checkout and in an installed wheel."""

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent


def folder(name: Literal["templates", "config", "systemd"], package: Path = _PACKAGE) -> Path:
    """Return a shipped folder; raises FileNotFoundError where this copy of Postdesk is not whole.

    A wheel carries the folders inside of ``package`` (``pyproject.toml``, ``force-include``); in a checkout
    they lie beside it.
    """
    places = (package / "_shipped" / name, package.parent / name)
    for place in places:
        if place.is_dir():
            return place
    looked = " and ".join(str(place) for place in places)
    raise FileNotFoundError(f"the folder {name} of Postdesk is missing; looked for it in {looked}")
