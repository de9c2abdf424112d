"""Commands that may do a task of a request by themselves."""

from typing import Annotated

import msgspec
from msgspec import Meta


class AutomationSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command that items may name; ``argv`` is the program and its arguments, each with places in braces.

    It runs as ``user``, or as the daemon where that is empty; as root only with ``as_root``.  A ``dry_run``
    only tells what would run.  Without ``without_approval`` it runs for approved requests alone.
    """

    name: Annotated[str, Meta(min_length=1)]
    argv: tuple[str, ...]
    user: str = ""
    as_root: bool = False
    timeout_seconds: Annotated[int, Meta(ge=1, le=600)] = 60
    dry_run: bool = False
    without_approval: bool = False
