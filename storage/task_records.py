"""Tasks of requests as records: plain values, as ``desk.fulfilment`` means them."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task before it has a row; times are working time in seconds."""

    task: str
    title: str
    state: str
    team: str = ""
    address: str = ""
    after: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    due_seconds: int = 0
    command: str = ""
    gate: bool = False
    at_end: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class StoredTask:
    """A task of a request; ``id`` is that of its row, ``task`` its name in the item.

    ``first_due_at`` was promised before anybody moved it.  ``cost`` are amounts with their currencies.
    """

    id: int
    ticket_number: int
    superseded: bool
    position: int
    what: NewTask
    started_at: datetime | None
    due_at: datetime | None
    first_due_at: datetime | None
    done_at: datetime | None
    assignee: str
    done_by: str
    proof: str
    minutes: int
    cost: tuple[tuple[str, str], ...]
    reminders: int
    next_at: datetime | None

    @property
    def task(self) -> str:
        """The name that it has in its item."""
        return self.what.task

    @property
    def state(self) -> str:
        """How far it is."""
        return self.what.state


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """The work behind a request, without its tasks."""

    ticket_number: int
    item: str
    open: bool
    promised_at: datetime | None
    first_promised_at: datetime | None
    ends_on: date | None
    begun_at: datetime
    fulfilled_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class PromiseMove:
    """A promise that was moved, by whom and why; ``task`` is empty for what the requester was promised."""

    ticket_number: int
    task: str
    at: datetime
    before: datetime | None
    after: datetime | None
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """The state that an agent gave a task, and why."""

    task: str
    state: str
    why: str
    by: str
