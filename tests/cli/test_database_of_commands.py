"""Listings look at the database as it is: they neither make one nor change its schema."""

import getpass
import os

from daemon.cli import run
from daemon.cli.database import cause
from storage import migrations
from storage.models import database as bound
from tests.cli.operated import configured


def test_no_database_is_made_by_looking(tmp_path, capsys):
    path = configured(tmp_path)

    assert run(["--config", str(path), "tickets"]) == 1
    missing = f"Error: there is no database {tmp_path}/postdesk.db yet; "
    assert capsys.readouterr().err == f'{missing}"postdesk run" or "postdesk migrate" makes it\n'
    assert sorted(tmp_path.iterdir()) == [path]


def test_migrate_makes_it_and_says_what_it_did(tmp_path, capsys):
    path = configured(tmp_path)

    assert run(["--config", str(path), "migrate"]) == 0
    steps = [f"applied {one.number:04d} {one.name}" for one in migrations.migrations(sqlite=True)]
    assert capsys.readouterr().out.splitlines() == steps
    assert run(["--config", str(path), "migrate"]) == 0
    assert capsys.readouterr().out == "the schema is up to date\n"
    assert run(["--config", str(path), "tickets", "--json"]) == 0
    assert capsys.readouterr().out == "[]\n"


def test_an_old_schema_is_left_alone(desk_folder):
    with desk_folder.story.database.write():
        bound.execute_sql("DELETE FROM schema_version")

    said = desk_folder.postdesk("tickets")

    steps = len(migrations.migrations(sqlite=True))
    told = f'Error: the schema of the database is {steps} steps behind this program: run "postdesk migrate"\n'
    assert (said.status, said.err) == (1, told)


def test_a_newer_schema_is_told_by_listings_and_by_migrate(desk_folder):
    with desk_folder.story.database.write():
        bound.execute_sql("INSERT INTO schema_version VALUES (9999, 'from the future')")

    listed, migrated = desk_folder.postdesk("ledger"), desk_folder.postdesk("migrate")

    assert listed.status == migrated.status == 1
    assert "is newer than this program: run the Postdesk that made it" in listed.err
    assert "the database has schema 9999, this program knows up to" in migrated.err


class TestCause:
    def test_the_account_stands_in_the_journal(self):
        assert cause().actor == f"operator {getpass.getuser()}"
        assert cause().origin == "cli"

    def test_a_number_without_account_will_do(self, monkeypatch):
        def nobody():
            raise KeyError("getpwuid(): uid not found: 4711")

        monkeypatch.setattr(getpass, "getuser", nobody)

        assert cause().actor == f"operator {os.getuid()}"
