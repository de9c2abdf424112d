"""Take the answer of an agent's absence program as a proposal to mark the agent absent."""

from daemon.desk.absence import proposed
from daemon.desk.proof import Proof, Trust
from daemon.mail.absence import absence_in
from daemon.mail.message import Kind
from daemon.services.apply import Work
from daemon.services.assigning import today
from daemon.services.visit import Visit
from storage import absences
from storage.absences import NotedAbsence

BY_MAIL = "by an out-of-office mail"


def propose(visit: Visit, work: Work, proof: Proof) -> None:
    """Note when an agent's absence program says that the agent is away, and until when.

    It changes nothing until the agent says so: such mail has no power.  Inside the caller's transaction.
    """
    case, agent = visit.case, visit.case.agent
    if agent is None or case.message.verdict.kind is not Kind.AUTOMATIC:
        return
    if proof is not Proof.TOKEN and case.trust is not Trust.VERIFIED:
        return
    day = today(visit.postbag.office, agent, case.cause.now)
    last = proposed(f"{case.message.subject}\n{case.message.new_text}", day)
    if last is None and not absence_in(case.message.new_text):
        return
    if any(one.last == last for one in absences.between(day, day, [agent.address])):
        return
    said = NotedAbsence(agent.address, day, last, BY_MAIL, confirmed=False, arrival_id=case.arrival.id)
    absences.add(said, case.cause.now)
    until = last.isoformat() if last else "unknown"
    work.note("absence proposed", agent=agent.address, until=until)
    case.evidence.append(f"proposed: {agent.address} is away, until {until}")
