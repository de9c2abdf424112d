"""Sample contexts of notices about tasks: what is to be done, how it is answered, a promise that moved."""

Context = dict[str, object]

_ADDRESS = "support+t17.k7.mzq4w2yk5tmzq4w2yk5tmzq4w2@example.com"
_MAILTO = f"mailto:{_ADDRESS}?subject=Re%3A%20%5B%231042%5D&body=done"
_TASK: Context = {
    "id": "install",
    "title": "Install and label the laptop",
    "item": "New laptop",
    "tag": "[#1042]",
    "due": "Tue 16 Jan 2024, 10:00 CET",
    "reminder": 0,
    "why": "",
    "gate": False,
    "outside": False,
    "by": "service-desk",
    "text": "",
    "asker": {"name": "Rita Requester", "address": "rita@example.com"},
    "answers": [
        {"question": "Which model?", "answer": "Strong 16"},
        {"question": "When do you need it?", "answer": "2024-02-01"},
    ],
    "own": {"text": "The label goes on the lid.\nThe password stands in the safe."},
    "done": [],
    "code": "",
    "helps": [
        {
            "usage": "#task-tell install [WORDS]",
            "summary": "write to whoever has a task; answers come to the desk",
        },
        {"usage": "#task-skip install WHY", "summary": "leave a task out; whoever has it is told"},
    ],
    "over": False,
    "actions": [
        {"kind": "done", "mailto": _MAILTO},
        {"kind": "blocked", "mailto": _MAILTO},
        {"kind": "by", "mailto": _MAILTO},
    ],
}
_MOVE: Context = {
    "title": "New laptop",
    "before": "Tue 16 Jan 2024, 10:00 CET",
    "after": "Fri 19 Jan 2024, 17:00 CET",
    "why": "The keyboard is not in stock.",
}

WHOLE: Context = {"task": _TASK, "move": _MOVE}
BARE: Context = {
    "task": {
        **_TASK,
        "item": "",
        "due": "",
        "outside": True,
        "asker": {"name": "", "address": ""},
        "answers": [],
        "own": {"text": ""},
        "helps": [],
        "over": True,
        "actions": [],
    },
    "move": {**_MOVE, "before": "Mon 15 Jan 2024"},
}


def hard(hostile: str, long_word: str) -> Context:
    """Return contexts of hostile and long words."""
    words = f"{hostile} {long_word}"
    return {
        "task": {
            **_TASK,
            "id": "a-task-with-a-rather-long-name",
            "title": words,
            "item": words,
            "reminder": 2,
            "why": words,
            "gate": True,
            "by": words,
            "text": f"{words}\n" * 5,
            "asker": {"name": words, "address": "eve+<b>@example.com"},
            "answers": [{"question": words, "answer": words}] * 12,
            "own": {"text": f"{words}\n" * 20},
            "done": [{"title": words, "by": hostile}] * 5,
            "helps": [{"usage": f"#task-skip {long_word} WHY", "summary": words}],
            "code": "t17.k7.mzq4w2yk5tmzq4w2yk5tmzq4w2",
            "actions": [{"kind": kind, "mailto": _MAILTO} for kind in ("ok", "again", "by")],
        },
        "move": {**_MOVE, "title": words, "why": words},
    }
