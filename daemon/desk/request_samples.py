"""Sample contexts of notices about requests: what was asked for, the list of items, the form."""

Context = dict[str, object]

_MAILTO = "mailto:support@example.com?subject=New%20laptop%20%5B0bcdfg%5D"
_ANSWERS = [
    {"question": "Which model?", "answer": "Strong 16"},
    {"question": "What do you need the strong one for?", "answer": "Films of 40 minutes, every week."},
    {"question": "When do you need it?", "answer": "2024-02-01"},
]
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
    "own": {"text": "Hello Rita,\n\nyour laptop comes set up: log in with your usual name and password."},
}

WHOLE: Context = {"request": _REQUEST}
BARE: Context = {
    "request": {
        **_REQUEST,
        "description": "",
        "article": "",
        "answers": [],
        "cost": "",
        "promised": "Tue 16 Jan 2024, 10:00 CET",
        "days": 0,
        "own": {"text": ""},
    },
}


def hard(hostile: str, long_word: str) -> Context:
    """Return contexts of hostile and long words."""
    words = f"{hostile} {long_word}"
    return {
        "request": {
            **_REQUEST,
            "title": words,
            "description": words,
            "article": words,
            "answers": [{"question": words, "answer": words}] * 12,
            "days": 0,
            "minutes": 90,
            "own": {"text": f"{words}\n" * 20},
        },
    }
