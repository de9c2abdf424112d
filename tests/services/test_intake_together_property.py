"""Whatever arrives in whatever order: settled together it leads to what it leads to one by one."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from daemon.edges.scribe import Scribe
from daemon.mail.tokens import DETAIL, OWN_ID
from daemon.services import hands, intake, settle
from daemon.services.settle import Letter
from storage.database import Database
from storage.migrations import migrate
from storage.models import ArrivalRow
from storage.records import Incoming
from storage.vocabulary import Source
from tests.conftest import MONDAY_MORNING, close
from tests.scenarios.desk import Mail, StoryDesk, mail
from tests.services.test_intake_scribe import patient, scribe

# Fixtures: a scribe whose child runs.
__all__ = ["patient", "scribe"]

SENDERS = ("cara@cust.test", "dan@cust.test", "ann@corp.test", "stranger@else.test")
HEADERS = ("From", "To", "Cc", "Subject", "Reply-To", "In-Reply-To", "References", "Auto-Submitted")


@dataclass(frozen=True)
class Post:
    """One mail of a sequence; ``about`` points back at an earlier one."""

    kind: str
    sender: str
    about: int


POSTS = st.builds(
    Post,
    st.sampled_from(["new", "reply", "subject", "again", "automatic", "copied", "poison"]),
    st.sampled_from(SENDERS),
    st.integers(1, 4),
)
EVERY_KIND = [
    Post("new", SENDERS[0], 1),
    Post("reply", SENDERS[0], 1),
    Post("new", SENDERS[1], 1),
    Post("poison", SENDERS[1], 1),
    Post("reply", SENDERS[2], 2),
    Post("again", SENDERS[0], 4),
    Post("automatic", SENDERS[1], 3),
    Post("subject", SENDERS[3], 1),
    Post("copied", SENDERS[0], 1),
    Post("reply", SENDERS[1], 4),
]


def written(posts: Sequence[Post]) -> list[bytes]:
    found: list[bytes] = []
    for number, post in enumerate(posts):
        earlier = max(0, number - post.about)
        headers = {"Message-ID": f"<{number}@cust.test>"}
        subject, text = f"Topic {number}", f"The printer {number} is out of paper.\n"
        if post.kind == "again" and found:
            found.append(found[earlier])
            continue
        if post.kind == "reply":
            headers |= {"In-Reply-To": f"<{earlier}@cust.test>", "References": f"<{earlier}@cust.test>"}
        elif post.kind == "subject":
            subject = f"Re: [#{post.about}] Topic {earlier}"
        elif post.kind == "automatic":
            headers["Auto-Submitted"] = "auto-replied"
        elif post.kind == "copied":
            headers["Cc"] = "eve@cust.test"
        elif post.kind == "poison":
            subject = f"Poison {number}"
        found.append(mail(post.sender, subject, text, headers=headers).as_bytes())
    return found


def fail_on_poison(letter: Letter, *given: Any) -> Any:
    outcome = settle.settle(letter, *given)
    if letter.message.subject.startswith("Poison"):
        raise ZeroDivisionError("on purpose")
    return outcome


def effects(
    raws: Sequence[bytes], together: int, folder: Path, scribe: Scribe | None = None
) -> dict[str, Any]:
    """Let a new desk settle these messages, so many in one transaction, and tell all that came of it."""
    database = Database(f"sqlite:///{together}{scribe is not None}.db", folder)
    migrate(database)
    desk = StoryDesk(database, MONDAY_MORNING)
    desk.intake = replace(desk.intake, scribe=scribe)
    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(hands, "TOGETHER", together)
            patched.setattr(intake, "settle", fail_on_poison)
            for raw in raws:
                desk.ledger.submit(Incoming(Source.SMTP, raw, desk.now)).result(10)
            for _ in range(15):
                while desk.intake.run_once():
                    pass
                desk.advance(seconds=5)
        return told(desk)
    finally:
        desk.close()
        close(database)


def told(desk: StoryDesk) -> dict[str, Any]:
    with desk.database.read():
        rows = list(ArrivalRow.select().order_by(ArrivalRow.id))
    ended = [
        (one.id, one.state, one.disposition, one.reason, one.evidence, one.ticket_number, one.failures)
        for one in rows
    ]
    numbers = sorted({one.ticket_number for one in rows if one.ticket_number})
    mails = [(one.notice, one.recipient, _return_path(one), _content(one)) for one in desk.mail_out()]
    return {
        "arrivals": ended,
        "mails": mails,
        "tickets": [_bare(json.dumps(desk.ticket(number), default=str)) for number in numbers],
        "counts": desk.office.gate._total,
    }


def _return_path(one: Mail) -> str:
    """Leave out the proof of whose copy it is, which is made from its Message-ID."""
    return DETAIL.sub(r"\1\2", one.reverse_path or "")


def _content(one: Mail) -> list[str]:
    return [_bare(one[name]) for name in HEADERS] + [_bare(one.text)]


def _bare(words: str) -> str:
    """Leave out of our Message-IDs what is random; the ticket in them stays."""
    return OWN_ID.sub(r"<\1>", words)


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(posts=st.lists(POSTS, min_size=2, max_size=10), together=st.integers(2, hands.TOGETHER))
@example(posts=EVERY_KIND, together=hands.TOGETHER)
@example(posts=EVERY_KIND, together=3)
def test_settled_together_is_settled_one_by_one(posts: list[Post], together: int, scribe: Scribe):
    raws = written(posts)
    with tempfile.TemporaryDirectory() as folder:
        alone, shared = (effects(raws, size, Path(folder)) for size in (1, together))
        helped = effects(raws, together, Path(folder), scribe)

    assert shared == alone
    assert helped == alone
    assert scribe.is_ready(), "nothing ended it"
    assert len(alone["arrivals"]) == len(posts)
