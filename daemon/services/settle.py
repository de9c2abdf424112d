"""Decide what became of one message; read top down, this is the way of a message through the desk."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daemon.checks import examine
from daemon.checks.finding import Action
from daemon.checks.robot_sender import ROBOT
from daemon.desk.addressing import fold
from daemon.desk.interpretation import Match, Place, Proof, Standing, Trust, place
from daemon.mail.message import Kind, Message
from daemon.services import (
    answers,
    approval_answers,
    catalogue_mail,
    duplicates,
    errands,
    heartbeat,
    linking,
    linking_answers,
    lookup,
    monitoring,
    places,
    reports,
    request_replies,
    requesting,
    survey_answers,
    task_answers,
)
from daemon.services.apply import Cause
from daemon.services.author_trust import judge
from daemon.services.case import NEVER_ANSWERED, Case
from daemon.services.gate import gist
from daemon.services.lookup import Addressed
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from daemon.services.secrets_masking import mask
from daemon.services.visit import Visit
from storage import entries, people, tickets
from storage.arrivals import Outcome
from storage.records import Arrival
from storage.vocabulary import Disposition, ParticipantRole

# Whoever names more tickets than these within this time and is on none of them guesses their numbers.
GUESSES_LIMIT = 5
GUESSING_WINDOW = timedelta(hours=1)
# What takes a mail that is for something else than a ticket, in this order; each returns None for all others.
TAKERS: tuple[Callable[[Visit], Outcome | None], ...] = (
    monitoring.take,
    linking_answers.take_answer,
    task_answers.take,
    approval_answers.take,
    survey_answers.take,
    errands.to_list,
    catalogue_mail.take,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed arrival with what was read from it."""

    arrival: Arrival
    message: Message


def settle(letter: Letter, office: Office, now: datetime) -> Outcome:
    """Take one message all the way: every row and every outgoing mail in the caller's transaction."""
    office.renew_keys(now)
    cause = Cause(_actor(letter.message), f"arrival:{letter.arrival.id}", now, office.levels)
    judgement = judge(letter.arrival, letter.message, office.trust)
    case = Case(letter.arrival, _as_received(letter), office.roster, cause, judgement)
    postbag = Postbag(
        office,
        cause,
        arrival_id=letter.arrival.id,
        answers=letter.message.message_id,
        answered=case.author_address,
        gist=gist(case.message.subject, case.message.new_text),
    )
    visit = Visit(case, postbag)
    outcome = duplicates.take(visit) or heartbeat.take_back(visit) or _examined(visit) or _placed(visit)
    postbag.post()
    return outcome


def _actor(message: Message) -> str:
    return message.author.address if message.author else "unknown"


def _as_received(letter: Letter) -> Message:
    """Mark a message of which only the beginning was taken, and mask secrets in its subject."""
    message = letter.message
    truncated = message.truncated or letter.arrival.full_size_bytes > letter.arrival.size_bytes
    subject = mask(message.subject).text
    if (truncated, subject) == (message.truncated, message.subject):
        return message
    return replace(message, truncated=truncated, subject=subject)


def _examined(visit: Visit) -> Outcome | None:
    """Pass the checks; some end the way, some only silence us."""
    case = visit.case
    found = examine(case.message, case.envelope, case.facts(visit.postbag.office.signer))
    if found.muted is not None:
        case.muted = found.muted.reason
        case.evidence.append(f"{NEVER_ANSWERED} ({found.muted.check}): {found.muted.reason}")
    elif case.trust is Trust.FAILED:
        # Whoever From names most likely wrote nothing: an answer would be backscatter.
        case.muted = f"the check of its author failed ({case.judgement.why})"
        case.evidence.append(f"{NEVER_ANSWERED}: {case.muted}")
    if found.ended is None:
        return None
    ignored = found.ended.action is Action.IGNORE
    disposition = Disposition.IGNORED if ignored else Disposition.QUARANTINED
    return visit.outcome(disposition, f"{found.ended.check}: {found.ended.reason}")


def _placed(visit: Visit) -> Outcome:
    """Find out what the message is to the desk, and do that."""
    case = visit.case
    if case.message.report is not None and case.message.verdict.kind is Kind.DELIVERY_REPORT:
        return reports.take_report(visit, case.message.report)
    taken = next((outcome for take in TAKERS if (outcome := take(visit)) is not None), None)
    if taken is not None:
        return taken
    office = visit.postbag.office
    addressed = Addressed(case.recipients, case.author_addresses())
    match = lookup.find(case.message, addressed, office.roster, office.signer)
    standing = _standing(case, match, office)
    where, reason = place(standing)
    case.claim = standing.claim()
    case.evidence += [case.author_evidence, f"{where}: {reason}"]
    return _carry_out(visit, where, match, reason)


def _standing(case: Case, match: Match | None, office: Office) -> Standing:
    person = people.find(case.author_address) if match and case.author_address else None
    on_it = tickets.participants(match.ticket_number) if match and person else []
    roles = {one.role for one in on_it if person is not None and one.person.id == person.id}
    return Standing(
        human=case.message.verdict.kind is Kind.HUMAN and not case.arrival.null_reverse_path,
        known_author=case.author is not None,
        agent=case.agent is not None,
        participant=bool(roles),
        trust=case.trust,
        match=match,
        require_both=office.trust.require_both,
        other_team=match is not None and _is_of_other_team(case, match),
        requester=ParticipantRole.REQUESTER in roles,
        robot=_is_robot(case),
        guesses=match is not None and _has_guessed(case, match),
        brings_others=match is not None and _brings_others(case, match),
    )


def _is_robot(case: Case) -> bool:
    """Tell whether a machine writes of its own accord: an absence notice answers something."""
    answers = case.message.in_reply_to or case.message.references
    human = case.message.verdict.kind is Kind.HUMAN and not ROBOT.match(case.author_address)
    return not human and not answers


def _has_guessed(case: Case, match: Match) -> bool:
    if match.proof is not Proof.SUBJECT:
        return False
    author = case.author_address or next((one.address for one in case.message.header_from), "")
    since = case.cause.now - GUESSING_WINDOW
    return entries.held_elsewhere(author, match.ticket_number, since) >= GUESSES_LIMIT


def _brings_others(case: Case, match: Match) -> bool:
    copied = {fold(one.address) for one in case.openly_copied()}
    if not copied:
        return False
    on_it = tickets.participants(match.ticket_number)
    return bool(copied - {one.address for each in on_it for one in people.addresses_of(each.person.id)})


def _is_of_other_team(case: Case, match: Match) -> bool:
    ticket = tickets.get(match.ticket_number) if case.agent is not None else None
    if ticket is None or case.agent is None:
        return False
    if case.agent.address in ticket.asked and case.roster.sees(case.agent, ticket.team):
        return False
    return not case.roster.acts_on(case.agent, ticket.routes, ticket.assignee)


def _carry_out(visit: Visit, where: Place, match: Match | None, reason: str) -> Outcome:  # noqa: PLR0911
    if match is None:
        return errands.of_desk(visit) or places.open_ticket(visit)
    match where:
        case Place.OPENING:
            return places.open_ticket(visit)
        case Place.REPLY:
            asked = linking.take_wish(visit, match) or requesting.take_words(visit, match)
            return asked or request_replies.take(visit, match) or places.append_reply(visit, match)
        case Place.ANSWER | Place.NOTE:
            return answers.take_answer(visit, match, where)
        case Place.HELD:
            return places.hold(visit, match, reason)
        case Place.UNPROVEN_ANSWER:
            return errands.take_back(visit, match) or places.hold_unproven_answer(visit, match, reason)
        case Place.REPORT:
            return places.file_report(visit, match, reason)
