"""Try what a part of a transaction would write, and leave nothing of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from storage.models import database


@contextmanager
def rehearsed() -> Iterator[None]:
    """Run a part of the caller's transaction and undo all that it wrote, however it ends."""
    with database.savepoint() as savepoint:
        try:
            yield
        finally:
            savepoint.rollback()
