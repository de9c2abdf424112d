"""The rules by which mail of monitoring opens and ends incidents, as the operator sets them."""

from typing import Annotated

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1)]


class MonitorSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule: whose mail it is for, how that mail is read, and what becomes of it.

    ``subjects`` and ``lines`` are patterns with named places (``desk.line_patterns``), one of which is the
    ``{state}``; ``key`` names what is watched.  Mail from ``peers`` is believed without further proof.
    """

    name: Text
    senders: tuple[Text, ...]
    peers: tuple[str, ...] = ()
    subjects: tuple[Text, ...]
    lines: tuple[Text, ...] = ()
    key: Text
    problem: tuple[Text, ...]
    recovery: tuple[Text, ...]
    note: tuple[Text, ...] = ()
    on_recovery: Annotated[str, Meta(pattern="^(resolve|close|note)$")] = "resolve"
    team: str = ""
    priority: Annotated[str, Meta(pattern="^(|P1|P2|P3|P4)$")] = ""
    reopen_hours: Annotated[int, Meta(ge=0, le=8760)] = 24
    flap_changes: Annotated[int, Meta(ge=0, le=40)] = 0
    flap_minutes: Annotated[int, Meta(ge=1, le=10080)] = 30
