"""Sample contexts of notices about requests: what was asked for, the list of items, the form."""

Context = dict[str, object]

_MAILTO = "mailto:support@example.com?subject=New%20laptop%20%5B0bcdfg%5D"
_FILLED = f"{_MAILTO}&body=%5B1bcd%5D%20Which%20model%3F%0D%0A%3A%3A%20Standard%2014"
_ANSWERS = [
    {"question": "Which model?", "answer": "Strong 16"},
    {"question": "What do you need the strong one for?", "answer": "Films of 40 minutes, every week."},
]
_GAPS = [
    {
        "question": "When do you need it?",
        "takes": "a day like 2026-01-31",
        "typed": "soon",
        "why": 'expected a day like 2026-01-31, got "soon"',
    },
    {"question": "Do you hand an old one back?", "takes": "yes or no", "typed": "", "why": ""},
]
_FORM = (
    "Please write your answers behind the two colons and send this mail.\n\n"
    "[3hjk] When do you need it? (a day like 2026-01-31)\n:: \n\n"
    "[4lmn] Do you hand an old one back? (yes or no)\n:: \n\n[0bcdfg]\n"
)
_REQUEST: Context = {
    "title": "New laptop",
    "description": "A laptop, set up and ready to work, with bag and power supply.",
    "article": "How to save your files before you change: https://intranet.example.com/laptops",
    "answers": _ANSWERS,
    "cost": "1,250 EUR",
    "promised": "",
    "days": 10,
    "hours": 0,
    "minutes": 0,
    "owner": "ida@example.com",
    "own": {"text": "Your laptop comes set up: log in with your usual name and password."},
    "gaps": _GAPS,
    "doubtful": 1,
    "form": {"text": _FORM},
    "fill": {"mailto": _FILLED},
    "change": {"mailto": _FILLED},
    "cancel": {"mailto": f"{_MAILTO}&body=CANCEL"},
}
_LINE: Context = {
    "title": "New laptop",
    "description": "A laptop, set up and ready to work, with bag and power supply.",
    "cost": "1,250 EUR",
    "approval": 1,
    "form": {"mailto": _FILLED},
    "bare": {"mailto": _MAILTO},
    "days": 10,
    "hours": 0,
    "minutes": 0,
}
_FREE: Context = {**_LINE, "title": "Letter for the bank", "cost": "", "approval": 0, "days": 0, "hours": 4}

WHOLE: Context = {
    "request": _REQUEST,
    "catalogue": [
        {"title": "Computers", "lines": [_LINE, _FREE]},
        {"title": "Building", "lines": [{**_FREE, "minutes": 30, "hours": 0}]},
    ],
    "offers": [_LINE, _FREE],
}
BARE: Context = {
    "request": {
        **_REQUEST,
        "description": "",
        "article": "",
        "answers": [],
        "cost": "",
        "promised": "Tue 16 Jan 2024, 10:00 CET",
        "days": 0,
        "owner": "",
        "own": {"text": ""},
        "gaps": [],
        "doubtful": 0,
        "form": {"text": ""},
        "fill": {"mailto": ""},
        "change": {"mailto": ""},
        "cancel": {"mailto": ""},
    },
    "catalogue": [],
    "offers": [],
}


def hard(hostile: str, long_word: str) -> Context:
    """Return contexts of hostile and long words."""
    words = f"{hostile} {long_word}"
    line = {**_LINE, "title": words, "description": words}
    return {
        "request": {
            **_REQUEST,
            "title": words,
            "description": words,
            "article": words,
            "answers": [{"question": words, "answer": words}] * 12,
            "days": 0,
            "minutes": 90,
            "owner": f"{long_word}@example.com",
            "own": {"text": f"{words}\n" * 20},
            "gaps": [{"question": words, "takes": words, "typed": words, "why": words}] * 12,
            "form": {"text": f"[3hjk] {words}\n:: {words}\n\n" * 12},
        },
        "catalogue": [{"title": words, "lines": [line] * 20}] * 3,
        "offers": [line] * 5,
    }
