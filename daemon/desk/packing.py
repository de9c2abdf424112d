"""Changes as text and back, so that an operation can be taken back later and by another process."""

from collections.abc import Sequence
from typing import get_args

import msgspec

from daemon.desk.changes import Change

_KINDS = {kind.__name__: kind for kind in get_args(Change)}
_Packed = list[tuple[str, msgspec.Raw]]


def packed(changes: Sequence[Change]) -> str:
    """Write changes as JSON: a list of ``[kind, fields]``."""
    return msgspec.json.encode([(type(change).__name__, change) for change in changes]).decode()


def unpacked(text: str) -> tuple[Change, ...]:
    """Read changes back; raises ValueError for a kind that this program does not know."""
    found = []
    for name, fields in msgspec.json.decode(text, type=_Packed):
        if name not in _KINDS:
            raise ValueError(f"expected one of {', '.join(sorted(_KINDS))}, got {name!r}")
        found.append(msgspec.json.decode(fields, type=_KINDS[name]))
    return tuple(found)
