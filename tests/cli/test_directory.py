"""``postdesk directory``: what an operator sees of people and managers, and what a source would change."""

import json
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text("utf-8")
PEOPLE = "mail,name,manager,department\nann@corp.test,Ann,mia@corp.test,Sales\nmia@corp.test,Mia,,\n"
MARKS = "text with a delimiter in it needs quotation marks"
ELEVEN = "mail\n" + "".join(f"p{at}@corp.test\n" for at in range(11))


def documented(heading: str) -> list[str]:
    section = PAGE.split(f"\n### {heading}\n", 1)[1].split("\n### ", 1)[0]
    return re.findall(r"`([a-z_]+)`", section)


@pytest.fixture
def desk(desk_folder):
    """A desk whose directory knows two people."""
    write(desk_folder, PEOPLE)
    said = desk_folder.postdesk("directory", "import", csv(desk_folder), "--yes")
    assert said.status == 0, said.err
    return desk_folder


def csv(desk) -> str:
    return str(desk.folder / "people.csv")


def write(desk, text: str) -> None:
    (desk.folder / "people.csv").write_text(text)


def configure(desk, text: str) -> None:
    path = desk.folder / "postdesk.toml"
    path.write_text(f"{path.read_text()}\n[directory]\n{text}\n")


class TestImport:
    def test_it_shows_what_would_change_and_changes_nothing(self, desk):
        write(desk, "e-mail;name;shoe\nmia@corp.test;Mia M;1\nbob@corp.test;Bob;2\n")
        said = desk.postdesk("directory", "import", csv(desk), "--force")

        assert said.status == 0
        assert said.out == (
            "columns that mean nothing here: shoe\n"
            "+ bob@corp.test Bob\n"
            '~ mia@corp.test: name "Mia" -> "Mia M"\n'
            "- ann@corp.test Ann\n"
            "added 1, changed 1, gone 1; nothing was written (--yes to take it over)\n"
        )
        assert [one["address"] for one in desk.postdesk("directory", "--json").json] == [
            "ann@corp.test",
            "mia@corp.test",
        ]

    def test_it_refuses_to_lose_many_and_can_be_forced(self, desk):
        write(desk, "mail\nmia@corp.test\n")
        refused = desk.postdesk("directory", "import", csv(desk), "--yes")
        forced = desk.postdesk("directory", "import", csv(desk), "--yes", "--force")

        assert refused.status == 1
        assert refused.err.startswith("nothing was taken over: 1 of 2 people (50 %) would disappear")
        assert (forced.status, forced.out.splitlines()[-1]) == (
            0,
            "added 0, changed 1, gone 1; problems: 1, which postdesk directory check lists",
        )
        assert [one["address"] for one in desk.postdesk("directory", "--gone", "--json").json] == [
            "ann@corp.test"
        ]

    def test_every_problem_is_told_and_nothing_is_taken_over(self, desk):
        write(desk, "mail,name\nann,Ann\nmia@corp.test\n")
        said = desk.postdesk("directory", "import", csv(desk), "--yes")

        assert said.status == 1
        assert said.err.splitlines() == [
            'line 2, column 1 (mail): expected an address like ann@example.com, got "ann"',
            f"line 3: expected 2 columns as in the head, got 1; {MARKS}",
            "nothing was taken over: 2 problems",
        ]

    def test_a_file_that_is_not_there_is_told(self, desk):
        said = desk.postdesk("directory", "import", str(desk.folder / "none.csv"))

        assert said.status == 1
        assert "none.csv cannot be read: no such file or directory" in said.err

    def test_json_says_the_same(self, desk):
        write(desk, PEOPLE.replace("Sales", "IT"))
        said = desk.postdesk("directory", "import", csv(desk), "--yes", "--json").json

        inner = {"field", "fields", "address", "before", "after"}
        assert {*said, *inner} == set(documented("Differences of the directory"))
        assert said["changed"] == [
            {
                "address": "ann@corp.test",
                "fields": [{"field": "department", "before": "Sales", "after": "IT"}],
            }
        ]
        assert said["written"] is True

    def test_a_first_import_does_not_print_the_company(self, desk_folder, monkeypatch):
        monkeypatch.setattr("daemon.cli.directory.SHOWN_LIMIT", 10)
        write(desk_folder, ELEVEN)
        said = desk_folder.postdesk("directory", "import", csv(desk_folder))

        assert said.out.splitlines()[-2:] == [
            "+ and 1 more (--json lists all)",
            "added 11, changed 0, gone 0; nothing was written (--yes to take it over)",
        ]


class TestSync:
    def test_it_takes_the_configured_file_over(self, desk):
        configure(desk, 'csv = "people.csv"')
        write(desk, PEOPLE.replace("Sales", "IT"))
        preview = desk.postdesk("directory", "sync", "--dry-run")
        said = desk.postdesk("directory", "sync")

        assert preview.out.endswith("nothing was written (leave out --dry-run to take it over)\n")
        assert said.out == '~ ann@corp.test: department "Sales" -> "IT"\nadded 0, changed 1, gone 0\n'

    def test_a_desk_without_a_source_says_so(self, desk):
        said = desk.postdesk("directory", "sync")

        assert said.status == 2
        assert "the configuration names no source: set directory.csv or directory.url" in said.err


class TestLooking:
    def test_people_are_listed_and_found(self, desk):
        table = desk.postdesk("directory", "--search", "sales ANN")

        assert table.out.splitlines() == [
            "ADDRESS        NAME  MANAGER        DEPARTMENT  TITLE  ACTIVE",
            "ann@corp.test  Ann   mia@corp.test  Sales              yes",
        ]
        (ann,) = desk.postdesk("directory", "list", "--search", "ann", "--json").json
        assert sorted(ann) == sorted(documented("A person of the directory"))

    def test_check_is_quiet_where_all_is_well_and_says_what_is_not(self, desk):
        fine = desk.postdesk("directory", "check")
        write(
            desk,
            PEOPLE.replace("mia@corp.test,Sales", "x@corp.test,Sales").replace("Mia,,", "Mia,ann@corp.test,"),
        )
        desk.postdesk("directory", "import", csv(desk), "--yes")
        wrong = desk.postdesk("directory", "check", "--json")

        assert (fine.status, fine.out) == (0, "")
        assert wrong.status == 1
        assert json.loads(wrong.out) == [
            {"address": "ann@corp.test", "problem": "manager unknown", "about": ["x@corp.test"]}
        ]
        assert sorted(json.loads(wrong.out)[0]) == sorted(documented("A problem of the directory"))

    def test_what_is_exported_can_be_imported(self, desk):
        exported = desk.postdesk("directory", "export").out
        write(desk, exported)

        assert desk.postdesk("directory", "import", csv(desk)).out.startswith("added 0, changed 0, gone 0;")


class TestCheckOfTheDesk:
    def test_it_reads_the_configured_file(self, desk):
        configure(desk, 'csv = "people.csv"')
        fine = desk.postdesk("check")
        write(desk, "mail\nann\n")
        wrong = desk.postdesk("check")
        (desk.folder / "people.csv").unlink()
        missing = desk.postdesk("check")

        assert f"directory {csv(desk)}: fine" in fine.out
        assert (fine.status, wrong.status, missing.status) == (0, 1, 1)
        assert (
            f'{csv(desk)}: line 2, column 1 (mail): expected an address like ann@example.com, got "ann"'
            in (wrong.err)
        )
        assert "people.csv cannot be read" in missing.err


def test_the_job_is_listed_where_a_source_is_configured(desk):
    names = {one["name"] for one in desk.postdesk("jobs", "--json").json}
    configure(desk, 'csv = "people.csv"')
    configured = {one["name"] for one in desk.postdesk("jobs", "--json").json}

    assert configured - names == {"directory-sync"}
