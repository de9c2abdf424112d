"""The settings of satisfaction surveys, and how a desk asks by them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from daemon.desk.calendars import Calendar
from daemon.desk.durations import seconds_of
from daemon.desk.opening_hours import week
from daemon.desk.survey_rules import SurveyPlan

_DAY = timedelta(days=1)


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


def _never_closed(_day: object) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Surveys:
    """The settings, ready to be asked; ``next_open`` is the first moment outside of the quiet hours."""

    enabled: bool
    plan: SurveyPlan
    window: timedelta
    low_score: int
    buttons: str
    next_open: Callable[[datetime], datetime | None]
    teams_off: frozenset[str]
    report: str

    @classmethod
    def of(cls, settings: SurveySettings, zone: str = "UTC", calendar: Calendar | None = None) -> "Surveys":
        """Read settings that were found to be right; ``zone`` is the desk's."""
        plan = SurveyPlan(
            delay=timedelta(seconds=seconds_of(settings.delay)),
            sample_percent=settings.share,
            cool_down=settings.cooldown_days * _DAY,
            give_up_after=settings.give_up_days * _DAY,
        )
        open_hours = calendar or Calendar("", ZoneInfo(zone), week(settings.times), _never_closed)
        return cls(
            enabled=settings.enabled,
            plan=plan,
            window=settings.window_days * _DAY,
            low_score=settings.low_score,
            buttons=settings.buttons,
            next_open=open_hours.next_open,
            teams_off=frozenset(settings.teams_off),
            report=settings.report,
        )


def usual() -> Surveys:
    """Return how a desk asks that says nothing about it: not at all."""
    return Surveys.of(SurveySettings())
