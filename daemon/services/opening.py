"""What happens when a ticket is opened: classify, category, route, priority, assign; each with its reasons.

The reasons stand with the arrival, for ``trace``, and what is out of the ordinary in the journal.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from daemon.desk.addressing import fold, without_detail
from daemon.desk.catalogue import Item
from daemon.desk.changes import Assign, Change, SetCategory, SetLevels, SetTags
from daemon.desk.classification import HISTORY_LIMIT, Classification, Opened
from daemon.desk.handling import Handling
from daemon.desk.lifecycle import priority
from daemon.desk.neighbours import Suggestion
from daemon.desk.priority import Assessment, Report, Signal, similar
from daemon.desk.proof import Trust
from daemon.desk.routing import Facts, Routed
from daemon.desk.terms import Words
from daemon.services import assigning
from daemon.services.apply import Opening, Work
from daemon.services.case import Case
from daemon.services.visit import Visit
from storage import workload
from storage.records import Ticket
from storage.vocabulary import TicketType

_ROUTE = "route"
# What people ask for; problems and changes are the desk's own.
_ASKED_BY_MAIL = frozenset({TicketType.INCIDENT, TicketType.SERVICE_REQUEST})


@dataclass(frozen=True)
class Decisions:
    """Everything that was decided about a new ticket, and the sentences that say why."""

    classification: Classification
    suggestion: Suggestion | None
    routed: Routed
    assessment: Assessment
    routes: tuple[str, ...]
    told: tuple[str, ...] = field(default=())

    @property
    def type(self) -> TicketType:
        """The type: what a route says, else what the words say."""
        return self.routed.type or self.classification.type

    @property
    def category(self) -> str:
        """The category, where the suggestion is sure."""
        return self.suggestion.category if self.suggestion is not None and self.suggestion.sure else ""

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that the words and the route give."""
        return tuple(dict.fromkeys((*self.classification.tags, *self.routed.tags)))


def begin(
    visit: Visit, opening: Opening, text: str, follows: Ticket | None = None, meant: Sequence[Item] = ()
) -> Work:
    """Open a ticket with all that is decided about it and begin to work on it.

    ``text`` are the words of whoever asks.  A ticket that follows another keeps the type and the teams of
    that one.  ``meant`` are the items of the catalogue that are asked for, or may be: it is a service
    request then, and goes to their team, where all of them have the same one.
    """
    case, office = visit.case, visit.postbag.office
    made = _decide(visit, opening, text, follows)
    kind = follows.type if follows is not None and follows.type in _ASKED_BY_MAIL else made.type
    if meant:
        kind = TicketType.SERVICE_REQUEST
    if len({item.team for item in meant}) == 1:
        made = replace(made, routes=_routes(case, opening.routes, meant[0].team))
    levels = made.assessment
    decided = replace(opening, routes=made.routes, type=kind, impact=levels.impact, urgency=levels.urgency)
    work = Work.opening(decided, case.cause)
    work.apply(_changes(made))
    case.evidence += made.told
    _note(work, made)
    choice = assigning.chosen(office, work.ticket, frozenset(made.routed.skills), case.cause.now)
    if choice is not None:
        case.evidence += [f"assigned to {choice.address or 'nobody'}: {choice.reason}", *choice.told]
        if choice.address is not None:
            work.apply([Assign(choice.address, f"automatic: {choice.reason}")])
    return work


def _routes(case: Case, teams: tuple[str, ...], routed: str) -> tuple[str, ...]:
    """Return the teams of a new ticket; what was written to a private team no route takes away from it."""
    if not routed or routed == teams[0]:
        return teams
    if case.roster.is_private(teams[0]):
        case.evidence.append(f"not routed to {routed}: what {teams[0]} is told is for its members alone")
        return teams
    return case.roster.kept_private((routed, *(team for team in teams if team != routed)))


def _decide(visit: Visit, opening: Opening, text: str, follows: Ticket | None) -> Decisions:
    case, office = visit.case, visit.postbag.office
    handling = office.handling
    subject, body = Words.of(opening.subject), Words.of(text)
    whole = subject.and_those_of(body)
    addresses = tuple(without_detail(one) for one in case.recipients)
    history = _history(handling, opening)
    classification = handling.classifier.classify(Opened(subject, body, addresses, history))
    said = (opening.subject, text)
    suggestion = _suggested(visit, opening.routes[0], whole, said)
    sender = _sender(case, opening)
    routed = Routed()
    if handling.router.rules and follows is None:
        category = suggestion.category if suggestion is not None and suggestion.sure else ""
        services = tuple(one.name for one in handling.assessor.services_in(whole))
        routed = handling.router.route(Facts(whole, addresses, sender, category, services))
    routes = _routes(case, opening.routes, routed.team)
    if routes[0] != opening.routes[0]:
        suggestion = _suggested(visit, routes[0], whole, said)
    report = Report(whole, sender, _similar(visit, opening, routes[0]), tuple(_asked(routed)))
    assessment = handling.assessor.assess(report)
    told = _told(classification, suggestion, routed, assessment)
    return Decisions(classification, suggestion, routed, assessment, routes, told)


def _suggested(visit: Visit, team: str, words: Words, said: tuple[str, str]) -> Suggestion | None:
    """Suggest one of a team's categories from the tickets that this team may know of."""
    case, office = visit.case, visit.postbag.office
    hidden = case.roster.hidden_beside(team)
    categories = office.handling.categories_of(team)
    return office.history.suggest(categories, words, said, case.cause.now, hidden)


def _sender(case: Case, opening: Opening) -> str:
    """Return whose ticket it is; nobody where the check of the author failed: a forger is not important."""
    if case.trust is Trust.FAILED or opening.requester is None:
        return ""
    return fold(opening.requester.address)


def _history(handling: Handling, opening: Opening) -> tuple[TicketType, ...]:
    if not handling.classifier.wants_history or opening.requester is None:
        return ()
    return workload.types_of(opening.requester.id, HISTORY_LIMIT)


def _similar(visit: Visit, opening: Opening, team: str) -> int:
    """Count the reports like this one, itself included; 0 where nobody wants to know."""
    case, assessor = visit.case, visit.postbag.office.handling.assessor
    if not assessor.wants_similar:
        return 0
    since = case.cause.now - assessor.similar_since
    return 1 + similar(opening.subject, workload.subjects_since(since, case.roster.hidden_beside(team)))


def _asked(routed: Routed) -> list[Signal]:
    if routed.impact is None and routed.urgency is None:
        return []
    return [Signal(_ROUTE, routed.rule, routed.impact, routed.urgency)]


def _told(
    classification: Classification, suggestion: Suggestion | None, routed: Routed, assessment: Assessment
) -> tuple[str, ...]:
    levels = f"impact {assessment.impact}, urgency {assessment.urgency}"
    signals = "; ".join(map(str, assessment.signals)) or "nothing stands out"
    said = [f"type {classification}"]
    if suggestion is not None:
        said.append(f"category {'' if suggestion.sure else 'perhaps '}{suggestion}")
    return (*said, *routed.told, f"priority {assessment.priority} by {levels}: {signals}")


def _changes(made: Decisions) -> list[Change]:
    found: list[Change] = []
    levels = made.assessment
    if levels.priority is not priority(levels.impact, levels.urgency):
        found.append(SetLevels(levels.impact, levels.urgency, levels.priority, "the desk's own matrix"))
    if made.category:
        found.append(SetCategory(made.category))
    if made.tags:
        found.append(SetTags(made.tags))
    return found


def _note(work: Work, made: Decisions) -> None:
    """Write into the journal what is out of the ordinary; an ordinary ticket has nothing to tell."""
    said: dict[str, str] = {}
    if made.classification.reasons:
        said["type"] = str(made.classification)
    if made.suggestion is not None:
        said["category"] = str(made.suggestion)
    if made.routed.rule:
        said[_ROUTE] = made.routed.told[-1] if made.routed.told else made.routed.rule
    if made.assessment.signals:
        said["priority"] = "; ".join(map(str, made.assessment.signals))
    if said:
        work.note("handled", **said)
