"""What must hold for the rules of monitoring mail."""

import difflib
import ipaddress
from collections.abc import Callable, Iterator

from daemon.desk.addressing import fold
from daemon.desk.line_patterns import BadPatternError, LinePattern, LineTemplate
from daemon.desk.monitor_settings import MonitorSettings
from daemon.desk.monitoring import STATE
from daemon.desk.terms import Terms
from daemon.desk.trust_settings import UNIX_PEER
from daemon.settings.problems import Fault, Key
from daemon.settings.sections import Document


def monitors_can_read(document: Document) -> Iterator[Fault]:
    """Every pattern is one, and some pattern of each rule finds the state and what the key names."""
    seen: dict[str, int] = {}
    for index, monitor in enumerate(document.monitor):
        at: Key = ("monitor", index)
        if not monitor.name.isprintable() or not monitor.name.strip():
            yield Fault((*at, "name"), "expected a name in one line of printable characters")
        if seen.setdefault(fold(monitor.name), index) != index:
            first = seen[fold(monitor.name)] + 1
            yield Fault((*at, "name"), f"{monitor.name} is the name of monitor[{first}] already")
        yield from _pattern_faults(at, monitor)
        yield from _missing(at, monitor)


def _pattern_faults(at: Key, monitor: MonitorSettings) -> Iterator[Fault]:
    names: list[set[str]] = []
    for setting in ("subjects", "lines"):
        for number, source in enumerate(getattr(monitor, setting)):
            try:
                found = set(LinePattern.of(source).names) - {""}
            except BadPatternError as error:
                yield Fault((*at, setting, number), str(error))
                return
            names += [found] if setting == "subjects" else []
            names = names if setting == "subjects" else [one | found for one in names]
    try:
        wanted = {*LineTemplate.of(monitor.key).pattern.names, STATE}
    except BadPatternError as error:
        yield Fault((*at, "key"), str(error))
        return
    if wanted == {STATE}:
        text = "expected a key with at least one name in braces, else all mails are about one thing"
        yield Fault((*at, "key"), text, "for example {host}/{service}")
    for number, found in enumerate(names):
        lost = sorted(wanted - found)
        if lost:
            listed = ", ".join(f"{{{name}}}" for name in lost)
            text = f"neither this subject nor a pattern in lines finds {listed}"
            yield Fault((*at, "subjects", number), text)


def _missing(at: Key, monitor: MonitorSettings) -> Iterator[Fault]:
    for name in ("senders", "subjects", "problem", "recovery"):
        if not getattr(monitor, name):
            yield Fault((*at, name), "missing; expected at least one")
    words: dict[str, str] = {}
    for name in ("problem", "recovery", "note"):
        for number, word in enumerate(getattr(monitor, name)):
            if not Terms.of((word,)).can_be_found():
                yield Fault((*at, name, number), f'expected a word with letters or digits, got "{word}"')
            other = words.setdefault(fold(word), name)
            if other != name:
                yield Fault((*at, name, number), f'"{word}" stands under {other} as well')


def monitors_have_places(document: Document) -> Iterator[Fault]:
    """The team is there, senders are addresses, and peers are addresses or networks."""
    teams = [team.name for team in document.team]
    for index, monitor in enumerate(document.monitor):
        at: Key = ("monitor", index)
        if monitor.team and monitor.team not in teams:
            near = difflib.get_close_matches(monitor.team, teams, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}?" if near else ""
            yield Fault((*at, "team"), f'expected the name of a team, got "{monitor.team}"', hint)
        for number, sender in enumerate(monitor.senders):
            if any(char.isspace() for char in sender) or sender.count("@") > 1 or not sender.strip("*@."):
                text = f'expected an address, a domain, or either with "*", got "{sender}"'
                yield Fault((*at, "senders", number), text)
        for number, peer in enumerate(monitor.peers):
            if peer != UNIX_PEER and not _is_network(peer):
                yield Fault((*at, "peers", number), f'expected an address, a network or "unix", got "{peer}"')


def _is_network(peer: str) -> bool:
    try:
        ipaddress.ip_network(peer, strict=False)
    except ValueError:
        return False
    return True


MONITOR_RULES: tuple[Callable[[Document], Iterator[Fault]], ...] = (monitors_can_read, monitors_have_places)
