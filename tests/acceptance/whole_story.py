"""One long story in which every kind of entry comes about and every notice is written.

Each kind of entry has a word of its own, which stands in nothing else: in its text, in its subject where it
has one, and in the name and the content of a file.  Wherever that word turns up, the entry has been shown.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from enum import StrEnum
from typing import Any

import msgspec

from daemon.commands import COMMANDS
from daemon.desk.addressing import Roster
from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings
from daemon.services.gate import Gate
from storage import outbox
from storage.database import Database
from storage.vocabulary import EntryKind
from tests.cli.operated import break_on
from tests.conftest import MONDAY_MORNING
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

MARKS = {
    EntryKind.MESSAGE: "zanderfish",
    EntryKind.ANSWER: "pikeperch",
    EntryKind.NOTE: "kestrelwing",
    EntryKind.HELD: "marmotburrow",
    EntryKind.REFUSED: "hedgehogden",
    EntryKind.DRAFT: "ottertrail",
    EntryKind.REPORT: "herringgull",
}


class Reader(StrEnum):
    """What a recipient is to ticket 1, on which the story plays."""

    REQUESTER = "requester"
    COPIED = "copied"
    STRANGER = "stranger"
    REFUSED_STRANGER = "stranger who was refused"
    SPLIT_STRANGER = "stranger with a ticket of his own"
    ASSIGNEE = "assignee"
    TEAM = "agent of the team"
    OTHER_TEAM = "agent of another team"
    ADMINISTRATOR = "administrator"
    SECOND_ADDRESS = "second address of the requester"


ADDRESSES = {
    Reader.REQUESTER: "cara@cust.test",
    Reader.COPIED: "dan@cust.test",
    Reader.STRANGER: "eve@evil.test",
    Reader.REFUSED_STRANGER: "frank@evil.test",
    Reader.SPLIT_STRANGER: "walter@walk.test",
    Reader.ASSIGNEE: "ann@corp.test",
    Reader.TEAM: "bob@corp.test",
    Reader.OTHER_TEAM: "hugo@corp.test",
    Reader.ADMINISTRATOR: "root@corp.test",
    Reader.SECOND_ADDRESS: "cara@home.test",
}
CARA, DAN, EVE, FRANK, WALTER, ANN, BOB, HUGO, ROOT, HOME = ADDRESSES.values()
HR = "hr@desk.test"
NOTE_WORDS = "Do not tell her, but the contract of the customer ends in March"
FORWARD = """---------- Forwarded message ---------
From: Fred fred@cust.test, Gina gina@cust.test
Date: Mon, Jan 15, 2024 at 9:00 AM
Subject: Screen is dark
To: Ann <ann@corp.test>


It stays black.
"""


def stage(database: Database) -> StoryDesk:
    """Set up the desk of the story, IT with Ann and Bob, HR with Hugo."""
    names = ("ann", "bob", "hugo")
    return StoryDesk(
        database,
        MONDAY_MORNING,
        settings=DeskSettings(name="IT Support", address=SUPPORT, administrators=(ROOT,)),
        teams=(
            TeamSettings(name="it", addresses=(SUPPORT,), members=(ANN, BOB)),
            TeamSettings(name="hr", addresses=(HR,), members=(HUGO,)),
        ),
        agents=tuple(AgentSettings(address=f"{name}@corp.test", name=name.capitalize()) for name in names),
    )


def marked(kind: EntryKind, letter: EmailMessage) -> EmailMessage:
    """Add a file to a mail whose name and content are marked."""
    word = MARKS[kind]
    letter.add_attachment(f"file of {word}".encode(), "text", "plain", filename=f"{word}.txt")
    return letter


def delivery_report(about: Mail) -> bytes:
    """Write what a relay says of a mail that it could not deliver, with the mark of reports in it."""
    return (
        f"From: Mail Delivery System <MAILER-DAEMON@relay.test>\r\nTo: {about.reverse_path}\r\n"
        "Subject: Undelivered Mail\r\nMessage-ID: <report@relay.test>\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
        "MIME-Version: 1.0\r\n\r\n"
        f"--b\r\nContent-Type: text/plain\r\n\r\nIt failed: {MARKS[EntryKind.REPORT]}.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.test\r\n\r\n"
        f"Final-Recipient: rfc822; {about.recipient}\r\nAction: failed\r\nStatus: 5.2.2\r\n"
        "Diagnostic-Code: smtp; 552 mailbox full\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"Message-ID: {about['Message-ID']}\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
    ).encode()


class Teller:
    """Tells the story, and gathers the mails that the desk wrote."""

    def __init__(self, desk: StoryDesk) -> None:
        self.desk = desk
        self.mails: list[Mail] = []

    def tell(self, letter: EmailMessage | bytes, **envelope: Any) -> list[Mail]:
        """Let a mail arrive and return what it caused."""
        self.desk.advance(minutes=1)
        self.row = self.desk.mail_in(letter, **envelope)
        return self.gather()

    def gather(self) -> list[Mail]:
        fresh = self.desk.mail_out()
        self.mails += fresh
        return fresh

    def to(self, recipient: str) -> Mail:
        """Return the newest mail to somebody."""
        return next(one for one in reversed(self.mails) if one.recipient == recipient)


def play(desk: StoryDesk) -> list[Mail]:
    """Tell the whole story and return every mail that the desk wrote, in order."""
    teller = Teller(desk)
    for chapter in CHAPTERS:
        chapter(teller)
    return teller.mails


def ticket_and_note(teller: Teller) -> None:
    text = f"It says PC LOAD LETTER, {MARKS[EntryKind.MESSAGE]}."
    opening = marked(EntryKind.MESSAGE, mail(f"Cara <{CARA}>", "Printer is dead", text))
    opening["Cc"] = DAN
    teller.tell(opening)
    note = mail(BOB, "note", f"{NOTE_WORDS}, {MARKS[EntryKind.NOTE]}.", teller.to(BOB).note_address)
    teller.tell(marked(EntryKind.NOTE, note))


def strangers(teller: Teller) -> None:
    for sender, kind in ((EVE, EntryKind.HELD), (FRANK, EntryKind.REFUSED)):
        word = MARKS[kind]
        teller.tell(marked(kind, mail(sender, f"[#1] About {word}", f"Mine is dead too, {word}.")))
    teller.tell(reply(teller.to(ANN), ANN, "#refuse"))
    teller.tell(mail(WALTER, "[#1] My own printer", "It has nothing to do with hers."))
    teller.tell(reply(teller.to(ANN), ANN, "#split"))


def answers(teller: Teller) -> None:
    to_ann = next(one for one in teller.mails if (one.notice, one.recipient) == ("ticket-new", ANN))
    leaking = f"My colleague says: {NOTE_WORDS}. {MARKS[EntryKind.DRAFT]}"
    teller.tell(marked(EntryKind.DRAFT, reply(to_ann, ANN, leaking)))
    answer = reply(to_ann, ANN, f"Put in letter paper, {MARKS[EntryKind.ANSWER]}.")
    teller.tell(marked(EntryKind.ANSWER, answer))
    absent = reply(teller.to(CARA), CARA, f"I am away, {MARKS[EntryKind.REPORT]}.")
    absent["Auto-Submitted"] = "auto-replied"
    teller.tell(absent)


def conversation(teller: Teller) -> None:
    """Write everything that can be written after all of it was said."""
    to_dan, to_ann, to_bob = teller.to(DAN), *teller.mails[1:3]
    teller.tell(reply(to_dan, DAN, "It happens on my floor as well."))
    teller.tell(reply(teller.to(ANN), ANN, "We come to both of you."))
    teller.tell(reply(to_bob, BOB, "#note\n\nI have the drum."))
    teller.tell(reply(to_ann, ANN, "I have the paper.", to_ann.note_address))
    teller.tell(mail(HUGO, "[#1] Printer", "Let me do that."), auth_user=HUGO)
    teller.tell(reply(to_ann, ANN, "#help"))
    teller.tell(reply(to_ann, ANN, "#resolve"))
    teller.tell(reply(teller.to(CARA), CARA, "No, it smokes."))
    teller.tell(reply(to_ann, ANN, "#close\n"))
    teller.tell(mail(DAN, "[#1] Printer", "Then open it again."))


def handed_on(teller: Teller) -> None:
    """Let the ticket go from hand to hand, by the commands that there are for it."""
    to_ann = teller.mails[1]
    for word, argument in (("ask", BOB), ("assign", BOB), ("assign", ANN), ("queue", "")):
        if word in COMMANDS:
            words = "\n\nDo you know that model?" if word == "ask" else ""
            teller.tell(reply(to_ann, ANN, f"#{word} {argument}{words}"))


def in_a_few_words(teller: Teller) -> None:
    """Let the requester ask how it stands, what there is to say, and for haste."""
    teller.desk.advance(hours=2)
    for words in ("Status?", "Help", "Urgent!"):
        teller.tell(reply(teller.to(CARA), CARA, words))


def undelivered(teller: Teller) -> None:
    with teller.desk.database.write():
        for item in outbox.claim("courier", teller.desk.now, timedelta(minutes=1), 999):
            outbox.record_sent(item, "250 ok", teller.desk.now)
    answer = next(one for one in teller.mails if (one.notice, one.recipient) == ("public-answer", DAN))
    teller.tell(delivery_report(answer), null_reverse_path=True)


def second_address(teller: Teller) -> None:
    to_cara = next(one for one in teller.mails if one.recipient == CARA)
    teller.tell(reply(to_cara, CARA, f"#link {HOME}"))
    teller.tell(reply(teller.to(HOME), HOME, "YES"))


def other_tickets(teller: Teller) -> None:
    teller.tell(mail(ANN, "Fwd: Screen is dark", FORWARD), auth_user=ANN)
    both = mail(DAN, "Laptop and holiday", "Both.", "all@list.test")
    teller.tell(both, recipients=(SUPPORT,))
    teller.tell(b"Received: by elsewhere\r\n" + both.as_bytes(), recipients=(HR,))
    teller.tell(mail(DAN, "Big", "Here it is."), full_size_bytes=61_000_000)
    break_on(teller.desk, b"From: dan@cust.test\nSubject: broken\n\nx\n")
    teller.gather()


def much_later(teller: Teller) -> None:
    """Let a reply come after the ticket has ended for good, and then more mail than the fuse lets through."""
    teller.desk.advance(hours=2)
    teller.tell(reply(teller.mails[1], ANN, "#resolve\n\n"))
    teller.desk.advance(days=15)
    teller.tell(reply(teller.to(CARA), CARA, "It is dead once more."))
    desk = teller.desk
    desk.settings = msgspec.structs.replace(desk.settings, auto_mail_per_hour=1)
    roster = Roster.build(desk.settings, desk.teams, desk.agents)
    desk.office = replace(desk.office, roster=roster, gate=Gate(roster))
    desk.intake = replace(desk.intake, office=desk.office)
    teller.tell(mail(DAN, "One too many", "It is the last one."))


CHAPTERS: tuple[Callable[[Teller], None], ...] = (
    ticket_and_note,
    strangers,
    answers,
    handed_on,
    conversation,
    in_a_few_words,
    undelivered,
    second_address,
    other_tickets,
    much_later,
)


def visible(raw: bytes) -> Iterator[str]:
    """Yield everything that can be found in a mail: its bytes, and what a reader sees of it."""
    yield raw.decode("latin-1")
    yield from readable(raw)


def readable(raw: bytes) -> Iterator[str]:
    """Yield what a reader sees of a mail: its header, and each part as it decodes."""
    for part in Mail("", "", None, raw).parsed.walk():
        yield from (f"{name}: {value}" for name, value in part.items())
        yield part.get_filename() or ""
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield content.decode(part.get_content_charset() or "utf-8", "replace")
