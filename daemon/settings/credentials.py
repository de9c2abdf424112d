"""Find the systemd credentials that settings name: ``credential:imap`` is a file of the service manager's.

A unit with ``LoadCredential=imap:FILE`` gets a copy of FILE in the folder $CREDENTIALS_DIRECTORY, whose
name depends on the unit, so that the configuration cannot name it (systemd.exec(5)).
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import structs

from daemon.settings.sections import Document

VARIABLE = "CREDENTIALS_DIRECTORY"
PREFIX = "credential:"


def located(document: Document, environ: Mapping[str, str]) -> Document:
    """Return the document with the files of credentials in it; without a folder of credentials as it is."""
    folder = environ.get(VARIABLE)
    return _located(document, folder) if folder else document


def _located(value: Any, folder: str) -> Any:
    if isinstance(value, str) and value.startswith(PREFIX):
        return f"{folder}/{value.removeprefix(PREFIX)}"
    if isinstance(value, tuple):
        return tuple(_located(item, folder) for item in value)
    if isinstance(value, msgspec.Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        changed = {name: _located(one, folder) for name, one in fields.items() if _may_name_a_file(name, one)}
        return structs.replace(value, **changed)
    return value


def _may_name_a_file(name: str, value: Any) -> bool:
    return name.endswith("_file") or not isinstance(value, str)
