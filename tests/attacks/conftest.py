"""The desks of the attacks: one for each group and door, and one of its own where a case asks for it."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.attacks.desk import AttackDesk, attacked
from tests.attacks.desks import SETTINGS
from tests.attacks.runner import Case
from tests.servers.dovecot import Dovecot, running_dovecot


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


class Desks:
    """Hands out running desks; the last one stays for the cases that can share it."""

    def __init__(self, folder: Path, dovecot: Dovecot) -> None:
        self._folder = folder
        self._dovecot = dovecot
        self._running: tuple[str, str, str] | None = None
        self._stack = ExitStack()
        self._desk: AttackDesk | None = None
        self._count = 0

    def get(self, case: Case, intake: str) -> AttackDesk:
        wanted = (case.group, intake, case.desk)
        if case.fresh or self._running != wanted or self._desk is None:
            self.end()
            self._count += 1
            settings = SETTINGS[case.desk]
            folder = self._folder / str(self._count)
            self._desk = self._stack.enter_context(attacked(folder, self._dovecot, **settings()))
            self._running = None if case.fresh else wanted
        return self._desk

    def end(self) -> None:
        """Stop the desk; what an attack has left in it harms no other case."""
        self._stack.close()
        self._desk, self._running = None, None


@pytest.fixture(scope="session")
def desks(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> Iterator[Desks]:
    made = Desks(tmp_path_factory.mktemp("attacked"), dovecot)
    yield made
    made.end()
