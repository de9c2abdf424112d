"""Who may answer for a task of a request, by mail: an attempt of ``test_power``."""

from daemon.desk.addressing import with_detail
from daemon.desk.permissions import Role
from daemon.desk.proof import Proof
from daemon.mail.tokens import Purpose
from storage import tasks
from storage.tasks import NewTask
from tests.acceptance.power_stage import SENDERS, Proofs, Stage
from tests.scenarios.desk import SUPPORT, mail


def does_task(stage: Stage, role: Role, proofs: Proofs) -> bool:
    """Tell whether somebody who was asked to do a task ticks it off with a word."""
    sender, number = SENDERS[role], stage.number
    with stage.desk.database.write():
        tasks.begin(number, "chairs", stage.desk.now, None, None)
        task_id = tasks.add(number, 0, NewTask("carry", "Carry it", "started", address=sender))
        tasks.add(number, 1, NewTask("unpack", "Unpack it", "waiting", team="it", after=("carry",)))
    owner = "bob@corp.test" if proofs.token is Proof.FOREIGN_TOKEN else sender
    to = with_detail(SUPPORT, stage.desk.signer.detail(Purpose.TASK, task_id, owner))
    said = mail(sender, f"Re: [#{number}]", f"done\n\n> number {stage.count}", to)
    stage.desk.mail_in(said, **proofs.envelope_of(sender))
    stage.desk.mail_out()
    with stage.desk.database.read():
        return [one.state for one in tasks.of_ticket(number)] == ["done", "started"]
