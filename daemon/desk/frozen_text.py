"""The text that an approver decides about, in one exact form, and the digest that binds a vote to it.

Two requests that differ in anything an approver was shown have different texts: every value stands indented
below its own heading, so that no value can pass for another heading.
"""

import hashlib
import unicodedata
from dataclasses import dataclass

# Counts up when the form of the text changes, so that no text is one of both forms.
_FORM = "postdesk approval 3"
# Of approvals that were begun before: it has a heading for what nobody filled in as well.
_FORMER = "postdesk approval 2"
_NEVER_SHOWN = dict.fromkeys((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to a request, by its name and the SHA-256 of its content in hex."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Submission:
    """What is put before the approvers; ``answers`` are the questions with their answers, in order.

    ``cost`` is as it is shown, with its currency, or empty.  Addresses are compared in lower case.
    """

    number: int
    item: str
    requester: str
    beneficiary: str = ""
    cost: str = ""
    text: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()


def frozen_text(submission: Submission) -> str:
    """Return the canonical text of a request: what is mailed to the approvers, and what their votes hold for.

    Line ends, blanks at the end of lines and the composition of accents do not count; everything else does.
    What may be left out has no heading where nobody filled it in.
    """
    fields = [*_always(submission), *(one for one in _maybe(submission) if _tidy(one[1]))]
    return _written(_FORM, [*fields, *_more(submission)])


def _former_text(submission: Submission) -> str:
    return _written(_FORMER, [*_always(submission), *_maybe(submission), *_more(submission)])


def _always(submission: Submission) -> list[tuple[str, str]]:
    return [
        ("request", str(submission.number)),
        ("item", submission.item),
        ("requester", submission.requester.lower()),
    ]


def _maybe(submission: Submission) -> list[tuple[str, str]]:
    return [
        ("for", submission.beneficiary.lower()),
        ("cost", submission.cost),
        ("text", submission.text),
    ]


def _more(submission: Submission) -> list[tuple[str, str]]:
    fields = []
    for question, answer in submission.answers:
        fields += [("question", question), ("answer", answer)]
    for one in sorted(submission.attachments, key=lambda one: (one.name, one.sha256)):
        fields += [("file", one.name), ("sha256", one.sha256.lower())]
    return fields


def _written(form: str, fields: list[tuple[str, str]]) -> str:
    return "\n".join([form, *(_field(name, value) for name, value in fields)]) + "\n"


def _field(name: str, value: str) -> str:
    lines = _tidy(value).split("\n")
    return "\n".join([f"{name}:", *(f"  {line}" for line in lines)])


def _tidy(value: str) -> str:
    # Every other way to end a line is made the same one, so that no line begins without its indent.
    lines = unicodedata.normalize("NFC", value).splitlines()
    return "\n".join(line.translate(_NEVER_SHOWN).rstrip() for line in lines).strip("\n")


def digest(text: str) -> str:
    """Return the SHA-256 of a frozen text in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def still_fits(submission: Submission, bound_to: str) -> bool:
    """Tell whether a vote that is bound to a digest still holds for what the request says now.

    The digest may be that of the form before, by which approvals were begun that are still open.
    """
    return bound_to in {digest(frozen_text(submission)), digest(_former_text(submission))}
