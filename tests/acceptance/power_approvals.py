"""Who may decide an approval, by mail: an attempt of ``test_power``."""

from daemon.desk.addressing import with_detail
from daemon.desk.permissions import Role
from daemon.desk.proof import Proof
from daemon.mail.tokens import Purpose
from tests.acceptance.power_stage import SENDERS, Proofs, Stage
from tests.scenarios.approvals import ask_approver, votes
from tests.scenarios.desk import SUPPORT, mail


def approves(stage: Stage, role: Role, proofs: Proofs) -> bool:
    """Tell whether somebody's plain word decides; a requester is asked here by a mistake of the desk's."""
    sender = SENDERS[role]
    asked = ask_approver(stage.desk, stage.number, sender)
    owner = "bob@corp.test" if proofs.token is Proof.FOREIGN_TOKEN else sender
    to = with_detail(SUPPORT, stage.desk.signer.detail(Purpose.APPROVAL, asked, owner))
    said = mail(sender, f"Re: [#{stage.number}]", f"approve\n\n> number {stage.count}", to)
    stage.desk.mail_in(said, **proofs.envelope_of(sender))
    stage.desk.mail_out()
    return bool(votes(stage.desk, stage.number))
