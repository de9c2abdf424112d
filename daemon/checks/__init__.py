"""The checks that every message passes, in this order; the first that ends the way wins.

A new check is one file and one line at its place in CHECKS.
"""

from dataclasses import dataclass

from daemon.checks import (
    broken_header,
    feedback,
    hops,
    loop_mark,
    machine,
    own_address,
    own_mail,
    robot_sender,
    unknown_author,
)
from daemon.checks.finding import Action, Check, Facts, Finding
from daemon.mail.message import Envelope, Message

CHECKS: tuple[Check, ...] = (
    # Ours first: a mail of our own may break every later rule and still is only an echo.
    Check("own-mail", Action.IGNORE, own_mail.look),
    # A loop is cut before anything is stored on a ticket.
    Check("hops", Action.QUARANTINE, hops.look),
    # Whose mail it is, and on which ticket, nobody can say then.
    Check("broken-header", Action.QUARANTINE, broken_header.look),
    Check("own-address", Action.QUARANTINE, own_address.look),
    Check("feedback", Action.IGNORE, feedback.look),
    # From here on a finding only silences us; the message itself goes its way.
    Check("machine", Action.MUTE, machine.look),
    Check("loop-mark", Action.MUTE, loop_mark.look),
    Check("robot-sender", Action.MUTE, robot_sender.look),
    Check("unknown-author", Action.MUTE, unknown_author.look),
)


@dataclass(frozen=True, slots=True)
class Examination:
    """What the checks found: what ended the way, or what silences us, or nothing."""

    ended: Finding | None = None
    muted: Finding | None = None


def examine(message: Message, envelope: Envelope, facts: Facts) -> Examination:
    """Pass a message through CHECKS."""
    muted = None
    for check in CHECKS:
        reason = check.look(message, envelope, facts)
        if reason is None:
            continue
        finding = Finding(check.name, check.action, reason)
        if check.action is not Action.MUTE:
            return Examination(ended=finding)
        muted = muted or finding
    return Examination(muted=muted)
