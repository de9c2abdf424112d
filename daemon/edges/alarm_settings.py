"""What the operator decides about alarms that do not go by mail."""

from typing import Annotated

import msgspec
from msgspec import Meta


class AlarmSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where alarms are posted to, signed with the secret in a file; nowhere by default.

    ``silence_hours`` without any mail are an alarm, counted in ``silence_times``; 0 for never.
    """

    webhook_url: str = ""
    secret_file: str = ""
    after_minutes: Annotated[int, Meta(ge=1, le=1440)] = 15
    silence_hours: Annotated[int, Meta(ge=0, le=1000)] = 0
    silence_times: tuple[str, ...] = ("mon-fri 08:00-18:00",)
