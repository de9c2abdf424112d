"""Who works at the desk and where it is reached: the desk, its teams and its agents."""

from typing import Annotated

import msgspec
from msgspec import Meta

from daemon.desk.handling_settings import AbsenceSettings

Text = Annotated[str, Meta(min_length=1)]
# See ``storage.vocabulary.LANGUAGES``.
Language = Annotated[str, Meta(pattern="^(en|de|es|fr|it|nl)$")]


class DeskSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The desk: the name that people read and the address they write to.

    ``aliases`` are further addresses of the desk.  ``sub_addressing`` says whether mail to
    ``support+anything@`` reaches the desk (RFC 5233); without it our Message-IDs carry the proof.
    ``signed_return_address`` says whether each copy leaves with such an address as its reverse-path.
    ``canned`` is the folder of canned responses and incident templates; empty for none.
    """

    name: Text
    address: Text
    aliases: tuple[str, ...] = ()
    timezone: str = "UTC"
    language: Language = "en"
    sub_addressing: bool = True
    signed_return_address: bool = True
    token_days: Annotated[int, Meta(ge=1)] = 400
    administrators: tuple[str, ...] = ()
    acknowledge: bool = True
    agents_act_everywhere: bool = False
    reopen_days: Annotated[int, Meta(ge=1)] = 14
    auto_mail_per_address_and_hour: Annotated[int, Meta(ge=1)] = 5
    auto_mail_per_address_and_day: Annotated[int, Meta(ge=1)] = 20
    auto_mail_per_pair_and_hour: Annotated[int, Meta(ge=1)] = 5
    auto_mail_per_domain_and_hour: Annotated[int, Meta(ge=1)] = 5_000
    auto_mail_per_ticket_and_hour: Annotated[int, Meta(ge=1)] = 20
    auto_mail_per_content_and_hour: Annotated[int, Meta(ge=1)] = 20
    auto_mail_per_hour: Annotated[int, Meta(ge=1)] = 5_000
    attachments_limit_bytes: Annotated[int, Meta(ge=0)] = 20_971_520
    canned: str = ""


class TeamSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A team: the addresses whose mail it works on and the agents who are its members.

    With ``assignment`` automatic a new ticket is given to one of them.  The tickets of a ``private`` team
    are for its members alone.

    What a team says of itself takes the place of what the desk says: the name, zone and language, the folder
    of templates, the calendar of its clocks, and the rest.  Empty and 0 leave it to the desk.
    """

    name: Text
    addresses: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    assignment: Annotated[str, Meta(pattern="^(manual|automatic)$")] = "manual"
    private: bool = False
    lead: str = ""
    desk_name: str = ""
    timezone: str = ""
    language: Annotated[str, Meta(pattern="^(|en|de|es|fr|it|nl)$")] = ""
    templates: str = ""
    calendar: str = ""
    acknowledge: Annotated[str, Meta(pattern="^(|yes|no)$")] = ""
    reopen_days: Annotated[int, Meta(ge=0)] = 0
    auto_mail_per_hour: Annotated[int, Meta(ge=0)] = 0

    def of(self, desk: DeskSettings) -> DeskSettings:
        """Return the desk as tickets of this team have it; the desk itself where the team changes nothing."""
        own: dict[str, object] = {
            "name": self.desk_name,
            "timezone": self.timezone,
            "language": self.language,
        }
        own |= {"reopen_days": self.reopen_days}
        own |= {"address": self.addresses[0]} if self.desk_name and self.addresses else {}
        changed = {name: value for name, value in own.items() if value}
        changed |= {"acknowledge": self.acknowledge == "yes"} if self.acknowledge else {}
        return msgspec.structs.replace(desk, **changed) if changed else desk


class AgentSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An agent; ``also`` are further addresses that the same person writes from.

    ``capacity`` is the part of a full week that the agent works on tickets.
    """

    address: Text
    name: Text
    also: tuple[str, ...] = ()
    timezone: str = ""
    language: Annotated[str, Meta(pattern="^(|en|de|es|fr|it|nl)$")] = ""
    skills: tuple[str, ...] = ()
    capacity: Annotated[float, Meta(gt=0, le=2)] = 1.0
    digest: Annotated[str, Meta(pattern="^(|hourly|daily)$")] = ""
    digest_times: tuple[str, ...] = ("08:00",)
    absences: tuple[AbsenceSettings, ...] = ()
    calendar: str = ""
