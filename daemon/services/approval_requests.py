"""What is put before approvers about a ticket, and who they are: looked up when a request is submitted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from daemon.desk.addressing import fold
from daemon.desk.approval_plan import stage_rule_of, submission_of
from daemon.desk.approval_rules import Case, Organisation, StageRule, Who, resolve
from daemon.desk.catalogue import Item
from daemon.desk.catalogue_list import money
from daemon.desk.frozen_text import Attachment, Submission, digest, frozen_text
from daemon.services import directory
from daemon.services.office import Office
from storage import entries, people
from storage.approval_records import KeptStage, NewApproval
from storage.records import Ticket
from storage.requests import Request
from storage.vocabulary import EntryKind, Visibility

_TEXT_LIMIT_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Named:
    """Stage rules with the working time that each has, and what is asked for."""

    rules: tuple[tuple[StageRule, int], ...]
    submission: Submission
    item: str = ""
    amount: Decimal | None = None
    bypass: bool = False


def of_item(office: Office, ticket: Ticket, item: Item, request: Request) -> Named:
    """Name the stages that a request for an item must pass, and what is put before them."""
    answers = dict(request.answers)
    rules = tuple((stage_rule_of(one), one.within_seconds) for one in item.stages_of(answers))
    return Named(
        rules, submission(office, ticket, item, request), item.id, item.cost_of(answers), item.bypass
    )


def submission(office: Office, ticket: Ticket, item: Item, request: Request) -> Submission:
    """Return what a request says now."""
    answers = dict(request.answers)
    cost = money(item.cost_of(answers), office.catalogue.currency)
    requester = ticket.requester.address if ticket.requester is not None else ""
    asked = submission_of(ticket.number, item, answers)
    return replace(asked, requester=requester, cost=cost, attachments=files_of(ticket))


def of_change(ticket: Ticket, rules: tuple[StageRule, ...]) -> Named:
    """Name the stages that an agent asks for about a change, and what is put before them."""
    return Named(tuple((rule, 0) for rule in rules), change_submission(ticket))


def change_submission(ticket: Ticket) -> Submission:
    """Return what a change says now: its subject and the words that it was opened with."""
    said = entries.of_ticket(ticket.number)
    text = said[0].text[:_TEXT_LIMIT_CHARS] if said else ""
    requester = ticket.requester.address if ticket.requester is not None else ""
    return Submission(ticket.number, ticket.subject, requester, text=text, attachments=files_of(ticket))


def files_of(ticket: Ticket) -> tuple[Attachment, ...]:
    """List the files that the people on the ticket sent with their public words."""
    said = entries.of_ticket(ticket.number)
    arrivals = [
        one.arrival_id
        for one in said
        if one.arrival_id and one.visibility is Visibility.PUBLIC and one.kind is EntryKind.MESSAGE
    ]
    parts = entries.parts_of(arrivals) if arrivals else []
    return tuple(Attachment(one.name, one.sha256) for one in parts if one.fate == "attachment")


def drawn_up(office: Office, ticket: Ticket, named: Named) -> NewApproval:
    """Find the approvers of every stage; where nobody is found the problems say so."""
    parties = parties_of(office, ticket)
    roles = {one.name for rule, _ in named.rules for one in rule.approvers if one.who is Who.ROLE}
    groups = {one.name for rule, _ in named.rules for one in rule.approvers if one.who is Who.GROUP}
    known = directory.organisation_for(office, parties, roles=roles, groups=groups)
    department = directory.sender(office, parties[-1]).department if parties else ""
    case = Case(parties, named.amount, fold(department))
    stages: list[KeptStage] = []
    problems: list[str] = []
    for rule, within in named.rules:
        stage, wrong = _found(office, rule, case, known)
        stages.append(KeptStage(rule.text, str(rule.rule), rule.needed, within, stage))
        problems += wrong
    text = frozen_text(named.submission)
    return NewApproval(
        ticket.number,
        named.item,
        text,
        digest(text),
        parties,
        tuple(stages),
        tuple(dict.fromkeys(problems)),
        named.bypass,
    )


def _found(
    office: Office, rule: StageRule, case: Case, known: Organisation
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return the approvers of a stage, each person once by the main address, and what was wrong."""
    resolved = resolve(rule, case, known)
    usable: dict[str, str] = {}
    problems = list(resolved.problems)
    for one in resolved.stage.approvers:
        main, person = main_address(office, one.address), directory.known(one.address)
        if person is not None and not person.active:
            problems.append(f"{main} is not active any more, by the directory")
        elif main not in case.parties and not office.roster.is_own(main):
            usable.setdefault(main, one.why)
    if not usable and not problems:
        problems.append(
            f"{rule.text} leads to nobody but who asked, and nobody decides about their own request"
        )
    return tuple(usable.items()), tuple(problems)


def main_address(office: Office, address: str) -> str:
    """Return the one address by which somebody is known, of all that the person has."""
    agent = office.roster.agent(address)
    if agent is not None:
        return agent.address
    person = directory.known(address)
    if person is not None:
        return person.address
    met = people.find(fold(address))
    return fold(met.address) if met is not None else fold(address)


def parties_of(office: Office, ticket: Ticket) -> tuple[str, ...]:
    """Return every address of who asked, the one by which the directory knows them last."""
    if ticket.requester is None:
        return ()
    first = fold(ticket.requester.address)
    every = [first, *(one.address for one in people.addresses_of(ticket.requester.id))]
    found = list(dict.fromkeys(every + [more for one in every for more in also(office, one)]))
    main = main_address(office, first)
    return (*(one for one in found if one != main), main)


def also(office: Office, address: str) -> Iterable[str]:
    """List the addresses that roster and directory know of whoever has this one; none where they do not."""
    agent, person = office.roster.agent(address), directory.known(address)
    if agent is not None:
        yield from agent.addresses
    if person is not None:
        yield from (person.address, *person.also)
