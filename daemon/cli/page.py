"""Lay out one thing for a person: labelled lines and indented texts, harmless to the terminal."""

from collections.abc import Iterable
from typing import Any

from daemon.cli.output import in_words, printable

View = dict[str, Any]


def facts(rows: Iterable[tuple[str, Any]], indent: str = "  ") -> str:
    """Write a line for each label and value, the values below each other; empty values are left out."""
    shown = [(label, printable(in_words(value))) for label, value in rows]
    width = max((len(label) for label, value in shown if value), default=0)
    return "\n".join(f"{indent}{label.ljust(width)}  {value}" for label, value in shown if value)


def block(text: str, indent: str = "  ") -> str:
    """Write a text of many lines, indented; empty lines carry no blanks."""
    lines = (printable(line.expandtabs(4)).rstrip() for line in text.splitlines())
    return "\n".join(f"{indent}{line}" if line else "" for line in lines)


def person(name: str | None, address: str | None) -> str:
    """Write a person as mail does; an address alone where there is no name, nothing for nobody."""
    return f"{name} <{address}>" if name and address else address or name or ""


def event_line(event: View) -> str:
    """Write one line of a journal: when, what, by whom, because of what, and with which particulars."""
    data = ", ".join(f"{key} {value}" for key, value in event["data"].items() if value)
    said = f"{in_words(event['at'])}  {event['kind']}  by {event['actor']} ({event['cause']})"
    return printable(f"{said}: {data}" if data else said)


def copy_line(copy: View) -> str:
    """Write one outgoing copy with what became of it."""
    said = f"copy {copy['id']}: {copy['notice']} to {copy['recipient']}: {copy['state']}"
    if copy["sent"]:
        said += f" {in_words(copy['sent'])}"
    elif copy["state"] == "queued":
        said += f", attempt {copy['attempts'] + 1} due {in_words(copy['next_attempt'])}"
    return printable(f"{said}, {copy['reply']}" if copy["reply"] else said)
