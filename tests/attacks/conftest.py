"""The desks of the attacks: each kind runs once in a test process, for all cases that ask for it."""

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
    """Hands out running desks, of which each costs a second: the usual one stays, others take turns."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path, dovecot: Dovecot) -> None:
        self._request = request
        self._folder = folder
        self._dovecot = dovecot
        self._running: dict[str, tuple[tuple[str, str], AttackDesk, ExitStack]] = {}
        self._count = 0

    def get(self, case: Case, database: str) -> AttackDesk:
        """Return the desk that a case asks for, on a database of that kind."""
        slot, wanted = "usual" if case.desk == "usual" else "other", (case.desk, database)
        if slot in self._running and self._running[slot][0] != wanted:
            self.end(self._running[slot][1])
        if slot not in self._running:
            self._running[slot] = (wanted, *self._started(*wanted))
        return self._running[slot][1]

    def _started(self, kind: str, database: str) -> tuple[AttackDesk, ExitStack]:
        self._count += 1
        url = self._postgresql() if database == "postgresql" else ""
        stack = ExitStack()
        how = SETTINGS[kind]()
        return stack.enter_context(
            attacked(self._folder / str(self._count), self._dovecot, database=url, **how)
        ), stack

    def _postgresql(self) -> str:
        server = self._request.getfixturevalue("postgresql_server")
        name = f"attacked{self._count}"
        server.run(f"CREATE DATABASE {name}")
        return str(server.url(name))

    def end(self, desk: AttackDesk) -> None:
        """Stop a desk; what an attack has left in it harms no other case."""
        for slot, (_, one, stack) in list(self._running.items()):
            if one is desk:
                del self._running[slot]
                stack.close()

    def end_all(self) -> None:
        for _, desk, _ in list(self._running.values()):
            self.end(desk)


@pytest.fixture(scope="session")
def desks(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot
) -> Iterator[Desks]:
    made = Desks(request, tmp_path_factory.mktemp("attacked"), dovecot)
    yield made
    made.end_all()
