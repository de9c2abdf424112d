"""Composed mail, read by a stranger: the standard library's parser."""

import email
import email.policy
import re
from datetime import UTC, datetime

from hypothesis import strategies as st

from daemon.mail.compose import Draft, compose
from daemon.mail.message import Mailbox

SUPPORT = Mailbox("support@desk.test", "IT Support")
CARA = Mailbox("cara@cust.test", "Cara Customer")
PLAIN = Draft(
    header_from=SUPPORT,
    to=CARA,
    subject="Printer on fire",
    text="Use sand.\n",
    message_id="<1042.a7@desk.test>",
    date=datetime(2024, 1, 15, 9, 0, tzinfo=UTC),
)
# Anything that Python can hold, lone surrogates included, with the dangerous ones drawn often.
ANY_TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from('\r\n\0\t "\\<>(),;:@=?_.\x85\u2028\u202e\ud800é日😀'))
)


def written(draft, splices=()):
    """The whole mail; ``splices`` stand for the ranges of received messages, in order."""
    rest = iter(splices)
    whole = b"".join(piece if isinstance(piece, bytes) else next(rest) for piece in compose(draft))
    assert not re.search(rb"[^\r]\n|\r[^\n]|\0", whole), "only CRLF ends a line, and no NUL (attack AT-177)"
    assert max(map(len, whole.split(b"\r\n"))) <= 998
    return whole


def parsed(draft, splices=()):
    message = email.message_from_bytes(written(draft, splices), policy=email.policy.default)
    assert not any(part.defects for part in message.walk())
    return message


def words(part):
    """The text of a part, with the line ends that Python uses."""
    return part.get_content().replace("\r\n", "\n")


def header(draft):
    return written(draft).partition(b"\r\n\r\n")[0].decode()
