"""How agents are shown a reply: with the end that its ticket had come to before, where it opened it again."""

from daemon.desk.lifecycle import ENDED
from daemon.desk.sentences import Sentence, sentence, term
from daemon.services.apply import Work
from daemon.services.letters import Reader
from daemon.services.postbag import Shown
from daemon.services.visit import Visit, warnings
from storage import journal, people
from storage.records import Event
from storage.vocabulary import TicketState


def tell_agents(visit: Visit, work: Work, shown: Shown, known: tuple[str, ...] = (), **extra: object) -> None:
    """Show a reply to who is told of the ticket, with warnings: those of its mail and ``known`` ones."""
    end = _end(work)
    for agent in visit.watchers(work.ticket):
        reader = visit.postbag.office.letters.reader(agent.address)
        said = [_said(visit, end, reader)] if end is not None else []
        told = [*said, *warnings(visit.case), *known]
        visit.tell_agents("requester-replied", work, shown, [agent], warnings=told, **extra)


def _end(work: Work) -> Event | None:
    """Return what ended a ticket that is open again; None for one that had not ended, or still has."""
    if work.before.state not in ENDED or work.ticket.state in ENDED:
        return None
    events = reversed(journal.of_ticket(work.ticket.number))
    return next((one for one in events if one.kind == "state" and one.data.get("to") in ENDED), None)


def _said(visit: Visit, end: Event, reader: Reader) -> Sentence:
    return sentence(
        "this mail opened the ticket again; before it was {state} (by {who}, {at})",
        state=term(TicketState(end.data["to"])),
        who=_who(visit, end.actor),
        at=reader.told(end.at),
    )


def _who(visit: Visit, actor: str) -> str:
    """Name who ended it: an agent or somebody whom we know by name, else what stands in the journal."""
    if actor == "postdesk":
        return sentence("the desk itself")
    agent, person = visit.case.roster.agent(actor), people.find(actor)
    return (agent.name if agent else "") or (person.name if person else "") or actor
