"""What a check is: a pure look at a message that may find a reason.

A check says why; the table in ``daemon.checks`` says what then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from daemon.mail.message import Envelope, Message


class Action(StrEnum):
    """What follows from a finding.

    ``ignore`` and ``quarantine`` end the way of the message.  ``mute`` lets it go on; only nothing
    automatic is ever sent because of it.
    """

    IGNORE = "ignore"
    QUARANTINE = "quarantine"
    MUTE = "mute"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the checks may know beside the message itself.

    ``author`` is the folded address of the one mailbox in From, empty where there is none;
    ``from_own_address`` says that any mailbox in From is the desk's own; ``own_message_id`` that the
    Message-ID carries our MAC; ``own_loop_mark`` that it carries this desk's mark against loops.
    """

    author: str = ""
    from_own_address: bool = False
    own_message_id: bool = False
    own_loop_mark: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: its name, what follows, and the sentence that ``trace`` prints."""

    check: str
    action: Action
    reason: str


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the table: the look returns the reason, or None for nothing found."""

    name: str
    action: Action
    look: Callable[[Message, Envelope, Facts], str | None]
