"""Sample contexts of notices about satisfaction: surveys, what follows bad answers, and the report."""

Context = dict[str, object]

_SAID: Context = {
    "author": "Ann",
    "author_address": "ann@example.com",
    "kind": "answer",
    "at": "Mon 15 Jan 2024, 10:20",
    "text": "The drum is worn out. A new one comes tomorrow before ten.",
    "attachments": [],
}
_SURVEY: Context = {
    "helper": "Ann",
    "address": "support+s17.k7.mzq4w2yk5tmzq4w2yk5tmzq4w2@example.com",
    "code": "",
    "buttons": "digits",
    "until": "Wed 14 Feb 2024, 10:00 CET",
    "again": False,
    "score": 2,
    "by": "Rita Requester",
    "tag": "[#1017]",
    "subject": "The printer on the second floor prints only stripes",
    "thread": [_SAID, {**_SAID, "author": "Rita Requester", "kind": "message", "text": "Only stripes."}],
}
_BAR: Context = {"filled": 82, "rest": 18, "text": "\u2588" * 16 + "\u2591" * 4}
_ROW: Context = {
    "name": "service-desk",
    "count": 17,
    "percent": 82,
    "low": 59,
    "high": 94,
    "mean": "4.3",
    "bar": _BAR,
}
_FIGURES: Context = {
    "title": "the month before",
    "since": "Mon 1 Jan 2024, 00:00 CET",
    "until": "Thu 1 Feb 2024, 00:00 CET",
    "team": "",
    "sent": 60,
    "answered": 17,
    "rate": 28,
    "percent": 82,
    "low": 59,
    "high": 94,
    "mean": "4.3",
    "scores": [{"score": score, "count": score, "bar": _BAR} for score in (5, 4, 3, 2, 1)],
    "groups": [
        {"title": "By team", "rows": [_ROW, {**_ROW, "name": "facilities", "count": 2}], "more": 0},
        {"title": "By agent", "rows": [{**_ROW, "name": "Ann"}], "more": 3},
    ],
    "follow_ups": {"opened": 3, "going_on": 1},
}

WHOLE: Context = {"rating": _SURVEY, "figures": _FIGURES}
BARE: Context = {
    "rating": {
        **_SURVEY,
        "helper": "",
        "code": "s17.k7.mzq4w2yk5tmzq4w2yk5tmzq4w2",
        "buttons": "faces",
        "again": True,
        "score": 0,
        "by": "",
        "subject": "",
        "thread": [],
    },
    "figures": {
        **_FIGURES,
        "team": "service-desk",
        "answered": 0,
        "rate": 0,
        "percent": -1,
        "low": 0,
        "high": 100,
        "mean": "",
        "scores": [],
        "groups": [],
        "follow_ups": {"opened": 0, "going_on": 0},
    },
}


def hard(hostile: str, long_word: str) -> Context:
    """Return contexts of hostile and long words."""
    name = f"{hostile} {long_word}"
    return {
        "rating": {
            **_SURVEY,
            "helper": name,
            "buttons": "stars",
            "by": name,
            "subject": name,
            "thread": [{**_SAID, "author": hostile, "text": f"{hostile}\n{long_word} " * 20}] * 5,
        },
        "figures": {
            **_FIGURES,
            "team": name,
            "groups": [{"title": "By item", "rows": [{**_ROW, "name": name}] * 30, "more": 4}],
        },
    }
