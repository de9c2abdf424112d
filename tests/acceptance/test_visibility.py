"""Who gets to see what: every kind of entry, every reader, in every byte that leaves the house."""

import base64
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from daemon.desk.notices import NOTICES, Audience
from daemon.mail.tokens import Purpose, Signer, parse_detail
from storage import outbox
from storage.database import Database
from storage.migrations import migrate
from storage.vocabulary import EntryKind
from tests.acceptance.whole_story import ADDRESSES, MARKS, Reader, marked, play, stage, visible
from tests.conftest import close
from tests.scenarios.desk import Mail, mail

R = Reader
AGENTS = frozenset({R.ASSIGNEE, R.TEAM, R.OTHER_TEAM})
OUTSIDE = frozenset(Reader) - AGENTS - {R.ADMINISTRATOR}

# Who must be shown an entry of this kind, and who else may be; everybody else must not.
MUST_SEE: dict[EntryKind, frozenset[Reader]] = {
    EntryKind.MESSAGE: frozenset({R.ASSIGNEE, R.TEAM}),
    EntryKind.ANSWER: frozenset({R.REQUESTER, R.COPIED}),
    EntryKind.NOTE: frozenset({R.ASSIGNEE}),
    EntryKind.HELD: frozenset({R.ASSIGNEE, R.TEAM}),
    EntryKind.REFUSED: frozenset({R.ASSIGNEE, R.TEAM}),
    EntryKind.DRAFT: frozenset({R.ASSIGNEE}),
    EntryKind.REPORT: frozenset(),
}
MAY_SEE: dict[EntryKind, frozenset[Reader]] = {
    EntryKind.MESSAGE: frozenset({R.REQUESTER, R.COPIED}),
    EntryKind.ANSWER: frozenset({R.ASSIGNEE, R.TEAM}),
    EntryKind.NOTE: frozenset({R.TEAM}),
    EntryKind.HELD: frozenset(),
    EntryKind.REFUSED: frozenset(),
    EntryKind.DRAFT: frozenset({R.TEAM}),
    EntryKind.REPORT: frozenset({R.ASSIGNEE, R.TEAM}),
}
# What each reader is sent about ticket 1, on which the story plays: these notices and no other.
NOTICES_OF: dict[Reader, frozenset[str]] = {
    R.REQUESTER: frozenset(
        {
            *("ticket-opened", "public-answer", "ticket-resolved", "ticket-closed"),
            *("ticket-status", "requester-told", "requester-help"),
        }
    ),
    R.COPIED: frozenset({"public-answer"}),
    R.STRANGER: frozenset(),
    R.REFUSED_STRANGER: frozenset(),
    R.SPLIT_STRANGER: frozenset(),
    R.ASSIGNEE: frozenset(
        {
            "ticket-new",
            "requester-replied",
            "internal-note",
            "mail-held",
            "command-results",
            "command-help",
            "answer-held",
            "delivery-failed",
        }
    ),
    R.TEAM: frozenset(
        {"ticket-new", "ticket-handed", "colleague-asked", "internal-note", "mail-held", "command-results"}
    ),
    # Of a ticket of others an agent hears only why nothing was done.
    R.OTHER_TEAM: frozenset({"answer-refused"}),
    R.ADMINISTRATOR: frozenset(),
    R.SECOND_ADDRESS: frozenset(),
}
# Who may be sent a notice at all, whatever ticket it is about.
READERS_OF: dict[str, frozenset[Reader]] = {
    "ticket-opened": OUTSIDE,
    "ticket-new": AGENTS,
    "requester-replied": AGENTS,
    "public-answer": OUTSIDE,
    "internal-note": AGENTS,
    "ticket-resolved": OUTSIDE,
    "ticket-closed": OUTSIDE,
    "ticket-status": OUTSIDE,
    "requester-told": OUTSIDE,
    "requester-help": OUTSIDE,
    "survey": OUTSIDE,
    "survey-told": OUTSIDE,
    "survey-follow-up": AGENTS,
    "survey-outcome": OUTSIDE,
    "satisfaction-report": frozenset({R.ADMINISTRATOR}),
    "request-told": OUTSIDE,
    "request-form": OUTSIDE,
    "catalogue-list": OUTSIDE,
    "promise-moved": OUTSIDE,
    # Who has a task or approves may be an agent, who then reads no more than anybody else.
    "task-request": OUTSIDE,
    "task-told": OUTSIDE,
    "task-news": AGENTS,
    "approval-request": OUTSIDE,
    "approval-told": OUTSIDE,
    "approval-digest": OUTSIDE,
    "approval-desk": AGENTS,
    "mail-held": AGENTS,
    "command-results": AGENTS,
    "command-help": AGENTS,
    "work-list": AGENTS,
    "ticket-handed": AGENTS,
    "colleague-asked": AGENTS,
    "answer-refused": AGENTS,
    "answer-held": AGENTS,
    "forward-question": AGENTS,
    "delivery-failed": AGENTS,
    "mail-quarantined": AGENTS,
    "budget-digest": frozenset({R.ADMINISTRATOR}),
    "duplicate-route": AGENTS,
    "mail-too-big": OUTSIDE,
    "address-confirm": frozenset({R.SECOND_ADDRESS}),
    "address-told": OUTSIDE,
    "sla-warning": AGENTS,
    "sla-breached": AGENTS,
    "critical-ringing": AGENTS,
    "waiting-reminder": OUTSIDE,
    "ticket-back": AGENTS,
    "monitoring-news": AGENTS,
    "hook-failed": frozenset({R.ADMINISTRATOR}),
    "directory-problems": frozenset({R.ADMINISTRATOR}),
    "agent-digest": AGENTS,
    "overload-alarm": frozenset({R.ADMINISTRATOR}),
    # The desk to itself.
    "heartbeat": frozenset(),
}
# What the story has no place for, since it comes of a configuration of its own and of time alone.
TOLD_ELSEWHERE = frozenset(
    {
        *("heartbeat", "hook-failed", "directory-problems", "monitoring-news", "sla-warning", "sla-breached"),
        *("critical-ringing", "waiting-reminder", "ticket-back"),
        *("agent-digest", "overload-alarm", "request-told", "request-form", "catalogue-list"),
        *("promise-moved", "task-request", "task-told", "task-news"),
        # See tests/scenarios/test_surveys.py.
        *("survey", "survey-told", "survey-follow-up", "survey-outcome", "satisfaction-report"),
        *("approval-request", "approval-told", "approval-digest", "approval-desk"),
    }
)
_TOKEN = re.compile(r"(?:\+|%2[bB])([a-z]\d+\.[a-z0-9]{2}\.[a-z2-7]{26})")


@dataclass(frozen=True)
class Told:
    """The story as it was told: its mails, those about ticket 1, the kinds of its entries, the keys."""

    mails: list[Mail]
    of_first_ticket: frozenset[tuple[Reader, str]]
    kinds: frozenset[str]
    signer: Signer

    def sees(self, reader: Reader, word: str) -> bool:
        """Tell whether a word stands in anything that was sent to a reader."""
        return any(shows(one, word) for one in self.mails if one.recipient == ADDRESSES[reader])


def shows(one: Mail, word: str) -> bool:
    return any(word in text.lower() for text in visible(one.raw))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The story, told once on SQLite for all tests, which only look at it."""
    folder: Path = tmp_path_factory.mktemp("story")
    database = Database(f"sqlite:///{folder}/story.db")
    migrate(database)
    desk = stage(database)
    mails = play(desk)
    readers = {address: reader for reader, address in ADDRESSES.items()}
    with database.read():
        first = frozenset(
            (readers[item.recipient], item.notice) for item in outbox.items(limit=9_999, ticket_number=1)
        )
    kinds = frozenset(entry["kind"] for entry in desk.ticket(1)["entries"])
    desk.close()
    close(database)
    return Told(mails, first, kinds, desk.signer)


class TestStory:
    def test_has_every_kind_of_entry_and_each_has_its_word_and_its_readers(self, told: Told):
        assert told.kinds == set(EntryKind) == set(MARKS) == set(MUST_SEE) == set(MAY_SEE)
        assert len(set(MARKS.values())) == len(MARKS)

    def test_writes_every_notice_and_each_has_its_readers(self, told: Told):
        assert set(NOTICES) <= set(READERS_OF)
        assert {one.notice for one in told.mails} == set(NOTICES) - TOLD_ELSEWHERE

    def test_has_every_reader_and_writes_to_nobody_else(self, told: Told):
        assert set(ADDRESSES) == set(NOTICES_OF) == set(Reader)
        assert {one.recipient for one in told.mails} <= set(ADDRESSES.values())

    @pytest.mark.parametrize("kind", EntryKind, ids=str)
    @pytest.mark.parametrize("encoding", ["7bit", "quoted-printable", "base64"])
    def test_a_word_is_found_wherever_it_hides(self, kind: EntryKind, encoding: str):
        """What looks for the words is tried on mail that has them, hidden as mail hides words."""
        word = MARKS[kind]
        plain = mail("a@b.test", "x", "y")
        in_text = mail("a@b.test", "x", f"see {word}")
        in_text.set_content(f"see {word}", cte=encoding)
        in_file = marked(kind, mail("a@b.test", "x", "y"))
        in_header = mail("a@b.test", f"=?utf-8?b?{base64.b64encode(word.encode()).decode()}?=", "y")

        found = [
            shows(Mail("", "", None, one.as_bytes()), word) for one in (plain, in_text, in_file, in_header)
        ]
        assert found == [False, True, True, True]


@pytest.mark.parametrize("reader", Reader, ids=str)
@pytest.mark.parametrize("kind", EntryKind, ids=str)
def test_entry_is_shown_to_whom_it_may_be_shown(told: Told, kind: EntryKind, reader: Reader):
    seen = told.sees(reader, MARKS[kind])

    if reader in MUST_SEE[kind]:
        assert seen, f"{reader} was not shown the {kind}"
    elif reader not in MAY_SEE[kind]:
        assert not seen, f"{reader} was shown the {kind}"


@pytest.mark.parametrize("reader", Reader, ids=str)
def test_reader_is_sent_these_notices_about_the_ticket_and_no_other(told: Told, reader: Reader):
    sent = {notice for one, notice in told.of_first_ticket if one is reader}

    assert sent == NOTICES_OF[reader] & set(NOTICES)


@pytest.mark.parametrize("notice", sorted(set(NOTICES) - TOLD_ELSEWHERE))
def test_notice_goes_to_those_whom_it_is_for(told: Told, notice: str):
    readers = {reader for reader, address in ADDRESSES.items() if address in _recipients(told, notice)}

    assert readers
    assert readers <= READERS_OF[notice]
    assert (NOTICES[notice].audience is Audience.ADMINISTRATOR) is (readers == {R.ADMINISTRATOR})


@pytest.mark.parametrize("notice", NOTICES)
def test_audience_of_a_notice_is_that_of_its_readers(notice: str):
    """The audience decides what its template may know."""
    outside = READERS_OF[notice] & OUTSIDE

    assert NOTICES[notice].audience.public is bool(outside)
    assert not outside or not READERS_OF[notice] - OUTSIDE


def _recipients(told: Told, notice: str) -> set[str]:
    return {one.recipient for one in told.mails if one.notice == notice}


def test_signed_address_leaves_in_mail_to_its_owner_only(told: Told):
    found = 0
    for one in told.mails:
        for detail in {detail for text in visible(one.raw) for detail in _TOKEN.findall(text)}:
            token = parse_detail(detail)
            assert token is not None
            if token.purpose is Purpose.CONFIRMATION:
                # Bound to both addresses and to the mail that asked; whoever has it can link these two only.
                assert one.notice == "address-confirm"
                continue
            found += 1
            owner = told.signer.verify(token, [one.recipient])
            assert owner == one.recipient, f"{one.notice} to {one.recipient} has somebody else's {detail}"
    assert found >= len(told.mails) / 2


def test_address_for_notes_is_shown_to_agents_only(told: Told):
    outside = {ADDRESSES[reader] for reader in OUTSIDE | {R.ADMINISTRATOR}}
    notes = [one for one in told.mails if any("+n1." in text for text in visible(one.raw))]

    assert notes
    assert [one.notice for one in notes if one.recipient in outside] == []


def test_nothing_internal_stands_in_mail_whose_answer_goes_to_people(told: Told):
    """Mail clients quote: what an agent is shown there would leave with the answer (AT-070)."""
    internal = [MARKS[kind] for kind in EntryKind if not OUTSIDE & (MUST_SEE[kind] | MAY_SEE[kind])]
    outward = [one for one in told.mails if NOTICES[one.notice].outward]

    assert len(internal) == 5
    leading = {name for name, row in NOTICES.items() if row.outward}
    assert {one.notice for one in outward} == leading - TOLD_ELSEWHERE
    assert [(one.notice, word) for one in outward for word in internal if shows(one, word)] == []
