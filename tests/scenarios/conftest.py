"""The desk of the stories, on every database."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from storage.database import Database
from tests.scenarios.desk import StoryDesk


@pytest.fixture
def desk(database: Database, now: datetime) -> Iterator[StoryDesk]:
    made = StoryDesk(database, now)
    yield made
    made.close()
