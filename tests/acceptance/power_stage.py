"""Who tries to do what by mail, and with which proof: the stage of ``test_power``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from daemon.desk.permissions import Role
from daemon.desk.proof import Proof, Trust
from daemon.mail.tokens import Purpose
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail

ANN, HUGO = "ann@corp.test", "hugo@corp.test"
SENDERS = {
    Role.STRANGER: "eve@evil.test",
    Role.PARTICIPANT: "dan@cust.test",
    Role.REQUESTER: "cara@cust.test",
    Role.OTHER_TEAM: HUGO,
    Role.AGENT: ANN,
}
FORWARD = """---------- Forwarded message ---------
From: {author}
Date: Mon, Jan 15, 2024 at 9:00 AM
Subject: Screen is dark
To: Ann <ann@corp.test>


It stays black, number {number}.
"""
HELD_WORDS = "the secret plan of the merger is ready for the board on Monday"


@dataclass(frozen=True)
class Proofs:
    """How a mail proves its author: by a login, and by the reply address that it goes to."""

    trust: Trust
    token: Proof | None

    @property
    def envelope_of(self) -> Callable[[str], dict[str, str]]:
        """The login: as the author, as nobody, or as somebody else."""
        logins = {Trust.VERIFIED: "{}", Trust.FAILED: "mallory@evil.test"}
        login = logins.get(self.trust)
        return lambda sender: {"auth_user": login.format(sender)} if login else {}


STRONG = Proofs(Trust.VERIFIED, Proof.TOKEN)
LOGIN = Proofs(Trust.VERIFIED, None)
TOKEN = Proofs(Trust.UNVERIFIED, Proof.TOKEN)
STOLEN = Proofs(Trust.UNVERIFIED, Proof.FOREIGN_TOKEN)
FORGED = Proofs(Trust.FAILED, Proof.TOKEN)
NOTHING = Proofs(Trust.UNVERIFIED, None)
FORGED_LOGIN = Proofs(Trust.FAILED, None)


@dataclass
class Stage:
    """A desk of two teams with a ticket that Cara opened, Dan in copy; Ann and Bob are its agents."""

    desk: StoryDesk
    count: int = 0
    number: int = 0

    def fresh(self) -> "Stage":
        """Open another ticket, which the next mail is about."""
        self.count += 1
        opening = mail("cara@cust.test", f"Printer {self.count}", f"It is dead, number {self.count}.")
        opening["Cc"] = "dan@cust.test"
        self.number = int(self.desk.mail_in(opening)["ticket"])
        self.desk.mail_out()
        return self

    def hold(self) -> None:
        """Let a stranger's mail be held beside the ticket."""
        text = f"I know of {self.count}: {HELD_WORDS}."
        # One who names many tickets would be taken for somebody who guesses.
        self.desk.mail_in(mail(f"walter{self.number}@walk.test", f"[#{self.number}] Printer", text))
        self.desk.mail_out()

    def hold_answer(self) -> None:
        """Let an answer of Ann's be held back, since it repeats what was held."""
        self.hold()
        self.send(Role.AGENT, STRONG, f"Walter writes: {HELD_WORDS}.")

    def question(self) -> None:
        """Let Ann forward a mail of which nobody can tell whose it is; its ticket is the next one's."""
        text = FORWARD.format(author="Fred fred@cust.test, Gina gina@cust.test", number=self.count)
        row = self.desk.mail_in(mail(ANN, f"Fwd: Screen {self.count}", text), auth_user=ANN)
        asked = [one for one in self.desk.mail_out() if one.notice == "forward-question"]
        assert len(asked) == 1
        self.number = int(row["ticket"])

    def send(
        self, role: Role, proofs: Proofs, text: str, purpose: Purpose = Purpose.REPLY
    ) -> tuple[dict[str, Any], list[Mail]]:
        """Let somebody write about the ticket; returns its row of the ledger and what it caused."""
        sender = SENDERS[role]
        owner = "bob@corp.test" if proofs.token is Proof.FOREIGN_TOKEN else sender
        detail = self.desk.signer.detail(purpose, self.number, owner)
        to = SUPPORT.replace("@", f"+{detail}@") if proofs.token else SUPPORT
        subject = f"Re: [#{self.number}] Printer"
        row = self.desk.mail_in(mail(sender, subject, text, to), **proofs.envelope_of(sender))
        return row, self.desk.mail_out()

    def open(self, role: Role, proofs: Proofs, text: str) -> tuple[dict[str, Any], list[Mail]]:
        """Let somebody write of something new."""
        sender = SENDERS[role]
        subject = f"Something new {self.count}"
        row = self.desk.mail_in(mail(sender, subject, text), **proofs.envelope_of(sender))
        return row, self.desk.mail_out()

    def kinds(self, author: str) -> list[str]:
        """List what kinds of entries somebody has on the ticket."""
        return [one["kind"] for one in self.desk.ticket(self.number)["entries"] if one["author"] == author]
