"""Signed return addresses: the reverse-path of each copy proves that a delivery report is about that copy.

A Message-ID of ours stands in the References of everybody who answers, and in archives.  The reverse-path is
seen by the servers on the way and by the one recipient (RFC 5321 s 4.4), and each copy has its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from daemon.desk.addressing import Roster, detail_of, fold, with_detail, without_detail
from daemon.desk.roster import DeskSettings
from daemon.mail.tokens import Purpose, Signer, parse_detail
from storage.records import OutboxItem

# RFC 5321 s 4.5.3.1.1.  A server that keeps to it would refuse the mail itself.
LOCAL_PART_BYTES = 64


@dataclass(frozen=True, slots=True)
class Sent:
    """The copy that a return address is made for."""

    ticket_number: int
    recipient: str
    message_id: str

    @property
    def claim(self) -> str:
        """What is signed in place of a person's address; a space stands in none."""
        return f"{fold(self.recipient)} {fold(self.message_id)}"


def return_address(own: str, sent: Sent, desk: DeskSettings, signer: Signer) -> str:
    """Return the reverse-path for a copy that comes from ``own``: signed where the desk can have that.

    The plain address where the signed one would be too long for a server that keeps to the limits.
    """
    if not (desk.sub_addressing and desk.signed_return_address):
        return own
    signed = with_detail(own, signer.detail(Purpose.RETURN, sent.ticket_number, sent.claim))
    return signed if len(signed.rpartition("@")[0].encode()) <= LOCAL_PART_BYTES else own


def is_signed(reverse_path: str | None) -> bool:
    """Tell whether a reverse-path of ours was made to know its delivery reports by."""
    token = parse_detail(detail_of(reverse_path or ""))
    return token is not None and token.purpose is Purpose.RETURN


def plain_address(reverse_path: str) -> str:
    """Return the address that a signed return address was made of."""
    return without_detail(reverse_path)


def why_unproven(item: OutboxItem, came_to: Iterable[str], roster: Roster, signer: Signer) -> str:
    """Say what a delivery report that came to these addresses lacks to be believed; empty where nothing is.

    What left with a plain return address has no better proof than its Message-ID.
    """
    if item.reverse_path is None:
        # Nobody may report on it (RFC 5321 s 6.1); some servers do, and some desks know no better proof.
        return (
            "no report can be due, it left with the null reverse-path" if roster.desk.sub_addressing else ""
        )
    if not is_signed(item.reverse_path) or came_back(item, came_to, roster, signer):
        return ""
    return "it did not come to the return address of that copy"


def came_back(item: OutboxItem, came_to: Iterable[str], roster: Roster, signer: Signer) -> bool:
    """Tell whether one of these addresses is the signed return address of this very copy."""
    claim = Sent(item.ticket_number or 0, item.recipient, item.message_id).claim
    tokens = (parse_detail(detail_of(one)) for one in dict.fromkeys(came_to) if roster.is_own(one))
    return any(
        token is not None and token.purpose is Purpose.RETURN and signer.verify(token, [claim]) is not None
        for token in tokens
    )
