"""The office: what it takes to write mail for a desk, and to decide about its tickets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from daemon.desk.addressing import Roster
from daemon.desk.catalogue import Catalogue
from daemon.desk.handling import Handling, usual
from daemon.desk.monitoring import Monitors
from daemon.desk.roster import DeskSettings
from daemon.desk.service_levels import ServiceLevels
from daemon.desk.survey_plan import Surveys
from daemon.desk.survey_plan import usual as surveys_as_usual
from daemon.desk.trust_settings import TrustSettings
from daemon.desk.waiting import Waiting
from daemon.desk.waiting import usual as waiting_as_usual
from daemon.mail.tokens import Signer
from daemon.services.canned import Library
from daemon.services.fed_days import FedCalendars
from daemon.services.gate import Gate
from daemon.services.keyring import Keyring
from daemon.services.letters import Letters
from daemon.services.pen import OwnPen, Pen
from daemon.services.render import Renderer
from daemon.services.suggestions import History
from storage.records import Ticket


@dataclass(frozen=True, slots=True)
class Office:
    """What it takes to write mail for a desk; one for the whole program.

    ``keyring`` keeps the keys of the signer current; None where they never change.  ``handling`` decides
    about new tickets, with what ``history`` knows of the old ones.
    """

    roster: Roster
    signer: Signer
    renderer: Renderer
    gate: Gate
    # What the desk promises, and None where it promises nothing.
    levels: ServiceLevels | None = None
    waiting: Waiting = field(default_factory=waiting_as_usual)
    trust: TrustSettings = field(default_factory=TrustSettings)
    keyring: Keyring | None = None
    # Of the teams that have templates of their own, by name.
    renderers: Mapping[str, Renderer] = field(default_factory=dict)
    handling: Handling = field(default_factory=usual)
    history: History = field(default_factory=History)
    # Canned responses and incident templates.
    library: Library = field(default_factory=Library)
    monitors: Monitors = field(default_factory=Monitors)
    # What people can ask for.
    catalogue: Catalogue = field(default_factory=Catalogue)
    surveys: Surveys = field(default_factory=surveys_as_usual)
    # What calendars get from the web.
    fed: FedCalendars = field(default_factory=FedCalendars)

    # What makes the pens of postbags; None where each writes for itself.
    pens: Callable[[], Pen] | None = None

    def renew_keys(self, now: datetime) -> None:
        """Take up keys that were made meanwhile; inside the caller's transaction."""
        if self.keyring is not None:
            self.keyring.renew(now)

    def templates_of(self, ticket: Ticket | None) -> str:
        """Return whose templates say the mail about a ticket, or about none: a team, empty for the desk's."""
        team = self.roster.team(ticket.team).name if ticket is not None and self.renderers else ""
        return team if team in self.renderers else ""

    def renderer_of(self, team: str) -> Renderer:
        """Return what renders the templates of a team, or those of the desk."""
        return self.renderers.get(team, self.renderer)

    def pen(self) -> Pen:
        """Return what writes the mail of one postbag."""
        return self.pens() if self.pens is not None else OwnPen(self.renderer_of)

    def desk_of(self, ticket: Ticket | None) -> DeskSettings:
        """Return the desk that speaks in mail about a ticket, or about none."""
        return self.roster.desk_of(ticket.team) if ticket is not None else self.roster.desk

    @property
    def letters(self) -> Letters:
        """The builder of contexts."""
        return Letters(self.roster)
