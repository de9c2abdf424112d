"""How a case comes to a request that waits for approval, to a task, and to a survey."""

import functools
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from daemon import settings
from daemon.desk.catalogue import Catalogue
from daemon.desk.request_form import subject, written
from daemon.settings.catalogue import load_catalogue
from tests.attacks.desk import AttackDesk
from tests.attacks.mails import ANN, CARA, HELP, mail, passed
from tests.attacks.relay import Captured
from tests.attacks.runner import Stage
from tests.faults.desk_process import Site, wait_until

CFO, MAX, BEA, GIL, DEAD, VIC = (
    "cfo@corp.test",
    "max@corp.test",
    "bea@corp.test",
    "gil@corp.test",
    "dead@corp.test",
    "vic@vendor.test",
)
ANSWERS = {"model": "Strong 16", "price": "10", "reason": "Films of the plant"}
# One for each attack on surveys, so that one run of the job asks about all.
_SURVEYS = 4


@dataclass(frozen=True)
class Asked:
    """A request that waits for its approvers, with the mails that it caused."""

    number: int
    mails: tuple[Captured, ...]

    def to(self, address: str) -> Captured:
        """The one mail to somebody."""
        (found,) = (one for one in self.mails if one.recipients == (address,))
        return found


@dataclass(frozen=True)
class Surveyed:
    """A closed ticket whose requester was asked."""

    number: int
    mail: Captured


def requested(stage: Stage, item: str = "laptop", sender: str = CARA) -> Asked:
    """Let somebody ask for an item by its form; what it takes is none of the attack's."""
    assert not stage.sent, "what is attacked is asked for before the attack"
    mails = stage.desk.post(form(stage.desk, item, sender), sender, HELP)
    asked = Asked(int(stage.desk.one("SELECT MAX(number) FROM tickets")), tuple(mails))
    assert stage.ticket(asked.number)["state"] == "awaiting-approval", stage.ticket(asked.number)
    stage.__post_init__()
    return asked


def form(desk: AttackDesk, item: str, sender: str = CARA, **answers: str) -> bytes:
    """Write the mail by which somebody asks for an item, as the organisation's server hands it on."""
    wanted = _catalogue(desk.config).item(item)
    assert wanted is not None
    text = written(wanted, {**ANSWERS, **answers}).replace("\n", "\r\n")
    return mail(sender, subject(wanted), text, top=passed(sender.partition("@")[2]))


@functools.cache
def _catalogue(config: Path) -> Catalogue:
    return load_catalogue(settings.load(config, {}))


def answered(
    stage: Stage, asked: Captured, author: str, words: str | bytes = "approve\r\n", **how: Any
) -> dict[str, Any]:
    """Answer a mail of the desk at its own address; ``to`` and ``headers`` may be others."""
    raw = reply(asked, author, words, how.pop("headers", {}))
    return stage.send(raw, **{"sender": author, "to": [asked.reply_address], **how})


def reply(asked: Captured, sender: str, words: str | bytes, headers: dict[str, str] | None = None) -> bytes:
    """Write a reply; ``words`` are its whole body."""
    fields = {"In-Reply-To": asked.message_id, **(headers or {})}
    return mail(sender, f"Re: {asked['Subject']}", words, headers=fields)


def state(stage: Stage, asked: Asked) -> str:
    """How the latest approval of a request stands."""
    found = stage.desk.rows("SELECT state FROM approvals WHERE ticket_number = ? ORDER BY id", asked.number)
    return str(found[-1]["state"])


def votes(stage: Stage, asked: Asked) -> list[tuple[str, str]]:
    """Who decided what, in order, in all approvals of a request."""
    found = stage.desk.rows(
        "SELECT voter, decision FROM approval_votes JOIN approvals ON approvals.id = approval_id"
        " WHERE ticket_number = ? ORDER BY approval_votes.id",
        asked.number,
    )
    return [(row["voter"], row["decision"]) for row in found]


def journal(stage: Stage, number: int, beginning: str = "appro") -> list[str]:
    """The lines of a ticket's journal that begin so, without those of being asked."""
    found = stage.desk.rows("SELECT kind FROM events WHERE ticket_number = ? ORDER BY id", number)
    usual = {"approval begun", "approval asked"}
    return [row["kind"] for row in found if row["kind"].startswith(beginning) and row["kind"] not in usual]


def undecided(stage: Stage, asked: Asked) -> None:
    """Nobody has decided, and the request still waits."""
    assert votes(stage, asked) == []
    assert state(stage, asked) == "pending"
    assert stage.ticket(asked.number)["state"] == "awaiting-approval"


def run_job(desk: AttackDesk, name: str) -> None:
    """Run a job of the desk now, and wait for the mails that it wrote."""

    def has_run() -> bool:
        return Site(desk.folder).command("jobs", "run", name).returncode == 0

    wait_until(has_run, 30, f"the job {name} has run")
    desk.settled()


def shifted(moment: Any, by: timedelta) -> Any:
    """Return a moment of the database later or earlier, as the database has it."""
    if not isinstance(moment, str):
        return moment + by
    return (datetime.fromisoformat(moment) + by).isoformat(" ")


def surveyed(stage: Stage) -> Surveyed:
    """Hand out a survey that nobody has answered; several are sent at once, since a job sends them."""
    assert not stage.sent, "the survey is sent before the attack"
    pool = stage.desk.surveys
    if not pool:
        pool += _closed_and_asked(stage.desk)
        stage.__post_init__()
    number, one = pool.pop()
    return Surveyed(number, one)


def _closed_and_asked(desk: AttackDesk) -> list[tuple[int, Captured]]:
    numbers = []
    for at in range(_SURVEYS):
        subject_ = f"Survey me {at}"
        opened = desk.post(mail(CARA, subject_, f"{subject_}\r\n", top=passed("cust.test")), CARA, HELP)
        to_ann = next(one for one in opened if one.recipients == (ANN,))
        numbers.append(int(desk.one("SELECT MAX(number) FROM tickets")))
        end = mail(ANN, "Re: it", f"#close\r\n\r\nDone {at}.\r\n", top=passed("corp.test"))
        desk.post(end, ANN, to_ann.reply_address)
    before = len(desk.relay.mails)
    ask_now(desk, numbers)
    asked = [one for one in desk.relay.mails[before:] if one.reply_address.startswith("help+s")]
    found = [(desk.one("SELECT ticket_number FROM surveys WHERE message_id = ?", one.message_id), one)
             for one in asked]  # fmt: skip
    assert sorted(number for number, _ in found) == numbers
    return found


def ask_now(desk: AttackDesk, numbers: list[int]) -> None:
    """Let the tickets be closed for two days, and ask their requesters."""
    for number in numbers:
        closed = desk.one("SELECT closed_at FROM tickets WHERE number = ?", number)
        older = shifted(closed, timedelta(days=-2))
        desk.rows("UPDATE tickets SET closed_at = ? WHERE number = ? RETURNING number", older, number)
    run_job(desk, "survey-dispatch")
