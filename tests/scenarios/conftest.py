"""The desk of the stories, on every database."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from daemon.services.audit import Audit
from storage.database import Database
from tests.conftest import close
from tests.scenarios.bench import Bench
from tests.scenarios.desk import StoryDesk


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    made = StoryDesk(database, now)
    yield made
    made.close()


@pytest.fixture
def bench(sqlite_maker: Any, request: pytest.FixtureRequest, now: datetime) -> Iterator[Bench]:
    """A bench on SQLite: what commands decide, no database decides."""
    for url in sqlite_maker(request):
        database = Database(url)
        made = Bench.on(database, now)
        yield made
        made.desk.close()
        # Whatever was done and taken back: the journals tell all of it.
        assert list(Audit(database).breaks()) == []
        close(database)
