"""Sample contexts of notices about the work itself: digests, workload, monitoring, hooks."""

Context = dict[str, object]

_OPENED = "Mon 15 Jan 2024, 10:00"
_MONITOR = {"what": "over", "key": "web01/http", "rule": "nagios", "changes": 4, "minutes": 30}
_HOOK = {
    "name": "chat",
    "reason": "it answers 503",
    "given_up": 3,
    "waiting": 40,
    "hours": 24,
    "at": _OPENED,
}
_NEWS: Context = {
    "notice": "requester-replied",
    "at": _OPENED,
    "author": "Rita Requester",
    "excerpt": "Now it prints nothing at all, and the red lamp is on.",
}
_DIGEST_TICKET: Context = {
    "at": 1,
    "tag": "[#1042]",
    "subject": "The printer on the second floor prints only stripes",
    "state": "pending-requester",
    "priority": "P2",
    "who": "Rita Requester",
    "assignee": "ann@example.com",
    "public": "support+r1042.k7f3.mzq4w2yk5t@example.com",
    "internal": "support+n1042.k7f3.b6xh3pd9ae@example.com",
    "news": [{**_NEWS, "notice": "ticket-new"}, _NEWS],
    "earlier": 2,
}
_WIN: Context = {
    "tag": "[#1043]",
    "subject": "A new toner",
    "minutes": 10,
    "category": "hardware/printer",
    "samples": 12,
}
_DIGEST: Context = {
    "interval": "daily",
    "count": 3,
    "tickets": [_DIGEST_TICKET, {**_DIGEST_TICKET, "at": 2, "tag": "[#1043]", "earlier": 0}],
    "wins": [_WIN],
    "load": {"open": 12, "lately": 4, "limit": 10, "over": True},
    "teams": [
        {
            "name": "service-desk",
            "members": [{"name": "Ann", "open": 12, "lately": 4}, {"name": "Bob", "open": 8, "lately": 5}],
            "spread": 1.2,
        }
    ],
}
_LOAD: Context = {"name": "Ann", "address": "ann@example.com", "open": 42, "lately": 9, "limit": 30}
_DIRECTORY: Context = {
    "count": 22,
    "refused": [],
    "lines": [
        {"what": "manager inactive", "who": "rita@example.com", "about": "mia@example.com"},
        {"what": "managers in a ring", "who": "bob@example.com", "about": "bob@example.com, ann@example.com"},
        {"what": "no manager", "who": "ann@example.com", "about": ""},
    ],
    "more": 19,
}

WHOLE: Context = {
    "monitor": _MONITOR,
    "hook": _HOOK,
    "digest": _DIGEST,
    "load": _LOAD,
    "directory": _DIRECTORY,
}
BARE: Context = {
    "monitor": {**_MONITOR, "what": "back", "key": ""},
    "hook": {**_HOOK, "given_up": 1, "waiting": 0, "hours": 1},
    "digest": {
        **_DIGEST,
        "count": 1,
        "tickets": [
            {
                **_DIGEST_TICKET,
                "subject": "",
                "who": "",
                "assignee": "",
                "public": "",
                "internal": "",
                "news": [{**_NEWS, "author": "", "excerpt": ""}],
            }
        ],
        "wins": [],
        "load": {"open": 0, "lately": 0, "limit": 0, "over": False},
        "teams": [],
    },
    "load": {**_LOAD, "lately": 0},
    "directory": {
        **_DIRECTORY,
        "count": 1,
        "refused": ["line 3: expected 5 columns"],
        "lines": [],
        "more": 0,
    },
}


def hard(hostile: str, long_word: str) -> Context:
    """Return the hard case, made with text that looks like a template and with a word that is too long."""
    return {
        "digest": {
            **_DIGEST,
            "tickets": [
                {
                    **_DIGEST_TICKET,
                    "at": at,
                    "subject": f"{hostile} {long_word}",
                    "who": hostile,
                    "news": [{**_NEWS, "author": hostile, "excerpt": f"{hostile} {long_word}"}] * 5,
                }
                for at in range(1, 41)
            ],
            "wins": [{**_WIN, "subject": f"{hostile} {long_word}", "category": long_word}] * 5,
            "teams": [
                {
                    "name": hostile,
                    "members": [{"name": long_word, "open": 400, "lately": 99}] * 20,
                    "spread": 19.5,
                }
            ],
        },
        "load": {**_LOAD, "name": f"{hostile} {long_word}"},
        "directory": {
            **_DIRECTORY,
            "lines": [{"what": "deputy unknown", "who": hostile, "about": f"{hostile} {long_word}"}] * 20,
        },
        "hook": {**_HOOK, "name": hostile, "reason": f"{hostile} {long_word}"},
        "monitor": {**_MONITOR, "what": "flapping", "key": f"{hostile} {long_word}"},
    }
