"""Write settings back as TOML, with nothing secret in it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from daemon.desk.web_feeds import is_address
from daemon.settings.sections import Document, Settings

_MASK = "***"
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_WEB = frozenset({"http", "https"})
_QUERY_VALUE = re.compile(r"((?:^|&)[^=&]*=)[^&]*")
# Of a database's options most say where it is; these are what somebody could log in with.
_SECRET_QUERY = re.compile(r"((?:^|&)[^=&]*(?:password|passwd|pwd|secret|token|key)=)[^&]*", re.IGNORECASE)


def effective(settings: Settings) -> dict[str, Any]:
    """Return every section that is in force, defaults included and credentials masked, as plain values.

    Listeners that are off and empty lists of tables are left out.
    """
    every = {name: _masked(_plain(getattr(settings, name))) for name in Document.__struct_fields__}
    sections = {name: section for name, section in every.items() if section}
    if settings.directory.password:
        sections["directory"]["password"] = _MASK
    sections["alarm"]["webhook_url"] = masked_webhook(settings.alarm.webhook_url)
    for shown, hook in zip(sections.get("hook", ()), settings.hook, strict=True):
        shown["url"] = masked_webhook(hook.url)
    for shown, calendar in zip(sections.get("calendar", ()), settings.calendar, strict=True):
        # Who publishes a calendar for those who know its address puts the secret into the path.
        shown["feeds"] = [masked_webhook(feed) if is_address(feed) else feed for feed in calendar.feeds]
    return sections


def masked_url(url: str) -> str:
    """Return a URL with stars in place of what somebody could log in with.

    That is the password before the host and in the query.  On the web it is the whole login, any value in the
    query and all of the fragment, since a token may stand there under any name.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        # What is no URL after all may still hold a password.
        return _MASK
    login, at, host = parts.netloc.rpartition("@")
    user, colon, _ = login.partition(":")
    is_web = parts.scheme in _WEB
    shown = _MASK if is_web else f"{user}:{_MASK}" if colon else user
    query = (_QUERY_VALUE if is_web else _SECRET_QUERY).sub(rf"\1{_MASK}", parts.query)
    if is_web and parts.query and "=" not in parts.query:
        query = _MASK
    fragment = _MASK if is_web and parts.fragment else parts.fragment
    return _joined(url, [f"{shown}{at}{host}" if at else host, parts.path, query, fragment])


def masked_webhook(url: str) -> str:
    """Return the address of a webhook without its path: the usual services put the secret there."""
    if not url:
        return url
    parts = urlsplit(masked_url(url))
    path = f"/{_MASK}" if parts.path.strip("/") else parts.path
    return _joined(url, [parts.netloc, path, parts.query, parts.fragment])


def _joined(url: str, pieces: Sequence[str]) -> str:
    """Put a URL together again, with the two slashes of the original that ``urlunsplit`` may drop."""
    netloc, path, query, fragment = pieces
    scheme = url.partition(":")[0]
    return f"{scheme}://{netloc}{path}{query and '?' + query}{fragment and '#' + fragment}"


def _masked(value: Any) -> Any:
    """Mask every URL in a section, whichever setting it stands in."""
    if isinstance(value, dict):
        return {name: _masked(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner) for inner in value]
    return masked_url(value) if isinstance(value, str) and _URL.match(value) else value


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
