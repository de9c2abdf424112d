"""The mails of approvals: the request with its two buttons, news for who is asked, and for the agents."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from daemon.desk.addressing import Agent, with_detail
from daemon.desk.approval_plan import USUAL_SECONDS
from daemon.desk.approvals import ApprovalState
from daemon.desk.sentences import sentence
from daemon.mail.tokens import Purpose
from daemon.services import directory
from daemon.services.apply import Work
from daemon.services.approval_dossiers import Standing
from daemon.services.approval_wording import spoken
from daemon.services.failures import watchers
from daemon.services.letters import Context, Reader, tag
from daemon.services.office_hours import calendar_of
from daemon.services.postbag import Postbag
from storage.approval_records import Asked, KeptApproval

# A mail that the gate held back is tried again after this time.
TRY_AGAIN = timedelta(hours=1)
REQUEST, TOLD, DESK, DIGEST = "approval-request", "approval-told", "approval-desk", "approval-digest"
# The digits of a digest that people compare by eye.
_SHORT = 16


@dataclass(frozen=True, slots=True)
class Matter:
    """What agents have to know of an approval: ``key`` tells it from other news about the same one."""

    approval_id: int
    key: str
    what: str
    lines: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a request is mailed: ``step`` names it among the mails about it, ``again`` why it is asked anew."""

    step: str = "asked"
    again: str = ""


FIRST = Why()


def stuck(approval_id: int, problems: Sequence[str]) -> Matter:
    """Say that nobody was found who may decide."""
    hint = sentence(
        "Write #approver ADDRESS in a reply to name somebody who decides, or #withdraw-approval WHY to end "
        "it; #approvals shows how it stands."
    )
    return Matter(
        approval_id,
        "stuck",
        sentence("Nobody was found who may decide about this request."),
        tuple(problems),
        hint,
    )


def own_postbag(postbag: Postbag, origin: str) -> Postbag:
    """Return a postbag whose mails have keys of their own: each step of an approval is mailed once."""
    return Postbag(postbag.office, replace(postbag.cause, origin=origin), arrival_id=postbag.arrival_id)


def reader_of(postbag: Postbag, work: Work | None, address: str) -> Reader:
    """Describe an approver as the reader, in the language that we know of the person."""
    reader = directory.reader(postbag.office, address)
    return postbag.office.letters.of_team(reader, work.ticket.team) if work is not None else reader


def request(postbag: Postbag, work: Work, found: Standing, one: Asked, why: Why = FIRST) -> bool:
    """Mail what is asked to somebody who decides; False where the gate keeps it back."""
    bag = own_postbag(postbag, origin_of(one, why.step))
    reader, code = signed(bag, work, one.id, reader_of(postbag, work, one.address))
    told = described(bag, work, found, one, reader)
    told |= {"again": why.again, "reminder": why.step != FIRST.step}
    told |= {"code": code, "buttons": buttons(reader, work, code)}
    bag.write(REQUEST, reader, work, None, approval=told)
    bag.post()
    return bool(bag.copies)


def origin_of(one: Asked, step: str) -> str:
    """Name a mail to whoever is asked: the answer to it is found by that, and it is sent once."""
    return f"approval:asked:{one.id}:{step}"


def signed(postbag: Postbag, work: Work | None, number: int, reader: Reader) -> tuple[Reader, str]:
    """Return the reader with the address that only this approver can answer to, or the code for the text.

    ``number`` is that under which it is noted that the reader is asked.
    """
    office = postbag.office
    code = office.signer.detail(Purpose.APPROVAL, number, reader.mailbox.address)
    ticket = work.ticket if work is not None else None
    if not office.roster.desk.sub_addressing:
        return replace(reader, reply_to=postbag.address_of(ticket)), code
    return replace(reader, reply_to=with_detail(postbag.address_of(ticket), code)), ""


def buttons(reader: Reader, work: Work, code: str) -> Context:
    """Return what the two buttons fill in: address, subject and the one word (RFC 6068 s 2)."""
    subject = f"Re: [#{work.ticket.number}]"
    below = f"\n\n{code}\n" if code else "\n"
    return {
        "to": reader.reply_to,
        "subject": subject,
        # Under the key of texts, which keep their lines.
        "approve": {"text": f"approve{below}"},
        "reject": {"text": f"reject{below}"},
    }


def described(postbag: Postbag, work: Work, found: Standing, one: Asked, reader: Reader) -> Context:
    """Describe a request for whoever decides about it."""
    kept, stage = found.dossier.approval, found.approval.stages[one.stage]
    why = next((each.why for each in stage.approvers if each.address == one.approver), "")
    handed = [
        each.reason
        for each in found.dossier.handovers
        if each.deputy == one.address and each.approver == one.approver and each.stage == one.stage
    ]
    return {
        "number": kept.id,
        "facts": facts(kept),
        "text": kept.text,
        "digest": kept.digest[:_SHORT],
        "stage": one.stage + 1,
        "stages": len(kept.stages),
        "needed": spoken(stage.name),
        "why": spoken(why),
        "instead": one.approver if one.address != one.approver else "",
        "because": spoken(handed[-1]) if handed else "",
        "deadline": deadline(postbag, work, kept, one, reader),
    }


def deadline(postbag: Postbag, work: Work, kept: KeptApproval, one: Asked, reader: Reader) -> str:
    """Say by when an answer is wanted, in the reader's zone."""
    limit = kept.stages[one.stage].within_seconds or USUAL_SECONDS
    calendar = calendar_of(postbag.office, work.ticket.team)
    moment = calendar.add_working(one.asked_at, limit)
    return reader.told(moment) if moment is not None else ""


def facts(kept: KeptApproval) -> Context:
    """Read a frozen text back: what an approver is shown is what the vote is bound to, and nothing else."""
    values: dict[str, str] = {}
    answers: list[Context] = []
    files: list[str] = []
    for name, value in _fields(kept.text):
        if name == "question":
            answers.append({"question": value, "answer": ""})
        elif name == "answer" and answers:
            answers[-1]["answer"] = value
        elif name == "file":
            files.append(value)
        else:
            values[name] = value
    known = ("item", "requester", "for", "cost")
    return {name: values.get(name, "") for name in known} | {
        "words": {"text": values.get("text", "")},
        "answers": answers,
        "files": files,
    }


def _fields(text: str) -> list[tuple[str, str]]:
    """Divide a frozen text into its fields: a heading, and its value indented below it."""
    found: list[tuple[str, list[str]]] = []
    for line in text.split("\n")[1:]:
        if line.startswith("  ") and found:
            found[-1][1].append(line[2:])
        elif line.endswith(":"):
            found.append((line[:-1], []))
    return [(name, "\n".join(lines).strip("\n")) for name, lines in found]


def nothing() -> Context:
    """Return what there is to tell an approver where there is nothing: every key, all of them empty."""
    nobody = {"to": "", "subject": "", "approve": {"text": ""}, "reject": {"text": ""}}
    return {"title": "", "tag": "", "news": "", "lines": [], "buttons": nobody, "code": ""}


def news(kept: KeptApproval, said: str) -> Context:
    """Describe something that is to be told about an approval."""
    return {**nothing(), "title": facts(kept)["item"], "tag": tag(kept.ticket_number), "news": said}


def tell(postbag: Postbag, work: Work, one: Asked, approval: Context) -> None:
    """Tell whoever is or was asked something; an answer to it comes back as one to what was asked."""
    _tell(postbag, work, one, approval, decides=False)


def ask_back(postbag: Postbag, work: Work, kept: KeptApproval, one: Asked, said: str) -> None:
    """Tell an approver who is still waited for why an answer is no decision, with the buttons once more."""
    _tell(postbag, work, one, news(kept, said), decides=True)


def _tell(postbag: Postbag, work: Work, one: Asked, approval: Context, *, decides: bool) -> None:
    bag = own_postbag(postbag, origin_of(one, f"back:{postbag.cause.origin.replace('/', '-')}"))
    reader, code = signed(bag, work, one.id, reader_of(postbag, work, one.address))
    told = {**approval, "code": code}
    if decides:
        told["buttons"] = buttons(reader, work, code)
    bag.write(TOLD, reader, work, None, approval=told)
    bag.post()


def tell_released(postbag: Postbag, work: Work, found: Standing) -> None:
    """Tell those who were waited for that nothing is to be decided any more; who decided knows."""
    kept = found.dossier.approval
    spoken = {one.vote.voter for one in found.dossier.votes}
    told = news(kept, _released(found))
    bag = own_postbag(postbag, f"approval:{kept.id}:released")
    asked = {one.address: one for one in found.dossier.asked if one.waiting and one.mailed_at}
    for address, one in asked.items():
        if address not in spoken:
            tell(bag, work, one, told)


def _released(found: Standing) -> str:
    state = found.outcome.state
    if state is ApprovalState.EXPIRED:
        return sentence("The time to decide about this request is over. You need not do anything.")
    if state is ApprovalState.VOID:
        return sentence("This request was taken back. You need not decide about it any more.")
    return sentence("This request was decided meanwhile. You need not decide about it any more.")


def tell_desk(postbag: Postbag, work: Work, matter: Matter) -> None:
    """Tell the agents of the ticket's team what they have to see to."""
    bag = own_postbag(postbag, f"approval:{matter.approval_id}:{matter.key}")
    office = postbag.office
    audience: list[Agent] = watchers(office, work.ticket)
    told = {"number": matter.approval_id, "what": matter.what, "points": list(matter.lines)}
    for agent in audience:
        reader = office.letters.reader(agent.address)
        bag.write(DESK, reader, work, None, approval=told, next_step=matter.hint)
    bag.post()
