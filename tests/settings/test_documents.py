"""No setting without its paragraph: the default configuration, the schema and the page tell of all."""

import ast
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from msgspec import inspect, structs

from daemon import shipped
from daemon.settings import Document, load
from daemon.settings.expectation import expected
from daemon.settings.paragraphs import default_text, paragraphs, switched_on
from daemon.settings.reading import read
from daemon.settings.schema import schema
from daemon.settings.showing import as_toml

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
NOTHING: tuple[object, ...] = ("", ())


def shape_of(annotation: Any) -> type[msgspec.Struct] | None:
    """Return the structure in ``X``, ``X | None`` or ``tuple[X, ...]``."""
    for one in (annotation, *get_args(annotation)):
        if isinstance(one, type) and issubclass(one, msgspec.Struct):
            return one
    return None


def settings(shape: type[msgspec.Struct], above: str = "") -> Iterator[tuple[str, structs.FieldInfo]]:
    """Yield every setting that is no section, with its dotted name."""
    sections = []
    for field in structs.fields(shape):
        inner = shape_of(field.type)
        if inner is None:
            yield above + field.name, field
        elif field.name != "lmtp":  # takes the settings of [listener], told there
            sections.append((field.name, inner))
    for name, inner in sections:
        yield from settings(inner, f"{above}{name}.")


SETTINGS = dict(settings(Document))
PROSE = paragraphs(default_text())


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_has_its_paragraph_in_the_default_configuration(name):
    assert PROSE.get(name), f"config/default.toml says nothing about {name}"


def names_that_are_read() -> set[str]:
    """Return every attribute that the program reads, outside of the settings themselves."""
    daemon = Path(shipped.__file__).parent
    sources = [path for path in daemon.rglob("*.py") if "settings" not in path.relative_to(daemon).as_posix()]
    trees = (ast.parse(path.read_text("utf-8")) for path in sources)
    return {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_no_setting_stands_there_that_nothing_reads():
    read_somewhere = names_that_are_read()

    assert [name for name in SETTINGS if name.rpartition(".")[2] not in read_somewhere] == []


def test_the_default_configuration_tells_of_nothing_else():
    sections = {name.rpartition(".")[0] for name in SETTINGS} | {"lmtp"}

    assert {name for name in PROSE if not name.startswith("lmtp.")} == {*SETTINGS, *sections}
    assert all(PROSE[section] for section in sections)


def test_what_is_switched_off_is_the_default_or_an_example_where_there_is_none():
    default = tomllib.loads(default_text())
    everything = tomllib.loads(switched_on(default_text()))

    def value_of(document: Any, name: str) -> Any:
        for step in name.split("."):
            document = document[0] if isinstance(document, list) else document
            document = document.get(step, {})
        return document

    for name, field in SETTINGS.items():
        off = value_of(default, name) == {}
        if off and not field.required and field.default not in NOTHING and name != "mailbox.done_folder":
            found = value_of(everything, name)
            assert (tuple(found) if isinstance(found, list) else found) == field.default, name


def test_the_default_configuration_has_the_right_shape_with_everything_switched_on():
    assert read(tomllib.loads(switched_on(default_text())))[1] == []


def test_the_example_desk_loads():
    desk = load(shipped.folder("config") / "example.toml")

    assert len(desk.mailbox) == len(desk.team) == 2


def row(name: str, field: structs.FieldInfo) -> str:
    """Write the row of the page that tells of a setting."""
    default = "none; must be set" if field.required else f"`{in_toml(field.default)}`"
    takes = expected(inspect.type_info(field.type))
    return f"| `{name.rpartition('.')[2]}` | {takes} | {default} | {PROSE[name]} |"


def in_toml(value: Any) -> str:
    """Write a default as it would stand in the file."""
    plain = list(value) if isinstance(value, tuple) else value
    return as_toml({"section": {"key": plain}}).partition("key = ")[2].strip()


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_has_its_row_on_the_page(name):
    lines = PAGE.read_text("utf-8").splitlines()
    heading = f"### `{name.rpartition('.')[0]}`"
    assert heading in lines, f"docs/configuration.md has no section {heading}"
    section = lines[lines.index(heading) + 1 :]
    end = next((index for index, line in enumerate(section) if line.startswith("#")), len(section))

    assert row(name, SETTINGS[name]) in section[:end]


def test_the_page_tells_of_nothing_else():
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]

    assert len(rows) == len(SETTINGS)


def test_the_schema_in_config_is_current():
    path = shipped.folder("config") / "postdesk.schema.json"

    assert json.loads(path.read_text("utf-8")) == schema(), "run: postdesk config schema > " + str(path)


def test_the_schema_describes_every_setting_and_offers_the_words_to_choose_from():
    described = schema()
    listener = described["$defs"]["ListenerSettings"]["properties"]

    assert listener["tls"]["enum"] == ["none", "starttls", "starttls-required", "implicit"]
    assert described["properties"]["listener"] == {"$ref": "#/$defs/ListenerSettings"}
    for definition in described["$defs"].values():
        assert definition["description"]
        for name, setting in definition["properties"].items():
            assert "description" in setting or "items" in setting, name
