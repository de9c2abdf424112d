"""Who is told of what happens to tickets by HTTP: chat rooms, pagers, other programs."""

from typing import Annotated

import msgspec
from msgspec import Meta


class HookSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place that is told; ``events`` are names of ``desk.hooks``.

    The address stands in ``url`` or in ``url_file``; ``secret_file`` signs what a webhook gets, and
    ``token_file`` has a bearer token.
    """

    name: Annotated[str, Meta(min_length=1)]
    kind: Annotated[str, Meta(pattern="^(slack|teams|ntfy|webhook)$")] = "webhook"
    url: str = ""
    url_file: str = ""
    secret_file: str = ""
    token_file: str = ""
    events: tuple[str, ...] = ("opened", "sla-breached", "ringing", "resolved")
    priority: Annotated[str, Meta(pattern="^(P1|P2|P3|P4)$")] = "P4"
    teams: tuple[str, ...] = ()
    excerpt: bool = False
    internal: bool = False
    timeout_seconds: Annotated[int, Meta(ge=1, le=30)] = 6
    give_up_after_hours: Annotated[int, Meta(ge=1, le=720)] = 24
