"""The blocks of which a service catalogue is written: items, groups and budgets."""

from typing import Annotated

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1)]
Amount = Annotated[float, Meta(ge=0)]
KindName = Annotated[str, Meta(pattern="^(information|access|order|delivery|complaint)$")]
QuestionTypeName = Annotated[str, Meta(pattern="^(text|choice|number|date|yes-no)$")]
ApproverName = Annotated[str, Meta(pattern="^(manager|budget-owner|persons|group)$")]


class CatalogueSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the service catalogue is: every ``*.toml`` in ``folder``; without a folder there is none."""

    folder: str = ""
    currency: str = "EUR"


class QuestionSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question of an item; ``when`` is a condition on earlier answers.

    ``least`` and ``most`` bound a number; a ``most`` of 0 is no bound.  ``past`` lets a date lie in the past.
    """

    id: Text
    label: Text
    type: QuestionTypeName = "text"
    required: bool = True
    choices: tuple[str, ...] = ()
    default: str = ""
    when: str = ""
    least: Amount = 0.0
    most: Amount = 0.0
    past: bool = False


class StageSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stage of an approval; left out where the request costs no more than ``over`` or ``when`` fails.

    ``needed`` is ``any``, ``all``, ``majority`` or a number.  ``within`` is working time.
    """

    by: ApproverName
    persons: tuple[str, ...] = ()
    group: str = ""
    needed: str = "any"
    over: Amount = 0.0
    when: str = ""
    within: str = ""


class TaskSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A task of the fulfilment, for a team of the desk or for an address outside of it.

    ``after`` names the tasks before it, ``due`` the working time that it takes from its start on.  A ``gate``
    checks what was done and may send it back.  A task ``at_end`` waits for the end of the access.
    ``shows`` are the questions whose answers are shown, and ``requester`` for who asked: without it all is
    shown to a team, and nothing to an address outside.
    ``command`` is the name of an ``[[automation]]``; the team or the address gets the task where that fails.
    """

    id: Text
    title: Text
    team: str = ""
    to: str = ""
    after: tuple[str, ...] = ()
    due: str = ""
    when: str = ""
    command: str = ""
    gate: bool = False
    at_end: bool = False
    shows: tuple[str, ...] = ()


class ItemTextSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files with words of the item's own, beside the catalogue's files.

    ``confirmed`` and ``fulfilled`` go to the requester, ``task`` to whoever gets a task.
    """

    confirmed: str = ""
    fulfilled: str = ""
    task: str = ""


class ItemSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item of the catalogue.

    ``asked_by`` are addresses, domains (``@example.com``) and departments (``department: Sales``); without
    any everybody may ask.  ``price`` names the number question whose answer is the cost, ``count`` the one
    whose answer multiplies it, ``ends`` the date question that ends an access.
    """

    id: Text
    title: Text
    kind: KindName
    description: Text
    team: Text
    group: str = ""
    asked_by: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    cost: Amount = 0.0
    price: str = ""
    count: str = ""
    promised: str = ""
    ends: str = ""
    owner: str = ""
    sla: str = ""
    tags: tuple[str, ...] = ()
    article: str = ""
    bypass: bool = False
    question: tuple[QuestionSettings, ...] = ()
    approval: tuple[StageSettings, ...] = ()
    task: tuple[TaskSettings, ...] = ()
    templates: ItemTextSettings = ItemTextSettings()


class GroupSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group of approvers, by address."""

    name: Text
    members: tuple[str, ...] = ()


class BudgetSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who owns the budget of a department; without a department, of all that no other row names."""

    owner: Text
    department: str = ""


class CatalogueFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may stand in a file of the catalogue."""

    item: tuple[ItemSettings, ...] = ()
    group: tuple[GroupSettings, ...] = ()
    budget: tuple[BudgetSettings, ...] = ()
