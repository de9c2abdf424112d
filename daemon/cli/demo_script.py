"""How a story for ``postdesk demo`` is written down: who writes what, what time passes, what must follow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto

from storage.vocabulary import TicketState

# Recipient and a word of the text or the subject.
Expected = tuple[tuple[str, str], ...]


class StoryBroken(Exception):  # noqa: N818  # what happened to the story, told to the one who plays it
    """The desk did something else than the story says."""


class Way(Enum):
    """How somebody writes."""

    NEW = auto()  # a new mail
    REPLY = auto()  # the reply button
    NOTE = auto()  # the address for notes in a mail
    TAP = auto()  # a link in a mail that starts another one


@dataclass(frozen=True, slots=True)
class Step:
    """One mail to the desk, and what must follow: these mails out, in any order, and this state.

    It answers the latest mail that its author got, or the latest with ``answering`` in the subject.  ``tap``
    names the link that starts the mail; ``filled`` are words of a form and what is typed behind the two
    colons below them.  ``text`` stands above what the client quotes.  ``ticket`` is the one whose ``state``
    is looked at, which is None for one that is not there.  ``headers`` are what the client adds itself.
    """

    narration: str
    author: str
    text: str
    expected: Expected
    state: TicketState | None
    way: Way = Way.REPLY
    subject: str = ""
    answering: str = ""
    tap: str = ""
    filled: Mapping[str, str] = field(default_factory=dict)
    ticket: int = 1
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that passes with nobody writing, and what the desk does of its own accord.

    The clock goes on by ``jump``, with a look at the timetable each time.
    """

    narration: str
    time: timedelta
    expected: Expected
    state: TicketState | None
    ticket: int = 1
    jump: timedelta = timedelta(hours=4)


@dataclass(frozen=True)
class Story:
    """A story: the desk's configuration, with the files beside it, its people, and what happens."""

    title: str
    address: str
    names: Mapping[str, str]
    configuration: str
    steps: tuple[Step | Pause, ...]
    files: Mapping[str, str] = field(default_factory=dict)
