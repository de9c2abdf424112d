"""A small company with the catalogue of 60 items that is shipped, for stories about requests."""

from collections.abc import Mapping
from functools import cache

from daemon import settings
from daemon.desk.catalogue import Catalogue, Item
from daemon.desk.request_form import subject, written
from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings
from daemon.settings.catalogue import load_catalogue
from daemon.shipped import folder
from tests.scenarios.desk import mail

SERVICE = "service@example.com"
RITA = "Rita <rita@example.com>"
TEAMS = (
    TeamSettings(name="service-desk", addresses=(SERVICE,), members=("ida@example.com",)),
    TeamSettings(name="people", addresses=("people@example.com",), members=("paula@example.com",)),
    TeamSettings(name="facilities", addresses=("facilities@example.com",), members=("felix@example.com",)),
)
AGENTS = tuple(
    AgentSettings(address=f"{name.lower()}@example.com", name=name) for name in ("Ida", "Paula", "Felix")
)
DESK = DeskSettings(name="Example Service", address=SERVICE, timezone="Europe/Berlin")


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue, as the shipped company reads it."""
    return load_catalogue(settings.load(folder("config") / "company.toml", {}))


def item(name: str) -> Item:
    """One item of it."""
    found = catalogue().item(name)
    assert found is not None, f"there is no item {name}"
    return found


def asked(name: str, answers: Mapping[str, str], sender: str = RITA, **more):
    """Write the mail that the link of an item starts, filled in."""
    wanted = item(name)
    return mail(sender, subject(wanted), written(wanted, answers), to=SERVICE, **more)


def form(name: str, given: Mapping[str, str]) -> str:
    """Write the form of an item with these answers and no other questions."""
    return written(item(name), given, given.keys())
