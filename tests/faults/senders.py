"""Senders that keep a ledger of their own: what they meant to send, and what they were told."""

import hashlib
import os
import random
import smtplib
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

SUPPORT = "support@desk.test"


@dataclass(frozen=True)
class Letter:
    """A mail that somebody sends to the desk, from an address that sends nothing else."""

    number: int
    sender: str
    raw: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


def letters(count: int, seed: int, first: int = 0) -> list[Letter]:
    """Write mails of differing size and shape, the same ones for the same seed."""
    dice = random.Random(seed)
    return [_letter(number, seed, dice) for number in range(first, first + count)]


def _letter(number: int, seed: int, dice: random.Random) -> Letter:
    sender = f"requester{number}@cust.test"
    message = EmailMessage()
    message["From"] = f"Requester {number} <{sender}>"
    message["To"] = SUPPORT
    message["Subject"] = f"Trouble number {number}"
    message["Date"] = "Mon, 15 Jan 2024 09:00:00 +0000"
    message["Message-ID"] = f"<{seed}.{number}@cust.test>"
    words = [dice.choice(("printer", "screen", "Ärger", "network", "login")) for _ in range(20)]
    message.set_content(f"Since today {' '.join(words)}.\n\nNumber {number}\n" * dice.randint(1, 6))
    if dice.random() < 0.2:
        content = dice.randbytes(dice.randint(100, 20_000))
        message.add_attachment(content, maintype="image", subtype="png", filename="screen.png")
    return Letter(number, sender, message.as_bytes(policy=SMTP))


@dataclass
class Notebook:
    """What a sender knows: a line before each attempt, and a durable line with the answer after it."""

    path: Path
    accepted: dict[int, int] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    # Set when a letter's last byte leaves, and when an answer came: moments to aim at.
    sent: threading.Event = field(default_factory=threading.Event)
    heard: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sending(self, letter: Letter) -> None:
        self._write(f"sending {letter.number} {letter.digest} {SUPPORT}", durable=False)

    def answered(self, letter: Letter, answer: str) -> None:
        self._write(f"answered {letter.number} {answer}", durable=True)
        with self._lock:
            self.answers.append(answer)
            self.heard.set()
            if answer.startswith("250"):
                self.accepted[letter.number] = self.accepted.get(letter.number, 0) + 1

    def _write(self, line: str, *, durable: bool) -> None:
        with self._lock, self.path.open("a") as file:
            file.write(line + "\n")
            file.flush()
            if durable:
                os.fsync(file.fileno())

    def count(self, beginning: str) -> int:
        return sum(answer.startswith(beginning) for answer in self.answers)


def attempt(letter: Letter, port: int, notebook: Notebook, timeout: float = 30) -> bool:
    """Try once to send a letter and write down what was answered: a reply, or ``unknown``."""
    notebook.sending(letter)
    try:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="sender.test", timeout=timeout) as client:
            client.ehlo()
            code, reply = client.mail(letter.sender)
            if code == 250:
                code, reply = client.rcpt(SUPPORT)
            if code == 250:
                notebook.sent.set()
                code, reply = client.data(letter.raw)
            answer = f"{code} {reply.decode(errors='replace')}"
    except smtplib.SMTPResponseException as refused:
        answer = f"{refused.smtp_code} {refused.smtp_error!r}"
    except ConnectionRefusedError:
        answer = "refused"
    except (OSError, smtplib.SMTPException) as error:
        answer = f"unknown {type(error).__name__}"
    notebook.answered(letter, answer)
    return answer.startswith("250")


class Senders:
    """Threads that send letters, each until it was answered with 250, with the same bytes each time."""

    def __init__(
        self,
        wanted: Sequence[Letter],
        port: int,
        notebook: Notebook,
        *,
        threads: int = 4,
        pause_seconds: float = 0.0,
    ) -> None:
        self._port = port
        self._notebook = notebook
        self._pause = pause_seconds
        self._stop = threading.Event()
        shares = [wanted[at::threads] for at in range(threads)]
        self._threads = [threading.Thread(target=self._send, args=(share,), daemon=True) for share in shares]
        for thread in self._threads:
            thread.start()

    def _send(self, share: Iterable[Letter]) -> None:
        for letter in share:
            while not attempt(letter, self._port, self._notebook):
                if self._stop.wait(0.1):
                    return
            if self._stop.wait(self._pause):
                return

    def running(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def join(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        assert not self.running(), (
            f"letters are still unsent after {seconds} s: {self._notebook.answers[-5:]}"
        )

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(40)
