"""A message in the shape that each kind of hook understands."""

import json
from dataclasses import dataclass

from daemon.desk.hooks import Message

JSON = {"Content-Type": "application/json"}
# How loud a pager is: 5 rings, 3 is usual (ntfy).
_LOUDNESS = {"P1": "5", "P2": "4", "P3": "3", "P4": "2"}
_COLOURS = {"P1": "attention", "P2": "warning"}


@dataclass(frozen=True, slots=True)
class Shape:
    """What goes over the wire, without signature and token."""

    body: bytes
    headers: dict[str, str]


def shaped(kind: str, message: Message, desk: str) -> Shape:
    """Return a message as ``slack``, ``teams``, ``ntfy`` or any ``webhook`` takes it."""
    match kind:
        case "slack":
            return Shape(_json({"text": _slack(message)}), dict(JSON))
        case "teams":
            return Shape(_json(_teams(message)), dict(JSON))
        case "ntfy":
            return _ntfy(message)
        case _:
            return Shape(_json(_webhook(message, desk)), {**JSON, "Postdesk-Event": message.event})


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _slack(message: Message) -> str:
    """Write text in which nobody's words are a link, a mention or a channel."""
    words = message.text + (f"\n> {message.excerpt}" if message.excerpt else "")
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n&gt; ", "\n> ")


def _teams(message: Message) -> dict[str, object]:
    """Write an adaptive card; its text blocks take Markdown, so signs of it in people's words are escaped."""
    colour = _COLOURS.get(str(message.ticket["priority"]), "default")
    blocks = [
        {"type": "TextBlock", "text": _plain(message.text), "wrap": True, "weight": "bolder", "color": colour}
    ]
    if message.excerpt:
        blocks.append({"type": "TextBlock", "text": _plain(message.excerpt), "wrap": True})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": blocks,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _plain(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\`*_[]()#<>" else char for char in text)


def _ntfy(message: Message) -> Shape:
    """Write plain text below a title of our own words only, which a header can hold."""
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Title": f"[#{message.ticket['number']}] {message.event}",
        "Priority": _LOUDNESS.get(str(message.ticket["priority"]), "3"),
    }
    words = message.text + (f"\n\n{message.excerpt}" if message.excerpt else "")
    return Shape(words.encode(), headers)


def _webhook(message: Message, desk: str) -> dict[str, object]:
    said: dict[str, object] = {
        "id": message.id,
        "event": message.event,
        "desk": desk,
        "at": message.at,
        "ticket": message.ticket,
        "text": message.text,
    }
    return said | ({"excerpt": message.excerpt} if message.excerpt else {})
