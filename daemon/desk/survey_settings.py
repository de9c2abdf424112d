"""The settings of satisfaction surveys."""

from typing import Annotated

import msgspec
from msgspec import Meta


class SurveySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether and how requesters of closed tickets are asked how satisfied they were.

    ``times`` are the hours in which surveys are sent; a ``calendar`` takes their place.
    """

    enabled: bool = False
    delay: str = "24h"
    share: Annotated[float, Meta(ge=0, le=100)] = 100.0
    cooldown_days: Annotated[int, Meta(ge=0, le=3650)] = 30
    give_up_days: Annotated[int, Meta(ge=1, le=365)] = 14
    window_days: Annotated[int, Meta(ge=1, le=365)] = 30
    low_score: Annotated[int, Meta(ge=0, le=4)] = 2
    buttons: Annotated[str, Meta(pattern="^(digits|stars|faces)$")] = "digits"
    times: tuple[str, ...] = ("mon-fri 08:00-18:00",)
    calendar: str = ""
    teams_off: tuple[str, ...] = ()
    report: Annotated[str, Meta(pattern="^(never|weekly|monthly)$")] = "monthly"
