"""The shipped templates, compiled once in each process: that takes half a second of computing."""

from functools import lru_cache
from pathlib import Path

from daemon import wiring
from daemon.services import render
from daemon.services.languages import ENGLISH
from daemon.services.render import Renderer

# Who makes a renderer: the desk, and the check of a configuration.
MAKERS = (wiring, render)


@lru_cache
def shipped_renderer(language: str = ENGLISH) -> Renderer:
    """Return the renderer of the shipped templates, the same for all who ask; nobody may change it."""
    return Renderer(language=language)


def shared_renderer(
    user_folder: Path | None = None, language: str = ENGLISH, below: Path | None = None
) -> Renderer:
    """Take the place of ``Renderer``: one of their own for those with templates of their own."""
    if user_folder or below:
        return Renderer(user_folder, language, below)
    return shipped_renderer(language)


def share() -> None:
    """Compile them now, and let every desk that is made in this process from now on have them."""
    shipped_renderer()
    for module in MAKERS:
        module.Renderer = shared_renderer
