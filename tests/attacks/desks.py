"""The settings of the desks that cases ask for, by name; made when they are needed."""

from collections.abc import Callable
from typing import Any

SETTINGS: dict[str, Callable[[], dict[str, Any]]] = {
    "usual": dict,
    # With the budgets as they are shipped.
    "budgeted": lambda: {"budgets": ""},
}
