"""How much work is too much, and how little is quick."""

from typing import Annotated

import msgspec
from msgspec import Meta


class WorkloadSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``limit`` is how many open tickets an agent of full capacity can have, 0 for any number."""

    limit: Annotated[int, Meta(ge=0, le=10_000)] = 0
    quick_minutes: Annotated[int, Meta(ge=1, le=480)] = 30
