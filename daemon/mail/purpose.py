"""What a mail that was read is for: to hand on another one, or only to be polite."""

from daemon.mail.body import Body
from daemon.mail.courtesy import is_courtesy
from daemon.mail.courtesy_reactions import REACTION_TYPE, is_kind_reaction
from daemon.mail.forward import MAIL_TYPES, Letter, forwarded
from daemon.mail.message import Fate, Forward, Kind, Message, Part
from daemon.mail.scan import Limits
from daemon.mail.sealed import SIGNATURE_TYPES
from daemon.mail.subject import bare_subject
from daemon.mail.transfer import undo

# Logos in signatures are smaller, pictures of a screen larger.
_LOGO_BYTES = 20_000
_COURTESY_CHARS = 5_000


def content_of(raw: bytes, part: Part, body: Body) -> bytes:
    """Return the decoded content of a part, also of one that stood inside of another."""
    inner = body.inside.content.get(part.path)
    return undo(raw[part.start : part.end], part.encoding)[0] if inner is None else inner


def forward_in(raw: bytes, message: Message, body: Body, limits: Limits) -> Forward | None:
    """Return the mail that a message forwards; reports give back mails, but forward none."""
    if message.report is not None or message.verdict.kind is Kind.FEEDBACK_REPORT:
        return None
    mails = [
        part for part in message.parts if part.content_type in MAIL_TYPES and part.fate is Fate.ATTACHMENT
    ]
    letter = Letter(
        subject=message.subject,
        text=message.text,
        cut=message.cut,
        attached=tuple(content_of(raw, part, body) for part in mails),
        answers=bool(message.in_reply_to or message.references),
    )
    return forwarded(letter, limits)


def is_only_courtesy(raw: bytes, message: Message, body: Body) -> bool:
    """Tell whether a person's mail is a thanks, a greeting or a reaction, and brings nothing else along."""
    if message.verdict.kind is not Kind.HUMAN or message.seal == "sealed":
        return False
    for part in message.parts:
        if part.content_type == REACTION_TYPE:
            return is_kind_reaction(content_of(raw, part, body))
    # An answer with a long quotation below is looked at by its new words; without a cut all is new.
    if not message.cut.spans and len(message.text) > _COURTESY_CHARS:
        return False
    if any(_brings_something(part) for part in message.parts):
        return False
    answers = bool(message.in_reply_to or message.references)
    answers = answers or bare_subject(message.subject) != message.subject.strip()
    author = message.header_from[0].name if message.header_from else ""
    return is_courtesy(message.new_text, message.subject, answers=answers, author=author)


def _brings_something(part: Part) -> bool:
    if part.fate is Fate.INLINE:
        return part.size_bytes > _LOGO_BYTES
    return part.fate is Fate.ATTACHMENT and part.content_type not in SIGNATURE_TYPES
