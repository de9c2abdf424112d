"""Mail about the tasks of a request: to whoever does them, and to the agents who should know.

Each mail has a cause of its own, named by the row of its task: it is written once, however often a step is
taken again, and by its Message-ID an answer finds the task.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from daemon.commands import COMMANDS
from daemon.desk.addressing import Agent, with_detail
from daemon.desk.sentences import sentence
from daemon.services import assigning, directory
from daemon.services.apply import Work
from daemon.services.failures import watchers
from daemon.services.letters import Reader
from daemon.services.office import Office
from daemon.services.postbag import Postbag, Shown
from daemon.services.task_views import code_of, described, place
from daemon.services.tasks import Tasks
from storage import tasks
from storage.tasks import ORIGIN, StoredTask

REQUEST, TOLD, NEWS = "task-request", "task-told", "task-news"
# What agents can do about a task that does not go on.
_HELPS = ("task-tell", "task-done", "task-skip")
NOT_YET = sentence("Please wait with this task: its turn has not come yet. We write to you when it has.")


@dataclass(frozen=True, slots=True)
class Matter:
    """A request that mail is written about: why, the work on its ticket, and its tasks."""

    postbag: Postbag
    work: Work
    known: Tasks

    @property
    def office(self) -> Office:
        """The office that writes."""
        return self.postbag.office

    def bag(self, row: StoredTask, step: str, *, answer: bool = False) -> Postbag:
        """Return a postbag whose mail is about a task, and is written once for each step.

        With ``answer`` it is for whoever wrote the mail in hand, and counts as an answer to it.
        """
        why = self.postbag
        cause = replace(why.cause, origin=f"{ORIGIN}:{row.id}:{step}")
        given = (why.answers, why.answered, why.gist) if answer else ("", "", "")
        return Postbag(why.office, cause, why.arrival_id, *given)

    def step(self, name: str) -> str:
        """Name a step that is taken at this moment."""
        return f"{name}:{int(self.work.cause.now.timestamp())}"


@dataclass(frozen=True, slots=True)
class News:
    """What agents are told about a task: ``text`` is ours, ``words`` are those of whoever has it.

    ``also`` hear of it beside those who work on the ticket.
    """

    text: str
    words: str = ""
    step: str = "news"
    also: Sequence[Agent] = ()


def ask(matter: Matter, row: StoredTask) -> None:
    """Mail a task to whoever does it; where no mail can go to anybody the agents are told."""
    if not row.assignee and not row.what.address:
        row = _assigned(matter, row)
    if not _write(matter, row, 0, matter.step("ask")):
        unreached = sentence(
            "A task could not be mailed to anybody: {who} cannot be reached.", who=place(row)
        )
        tell_agents(matter, row, News(unreached, step="unreached"))


def remind(matter: Matter, row: StoredTask, count: int) -> None:
    """Remind whoever is late with a task, for the first time or another."""
    due = int(row.due_at.timestamp()) if row.due_at is not None else 0
    _write(matter, row, count, f"remind{count}:{due}")


def _write(matter: Matter, row: StoredTask, reminder: int, step: str) -> bool:
    """Write the task to everybody who may do it; tell whether it will reach anybody."""
    bag, work = matter.bag(row, step), matter.work
    for reader in performers(matter.office, row):
        fit = _addressed(matter, row, reader)
        told = {**described(matter.office, matter.known, row, work.ticket, fit), "reminder": reminder}
        bag.write(REQUEST, fit, work, None, task=told)
    bag.post()
    to = ", ".join(one.recipient for one in bag.copies)
    work.note("task reminded" if reminder else "task asked", task=row.task, to=to or "nobody")
    return bool(bag.copies or bag.kept)


def withdraw(matter: Matter, row: StoredTask, reason: str) -> None:
    """Tell whoever was asked that a task is not wanted any more, or not yet."""
    bag = matter.bag(row, matter.step("off"))
    there = {one.mailbox.address: one for one in performers(matter.office, row)}
    for address in sorted(tasks.asked_of(row.id, REQUEST)):
        reader = there.get(address) or directory.reader(matter.office, address)
        tell(matter, bag, row, reader, reason)
    bag.post()


def tell(matter: Matter, bag: Postbag, row: StoredTask, reader: Reader, news: str) -> None:
    """Tell one performer what became of a task or of an answer."""
    fit = _addressed(matter, row, reader)
    told = described(matter.office, matter.known, row, matter.work.ticket, fit)
    over = row.superseded or row.state not in {"started", "blocked"}
    bag.write(TOLD, fit, matter.work, None, next_step=news, task={**told, "over": over})


def pass_on(matter: Matter, row: StoredTask, who: str, words: str) -> None:
    """Mail the words of an agent to everybody who has a task; answers come back as those to the task."""
    bag = matter.bag(row, matter.step("tell"))
    for reader in performers(matter.office, row):
        fit = _addressed(matter, row, reader)
        told = described(matter.office, matter.known, row, matter.work.ticket, fit)
        news = sentence("{who} writes about this task:", who=who)
        bag.write(TOLD, fit, matter.work, None, next_step=news, task={**told, "text": words})
    bag.post()


def tell_agents(matter: Matter, row: StoredTask, news: News, shown: Shown | None = None) -> None:
    """Tell the agents who work on the ticket, else its team, what became of a task."""
    office, ticket = matter.office, matter.work.ticket
    bag = matter.bag(row, matter.step(news.step))
    task = {
        "id": row.task,
        "title": row.what.title,
        "by": place(row),
        "text": news.words,
        "helps": [
            {"usage": COMMANDS[one].usage.replace("TASK", row.task), "summary": COMMANDS[one].summary}
            for one in _HELPS
        ],
    }
    audience = {one.address: one for one in (*watchers(office, ticket), *news.also)}
    for agent in audience.values():
        if office.roster.sees(agent, ticket.team):
            reader = office.letters.reader(agent.address)
            bag.write(NEWS, reader, matter.work, shown, next_step=news.text, task=task)
    bag.post()


def unwanted(reason: str) -> str:
    """Say to whoever has a task that nobody wants it any more."""
    return sentence("This task is not wanted any more: {reason}", reason=reason)


def performers(office: Office, row: StoredTask) -> list[Reader]:
    """Return whoever is asked to do a task: its assignee, else its team, or the address outside."""
    if row.what.address:
        return [directory.reader(office, row.what.address)]
    assignee = office.roster.agent(row.assignee) if row.assignee else None
    team = [assignee] if assignee is not None else office.roster.members(row.what.team)
    return [office.letters.reader(one.address) for one in team]


def may_answer(office: Office, row: StoredTask, address: str) -> bool:
    """Tell whether an address, folded, is one of those whose answers to a task count now."""
    if row.what.address:
        return address == row.what.address
    return any(address in one.addresses for one in office.roster.members(row.what.team))


def _assigned(matter: Matter, row: StoredTask) -> StoredTask:
    """Give a task to one agent, where its team assigns automatically."""
    ticket = replace(matter.work.ticket, team=row.what.team)
    choice = assigning.chosen(matter.office, ticket, frozenset(), matter.work.cause.now)
    if choice is None or choice.address is None:
        return row
    tasks.change_task(row.id, {"assignee": choice.address})
    matter.work.note("task assigned", task=row.task, to=choice.address)
    return replace(row, assignee=choice.address)


def _addressed(matter: Matter, row: StoredTask, reader: Reader) -> Reader:
    """Return the reader with the signed address for answers, in the zone and language that count."""
    office, ticket = matter.office, matter.work.ticket
    own = matter.postbag.address_of(ticket)
    if office.roster.desk.sub_addressing:
        own = with_detail(own, code_of(office, row, reader.mailbox.address))
    return replace(office.letters.of_team(reader, ticket.team), reply_to=own)
