"""Approvals read from their rows, each with all that belongs to it; callers hold the transaction."""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from storage import hot
from storage.approval_records import (
    Asked,
    Dossier,
    KeptApproval,
    KeptEnding,
    KeptHandover,
    KeptStage,
    KeptVote,
    NewVote,
)

_APPROVAL = (
    "id, ticket_number, item, text, digest, parties, stages, problems, may_be_bypassed, stage, opened_at, "
    "expires_at, state, reason, created_at, decided_at, next_at"
)
_ASKED = (
    "approval_id, stage, approver, address, asked_at, mailed_at, done, asked_back, waiting, listing, "
    "undelivered, id"
)
_VOTE = "id, approval_id, stage, approver, voter, decision, at, digest, words, comment, proof, arrival_id"
_HANDOVER = "approval_id, stage, approver, deputy, at, reason"
_ENDING = "approval_id, kind, ended_by, at, reason"


def dossiers(approval_ids: Sequence[int]) -> Iterator[Dossier]:
    """Yield these approvals with all that belongs to them, in the order of their numbers."""
    belonging = (
        _by_approval(asked(approval_ids)),
        _by_approval(
            map(_vote, _of("approval_votes", _VOTE, approval_ids)), lambda one: one.vote.approval_id
        ),
        _by_approval(map(_handover, _of("approval_handovers", _HANDOVER, approval_ids))),
        _by_approval(map(_ending, _of("approval_endings", _ENDING, approval_ids))),
    )
    for one in map(_approval, _of("approvals", _APPROVAL, approval_ids, key="id")):
        yield Dossier(one, *(tuple(each.get(one.id, ())) for each in belonging))


def asked(numbers: Sequence[int], key: str = "approval_id") -> Iterator[Asked]:
    """Yield what is noted of those who are asked in these approvals, or by ``id`` under these numbers."""
    return map(_asked, _of("approval_asked", _ASKED, numbers, key))


def _of(
    table: str, columns: str, approval_ids: Sequence[int], key: str = "approval_id"
) -> list[tuple[Any, ...]]:
    marks = hot.marks(len(approval_ids))
    return hot.query(
        f"SELECT {columns} FROM {table} WHERE {key} IN ({marks}) ORDER BY id",  # noqa: S608
        approval_ids,
    )


def _by_approval(records: Iterable[Any], key: Any = lambda one: one.approval_id) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for one in records:
        found.setdefault(key(one), []).append(one)
    return found


# Many approvals have the same people, and most lists are empty.
@lru_cache(maxsize=1_000)
def _read(text: str) -> tuple[Any, ...]:
    return tuple(json.loads(text))


@lru_cache(maxsize=1_000)
def _stages(text: str) -> tuple[KeptStage, ...]:
    return tuple(map(_stage, json.loads(text)))


def _stage(kept: Sequence[Any]) -> KeptStage:
    """Read a stage; one that was written before anybody could be replaced has no list of those."""
    name, rule, needed, within, approvers, *rest = kept
    replaced = rest[0] if rest else ()
    return KeptStage(name, rule, needed, within, tuple(map(tuple, approvers)), tuple(map(tuple, replaced)))


def _approval(row: tuple[Any, ...]) -> KeptApproval:
    number, ticket, item, text, digest, parties, stages, problems, bypass, stage, *rest = row
    opened, expires, state, reason, created, decided, next_at = rest
    return KeptApproval(
        id=number,
        ticket_number=ticket,
        item=item,
        text=text,
        digest=digest,
        parties=_read(parties),
        stages=_stages(stages),
        problems=_read(problems),
        may_be_bypassed=bool(bypass),
        stage=stage,
        opened_at=hot.aware(opened),
        expires_at=hot.moment(expires),
        state=state,
        reason=reason,
        created_at=hot.aware(created),
        decided_at=hot.moment(decided),
        next_at=hot.moment(next_at),
    )


def _asked(row: tuple[Any, ...]) -> Asked:
    approval, stage, approver, address, asked_at, mailed_at, done, asked_back, *flags, number = row
    waiting, listing, undelivered = map(bool, flags)
    noted = _read(done), asked_back, waiting, listing, undelivered, number
    return Asked(approval, stage, approver, address, hot.aware(asked_at), hot.moment(mailed_at), *noted)


def _vote(row: tuple[Any, ...]) -> KeptVote:
    number, approval, stage, approver, voter, decision, at, *rest = row
    return KeptVote(number, NewVote(approval, stage, approver, voter, decision, hot.aware(at), *rest))


def _handover(row: tuple[Any, ...]) -> KeptHandover:
    approval, stage, approver, deputy, at, reason = row
    return KeptHandover(approval, stage, approver, deputy, hot.aware(at), reason)


def _ending(row: tuple[Any, ...]) -> KeptEnding:
    approval, kind, by, at, reason = row
    return KeptEnding(approval, kind, by, hot.aware(at), reason)
