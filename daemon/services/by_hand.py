"""Commands that are given on this machine in the name of an agent: decided and done as those by mail."""

from dataclasses import dataclass

from daemon.desk.permissions import Claim, Role
from daemon.desk.proof import Proof, Trust
from daemon.desk.query import Asker, BadQuery, agent_named
from daemon.mail.message import Mailbox, Message
from daemon.services import errands, orders
from daemon.services.apply import Cause
from daemon.services.author_trust import Judgement
from daemon.services.case import Case
from daemon.services.office import Office
from daemon.services.operator import NotPossible
from daemon.services.orders import Order, Sitting
from daemon.services.postbag import Postbag
from daemon.services.visit import Visit
from storage.records import Arrival
from storage.vocabulary import ArrivalState, Source


@dataclass(frozen=True, slots=True)
class Given:
    """What was asked: the ticket, the command lines with or without their mark, and the text below them."""

    number: int
    lines: tuple[str, ...]
    words: str = ""


def give(office: Office, agent: str, given: Given, cause: Cause) -> list[dict[str, object]]:
    """Carry out commands in the name of an agent, all or none, inside the caller's transaction.

    Returns ``line``, ``done`` and ``text`` for each line.  ``cause`` has an origin of its own for each call.
    Raises NotPossible where there is no such agent.
    """
    sitting = _decided(office, agent, given, cause)
    errands.keep_inside(sitting.visit, sitting, given.words)
    if not sitting.refused:
        errands.perform(sitting.visit, sitting, given.words)
    return sitting.results


def _decided(office: Office, agent: str, given: Given, cause: Cause) -> Sitting:
    roster = office.roster
    if not roster.agents:
        raise NotPossible("this desk has no agents")
    try:
        found = agent_named(agent, Asker(roster.agents[0], roster, cause.now)) if agent != "me" else None
    except BadQuery as error:
        raise NotPossible(str(error)) from error
    if found is None:
        raise NotPossible("expected the address or the name of an agent")
    office.renew_keys(cause.now)
    own = Cause(found.address, cause.origin, cause.now, cause.levels)
    message = Message(header_from=(Mailbox(found.address, found.name),))
    trusted = Judgement(Trust.VERIFIED, f"given by {cause.actor}")
    case = Case(_nothing(cause), message, roster, own, trusted)
    case.claim = Claim(Role.AGENT, Trust.VERIFIED, Proof.TOKEN, office.trust.require_both)
    visit = Visit(case, Postbag(office, own))
    lines = tuple(f"#{line.strip().removeprefix('#')}" for line in given.lines)
    return orders.decide_all(visit, [Order(given.number, lines)], words=given.words)


def _nothing(cause: Cause) -> Arrival:
    """Return the arrival of no mail: nothing that is done here is of a message."""
    return Arrival(
        id=0,
        source=Source.FILE,
        source_key=None,
        state=ArrivalState.SETTLED,
        received_at=cause.now,
        raw_digest="",
        size_bytes=0,
        full_size_bytes=0,
        trace=b"",
        message_id="",
        reverse_path=None,
        null_reverse_path=False,
        recipients=(),
        peer="",
        helo="",
        auth_user=None,
        tls="",
        mailbox="",
        deaths=0,
        failures=0,
        disposition=None,
        reason="",
        evidence=(),
        ticket_number=None,
        settled_at=None,
        error="",
    )
