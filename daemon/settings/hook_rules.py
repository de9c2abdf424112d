"""What must hold for hooks: chat rooms, pagers and other programs that are told."""

import difflib
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from daemon.desk.addressing import fold
from daemon.desk.hook_settings import HookSettings
from daemon.desk.hooks import EVENTS, INTERNAL
from daemon.settings.problems import Fault, Key
from daemon.settings.sections import Document


def hooks_are_complete(document: Document) -> Iterator[Fault]:
    """Every hook has a name of its own, one address, and what its kind needs."""
    seen: dict[str, int] = {}
    for index, hook in enumerate(document.hook):
        at: Key = ("hook", index)
        if not hook.name.isprintable() or not hook.name.strip():
            yield Fault((*at, "name"), "expected a name in one line of printable characters")
        if seen.setdefault(fold(hook.name), index) != index:
            first = seen[fold(hook.name)] + 1
            yield Fault((*at, "name"), f"{hook.name} is the name of hook[{first}] already")
        yield from _address_faults(at, hook)
        if hook.kind == "webhook" and not hook.secret_file:
            yield Fault((*at, "secret_file"), "missing; a webhook is signed with the secret in that file")
        if hook.kind != "webhook" and hook.secret_file:
            yield Fault((*at, "secret_file"), 'is read with kind = "webhook" only')


def _address_faults(at: Key, hook: HookSettings) -> Iterator[Fault]:
    if bool(hook.url) == bool(hook.url_file):
        came = "both" if hook.url else "neither"
        hint = "use url_file where the address itself is a secret, as at Slack and Teams"
        yield Fault((*at, "url"), f"expected either url or url_file, got {came}", hint)
    if hook.url and not is_web_address(hook.url):
        yield Fault((*at, "url"), "expected an address that begins with https:// or http://, without a login")


def is_web_address(url: str) -> bool:
    """Tell whether something can be posted there."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is none
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url
    return plain and parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username


def hooks_are_told_of_something(document: Document) -> Iterator[Fault]:
    """Events and teams are there, and what is internal is asked for in so many words."""
    teams = [team.name for team in document.team]
    for index, hook in enumerate(document.hook):
        at: Key = ("hook", index)
        if not hook.events:
            yield Fault((*at, "events"), "missing; expected at least one")
        for number, event in enumerate(hook.events):
            if event not in EVENTS:
                yield _unknown((*at, "events", number), event, f"one of {', '.join(EVENTS)}", list(EVENTS))
            elif event in INTERNAL and not hook.internal:
                text = f'"{event}" is said among agents; it is told with internal = true only'
                yield Fault((*at, "events", number), text)
        for number, team in enumerate(hook.teams):
            if team not in teams:
                yield _unknown((*at, "teams", number), team, "the name of a team", teams)


def _unknown(at: Key, value: str, what: str, known: list[str]) -> Fault:
    near = difflib.get_close_matches(value, known, n=1, cutoff=0.6)
    return Fault(at, f'expected {what}, got "{value}"', f"did you mean {near[0]}?" if near else "")


HOOK_RULES: tuple[Callable[[Document], Iterator[Fault]], ...] = (
    hooks_are_complete,
    hooks_are_told_of_something,
)
