"""The whole configuration: one structure for each table of the file, beside the code that uses it."""

from pathlib import Path

import msgspec

from daemon.desk.automation_settings import AutomationSettings
from daemon.desk.calendars import CalendarSettings
from daemon.desk.catalogue_settings import CatalogueSettings
from daemon.desk.directory_settings import DirectorySettings
from daemon.desk.fields import FieldSettings
from daemon.desk.handling_settings import (
    CategorySettings,
    ClassificationSettings,
    PrioritySettings,
    RouteSettings,
    ServiceSettings,
)
from daemon.desk.heartbeat import HeartbeatSettings
from daemon.desk.hook_settings import HookSettings
from daemon.desk.monitor_settings import MonitorSettings
from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings
from daemon.desk.service_levels import SlaSettings
from daemon.desk.survey_settings import SurveySettings
from daemon.desk.trust_settings import TrustSettings
from daemon.desk.waiting import WaitingSettings
from daemon.desk.workload_settings import WorkloadSettings
from daemon.edges.alarm_settings import AlarmSettings
from daemon.edges.imap_settings import MailboxSettings
from daemon.edges.metrics_settings import MetricsSettings
from daemon.edges.oauth_settings import OAuthSettings
from daemon.edges.relay_settings import RelaySettings
from daemon.edges.smtp_settings import ListenerSettings

DEFAULT_TEAM = "service-desk"


class DatabaseSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The database: ``sqlite:///file``, relative to the configuration, or ``postgresql://host/name``."""

    url: str = "sqlite:///postdesk.db"


class TemplatesSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The operator's own templates: a file in ``folder`` takes the place of the shipped one of that name."""

    folder: str = ""


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may stand in the file: ``[desk]``, ``[[team]]`` and so on."""

    desk: DeskSettings
    database: DatabaseSettings = DatabaseSettings()
    listener: ListenerSettings | None = None
    lmtp: ListenerSettings | None = None
    mailbox: tuple[MailboxSettings, ...] = ()
    relay: RelaySettings = RelaySettings()
    oauth: tuple[OAuthSettings, ...] = ()
    alarm: AlarmSettings = AlarmSettings()
    heartbeat: HeartbeatSettings = HeartbeatSettings()
    metrics: MetricsSettings = MetricsSettings()
    trust: TrustSettings = TrustSettings()
    team: tuple[TeamSettings, ...] = ()
    agent: tuple[AgentSettings, ...] = ()
    calendar: tuple[CalendarSettings, ...] = ()
    sla: tuple[SlaSettings, ...] = ()
    waiting: WaitingSettings = WaitingSettings()
    survey: SurveySettings = SurveySettings()
    priority: PrioritySettings = PrioritySettings()
    classification: ClassificationSettings = ClassificationSettings()
    service: tuple[ServiceSettings, ...] = ()
    category: tuple[CategorySettings, ...] = ()
    route: tuple[RouteSettings, ...] = ()
    workload: WorkloadSettings = WorkloadSettings()
    field: tuple[FieldSettings, ...] = ()
    monitor: tuple[MonitorSettings, ...] = ()
    hook: tuple[HookSettings, ...] = ()
    catalogue: CatalogueSettings = CatalogueSettings()
    automation: tuple[AutomationSettings, ...] = ()
    directory: DirectorySettings = DirectorySettings()
    templates: TemplatesSettings = TemplatesSettings()


class Settings(Document, frozen=True, kw_only=True):
    """A document that was found to be right, with the file it came from.

    There is at least one team.  Relative names of files start at ``base_dir``, which is absolute.
    """

    path: Path
    base_dir: Path

    @property
    def template_folder(self) -> Path | None:
        """The operator's own template folder, or None where there is none."""
        return self.base_dir / self.templates.folder if self.templates.folder else None

    @property
    def canned_folder(self) -> Path | None:
        """The folder of canned responses and incident templates, or None where there is none."""
        return self.base_dir / self.desk.canned if self.desk.canned else None

    @property
    def team_folders(self) -> dict[str, Path]:
        """The template folders of the teams that have one of their own, by the name of the team."""
        return {team.name: self.base_dir / team.templates for team in self.team if team.templates}


def settled(document: Document, path: Path) -> Settings:
    """Return the document as settings; without any team, all agents are the team ``service-desk``."""
    sections = {name: getattr(document, name) for name in Document.__struct_fields__}
    if not document.team:
        desk = document.desk
        everybody = tuple(agent.address for agent in document.agent)
        team = TeamSettings(name=DEFAULT_TEAM, addresses=(desk.address, *desk.aliases), members=everybody)
        sections["team"] = (team,)
    return Settings(**sections, path=path, base_dir=path.resolve().parent)
