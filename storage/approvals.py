"""Approvals as they are kept, with votes, deputies and all else of them.  Callers hold the transaction.

How an approval stands is computed from these rows; ``state``, ``stage`` and ``waiting`` are what was computed
last, so that the open ones can be found.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from storage import approval_rows, hot
from storage.approval_models import ApprovalRow, AskedRow, EndingRow, HandoverRow, VoteRow
from storage.approval_records import (
    OPEN,
    Asked,
    Dossier,
    KeptEnding,
    KeptHandover,
    KeptStage,
    NewApproval,
    NewVote,
)

# Values that one statement takes at once; far below what a driver takes (32,766).
_CHUNK = 500


def add(new: NewApproval, now: datetime) -> int:
    """Keep a new approval, of which nobody was asked yet, and return its number."""
    row = {
        "ticket_number": new.ticket_number,
        "item": new.item,
        "text": new.text,
        "digest": new.digest,
        "parties": json.dumps(new.parties),
        "stages": _written(new.stages),
        "problems": json.dumps(new.problems),
        "may_be_bypassed": new.may_be_bypassed,
        "stage": 0,
        "opened_at": now,
        "expires_at": None,
        "state": "pending",
        "reason": "",
        "created_at": now,
        "decided_at": None,
        "next_at": None,
    }
    (number,) = hot.insert_returning(ApprovalRow, [row])
    return number


def change(approval_id: int, **fields: Any) -> None:
    """Change columns of an approval; ``stages`` and ``problems`` come as they are in a record."""
    if "stages" in fields:
        fields["stages"] = _written(fields["stages"])
    if "problems" in fields:
        fields["problems"] = json.dumps(fields["problems"])
    names = ", ".join(f"{name} = ?" for name in fields)
    hot.execute(f"UPDATE approvals SET {names} WHERE id = ?", [*fields.values(), approval_id])  # noqa: S608


def get(approval_id: int) -> Dossier | None:
    """Return an approval with all that belongs to it, or None."""
    return next(iter(dossiers([approval_id])), None)


def asked_by(numbers: Collection[int]) -> dict[int, Asked]:
    """Return what is noted under these numbers of somebody who is asked, by number."""
    chunks = _chunks(sorted(set(numbers)))
    return {one.id: one for chunk in chunks for one in approval_rows.asked(chunk, key="id")}


def asked_in_mail(message_id: str) -> int | None:
    """Return the number of whoever is asked in a mail of ours about an approval; None for any other mail."""
    rows = hot.query("SELECT key FROM outbox WHERE message_id = ?", [message_id])
    parts = rows[0][0].split("/")[0].split(":") if rows else []
    fits = len(parts) >= 3 and parts[0] == "approval" and parts[1] == "asked" and parts[2].isdigit()
    return int(parts[2]) if fits else None


def of_ticket(ticket_number: int) -> list[Dossier]:
    """Return the approvals of a ticket, the newest last."""
    rows = hot.query("SELECT id FROM approvals WHERE ticket_number = ? ORDER BY id", [ticket_number])
    return dossiers([number for (number,) in rows])


def open_of(ticket_number: int) -> Dossier | None:
    """Return the approval of a ticket that is not decided, or None; there is one at most."""
    marks = hot.marks(len(OPEN))
    rows = hot.query(
        f"SELECT id FROM approvals WHERE ticket_number = ? AND state IN ({marks}) ORDER BY id DESC",  # noqa: S608
        [ticket_number, *OPEN],
    )
    return get(rows[0][0]) if rows else None


def dossiers(approval_ids: Sequence[int]) -> list[Dossier]:
    """Return these approvals with all that belongs to them, in the order of their numbers."""
    return [one for chunk in _chunks(sorted(set(approval_ids))) for one in approval_rows.dossiers(chunk)]


def numbers_of_tickets(approval_ids: Sequence[int]) -> list[int]:
    """Return the numbers of the tickets that these approvals are about, in order."""
    found: set[int] = set()
    for chunk in _chunks(approval_ids):
        marks = hot.marks(len(chunk))
        rows = hot.query(f"SELECT ticket_number FROM approvals WHERE id IN ({marks})", chunk)  # noqa: S608
        found.update(number for (number,) in rows)
    return sorted(found)


def due(now: datetime, limit: int, beyond: int = 0) -> list[int]:
    """Return the open approvals with a number above ``beyond`` that want a look, in the order of numbers."""
    rows = hot.query(
        "SELECT id FROM approvals WHERE next_at <= ? AND id > ? ORDER BY id LIMIT ?", [now, beyond, limit]
    )
    return [number for (number,) in rows]


def open_ids(*, stuck: bool = False, limit: int = 10_000) -> list[int]:
    """Return the approvals that are not decided, oldest first; of ``stuck`` those that need a person."""
    if stuck:
        sql = "SELECT id FROM approvals WHERE state = 'stuck' OR (state = 'pending' AND problems <> '[]')"
        return [number for (number,) in hot.query(f"{sql} ORDER BY id LIMIT ?", [limit])]
    marks = hot.marks(len(OPEN))
    sql = f"SELECT id FROM approvals WHERE state IN ({marks}) ORDER BY id LIMIT ?"  # noqa: S608
    return [number for (number,) in hot.query(sql, [*OPEN, limit])]


def ids_after(beyond: int, limit: int) -> list[int]:
    """Return the numbers of all approvals above one, in order."""
    rows = hot.query("SELECT id FROM approvals WHERE id > ? ORDER BY id LIMIT ?", [beyond, limit])
    return [number for (number,) in rows]


def waiting_for(addresses: Collection[str]) -> list[int]:
    """Return the approvals for whose decision somebody with these addresses is waited, oldest first."""
    found: set[int] = set()
    for chunk in _chunks(sorted(set(addresses))):
        marks = hot.marks(len(chunk))
        rows = hot.query(
            f"SELECT approval_id FROM approval_asked WHERE waiting = ? AND address IN ({marks})",  # noqa: S608
            [True, *chunk],
        )
        found.update(number for (number,) in rows)
    return sorted(found)


def waiting_counts(addresses: Collection[str], at_most: int) -> dict[str, int]:
    """Return of how many decisions each of these addresses is waited for; those with none are left out.

    Nobody's are counted any further than to ``at_most``.
    """
    found: dict[str, int] = {}
    for chunk in _chunks(sorted(set(addresses))):
        # What the first and only column of VALUES is called in SQLite and in PostgreSQL.
        given = ", ".join(["(?)"] * len(chunk))
        rows = hot.query(
            "SELECT given.column1, (SELECT COUNT(*) FROM (SELECT DISTINCT approval_id FROM approval_asked "  # noqa: S608
            f"WHERE waiting = ? AND address = given.column1 LIMIT ?) AS few) FROM (VALUES {given}) AS given",
            [True, at_most, *chunk],
        )
        found.update({address: int(count) for address, count in rows if count})
    return found


def asked_of(address: str) -> list[tuple[int, int]]:
    """Return under which numbers an address is waited for, with the approvals; first what is to be listed."""
    rows = hot.query(
        "SELECT id, approval_id FROM approval_asked WHERE address = ? AND waiting = ? "
        "ORDER BY listing DESC, id",
        [address, True],
    )
    return [(number, approval_id) for number, approval_id in rows]


def ask(asked: Sequence[Asked]) -> None:
    """Note who is asked; who is asked already stays as noted."""
    rows = [
        {
            "approval_id": one.approval_id,
            "stage": one.stage,
            "approver": one.approver,
            "address": one.address,
            "asked_at": one.asked_at,
            "mailed_at": one.mailed_at,
            "done": json.dumps(one.done),
            "asked_back": one.asked_back,
            "waiting": one.waiting,
            "listing": one.listing,
            "undelivered": one.undelivered,
        }
        for one in asked
    ]
    for chunk in _chunks(rows):
        hot.insert(AskedRow, chunk, on_conflict="ON CONFLICT DO NOTHING")


def change_asked(one: Asked, **fields: Any) -> None:
    """Change columns of what is noted of somebody who is asked; ``done`` comes as it is in a record."""
    change_all_asked({one.id: fields})


def change_all_asked(changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Change columns of what is noted of people who are asked, by number, as ``change_asked`` does."""
    alike: dict[tuple[str, ...], list[list[Any]]] = {}
    for number, fields in changes.items():
        values = [json.dumps(value) if name == "done" else value for name, value in fields.items()]
        alike.setdefault(tuple(fields), []).append([*values, number])
    for names, rows in alike.items():
        columns = ", ".join(f"{name} = ?" for name in names)
        hot.execute_many(f"UPDATE approval_asked SET {columns} WHERE id = ?", rows)  # noqa: S608  # ours


def look_again(moments: Mapping[int, datetime | None]) -> None:
    """Look at approvals again at these moments, by number; None for never by itself."""
    hot.execute_many(
        "UPDATE approvals SET next_at = ? WHERE id = ?", [(at, number) for number, at in moments.items()]
    )


def undelivered(message_id: str, now: datetime) -> None:
    """Note that a mail to somebody who is asked came back, and look at the approval soon."""
    number = asked_in_mail(message_id)
    if number is None:
        return
    hot.execute(
        "UPDATE approval_asked SET undelivered = ? WHERE id = ? AND waiting = ?", [True, number, True]
    )
    hot.execute(
        "UPDATE approvals SET next_at = ? WHERE state = 'pending' AND id = "
        "(SELECT approval_id FROM approval_asked WHERE id = ?)",
        [now, number],
    )


def undelivered_list(address: str, now: datetime) -> None:
    """Note that a list of open decisions did not reach an address, and look at all that waits for it soon."""
    hot.execute(
        "UPDATE approval_asked SET undelivered = ? WHERE address = ? AND waiting = ?", [True, address, True]
    )
    hot.execute(
        "UPDATE approvals SET next_at = ? WHERE state = 'pending' AND id IN "
        "(SELECT approval_id FROM approval_asked WHERE address = ? AND waiting = ?)",
        [now, address, True],
    )


def look_at(ticket_number: int, now: datetime) -> None:
    """Look at the open approval of a ticket soon, if it has one."""
    sql = "UPDATE approvals SET next_at = ? WHERE ticket_number = ? AND state IN ('pending', 'stuck')"
    hot.execute(sql, [now, ticket_number])


def listed() -> list[str]:
    """Return the addresses for which a list of open decisions is to be written."""
    rows = hot.query("SELECT DISTINCT address FROM approval_asked WHERE listing = ? ORDER BY address", [True])
    return [address for (address,) in rows]


def list_told(numbers: Sequence[int], now: datetime) -> None:
    """Note that a list told of these questions."""
    for chunk in _chunks(numbers):
        hot.execute(
            "UPDATE approval_asked SET listing = ?, mailed_at = COALESCE(mailed_at, ?) "  # noqa: S608
            f"WHERE id IN ({hot.marks(len(chunk))})",
            [False, now, *chunk],
        )


def unlist(address: str) -> None:
    """Note that there is nothing to tell this address in a list."""
    hot.execute(
        "UPDATE approval_asked SET listing = ? WHERE address = ? AND listing = ?", [False, address, True]
    )


def wait_for(approval_id: int, stage: int, addresses: Iterable[str]) -> None:
    """Note that of an approval the decisions of exactly these addresses are waited for, in this stage."""
    wanted = sorted(set(addresses))
    hot.execute(
        "UPDATE approval_asked SET waiting = ? WHERE approval_id = ? AND waiting = ?",
        [False, approval_id, True],
    )
    if wanted:
        hot.execute(
            "UPDATE approval_asked SET waiting = ? WHERE approval_id = ? AND stage = ? "  # noqa: S608
            f"AND address IN ({hot.marks(len(wanted))})",
            [True, approval_id, stage, *wanted],
        )


def add_vote(vote: NewVote) -> int:
    """Keep a vote and return its number."""
    row = {name: getattr(vote, name) for name in NewVote.__slots__}
    return hot.insert_returning(VoteRow, [row])[0]


def add_handover(handover: KeptHandover) -> None:
    """Keep that somebody stands in for an approver."""
    hot.insert(HandoverRow, [{name: getattr(handover, name) for name in KeptHandover.__slots__}])


def add_ending(ending: KeptEnding) -> None:
    """Keep an end by hand."""
    row = {
        "approval_id": ending.approval_id,
        "kind": ending.kind,
        "ended_by": ending.by,
        "at": ending.at,
        "reason": ending.reason,
    }
    hot.insert(EndingRow, [row])


def _written(stages: Iterable[KeptStage]) -> str:
    return json.dumps(
        [[one.name, one.rule, one.needed, one.within_seconds, one.approvers, one.replaced] for one in stages]
    )


def _chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[at : at + _CHUNK] for at in range(0, len(values), _CHUNK))
