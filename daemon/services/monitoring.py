"""Take monitoring mail: one incident for each thing that is watched, which opens and ends by mail.

It is a machine's mail by its kind: nobody is acknowledged, nobody outside hears of it, and its incident has
no requester until an agent names one.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daemon.desk.addressing import Agent
from daemon.desk.changes import Assign, Change, MoveState, SetLevels
from daemon.desk.lifecycle import ENDED, REPLIED, Mover, moves, priority
from daemon.desk.monitor_settings import MonitorSettings
from daemon.desk.monitoring import Course, Incident, Moment, Sighting, Stands, Step, Watched, course
from daemon.desk.priority import Report
from daemon.desk.proof import Trust
from daemon.desk.sentences import sentence
from daemon.desk.terms import Words
from daemon.services import assigning
from daemon.services.apply import Opening, Work
from daemon.services.author_trust import is_trusted_peer
from daemon.services.failures import watchers
from daemon.services.postbag import Postbag, Shown
from daemon.services.visit import SUBJECT_LIMIT_CHARS, Visit, warnings
from storage import monitors, tickets
from storage.arrivals import Outcome
from storage.monitors import Thing
from storage.records import Ticket
from storage.vocabulary import Disposition, EntryKind, Priority, TicketState, TicketType, Visibility

NEWS = "monitoring-news"
_UNPROVEN = sentence(
    "nothing proves that this mail is from the monitoring; it may open an incident and ends none"
)
_ENDS = {"resolve": TicketState.RESOLVED, "close": TicketState.CLOSED}
_TOLD = {TicketState.RESOLVED: "ticket-resolved", TicketState.CLOSED: "ticket-closed"}


@dataclass(frozen=True, slots=True)
class _Matter:
    """A sighting, whether it is proven, and the incident of its thing as far as there is one."""

    sighting: Sighting
    proven: bool
    ticket: Ticket | None = None
    incident: Incident = Incident.NONE


def take(visit: Visit) -> Outcome | None:
    """Settle a mail that a monitoring rule reads; None for any other mail."""
    case = visit.case
    rules = visit.postbag.office.monitors
    # Whoever From names most likely wrote nothing then: such a mail is a ticket like any other.
    if not rules or not case.author_address or case.trust is Trust.FAILED:
        return None
    read = rules.read(case.author_address, case.message.subject, case.message.new_text)
    case.evidence += read.told
    if read.sighting is None:
        return None
    case.muted = case.muted or "monitoring mail"
    proven = _is_proven(visit, read.sighting.rule)
    case.evidence += [case.author_evidence, str(read.sighting)]
    case.evidence += [] if proven else [_UNPROVEN]
    return _settled(visit, read.sighting, proven=proven)


def _is_proven(visit: Visit, rule: MonitorSettings) -> bool:
    return visit.case.trust is Trust.VERIFIED or is_trusted_peer(visit.case.arrival.peer, rule.peers)


def _settled(visit: Visit, sighting: Sighting, *, proven: bool) -> Outcome:
    now = visit.case.cause.now
    thing = _thing(sighting, now)
    found = tickets.lock(tickets.survivor(thing.ticket_number)) if thing and thing.ticket_number else None
    matter = _Matter(sighting, proven, found, incident_of(found, sighting.rule, now))
    known = watched_of(thing) if thing is not None and thing.ticket_number else None
    decided = course(sighting, Moment(now, matter.incident, proven, known))
    visit.case.evidence.append(f"{decided.step}: {decided.why}")
    number, outcome = _carry_out(visit, matter, decided)
    if thing is not None and decided.watched is not None:
        kept = decided.watched
        monitors.save(
            replace(
                thing,
                monitor=sighting.rule.name,
                ticket_number=number or thing.ticket_number,
                stands=kept.stands,
                changes=kept.changes,
                flapping=kept.flapping,
                seen_at=now,
            )
        )
    return outcome


def _thing(sighting: Sighting, now: datetime) -> Thing | None:
    """Return the thing, locked; met for the first time only where something is wrong with it."""
    thing = monitors.lock(sighting.key)
    if thing is None and sighting.stands is Stands.PROBLEM:
        new = Thing(sighting.key, sighting.rule.name, None, sighting.stands, (), False, now)
        monitors.meet(new)
        thing = monitors.lock(sighting.key)
    return thing


def watched_of(thing: Thing) -> Watched:
    """Return what is known of a thing in the words of the rules."""
    return Watched(Stands(thing.stands), thing.changes, thing.flapping)


def incident_of(ticket: Ticket | None, rule: MonitorSettings, now: datetime) -> Incident:
    """Tell how the incident of a thing is: one that ended too long ago, or cannot open again, is none."""
    if ticket is None:
        return Incident.NONE
    if ticket.state not in ENDED:
        return Incident.OPEN
    ended_at = ticket.resolved_at or ticket.closed_at or ticket.updated_at
    lately = now - ended_at <= timedelta(hours=rule.reopen_hours) and rule.reopen_hours > 0
    return Incident.ENDED if lately and ticket.state in REPLIED[ticket.type] else Incident.NONE


def _carry_out(visit: Visit, matter: _Matter, decided: Course) -> tuple[int | None, Outcome]:
    ticket = matter.ticket
    if decided.step is Step.OPEN:
        work = _open(visit, matter)
    elif ticket is None or decided.step is Step.NOTHING:
        return None, visit.outcome(Disposition.IGNORED, f"monitoring mail: {decided.why}")
    else:
        work = _go_on(visit, Work.on(ticket, visit.case.cause), matter, decided)
    opened = decided.step is Step.OPEN
    reason = f"{matter.sighting.stands} of {matter.sighting.key}: {decided.why}"
    disposition = Disposition.TICKETED if opened else Disposition.APPENDED
    return work.ticket.number, visit.outcome(disposition, reason, work)


def _open(visit: Visit, matter: _Matter) -> Work:
    """Open an incident that nobody asked for; one before it is named."""
    case, rule = visit.case, matter.sighting.rule
    message = case.message
    teams = (rule.team,) if rule.team else case.roster.teams_for(case.recipients)
    subject = message.subject[:SUBJECT_LIMIT_CHARS]
    report = Report(Words.of(subject, message.new_text))
    levels = visit.postbag.office.handling.assessor.assess(report)
    opening = Opening(
        subject, None, teams, case.root_message_id, TicketType.INCIDENT, levels.impact, levels.urgency
    )
    work = Work.opening(opening, case.cause)
    rank = Priority(rule.priority) if rule.priority else levels.priority
    if rank is not priority(levels.impact, levels.urgency):
        why = f"monitor {rule.name}" if rule.priority else "the desk's own matrix"
        work.apply([SetLevels(levels.impact, levels.urgency, rank, why)])
    _note(work, matter)
    if matter.ticket is not None:
        work.note("follows", ticket=str(matter.ticket.number))
    choice = assigning.chosen(visit.postbag.office, work.ticket, frozenset(), case.cause.now)
    if choice is not None and choice.address is not None:
        work.apply([Assign(choice.address, f"automatic: {choice.reason}")])
    shown = visit.file(work, EntryKind.MESSAGE, Visibility.PUBLIC, message.text)
    visit.remember(work)
    visit.tell_agents(
        "ticket-new", work, shown, visit.watchers(work.ticket), warnings=_warnings(visit, matter)
    )
    work.finish()
    return work


def _go_on(visit: Visit, work: Work, matter: _Matter, decided: Course) -> Work:
    """Put the mail onto the incident, and do what was decided."""
    changes = changes_of(work.ticket, matter.sighting.rule, decided)
    work.apply(changes)
    _note(work, matter)
    shown = visit.file(work, EntryKind.REPORT, Visibility.INTERNAL, visit.case.message.new_text)
    visit.remember(work)
    what = _news(matter, decided)
    if what:
        told = told_of(matter.sighting.key, matter.sighting.rule, what)
        tell_agents(visit.postbag, work, told, shown, _warnings(visit, matter))
    if changes:
        tell_requester(visit.postbag, work)
    work.finish()
    return work


def changes_of(ticket: Ticket, rule: MonitorSettings, decided: Course) -> list[Change]:
    """Return how the incident moves; it stays where the table of its type does not have that move."""
    if decided.step is Step.REOPEN:
        return [MoveState(REPLIED[ticket.type][ticket.state], f"monitor {rule.name}: it fails again")]
    to = _ENDS.get(rule.on_recovery) if decided.step is Step.END else None
    if to is None or to not in moves(ticket.type, ticket.state, Mover.DESK):
        return []
    return [MoveState(to, f"monitor {rule.name}: it is well again")]


def _news(matter: _Matter, decided: Course) -> str:
    """Name what agents are told of; empty for what they know or need not hear each time."""
    if decided.began:
        return "flapping"
    if decided.step is Step.REOPEN:
        return "back"
    if decided.step is Step.END:
        return "over"
    return "doubtful" if matter.sighting.stands is Stands.RECOVERY and not matter.proven else ""


def _note(work: Work, matter: _Matter) -> None:
    sighting = matter.sighting
    values = "; ".join(f"{name}={value}" for name, value in sighting.values)
    work.note("monitored", rule=sighting.rule.name, key=sighting.key, stands=sighting.stands, read=values)


def _warnings(visit: Visit, matter: _Matter) -> list[str]:
    return [*warnings(visit.case), *([] if matter.proven else [_UNPROVEN])]


def told_of(key: str, rule: MonitorSettings, what: str) -> dict[str, object]:
    """Describe the news of a thing for its notice."""
    return {
        "what": what,
        "key": key,
        "rule": rule.name,
        "changes": rule.flap_changes,
        "minutes": rule.flap_minutes,
    }


def tell_agents(
    postbag: Postbag, work: Work, told: dict[str, object], shown: Shown | None, known: list[str]
) -> None:
    """Write the news of a thing to those who work on its incident."""
    letters = postbag.office.letters
    agents: list[Agent] = watchers(postbag.office, work.ticket)
    for agent in agents:
        postbag.write(NEWS, letters.reader(agent.address), work, shown, monitor=told, warnings=known)


def tell_requester(postbag: Postbag, work: Work) -> None:
    """Tell whoever an agent made the requester that the incident ended; usually there is nobody."""
    requester, notice = work.ticket.requester, _TOLD.get(work.ticket.state)
    if requester is not None and notice is not None:
        postbag.write(notice, postbag.office.letters.person(requester), work)
