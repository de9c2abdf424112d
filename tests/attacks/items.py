"""The catalogue of the attacked desk: what can be asked for there, and who decides about it."""

_CATALOGUE = """
[[group]]
name = "board"
members = ["cfo@corp.test", "max@corp.test", "bea@corp.test"]

[[group]]
name = "harmed"
members = ["gil@corp.test", "dead@corp.test"]

[[item]]
id = "laptop"
title = "New laptop"
kind = "order"
description = "A laptop."
team = "service-desk"
price = "price"
question = [
  { id = "model", label = "Which model?" },
  { id = "price", label = "What does it cost?", type = "number" },
  { id = "reason", label = "What is it for?", required = false },
]
approval = [{ by = "persons", persons = ["cfo@corp.test"] }]
task = [{ id = "order", title = "Order it", to = "vic@vendor.test", due = "5 days", shows = ["model"] }]
"""
_ITEM = """
[[item]]
id = "{name}"
title = "Wish {name}"
kind = "order"
description = "A wish."
team = "service-desk"
question = [{{ id = "model", label = "Which model?" }}]
approval = [{{ {approval} }}]
"""
# Each approver that a case harms has an item of its own, so that no other case meets them.
_ITEMS = {
    "quorum": 'by = "group", group = "board", needed = "2"',
    "either": 'by = "persons", persons = ["max@corp.test", "bea@corp.test"]',
    "away": 'by = "persons", persons = ["gil@corp.test"]',
    "dead": 'by = "persons", persons = ["dead@corp.test"]',
}


def items() -> bytes:
    """Return the file of the catalogue."""
    more = "".join(_ITEM.format(name=name, approval=one) for name, one in _ITEMS.items())
    return (_CATALOGUE + more).encode()
