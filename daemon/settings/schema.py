"""Describe the configuration file as a JSON schema, for editors that complete and check while one types."""

from collections.abc import Iterator
from typing import Any

import msgspec

from daemon.settings.expectation import choices_of
from daemon.settings.paragraphs import default_text, paragraphs
from daemon.settings.sections import Document

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE = "#/$defs/"


def schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of the file, described by ``config/default.toml``."""
    parts = msgspec.json.schema_components([Document], ref_template=_REFERENCE + "{name}")[1]
    prose = paragraphs(default_text())
    document = parts.pop(Document.__name__)
    document["properties"] = {name: _section(one) for name, one in document["properties"].items()}
    # Several sections may share a structure (listener, lmtp); the first one tells its meaning.
    first: dict[str, str] = {}
    for section, definition in _sections(document, parts, ""):
        first.setdefault(definition, section)
    for definition, section in first.items():
        parts[definition]["description"] = prose[section]
        _describe(parts[definition], section, prose)
    del document["description"]
    return {"$schema": _DRAFT, **document, "title": "Postdesk configuration", "$defs": parts}


def _section(described: dict[str, Any]) -> dict[str, Any]:
    """Return a section as a file can hold it: TOML has no null, and no section stands for a default."""
    kept = described["anyOf"][0] if "anyOf" in described else described
    return {name: value for name, value in kept.items() if name != "default"}


def _sections(table: dict[str, Any], parts: dict[str, Any], above: str) -> Iterator[tuple[str, str]]:
    """Yield the dotted name of every section with the name of its definition, in the order of the file."""
    for name, described in table["properties"].items():
        reference = described.get("$ref") or described.get("items", {}).get("$ref")
        if reference:
            definition = reference.removeprefix(_REFERENCE)
            yield above + name, definition
            yield from _sections(parts[definition], parts, f"{above}{name}.")


def _describe(definition: dict[str, Any], section: str, prose: dict[str, str]) -> None:
    for name, described in definition["properties"].items():
        text = prose.get(f"{section}.{name}")
        if text:
            described["description"] = text
        if isinstance(described.get("default"), tuple):
            described["default"] = list(described["default"])  # as it will be in JSON
        words = choices_of(described.get("pattern", ""))
        if words:
            described["enum"] = words
            del described["pattern"]
