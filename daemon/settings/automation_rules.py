"""What must hold for commands that may run by themselves."""

import os
import pwd
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from daemon.desk.automation import places
from daemon.desk.automation_settings import AutomationSettings
from daemon.desk.fields import NAME
from daemon.settings.problems import Fault, Key
from daemon.settings.sections import Document, Settings

# What takes a script as an argument: an answer inside of one would be read as code.
_INTERPRETERS = frozenset(
    ("sh", "bash", "dash", "zsh", "ksh", "fish", "env", "python", "python3", "perl", "ruby", "node", "php")
)
_SCRIPT_OPTIONS = frozenset({"-c", "-e", "-E", "-r", "--eval", "-S", "--command"})


def automation_is_safe(document: Document) -> Iterator[Fault]:
    """Every command has a name of its own, an absolute program, and no answer where code is read."""
    seen: dict[str, int] = {}
    for index, one in enumerate(document.automation):
        at: Key = ("automation", index)
        if not NAME.fullmatch(one.name):
            text = f'expected small letters, digits, - and _ after a letter, got "{one.name}"'
            yield Fault((*at, "name"), text)
        if seen.setdefault(one.name, index) != index:
            text = f"{one.name} is the name of automation[{seen[one.name] + 1}] already"
            yield Fault((*at, "name"), text)
        yield from _argv_faults((*at, "argv"), one)
        if one.as_root and one.user not in {"", "root"}:
            yield Fault((*at, "as_root"), f"it runs as {one.user}, so this says nothing", "leave it out")
        if one.user == "root" and not one.as_root:
            yield Fault((*at, "user"), "root is allowed with as_root = true only", "better name another user")


def _argv_faults(at: Key, one: AutomationSettings) -> Iterator[Fault]:
    if not one.argv:
        yield Fault(at, "missing; expected the program and its arguments")
        return
    if not PurePosixPath(one.argv[0]).is_absolute() or places(one.argv[:1]):
        yield Fault((*at, 0), f'expected the whole path of a program, got "{one.argv[0]}"')
    for index, argument in enumerate(one.argv):
        if "\x00" in argument:
            yield Fault((*at, index), "has a character that no argument can have")
    name = PurePosixPath(one.argv[0]).name
    scripted = name in _INTERPRETERS and any(option in one.argv for option in _SCRIPT_OPTIONS)
    if scripted and places(one.argv):
        text = f"{name} would read an answer as code"
        yield Fault(at, text, "write a program of its own that takes the answer as an argument")


def automation_faults(settings: Settings) -> Iterator[Fault]:
    """Say what commands need and this machine does not have: programs and users."""
    for index, one in enumerate(settings.automation):
        at: Key = ("automation", index)
        program = Path(one.argv[0])
        if not program.is_file() or not os.access(program, os.X_OK):
            yield Fault((*at, "argv", 0), f"{program} is no program that can be run here")
        if one.user:
            try:
                pwd.getpwnam(one.user)
            except KeyError:
                yield Fault((*at, "user"), f'this machine has no user "{one.user}"')


AUTOMATION_RULES: tuple[Callable[[Document], Iterator[Fault]], ...] = (automation_is_safe,)
