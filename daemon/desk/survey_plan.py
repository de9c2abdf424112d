"""How a desk asks how satisfied people were: its settings, ready to be asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from daemon.desk.calendars import Calendar
from daemon.desk.durations import seconds_of
from daemon.desk.opening_hours import week
from daemon.desk.survey_rules import SurveyPlan
from daemon.desk.survey_settings import SurveySettings

_DAY = timedelta(days=1)


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
            # Asked again and again for the same moment, that of the pass.
            next_open=lru_cache(maxsize=16)(open_hours.next_open),
            teams_off=frozenset(settings.teams_off),
            report=settings.report,
        )


def usual() -> Surveys:
    """Return how a desk asks that says nothing about it: not at all."""
    return Surveys.of(SurveySettings())
