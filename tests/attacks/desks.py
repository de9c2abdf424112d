"""The settings of the desks that cases ask for, by name; made when they are needed."""

from collections.abc import Callable
from typing import Any

SETTINGS: dict[str, Callable[[], dict[str, Any]]] = {
    "usual": dict,
    # With the budgets as they are shipped.
    # Little room at the door, so that a test can fill it.
    "crowded": lambda: {"listener": "connection_limit_per_peer = 10\nconnection_limit = 200"},
    "budgeted": lambda: {"budgets": ""},
}
