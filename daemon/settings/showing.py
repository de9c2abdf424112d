"""Write settings back as TOML, with nothing secret in it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from daemon.settings.sections import Document, Settings

_MASK = "***"
_SECRET_QUERY = re.compile(r"((?:^|&)[^=&]*password=)[^&]*", re.IGNORECASE)


def effective(settings: Settings) -> dict[str, Any]:
    """Return every section that is in force, defaults included and passwords masked, as plain values.

    Listeners that are off and empty lists of tables are left out.
    """
    every = {name: _plain(getattr(settings, name)) for name in Document.__struct_fields__}
    sections = {name: section for name, section in every.items() if section}
    sections["database"]["url"] = masked_url(settings.database.url)
    return sections


def masked_url(url: str) -> str:
    """Return a URL with stars in place of its password, before the host or in the query."""
    parts = urlsplit(url)
    login, at, host = parts.netloc.rpartition("@")
    user, colon, _ = login.partition(":")
    netloc = f"{user}:{_MASK}{at}{host}" if colon else parts.netloc
    query = _SECRET_QUERY.sub(rf"\1{_MASK}", parts.query)
    return url.replace(parts.netloc, netloc, 1).replace(parts.query, query, 1)


def as_toml(sections: Mapping[str, Any]) -> str:
    """Write sections as TOML that ``load`` reads to the same values, in their order."""
    return "\n".join(_tables(sections, ()))


def _plain(section: Any) -> Any:
    """Turn structures and tuples into dicts and lists, the types of a TOML document."""
    return msgspec.json.decode(msgspec.json.encode(section))


def _tables(sections: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[str]:
    for name, value in sections.items():
        key = (*above, name)
        dotted = ".".join(key)
        if isinstance(value, Mapping):
            yield f"[{dotted}]\n{_pairs(value)}"
            yield from _tables(value, key)
        elif _is_tables(value):
            for table in value:
                yield f"[[{dotted}]]\n{_pairs(table)}"
                yield from _tables(table, key)


def _pairs(table: Mapping[str, Any]) -> str:
    simple = {name: value for name, value in table.items() if not isinstance(value, Mapping)}
    return "".join(f"{name} = {_value(value)}\n" for name, value in simple.items() if not _is_tables(value))


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, str):
        # A basic string of TOML escapes as JSON does, but for the one control character JSON leaves alone.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    return str(value)
