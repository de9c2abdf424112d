"""Sample contexts of notices about approvals."""

from daemon.desk.frozen_text import Attachment, Submission, frozen_text

Context = dict[str, object]

_ANSWERS = (
    ("Which model?", "Strong 16"),
    ("What do you need it for?", "Films of 40 minutes, every week."),
    ("Until when?", "2024-02-01"),
)
_TEXT = frozen_text(
    Submission(
        1042,
        "New laptop",
        "rita@example.com",
        cost="1,250 EUR",
        answers=_ANSWERS,
        attachments=(Attachment("offer.pdf", "ab" * 32),),
    )
)
_BUTTONS: Context = {
    "to": "support+a12.ab.abcdefghijklmnopqrstuvwxyz@example.com",
    "subject": "Re: [#1042]",
    "approve": {"text": "approve\n"},
    "reject": {"text": "reject\n"},
}
_NO_BUTTONS: Context = {"to": "", "subject": "", "approve": {"text": ""}, "reject": {"text": ""}}
_FACTS: Context = {
    "item": "New laptop",
    "requester": "rita@example.com",
    "for": "",
    "cost": "1,250 EUR",
    "words": {"text": ""},
    "answers": [{"question": question, "answer": answer} for question, answer in _ANSWERS],
    "files": ["offer.pdf"],
}
_LINE: Context = {
    "number": 12,
    "tag": "[#1042]",
    "title": "New laptop",
    "who": "rita@example.com",
    "cost": "1,250 EUR",
    "answers": [{"question": question, "answer": answer} for question, answer in _ANSWERS],
    "instead": "",
    "until": "",
    "digest": "01234567",
}
_APPROVAL: Context = {
    "number": 12,
    "facts": _FACTS,
    "text": _TEXT,
    "digest": "0123456789abcdef",
    "stage": 1,
    "stages": 2,
    "needed": "manager",
    "why": "manager of rita@example.com",
    "instead": "max@example.com",
    "because": "max@example.com is away",
    "deadline": "Thu 18 Jan 2024, 10:00",
    "again": "The amount was changed.",
    "reminder": True,
    "code": "",
    "buttons": _BUTTONS,
    "title": "New laptop",
    "tag": "[#1042]",
    "news": "Your answer asks something.",
    "lines": [{"number": 12, "said": "approved"}],
    "points": ["no manager of rita@example.com is known"],
    "what": "Nobody was found who may decide about this request.",
    "list": [_LINE, {**_LINE, "number": 15, "until": "Thu 18 Jan 2024, 10:00"}],
}

WHOLE: Context = {"approval": _APPROVAL}
BARE: Context = {
    "approval": {
        **_APPROVAL,
        "facts": {**_FACTS, "cost": "", "answers": [], "files": [], "requester": ""},
        "why": "",
        "instead": "",
        "because": "",
        "deadline": "",
        "again": "",
        "reminder": False,
        "code": "a12.ab.abcdefghijklmnopqrstuvwxyz",
        "buttons": _NO_BUTTONS,
        "lines": [],
        "points": [],
        "list": [],
    },
}


def hard(hostile: str, long_word: str) -> Context:
    """Return contexts of hostile and long words."""
    words = f"{hostile} {long_word}"
    facts = {
        **_FACTS,
        **dict.fromkeys(("item", "requester", "for", "cost"), words),
        "words": {"text": f"{words}\n" * 10},
        "answers": [{"question": words, "answer": words}] * 12,
        "files": [words] * 12,
    }
    return {
        "approval": {
            **_APPROVAL,
            **dict.fromkeys(("needed", "why", "instead", "because", "again", "title", "news", "what"), words),
            "facts": facts,
            "text": f"{words}\n" * 20,
            "points": [words] * 12,
            "lines": [{"number": 12, "said": words}] * 12,
            "list": [{**_LINE, "title": words, "who": words}] * 60,
        },
    }
