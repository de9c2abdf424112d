"""Facts that the README and the documents state."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_inside_the_project_leads_somewhere(document: Path):
    missing = [
        link for link in LINK.findall(document.read_text("utf-8")) if not (document.parent / link).exists()
    ]

    assert missing == []


def test_readme_names_every_document():
    named = set(LINK.findall((ROOT / "README.md").read_text("utf-8")))

    assert {f"docs/{path.name}" for path in DOCUMENTS[1:] if path.parent.name == "docs"} <= named


@pytest.mark.parametrize("target", ["run", "test", "demo", "lint"])
def test_every_make_target_that_is_named_is_there(target: str):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_address_to_try_is_the_one_of_the_desk_that_make_run_starts():
    (address,) = set(re.findall(r"--to (\S+)", (ROOT / "README.md").read_text("utf-8")))

    assert f'\naddress = "{address}"' in (ROOT / "config/default.toml").read_text("utf-8")
