"""What a mail is to Postdesk: plain values, made by ``parse`` and read by everything above it.

An ``Envelope`` (RFC 5321) and a ``Message`` (RFC 5322) are different things and never merge.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the peer said outside the message (RFC 5321 s 2.3.1).

    ``reverse_path`` is None for the null reverse-path and for sources that have none (IMAP, files).
    ``recipients`` are forward-paths as given, in order; empty where the source has none.
    ``auth_user`` is the account proven by SMTP AUTH, None without.
    """

    reverse_path: str | None = None
    recipients: tuple[str, ...] = ()
    null_reverse_path: bool = False
    peer: str = ""
    helo: str = ""
    auth_user: str | None = None
    tls: str = ""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address with its display name; the address is as written, without route or comment."""

    address: str
    name: str = ""


class Fate(StrEnum):
    """What became of one MIME part."""

    BODY = "body"
    ALTERNATIVE = "alternative"
    INLINE = "inline"
    ATTACHMENT = "attachment"
    CONTAINER = "container"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message, in the order of the message.

    ``path`` counts from 1 at every level (``"2.1"``; the whole message is ``""``).  ``name`` is safe to
    store and to show: never empty for an attachment, no separators, no control characters, at most 200.
    ``size_bytes`` and ``sha256`` (hex) are of the decoded content; both are empty for a container.
    ``start`` and ``end`` bound the part's *encoded* content inside the raw message, header excluded;
    0 and 0 where they could not be found.  ``encoding`` is the lower-case Content-Transfer-Encoding.
    ``note`` says why a part was skipped or read in an unusual way.  ``text`` holds the words of a part that
    can be read beside the body: a mail inside the mail, an invitation, the fields of a report.
    ``as_it_is`` says of a file of moderate size that its encoded content can stand in another mail unchanged.
    """

    path: str
    content_type: str
    fate: Fate
    name: str = ""
    size_bytes: int = 0
    sha256: str = ""
    content_id: str = ""
    charset: str = ""
    encoding: str = ""
    start: int = 0
    end: int = 0
    note: str = ""
    text: str = ""
    as_it_is: bool = False


class Kind(StrEnum):
    """Who wrote a message: a person, or which sort of machine."""

    HUMAN = "human"
    AUTOMATIC = "automatic"
    DELIVERY_REPORT = "delivery-report"
    LIST = "list"
    FEEDBACK_REPORT = "feedback-report"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What kind of message this is, with the evidence in words for ``postdesk trace``."""

    kind: Kind
    evidence: str = ""
    # A mark of the standards (Auto-Submitted, Precedence, List-*, null reverse-path, DSN type), not a guess.
    standard: bool = False


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What a delivery report says of one recipient (RFC 3464 s 2.3); ``status`` like ``5.1.1`` or empty.

    ``original_recipient`` is the address as the sender wrote it, where the report tells.
    """

    final_recipient: str
    action: str
    status: str = ""
    diagnostic: str = ""
    original_recipient: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A delivery report, read; ``original_message_id`` is that of the mail it is about, or empty."""

    recipients: tuple[RecipientReport, ...] = ()
    original_message_id: str = ""
    original_recipient_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A piece ``[start:end)`` of the body text that is not new, and why it was set apart."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Cut:
    """How a body text divides into new words and the rest; a view, the text itself stays whole.

    ``confidence`` runs from 0 (a guess) to 1 (our own marker was found).
    """

    spans: tuple[Span, ...] = ()
    confidence: float = 1.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Forward:
    """Another person's mail inside this one, handed on by whoever wrote this one.

    ``author`` is who wrote the original, None where that cannot be told; ``candidates`` are the plausible
    authors, the likeliest first.  ``sure`` is False where a person should be asked: no author, several, or
    a mail that may be no forward at all.  ``subject`` and ``date`` are the original's, as written.
    ``comment`` is what the forwarder added, ``text`` what the original says.  ``source`` tells where it
    stood: ``attached``, ``header block``, ``quoted header block``, ``separator`` or ``attribution``.
    """

    author: Mailbox | None
    candidates: tuple[Mailbox, ...] = ()
    subject: str = ""
    date: str = ""
    comment: str = ""
    text: str = ""
    source: str = ""
    sure: bool = False


@dataclass(frozen=True, slots=True)
class AuthenticationField:
    """The body of one Authentication-Results field (RFC 8601), unread; whether it is believed, others decide.

    ``received_above`` counts the Received fields above it, the newest hops.  ``stamped`` says that it stands
    above everything that the author wrote.
    """

    value: str
    received_above: int
    stamped: bool


@dataclass(frozen=True, slots=True)
class Message:
    r"""A message as read by ``parse``: everything decoded, nothing trusted.

    Missing text is ``""`` and missing lists are ``()``.  ``message_id``, ``in_reply_to`` and
    ``references`` keep their angle brackets; references run oldest first (RFC 5322 s 3.6.4).
    ``header_from`` holds every mailbox of every From field: more than one, or any entry in
    ``identity_defects``, means that the sender is nobody in particular (RFC 7103 s 7.5).
    ``forward`` is set where the mail hands on another one.  ``courtesy`` marks a bare thanks, greeting or
    reaction, which asks for nothing.  ``seal`` is ``signed`` or ``sealed`` (encrypted) by S/MIME or PGP,
    else empty; nothing is verified or opened.
    ``text`` is the whole readable body, with ``\\n`` line ends; HTML turned into text where there is no
    plain part.  ``html`` is sanitised and inert.  ``defects`` are sentences for ``trace``.
    ``content_digest`` is the same for one mail however it was transported (``mail.digest``).
    ``broken`` says why nothing in the header is to be believed, as when it has two authors.
    ``authentication`` lists what servers wrote about its author, or somebody in their name, from the top.
    ``own_versions`` are the author's words in each version of the body, where it answers a mail of ours
    (``mail.own_words`` reads them).
    """

    message_id: str = ""
    header_from: tuple[Mailbox, ...] = ()
    sender: Mailbox | None = None
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    delivered_to: tuple[str, ...] = ()
    return_path: str | None = None
    subject: str = ""
    date: datetime | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    html: str = ""
    cut: Cut = field(default_factory=Cut)
    parts: tuple[Part, ...] = ()
    verdict: Verdict = field(default_factory=lambda: Verdict(Kind.HUMAN))
    report: DeliveryReport | None = None
    received_count: int = 0
    loop_marks: tuple[str, ...] = ()
    language: str = ""
    claimed_language: str = ""
    defects: tuple[str, ...] = ()
    identity_defects: tuple[str, ...] = ()
    truncated: bool = False
    content_digest: str = ""
    authentication: tuple[AuthenticationField, ...] = ()
    forward: Forward | None = None
    courtesy: bool = False
    seal: str = ""
    broken: tuple[str, ...] = ()
    own_versions: tuple[str, ...] = ()

    @property
    def author(self) -> Mailbox | None:
        """The one mailbox in From, or None where the header names nobody or several (RFC 7103 s 7.5)."""
        return self.header_from[0] if len(self.header_from) == 1 and not self.identity_defects else None

    @property
    def forwarded_from(self) -> Mailbox | None:
        """The author of the mail that this one forwards, None where it forwards none or names nobody."""
        return self.forward.author if self.forward is not None else None

    @property
    def new_text(self) -> str:
        """The new words alone; the whole text where nothing would be left."""
        kept, at = [], 0
        for span in self.cut.spans:
            kept.append(self.text[at : span.start])
            at = span.end
        kept.append(self.text[at:])
        return "".join(kept).strip() or self.text.strip()
