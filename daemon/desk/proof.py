"""How sure we are of an author, and by what a message is tied to a ticket: what all power is measured by."""

from enum import StrEnum


class Trust(StrEnum):
    """How sure we are that the author of a message is who From says (design: proof, trust and power)."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    FAILED = "failed"


class Proof(StrEnum):
    """By what a message was tied to a ticket, strongest first."""

    TOKEN = "reply address made for the author"  # noqa: S105  # not a password
    FOREIGN_TOKEN = "reply address made for somebody else"  # noqa: S105  # not a password
    OWN_MESSAGE_ID = "Message-ID of a mail of ours"
    MESSAGE_ID = "Message-ID of the conversation"
    SUBJECT = "number in the subject"
