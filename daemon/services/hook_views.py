"""What the operator asks of hooks: how each stands, what waits, and to try it again."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from daemon.desk.hook_settings import HookSettings
from daemon.services.operator import NotPossible
from storage import hooks
from storage.database import Database

SHOWN = 100


def standing(database: Database, settings: Sequence[HookSettings]) -> list[dict[str, Any]]:
    """List the hooks in the order of the configuration, behind them those that are no longer in it."""
    with database.read():
        known = {one.hook: one for one in hooks.standings()}
    rows = [_row(one.name, one.kind, _place(one), known.pop(one.name, None)) for one in settings]
    return rows + [_row(name, "", "", known[name]) for name in sorted(known)]


def _row(name: str, kind: str, place: str, stands: hooks.Standing | None) -> dict[str, Any]:
    stands = stands or hooks.Standing(name)
    return {
        "name": name,
        "kind": kind,
        "place": place,
        "stands": _word(stands) if kind else "not in the configuration",
        "told": stands.told,
        "waiting": stands.waiting,
        "given_up": stands.given_up,
        "next_attempt": stands.next_attempt_at,
        "last_told": stands.last_told_at,
        "last_problem": stands.last_problem,
    }


def _place(hook: HookSettings) -> str:
    """Name the other end without its path, which is a secret for some."""
    return urlsplit(hook.url).hostname or "" if hook.url else f"in {hook.url_file}"


def _word(stands: hooks.Standing) -> str:
    if stands.failing:
        return "failing"
    if stands.given_up:
        return "gave up"
    return "behind" if stands.waiting else "fine"


def undone(database: Database, name: str) -> list[dict[str, Any]]:
    """List what a hook was not told yet, and what was given up, oldest first, at most ``SHOWN``."""
    with database.read():
        found = hooks.undone(name, SHOWN)
    return [_undone(one) for one in found]


def _undone(one: hooks.Undone) -> dict[str, Any]:
    said = json.loads(one.message)
    return {
        "id": one.id,
        "state": one.state,
        "event": said["event"],
        "ticket": said["ticket"]["number"],
        "attempts": one.attempts,
        "created_at": one.created_at,
        "next_attempt": one.next_attempt_at if one.state == hooks.WAITING else None,
        "last_problem": one.last_problem,
    }


def retry(database: Database, settings: Sequence[HookSettings], name: str, now: datetime) -> int:
    """Let a hook be told at once what failed, given up or not, with all attempts anew; returns how much.

    NotPossible where no hook has that name, or nothing of it failed.
    """
    if name not in {one.name for one in settings}:
        known = ", ".join(one.name for one in settings) or "there is none"
        raise NotPossible(f"no hook {name} in the configuration: {known}")
    with database.write():
        count = hooks.retry(name, now)
    if not count:
        raise NotPossible(f"nothing that was to be told to {name} has failed")
    return count
