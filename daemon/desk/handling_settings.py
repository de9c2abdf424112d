"""How new tickets are handled: their priority, type, category, team and agent, as the operator sets it."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1)]
Rank = Annotated[str, Meta(pattern="^(P1|P2|P3|P4)$")]
LevelName = Annotated[str, Meta(pattern="^(low|medium|high)$")]
TypeName = Annotated[str, Meta(pattern="^(incident|service-request|problem|change)$")]


class PrioritySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The matrix of impact and urgency, by rows of impact, and what raises the two.

    Each row runs from high to low urgency.  ``similar_reports`` is 0 where they are not counted.
    """

    impact_high: tuple[Rank, ...] = ("P1", "P2", "P3")
    impact_medium: tuple[Rank, ...] = ("P2", "P3", "P4")
    impact_low: tuple[Rank, ...] = ("P3", "P4", "P4")
    vips: tuple[str, ...] = ()
    many_people: Annotated[int, Meta(ge=2)] = 10
    similar_reports: Annotated[int, Meta(ge=0)] = 0
    similar_minutes: Annotated[int, Meta(ge=1)] = 30
    shipped_words: bool = True
    everybody_words: tuple[str, ...] = ()
    security_words: tuple[str, ...] = ()
    compliance_words: tuple[str, ...] = ()
    money_words: tuple[str, ...] = ()
    urgent_words: tuple[str, ...] = ()
    calm_words: tuple[str, ...] = ()


class ClassificationSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What tells an incident from a service request."""

    default_type: Annotated[str, Meta(pattern="^(incident|service-request)$")] = "incident"
    incident_addresses: tuple[str, ...] = ()
    request_addresses: tuple[str, ...] = ()
    shipped_words: bool = True
    incident_words: tuple[str, ...] = ()
    request_words: tuple[str, ...] = ()
    sender_history: bool = False


class ServiceSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service that people use, by the words they call it."""

    name: Text
    words: tuple[str, ...] = ()
    critical: bool = False


class CategorySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A category of tickets; ``name`` is ``hardware`` or, with a sub-category, ``hardware/printer``.

    With ``teams`` only tickets of these are given it.
    """

    name: Text
    words: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


class RouteSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule that sends a ticket somewhere: all its conditions must hold, of each any of its values."""

    name: Text
    addresses: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    team: str = ""
    type: Annotated[str, Meta(pattern="^(|incident|service-request|problem|change)$")] = ""
    impact: Annotated[str, Meta(pattern="^(|low|medium|high)$")] = ""
    urgency: Annotated[str, Meta(pattern="^(|low|medium|high)$")] = ""
    tags: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


class AbsenceSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days on which an agent is away, the first and the last included."""

    first: date
    last: date
    stand_in: str = ""
