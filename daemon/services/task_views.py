"""What a mail about a task tells whoever does it: no more of the request than its item lets them see."""

from daemon.desk.catalogue import REQUESTER, Item
from daemon.desk.catalogue_list import money
from daemon.desk.fulfilment import TaskState
from daemon.desk.item_texts import filled
from daemon.desk.task_words import ANSWERS, answer_link
from daemon.mail.tokens import Purpose
from daemon.services.letters import Context, Reader, tag
from daemon.services.office import Office
from daemon.services.request_views import answered
from daemon.services.tasks import Tasks
from storage import requests
from storage.records import Ticket
from storage.tasks import StoredTask


def code_of(office: Office, row: StoredTask, address: str) -> str:
    """Return the code that proves that somebody was asked to do a task."""
    return office.signer.detail(Purpose.TASK, row.id, address)


def described(office: Office, known: Tasks, row: StoredTask, ticket: Ticket, reader: Reader) -> Context:
    """Describe a task for whoever does it, with the links that start an answer."""
    item = office.catalogue.item(known.stored.item)
    code = "" if office.roster.desk.sub_addressing else code_of(office, row, reader.mailbox.address)
    mark = tag(ticket.number)
    kinds = ANSWERS["gate" if row.what.gate else "task"]
    links = {kind: answer_link(reader.reply_to, kind, mark, reader.language, code) for kind in kinds}
    return {
        "id": row.task,
        "by": place(row),
        "text": "",
        "title": row.what.title,
        "item": item.title if item is not None else "",
        "tag": mark,
        "due": reader.told(row.due_at) if row.due_at is not None else "",
        "reminder": 0,
        "why": row.what.why if row.state != TaskState.BLOCKED else "",
        "gate": row.what.gate,
        "outside": bool(row.what.address),
        "asker": _asker(row, ticket),
        "answers": _shown(item, row, ticket),
        "own": {"text": _own_words(office, item, row, ticket)},
        "done": _done_before(known, row),
        "code": code,
        "over": False,
        "actions": [{"kind": kind, "mailto": link} for kind, link in links.items()],
    }


def visible(item: Item, row: StoredTask) -> frozenset[str]:
    """Return the questions whose answers whoever does a task gets to see."""
    asked = frozenset(one.id for one in item.questions)
    if row.what.shows:
        return asked & frozenset(row.what.shows)
    return frozenset() if row.what.address else asked


def place(row: StoredTask) -> str:
    """Name whoever has a task: an address, or a team."""
    return row.what.address or row.assignee or row.what.team


def _asker(row: StoredTask, ticket: Ticket) -> Context:
    requester = ticket.requester
    hidden = bool(row.what.address) and REQUESTER not in row.what.shows
    if requester is None or hidden:
        return {"name": "", "address": ""}
    return {"name": requester.name, "address": requester.address}


def _shown(item: Item | None, row: StoredTask, ticket: Ticket) -> list[Context]:
    request = requests.get(ticket.number)
    if item is None or request is None:
        return []
    seen = visible(item, row)
    return answered(item, {name: text for name, text in request.answers if name in seen})


def _own_words(office: Office, item: Item | None, row: StoredTask, ticket: Ticket) -> str:
    """Return the item's own words for whoever does its tasks, with no more in them than they may see."""
    request = requests.get(ticket.number)
    text = item.texts.get("task", "") if item is not None else ""
    if item is None or request is None or not text:
        return ""
    seen, asker = visible(item, row), _asker(row, ticket)
    answers = {name: value for name, value in request.answers if name in seen}
    cost = "" if row.what.address else money(item.cost_of(dict(request.answers)), office.catalogue.currency)
    values = {"name": str(asker["name"] or asker["address"]), "number": str(ticket.number), "cost": cost}
    return filled(text, {**answers, **values, "title": item.title, "promised": ""})


def _done_before(known: Tasks, row: StoredTask) -> list[Context]:
    """List what was done before a check, and by whom."""
    if not row.what.gate:
        return []
    before = [known.rows[name] for name in row.what.after if name in known.rows]
    return [{"title": one.what.title, "by": one.done_by} for one in before if one.state == TaskState.DONE]
