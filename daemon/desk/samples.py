"""Sample contexts: with them every template is tried before a mail depends on it.

Each notice has a usual case, the least that can come, and a hard one: long words, many of
everything, another direction of writing, and text that looks like a template or like HTML.
"""

from daemon.desk import approval_samples, request_samples, survey_samples, task_samples, work_samples
from daemon.desk.notices import COMMON_KEYS, NOTICES

Context = dict[str, object]

_HOSTILE = "{{ 7*7 }} {% raw %} <script>alert(1)</script> </style> & \"quoted\" 'once'"
_LONG_WORD = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
_ARABIC = "\u0645\u0631\u062d\u0628\u0627\u060c \u0627\u0644\u0637\u0627\u0628\u0639\u0629"

_DESK = {"name": "IT Support", "address": "support@example.com"}
_RITA = {"name": "Rita Requester", "address": "rita@example.com"}
_CARL = {"name": "Carl Copied", "address": "carl@example.com"}
_NAMELESS = {"name": "", "address": "walk-in@example.com"}
_MARKER = "-- reply above this line --"
_OPENED = "Mon 15 Jan 2024, 10:00"

_TICKET: Context = {
    "number": 1042,
    "tag": "[#1042]",
    "subject": "The printer on the second floor prints only stripes",
    "type": "incident",
    "state": "open",
    "priority": "P3",
    "team": "service-desk",
    "assignee": "Ann",
    "requester": _RITA,
    "created": _OPENED,
    "copied": [_CARL],
}
_BARE_TICKET: Context = {
    **_TICKET,
    "subject": "",
    "state": "new",
    "assignee": "",
    "requester": _NAMELESS,
    "copied": [],
}
_HARD_TICKET: Context = {
    **_TICKET,
    "subject": f"{_HOSTILE} {_LONG_WORD}",
    "state": "pending-requester",
    "assignee": _LONG_WORD,
    "requester": {"name": _HOSTILE, "address": "eve+<b>@example.com"},
    "copied": [{"name": f"Person {at}", "address": f"person{at}@example.com"} for at in range(30)],
}

_QUESTION: Context = {
    "author": "Rita Requester",
    "author_address": "rita@example.com",
    "text": (
        "Hello,\n\nsince this morning the printer on the second floor prints only stripes.\n"
        "I have tried:\n\n  1. switching it off and on\n  2. another paper tray\n\n"
        "The manual at https://intranet.example.com/printers?id=204 does not help.\n\nThank you\nRita"
    ),
    "at": _OPENED,
    "attachments": [{"name": "stripes.jpg", "size": 184_320}, {"name": "test page.pdf", "size": 1_250_000}],
    "kind": "message",
}
_ANSWER: Context = {
    "author": "Ann",
    "author_address": "ann@example.com",
    "text": (
        "Hello Rita,\n\nthe drum is worn out. A new one comes tomorrow before ten; until then the printer\n"
        "in room 2.11 is yours as well.\n\nKind regards\nAnn"
    ),
    "at": "Mon 15 Jan 2024, 10:20",
    "attachments": [],
    "kind": "answer",
}
_BARE_ENTRY: Context = {
    **_QUESTION,
    "author": "",
    "author_address": "walk-in@example.com",
    "text": "",
    "attachments": [],
}
_HARD_ENTRY: Context = {
    **_QUESTION,
    "author": _HOSTILE,
    "author_address": "eve+<b>@example.com",
    "text": f"{_HOSTILE}\n{_LONG_WORD}\n\n{_ARABIC}\n\thttp://example.com/<b>\n" + "    indented\n" * 40,
    "attachments": [{"name": f"{_HOSTILE}-{at}.txt", "size": 10**at} for at in range(24)],
}
_NOTHING_SAID: Context = {**_ANSWER, "text": ""}
_NOTE: Context = {
    "author": "Bob",
    "author_address": "bob@example.com",
    "text": "Third drum this year. Is it the paper?",
    "at": "Mon 15 Jan 2024, 10:05",
    "attachments": [],
    "kind": "note",
}
_HISTORY = [_ANSWER, _NOTE]
_REPLY = {
    "public": "support+r1042.k7f3.mzq4w2yk5t@example.com",
    "internal": "support+n1042.k7f3.b6xh3pd9ae@example.com",
}
_COMMANDS = [
    {"name": "take", "usage": "#take", "summary": "make the ticket yours"},
    {"name": "resolve", "usage": "#resolve", "summary": "say that it is solved; the requester is told"},
    {"name": "close", "usage": "#close", "summary": "close the ticket; the requester is told"},
    {"name": "note", "usage": "#note", "summary": "keep the text below among agents"},
    {"name": "help", "usage": "#help", "summary": "get this list"},
]
_ARRIVAL = {
    "id": 77,
    "sender": "rita@example.com",
    "subject": "Printer",
    "reason": "The mail was not proven to come from you: neither its signature nor its reply address held.",
}
_GROUPS = [
    {"title": "Who works on it", "commands": [{"usage": "#take", "summary": "make the ticket yours"}]},
    {
        "title": "How it stands",
        "commands": [
            {"usage": "#close [WORDS]", "summary": "close the ticket; the requester is told"},
            {"usage": "#reopen [REASON]", "summary": "bring an ended ticket back to work"},
        ],
    },
]
_LIST_ROW: Context = {
    "at": 1,
    "tag": "[#1042]",
    "subject": "The printer on the second floor prints only stripes",
    "state": "pending-requester",
    "priority": "P2",
    "who": "Rita Requester",
    "assignee": "ann@example.com",
    "due": "Tue 16 Jan 2024, 17:00",
}
_LIST: Context = {
    "title": "The queue of your teams",
    "kind": "queue",
    "count": 2,
    "rows": [
        _LIST_ROW,
        {**_LIST_ROW, "at": 2, "tag": "[#1043]", "subject": "A new screen", "assignee": "nobody", "due": ""},
    ],
    "more": 0,
    "facts": [],
    "further": [],
    "how": "Reply with lines like: 2 close thanks, or: 1 take.",
}
_FURTHER: Context = {
    "title": "Found for: screen",
    "kind": "search",
    "count": 1,
    "rows": [{**_LIST_ROW, "at": 3, "tag": "[#1043]", "subject": "A new screen"}],
    "more": 0,
    "facts": [],
}
_FAILURE = {
    "recipient": "rita@example.com",
    "reply": "550 5.1.1 <rita@example.com>: Recipient address rejected: User unknown",
    "notice": "public-answer",
    "subject": "Re: [#1042] The printer on the second floor prints only stripes",
    "unproven": False,
}
_LINK: Context = {
    "known": "rita@example.com",
    "other": "rita@home.example",
    "state": "linked",
    "reason": "",
    "until": "Tue 16 Jan 2024, 10:00",
    "code": "",
}
_HELD = {
    "count": 1312,
    "since": _OPENED,
    "top": [{"what": "robot@example.net", "count": 1200}, {"what": "ticket [#1042]", "count": 112}],
    "fuse": False,
}

_CLOCK = {
    "name": "first-response",
    "share": "80 %",
    "target": "1 h",
    "left": "12 min",
    "over": "",
    "due": "Mon 15 Jan 2024, 11:00 CET",
    "since": "Mon 15 Jan 2024, 10:00 CET",
    "waiting": "48 min",
    "ring": 3,
    "rule": "standard",
    "calendar": "office",
}
_REMINDER = {"number": 3, "of": 3, "closes": "Thu 18 Jan 2024, 10:00 CET"}
_STANDING = {"assignee": "Ann", "due": "Tue 16 Jan 2024, 10:00 CET", "until": ""}
_ABILITIES = [
    {"say": "Status?", "does": "tells you how it stands, who works on it, and by when"},
    {"say": "Please close this", "does": "closes the ticket"},
]
_PROMISE = {"response": "Mon 15 Jan 2024, 11:00 CET", "resolution": "Tue 16 Jan 2024, 10:00 CET"}

_WHOLE: Context = {
    **work_samples.WHOLE,
    **request_samples.WHOLE,
    **task_samples.WHOLE,
    **approval_samples.WHOLE,
    **survey_samples.WHOLE,
    "reminder": _REMINDER,
    "clock": _CLOCK,
    "promise": _PROMISE,
    "standing": _STANDING,
    "abilities": _ABILITIES,
    "language": "en",
    "desk": _DESK,
    "recipient": _RITA,
    "marker": _MARKER,
    "ticket": _TICKET,
    "entry": _QUESTION,
    "history": _HISTORY,
    "reply": _REPLY,
    "commands": _COMMANDS,
    "groups": _GROUPS,
    "list": _LIST,
    "arrival": _ARRIVAL,
    "failure": _FAILURE,
    "held": _HELD,
    "link": _LINK,
    "beat": {"token": "h170530920000.k7.mzq4w2yk5tmzq4w2yk5tmzq4w2"},
    "choices": [
        {"number": 1, "name": "Rita Requester", "address": "rita@example.org"},
        {"number": 2, "name": "", "address": "sam@example.net"},
    ],
    "results": [
        {"line": "#take", "done": False, "text": "not done, because another line was refused"},
        {
            "line": "#clsoe",
            "done": False,
            "text": "there is no command #clsoe (did you mean #close?); #help lists them all",
        },
    ],
}
_BARE: Context = {
    **work_samples.BARE,
    **request_samples.BARE,
    **task_samples.BARE,
    **approval_samples.BARE,
    **survey_samples.BARE,
    "reminder": {"number": 1, "of": 3, "closes": ""},
    "clock": {**_CLOCK, "left": "", "due": "", "rule": "", "calendar": ""},
    "standing": {"assignee": "", "due": "", "until": _OPENED},
    "abilities": _ABILITIES[:1],
    "desk": _DESK,
    "recipient": _NAMELESS,
    "ticket": _BARE_TICKET,
    "entry": _BARE_ENTRY,
    "arrival": {**_ARRIVAL, "sender": "", "subject": ""},
    "failure": {**_FAILURE, "reply": "", "subject": "", "unproven": True},
    "held": {"count": 1, "since": _OPENED, "top": [], "fuse": True},
    "link": {**_LINK, "state": "asked"},
    "beat": {"token": "h1.k7.mzq4w2yk5tmzq4w2yk5tmzq4w2"},
    "results": [{"line": "#take", "done": True, "text": "assigned to you"}],
    "choices": [],
    "commands": _COMMANDS[:1],
    "groups": _GROUPS[:1],
    "list": {**_LIST, "count": 0, "rows": [], "how": ""},
}
_HARD: Context = {
    "language": "en",
    **work_samples.hard(_HOSTILE, _LONG_WORD),
    **request_samples.hard(_HOSTILE, _LONG_WORD),
    **task_samples.hard(_HOSTILE, _LONG_WORD),
    **approval_samples.hard(_HOSTILE, _LONG_WORD),
    **survey_samples.hard(_HOSTILE, _LONG_WORD),
    "reminder": _REMINDER,
    "clock": {
        **_CLOCK,
        "left": "",
        "over": "1000 h",
        "rule": f"{_HOSTILE} {_LONG_WORD}",
        "calendar": _LONG_WORD,
    },
    "promise": _PROMISE,
    "standing": {**_STANDING, "assignee": f"{_HOSTILE} {_LONG_WORD}"},
    "abilities": _ABILITIES * 6,
    "desk": {"name": _HOSTILE, "address": "support@example.com"},
    "recipient": {"name": _HOSTILE, "address": "eve+<b>@example.com"},
    "marker": _MARKER,
    "ticket": _HARD_TICKET,
    "entry": _HARD_ENTRY,
    "history": [{**_HARD_ENTRY, "text": f"{_HOSTILE} {_LONG_WORD} " * 20} for _ in range(12)],
    "reply": _REPLY,
    "commands": _COMMANDS,
    "groups": _GROUPS * 5,
    "list": {
        **_LIST,
        "title": f"{_HOSTILE} {_LONG_WORD}",
        "rows": [
            {**_LIST_ROW, "at": at, "subject": f"{_HOSTILE} {_LONG_WORD}", "who": _HOSTILE}
            for at in range(1, 41)
        ],
        "more": 160,
        "facts": [{"name": "State", "value": _HOSTILE}, {"name": _LONG_WORD, "value": _ARABIC}],
        "further": [{**_FURTHER, "title": _HOSTILE}, {**_FURTHER, "count": 0, "rows": []}],
        "how": f"Reply. {_HOSTILE}",
    },
    "warnings": [
        "The sender could not be verified: treat the mail with care.",
        "The mail carried text that could not be read whole.",
    ],
    "next_step": f"The ticket was resolved; this reply opened it again. {_HOSTILE}",
    "arrival": {**_ARRIVAL, "subject": _HOSTILE, "reason": f"{_HOSTILE} {_LONG_WORD}"},
    "link": {
        "known": "eve+<b>@example.com",
        "other": f"{_LONG_WORD}@example.net",
        "state": "refused",
        "reason": f"{_HOSTILE} {_LONG_WORD}",
        "until": _OPENED,
        "code": "c1042.k7.mzq4w2yk5tmzq4w2yk5tmzq4w2",
    },
    "beat": {"token": "h999999999999.k7.mzq4w2yk5tmzq4w2yk5tmzq4w2"},
    "failure": {**_FAILURE, "unproven": True, "reply": f"{_HOSTILE}\n550 second line", "subject": _HOSTILE},
    "held": {**_HELD, "top": [{"what": f"{_HOSTILE} {_LONG_WORD}", "count": at} for at in range(30)]},
    "choices": [
        {"number": at, "name": _HOSTILE, "address": f"{_LONG_WORD}@example.net"} for at in range(1, 10)
    ],
    "results": [{"line": f"#{_HOSTILE}", "done": False, "text": f"{_HOSTILE} {_LONG_WORD}"}] * 12,
}
# What the notice is about where the usual case above would not make sense.
_FITTING: dict[str, Context] = {
    "waiting-reminder": {"entry": _ANSWER},
    "survey-follow-up": {"entry": {**_QUESTION, "text": "2, it took three days", "attachments": []}},
    "survey-outcome": {"entry": _ANSWER},
    "sla-breached": {"clock": {**_CLOCK, "left": "", "over": "5 min", "share": "100 %"}},
    "critical-ringing": {"ticket": {**_TICKET, "priority": "P1", "state": "new", "assignee": ""}},
    "ticket-opened": {"request": {}, "offers": []},
    "ticket-new": {"ticket": {**_TICKET, "state": "new", "assignee": ""}, "history": [], "request": {}},
    "requester-replied": {
        "request": {},
        "entry": {**_QUESTION, "text": "Now it prints nothing at all.", "attachments": []},
    },
    "public-answer": {"entry": _ANSWER},
    "ticket-resolved": {"entry": _ANSWER},
    "ticket-closed": {"entry": _NOTHING_SAID},
    "internal-note": {"entry": _NOTE, "history": [_QUESTION]},
    "colleague-asked": {"entry": _NOTE, "history": [_QUESTION]},
    "mail-held": {
        "entry": {
            **_QUESTION,
            "author": "Sam Stranger",
            "author_address": "sam@example.net",
            "attachments": [],
        },
    },
    "answer-refused": {"entry": _ANSWER},
    "answer-held": {
        "entry": _ANSWER,
        "arrival": {**_ARRIVAL, "reason": 'It repeats words of an internal text: "the drum is worn out".'},
    },
    "mail-quarantined": {
        "arrival": {**_ARRIVAL, "reason": "Reading it took longer than 2 seconds, twice."},
    },
    "mail-too-big": {
        "arrival": {
            **_ARRIVAL,
            "reason": "It has 61 MB; we take up to 25 MB. Its text has arrived, its files have not.",
        },
    },
}
# Notices that can come without a ticket.
_LOOSE = frozenset(
    {
        "command-results",
        "command-help",
        "answer-refused",
        "delivery-failed",
        "mail-quarantined",
        "mail-too-big",
    }
)


def samples(notice: str) -> list[Context]:
    """Return the contexts a notice is tried with: the usual one first, then the least, then a hard one.

    Each holds the keys that this notice has and no other, as in a real mail.
    """
    keys = {*COMMON_KEYS, *NOTICES[notice].keys}
    made = [{**_WHOLE, **_FITTING.get(notice, {})}, _BARE, _HARD]
    if notice in _LOOSE:
        made.append(
            {key: value for key, value in _WHOLE.items() if key not in {"ticket", "entry", "history"}}
        )
    return [{key: value for key, value in sample.items() if key in keys} for sample in made]
