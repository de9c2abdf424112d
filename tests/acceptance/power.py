"""Who may do what, written down once more and by hand: what the permission table must come to.

It is not made from the table.  A role, an action, a grade of trust or a kind of proof that is added to the
program and not written down here fails the tests, whatever the program says of it.
"""

from collections.abc import Collection, Iterable, Iterator

from daemon.desk.proof import Proof, Trust

PROOFS: tuple[Proof | None, ...] = (
    None,
    Proof.TOKEN,
    Proof.FOREIGN_TOKEN,
    Proof.OWN_MESSAGE_ID,
    Proof.MESSAGE_ID,
    Proof.SUBJECT,
)
TRUSTS = (Trust.VERIFIED, Trust.UNVERIFIED, Trust.FAILED)
# For each need a line for each grade of trust, in it a sign for each kind of proof: + may, - may not.
NEEDS = {
    "everybody": ("++++++", "++++++", "++++++"),
    "sound": ("++++++", "++++++", "------"),
    "token": ("-+----", "-+----", "------"),
    "proven": ("++++++", "-+----", "------"),
    "verified": ("++++++", "------", "------"),
    "nobody": ("------", "------", "------"),
}
# The same where the desk asks agents for both; what is not named here stays as it is.
NEEDS_WITH_BOTH = {**NEEDS, "proven": ("-+----", "------", "------")}
ROLES = ("stranger", "participant", "requester", "agent of another team", "agent")
EXPECTED = {
    "open a ticket": ("everybody", "everybody", "everybody", "everybody", "everybody"),
    "be held beside a ticket": ("everybody", "everybody", "everybody", "everybody", "everybody"),
    "add to a ticket publicly": ("token", "sound", "sound", "nobody", "nobody"),
    "link a second address, or unlink it": ("nobody", "proven", "proven", "nobody", "nobody"),
    "open a ticket in the name of somebody else": ("nobody", "nobody", "nobody", "verified", "verified"),
    "ask what one can say": ("token", "sound", "sound", "nobody", "nobody"),
    "ask how a ticket stands": ("nobody", "sound", "sound", "nobody", "nobody"),
    "close the ticket, as whoever asked": ("nobody", "nobody", "proven", "nobody", "nobody"),
    "open an ended ticket again by a word": ("nobody", "sound", "sound", "nobody", "nobody"),
    "say that it is urgent": ("nobody", "nobody", "proven", "nobody", "nobody"),
    "fill in the form of a request": ("nobody", "nobody", "sound", "nobody", "nobody"),
    "change a request whose approval was asked for": ("nobody", "nobody", "proven", "nobody", "nobody"),
    "say whether it is an incident or a request": ("nobody", "nobody", "sound", "nobody", "nobody"),
    "answer the mail about a task of a request": ("proven", "proven", "proven", "proven", "proven"),
    "decide an approval": ("proven", "proven", "nobody", "proven", "proven"),
    "rate how one was helped": ("nobody", "nobody", "proven", "nobody", "nobody"),
    "answer the requester": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "write a note among agents": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "say whose mail was forwarded": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#take": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#assign": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#team": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#watch": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#unwatch": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#cc": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#for": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#ask": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#open": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#resolve": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#close": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#reopen": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#pending": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#fulfil": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#reject": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#details": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#submit": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#approvals": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#approver": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#approval": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#bypass": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#withdraw-approval": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#investigate": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#known-error": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#schedule": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#implemented": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#failed": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#reviewed": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#draft": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#tasks": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#task-done": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#task-skip": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#task-tell": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#promise": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#type": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#impact": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#urgency": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#priority": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#category": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#item": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#answer": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#due": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#time": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#tags": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#field": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#note": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#public": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#reply-with": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#canned": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#template": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#accept": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#refuse": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#send": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#merge": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#split": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#link": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#unlink": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#queue": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#search": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#status": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#bulk": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#absent": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#present": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#mails": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#sla": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#undo": ("nobody", "nobody", "nobody", "nobody", "proven"),
    "#help": ("nobody", "nobody", "nobody", "nobody", "proven"),
}


def expected(role: str, action: str, trust: Trust, proof: Proof | None, *, both: bool = False) -> bool:
    """Return whether this must be allowed; raises LookupError for what nobody has written down."""
    need = EXPECTED[action][ROLES.index(role)]
    signs = (NEEDS_WITH_BOTH if both else NEEDS)[need][TRUSTS.index(trust)]
    return signs[PROOFS.index(proof)] == "+"


def gaps(
    roles: Iterable[str], actions: Iterable[str], trusts: Iterable[str], proofs: Iterable[str | None]
) -> list[str]:
    """Name what is there and not written down, and what is written down and not there."""
    return [
        *_apart("role", roles, ROLES),
        *_apart("action", actions, EXPECTED),
        *_apart("trust", trusts, TRUSTS),
        *_apart("proof", proofs, PROOFS),
    ]


def _apart(what: str, there: Iterable[str | None], written: Collection[str | None]) -> Iterator[str]:
    known, found = {str(one) for one in written}, {str(one) for one in there}
    yield from (f"{what} {one!r} has no expectation" for one in sorted(found - known))
    yield from (f"{what} {one!r} is expected and not there" for one in sorted(known - found))
