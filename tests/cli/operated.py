"""A desk with a history, in a folder as an operator has it, and the command line to look at it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from daemon.cli import run
from storage.database import Database
from storage.migrations import migrate
from tests.conftest import MONDAY_MORNING
from tests.scenarios.desk import StoryDesk

CONFIGURATION = """\
[desk]
name = "IT Support"
address = "support@desk.test"

[listener]
port = 0

[[team]]
name = "service-desk"
addresses = ["support@desk.test"]
members = ["ann@corp.test", "bob@corp.test"]

[[agent]]
address = "ann@corp.test"
name = "Ann"

[[agent]]
address = "bob@corp.test"
name = "Bob"
"""


def configured(folder: Path) -> Path:
    """Write the configuration of a desk whose database is ``postdesk.db`` beside it."""
    path = folder / "postdesk.toml"
    path.write_text(CONFIGURATION)
    return path


@dataclass(frozen=True)
class Said:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.status == 0, self.err
        return json.loads(self.out)


@dataclass
class Operated:
    """The folder of a desk; ``story`` lets things happen in it, ``postdesk`` is what the operator types."""

    folder: Path
    story: StoryDesk
    capsys: Any

    def postdesk(self, *words: str) -> Said:
        self.capsys.readouterr()
        self.story.database.disconnect()
        status = run(["--config", str(self.folder / "postdesk.toml"), *words])
        printed = self.capsys.readouterr()
        return Said(status, printed.out, printed.err)


def operated(folder: Path, capsys: Any) -> Iterator[Operated]:
    configured(folder)
    database = Database("sqlite:///postdesk.db", folder)
    migrate(database)
    story = StoryDesk(database, MONDAY_MORNING)
    yield Operated(folder, story, capsys)
    story.close()
    database.disconnect()


def break_on(story: StoryDesk, raw: bytes, attempts: int = 3) -> int:
    """Let a message arrive on which settling raises until it is in quarantine; return its number."""

    def broken(items: Any) -> Iterator[tuple[int, object]]:
        for number, message in sound.read_many(items):
            yield number, replace(message, text=None)

    sound = story.intake
    story.intake = replace(sound, read_many=broken)
    row = story.mail_in(raw)
    for _ in range(attempts - 1):
        story.advance(seconds=3)
        story.intake.run_once()
    story.intake = sound
    return int(row["id"])
