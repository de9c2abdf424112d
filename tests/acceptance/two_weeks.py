"""Two weeks at a desk of six agents: people, mails and working hours, all from one seed, on a jumping clock.

People write when they work, chase who does not answer, thank, are away, mistype their addresses; somebody
forges an agent's mail.  Agents answer what they are given, ask back, wait, and resolve: by mail only.
"""

import contextlib
import email.policy
import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from random import Random
from typing import Any

from daemon.jobs import JOBS, clock_watch
from daemon.services import views
from daemon.wiring import Desk
from storage import outbox
from tests.acceptance.doors import Doors, doors
from tests.scenarios.desk import SUPPORT, Mail, mail, reply

MAILS, TOPICS, DAYS = 300, 68, 12
FIRST = datetime(2024, 1, 15, tzinfo=UTC)
# Open from eight to five in Berlin, which is an hour ahead of UTC in January.
OPENS, CLOSES = 7, 16
LOOK = timedelta(minutes=10)
AGENTS = tuple(f"{name}@corp.test" for name in ("ann", "bob", "cem", "dora", "eli", "fay"))
PEOPLE = tuple(
    f"{name}@cust.test" for name in ("cara", "dan", "eve", "finn", "gus", "hana", "ida", "jon", "kim")
)
MATTERS = (
    ("Printer is dead", "It says PC LOAD LETTER and does nothing."),
    ("VPN is down", "I cannot connect from home, it is broken."),
    ("Please install the new client", "I need it on my laptop, please."),
    ("Access to the shared drive", "Could I please have access to the folder of sales?"),
    ("Outlook crashes", "It crashes each time I open the calendar."),
    ("New monitor", "I would like to order a second monitor, please."),
    ("Mail does not arrive", "Our supplier says that his mail comes back."),
)
CONFIGURATION = """\
[desk]
name = "IT Support"
address = "support@desk.test"
timezone = "Europe/Berlin"
auto_mail_per_address_and_day = 200
auto_mail_per_address_and_hour = 50

[[calendar]]
name = "office"
timezone = "Europe/Berlin"
hours = ["mon-fri 08:00-17:00"]

[[sla]]
name = "standard"
calendar = "office"
first_response = "3h"
next_response = "6h"
resolution = "40h"
"""


def configured() -> str:
    """Return the configuration of the desk."""
    members = ", ".join(f'"{one}"' for one in AGENTS)
    team = f'\n[[team]]\nname = "it"\naddresses = ["support@desk.test"]\nmembers = [{members}]\n'
    agents = "".join(f'\n[[agent]]\naddress = "{one}"\nname = "{one[:3].title()}"\n' for one in AGENTS)
    return f'{CONFIGURATION}{team}assignment = "automatic"\n{agents}'


def working(at: datetime, minutes: float) -> datetime:
    """Return the moment after so many minutes of work."""
    left = timedelta(minutes=minutes)
    while True:
        opens, closes = (at.replace(hour=hour, minute=0, second=0) for hour in (OPENS, CLOSES))
        at = max(at, opens)
        if at.weekday() < 5 and at < closes:
            if at + left <= closes:
                return at + left
            left -= closes - at
        at = opens + timedelta(days=1)


@dataclass
class Topic:
    """What somebody wants, and how it will go: ``plan`` is what its agent does, step by step."""

    number: int
    requester: str
    plan: list[str]
    slow: bool = False
    ticket: int = 0
    answered: bool = False
    ended: bool = False
    shown: Mail | None = None
    quirks: set[str] = field(default_factory=set)


@dataclass
class TwoWeeks:
    """The desk, its people and what is still to happen; ``fates`` counts what became of each kind of mail."""

    folder: Path
    random: Random = field(default_factory=lambda: Random(2024))  # the same story each time
    now: datetime = FIRST
    fates: Counter[tuple[str, str]] = field(default_factory=Counter)
    sent: int = 0
    topics: dict[int, Topic] = field(default_factory=dict)
    _agenda: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _entered: int = 0
    doors: Doors = field(init=False)

    @contextlib.contextmanager
    def live(self) -> Iterator[None]:
        """Open the desk's doors for as long as the story is told and looked at."""
        with doors(self.folder, configured(), lambda: self.now) as self.doors:
            self.desk: Desk = self.doors.desk
            yield

    def play(self) -> None:
        """Let the two weeks pass, and then the time that it takes to end what was begun."""
        self._plan()
        while self._agenda:
            at, _, act = heapq.heappop(self._agenda)
            self._pass_time(at)
            act()
        for one in list(self.topics.values())[: MAILS - self.sent]:
            self._reply(one, one.requester, "Thank you!", "thanks")
        self._pass_time(self.now + timedelta(days=1))

    def _plan(self) -> None:
        """Lay down who will write what, when, and how it goes."""
        plans = (["solve"], ["answer", "solve"], ["ask", "solve"], ["answer", "wait", "solve"])
        for number in range(TOPICS):
            day = FIRST + timedelta(days=self.random.randrange(DAYS - 1), hours=OPENS)
            # A few write at night or on the weekend.
            at = day + timedelta(minutes=self.random.randrange(-60, 600))
            plan = list(self.random.choice(plans))
            topic = Topic(number, self.random.choice(PEOPLE), plan, slow=number % 12 == 5)
            for quirk, every in (
                ("away", 9),
                ("chases", 7),
                ("still broken", 11),
                ("forged", 13),
                ("bounces", 14),
            ):
                if number % every == 3:
                    topic.quirks.add(quirk)
            self._later(at, lambda topic=topic: self._open(topic))

    def _later(self, at: datetime, act: Callable[[], None]) -> None:
        self._entered += 1
        heapq.heappush(self._agenda, (at, self._entered, act))

    def _after_work(self, low: int, high: int, act: Callable[[], None]) -> None:
        """Let somebody act after some minutes of work."""
        self._later(working(self.now, self.random.randint(low, high)), act)

    def _pass_time(self, until: datetime) -> None:
        """Let the clock of the house tick as time passes: every ten minutes by day, seldom by night."""
        while self.now + LOOK < until:
            open_now = self.now.weekday() < 5 and OPENS - 1 <= self.now.hour <= CLOSES
            self.now = min(until, self.now + (LOOK if open_now else timedelta(hours=1)))
            self._tick(hourly=self.now.minute < 10)
        self.now = max(self.now, until)

    def _tick(self, *, hourly: bool) -> None:
        database, office = self.desk.database, self.desk.office
        assert office.levels is not None
        clock_watch.watch(database, office, office.levels, self.now)
        if hourly:
            for job in JOBS:
                with database.write(lasting=False):
                    job.run(office, self.now)
        self._deliver()

    # What people do.

    def _open(self, topic: Topic) -> None:
        subject, text = MATTERS[topic.number % len(MATTERS)]
        message = mail(f"Requester <{topic.requester}>", subject, f"{text}\nCase {topic.number}.\n")
        topic.ticket = int(self._send("topic", message)["ticket"])
        self.topics[topic.ticket] = topic
        self._deliver()

    def _reply(self, topic: Topic, who: str, text: str, kind: str, to: Mail | None = None) -> None:
        shown = to or topic.shown
        assert shown is not None
        message = reply(shown, f"{who.partition('@')[0].title()} <{who}>", text)
        if kind == "away":
            message["Auto-Submitted"] = "auto-replied"
        self._send(kind, message)
        self._deliver()

    def _forge(self, topic: Topic) -> None:
        """Let a stranger say that he is an agent: the subject is all that he knows."""
        message = mail("Ann <ann@corp.test>", f"[#{topic.ticket}] urgent", "#close\nForget it.\n")
        self._send("forged", message)
        self._deliver()

    def _bounce(self, recipient: str, message_id: str) -> None:
        report = (
            "From: Mail Delivery System <MAILER-DAEMON@relay.test>\r\nTo: support@desk.test\r\n"
            f"Subject: Undelivered Mail\r\nMessage-ID: <report-{self.sent}@relay.test>\r\n"
            "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.test\r\n\r\n"
            f"Final-Recipient: rfc822; {recipient}\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\n"
            f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\n\r\nx\r\n--b--\r\n"
        )
        self._send("bounce", report.encode())
        self._deliver()

    # What they do because of a mail.

    def _deliver(self) -> None:
        """Put what the desk wrote into the mailboxes; whoever reads it does what comes of it."""
        for one, ticket in self._fresh():
            topic = self.topics.get(ticket)
            if topic is None:
                continue
            if one.recipient in AGENTS:
                self._agent_reads(topic, one)
            else:
                self._requester_reads(topic, one)

    def _fresh(self) -> Iterator[tuple[Mail, int]]:
        """Yield what left the house since the last look, in order, each with its ticket."""
        for one in self.doors.fresh():
            with self.desk.database.read():
                copy = outbox.find_by_message_id(one.message_id)
            assert copy is not None
            (recipient,) = one.recipients
            yield Mail(copy.notice, recipient, one.reverse_path or None, one.raw), copy.ticket_number or 0

    def _agent_reads(self, topic: Topic, one: Mail) -> None:
        if one.notice == "ticket-new":
            low, high = (200, 260) if topic.slow else (10, 110)
            self._after_work(low, high, lambda: self._work(topic, one))
        elif one.notice == "requester-replied" and topic.ended:
            topic.ended = False
            topic.plan.append("solve")
            self._after_work(20, 90, lambda: self._work(topic, one))
        elif one.notice == "requester-replied" and "asked" in topic.quirks:
            topic.quirks.discard("asked")
            self._after_work(20, 90, lambda: self._work(topic, one))

    def _work(self, topic: Topic, shown: Mail) -> None:
        """Let the agent take the next step of the plan."""
        step = topic.plan.pop(0)
        topic.answered = topic.answered or step != "wait"
        if step == "solve":
            topic.ended = True
        ask, end = self._words_for(topic)
        words = {
            "solve": f"{end}\nIt works again now, please try.",
            "answer": "I am looking into it and will tell you more.",
            "ask": f"{ask}\nWhich room is it in?",
            "wait": "#note\nThe vendor will call back tomorrow.",
        }[step]
        if step == "ask":
            topic.quirks.add("asked")
        elif topic.plan:
            self._after_work(60, 400, lambda: self._work(topic, shown))
        self._reply(topic, shown.recipient, words, step, shown)

    def _words_for(self, topic: Topic) -> tuple[str, str]:
        """Return the commands by which the agent asks back and ends the work, by the type of the ticket."""
        found = views.ticket(self.desk.database, topic.ticket)
        assert found is not None
        requested = found["type"] == "service-request"
        return ("#details Tell us the room.", "#fulfil") if requested else ("#pending requester", "#resolve")

    def _requester_reads(self, topic: Topic, one: Mail) -> None:
        topic.shown = one
        if one.notice == "ticket-opened":
            if "away" in topic.quirks:
                self._later(self.now, lambda: self._reply(topic, topic.requester, "I am away.", "away", one))
            if "chases" in topic.quirks:
                self._after_work(90, 120, lambda: self._chase(topic, one))
            if "forged" in topic.quirks:
                self._after_work(1, 5, lambda: self._forge(topic))
        elif "asked" in topic.quirks and one.notice == "public-answer":
            self._after_work(15, 120, lambda: self._reply(topic, topic.requester, "Room 7.", "told", one))
        elif "bounces" in topic.quirks and one.notice == "public-answer":
            topic.quirks.discard("bounces")
            self._bounce(one.recipient, one["Message-ID"])
        elif topic.ended and "still broken" in topic.quirks:
            topic.quirks.discard("still broken")
            self._after_work(
                15, 60, lambda: self._reply(topic, topic.requester, "No, it is broken.", "again", one)
            )
        elif topic.ended and "thanked" not in topic.quirks and topic.number % 2:
            topic.quirks.add("thanked")
            self._after_work(
                5, 60, lambda: self._reply(topic, topic.requester, "Thanks a lot!", "thanks", one)
            )

    def _chase(self, topic: Topic, acknowledgement: Mail) -> None:
        if not topic.answered:
            self._reply(topic, topic.requester, "Is there any news? I wait.", "chaser", acknowledgement)

    def _send(self, kind: str, message: EmailMessage | bytes, reverse_path: str = "") -> dict[str, Any]:
        """Let a mail arrive now and be settled; returns its row of the ledger.

        Every third comes by way of the mailbox, the others by SMTP.
        """
        self.sent += 1
        if isinstance(message, EmailMessage):
            del message["Date"], message["Message-ID"]
            message["Date"] = format_datetime(self.now)
            message["Message-ID"] = f"<{kind.replace(' ', '-')}-{self.sent}@mail.test>"
            reverse_path = parseaddr(message["From"])[1]
            to = parseaddr(message["To"])[1]
            message = message.as_bytes(policy=email.policy.SMTP)
        else:
            to = SUPPORT
        if self.sent % 3 or not reverse_path:
            arrival_id = self.doors.by_smtp(message, reverse_path, to)
        else:
            arrival_id = self.doors.by_mailbox(message)
        row = views.arrival(self.desk.database, arrival_id)
        assert row is not None
        self.fates[kind, row["disposition"]] += 1
        return row
