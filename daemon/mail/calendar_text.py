"""Say in words what a calendar part asks (RFC 5545, RFC 5546): what, when, where, who.

A reader of our own for the few properties that people look at; lines are unfolded first (s 3.1), and at
most some thousand lines and five events are looked at.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from daemon.mail.words import clean

_BYTES_LIMIT = 200_000
_LINES_LIMIT = 5_000
_EVENTS_LIMIT = 5
_ATTENDEES_LIMIT = 50
_NOTES_CHARS = 4_000
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(
    r"([A-Za-z0-9-]{1,60})((?:;[A-Za-z0-9-]{1,40}=(?:\"[^\"\n]*\"|[^;:\"\n]*))*):(.*)", re.DOTALL
)
_PARAMETER = re.compile(r";([A-Za-z0-9-]{1,40})=(?:\"([^\"\n]*)\"|([^;:\"\n]*))")
_ESCAPE = re.compile(r"\\([nN,;\\])")
_METHOD = re.compile(rb"(?im)^METHOD[ \t]*:[ \t]*([A-Z-]{1,30})[ \t]*\r?$")
_DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?\Z"
)
_COMPONENTS = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"})

_TITLES = {
    "REQUEST": "Invitation",
    "PUBLISH": "Event",
    "REPLY": "Answer to an invitation",
    "CANCEL": "Cancelled",
    "COUNTER": "Another time is proposed",
    "DECLINECOUNTER": "The other time is declined",
    "REFRESH": "The latest version is asked for",
    "ADD": "Further dates",
}
_STATES = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "perhaps",
    "DELEGATED": "delegated",
    "COMPLETED": "completed",
    "IN-PROCESS": "in process",
}
_FREQUENCIES = {
    "DAILY": ("every day", "every {} days"),
    "WEEKLY": ("every week", "every {} weeks"),
    "MONTHLY": ("every month", "every {} months"),
    "YEARLY": ("every year", "every {} years"),
    "HOURLY": ("every hour", "every {} hours"),
}
_WEEKDAYS = {"MO": "Mon", "TU": "Tue", "WE": "Wed", "TH": "Thu", "FR": "Fri", "SA": "Sat", "SU": "Sun"}
_DAY_NAMES = tuple(_WEEKDAYS.values())
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Methods by which a program answers a program; nobody wrote such a mail (RFC 5546 s 1.4).
AUTOMATIC_METHODS = frozenset({"REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER"})


@dataclass(slots=True)
class _Property:
    parameters: dict[str, str]
    value: str


@dataclass(slots=True)
class _Event:
    single: dict[str, _Property] = field(default_factory=dict)
    attendees: list[_Property] = field(default_factory=list)

    def words(self, name: str) -> str:
        """Return the text of a property on one line, ``""`` without it."""
        found = self.single.get(name)
        return clean(_unescape(found.value)) if found else ""


def calendar_method(data: bytes) -> str:
    """Return the METHOD of a calendar part in capitals (RFC 5546 s 1.4), ``""`` without one."""
    match = _METHOD.search(data[:_BYTES_LIMIT])
    return match.group(1).decode("ascii").upper() if match else ""


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: "\n" if match.group(1) in "nN" else match.group(1), text)


def _events(text: str) -> tuple[str, list[_Event]]:
    """Return the method and the events; what stands in an alarm or a time zone is passed over."""
    method = ""
    events: list[_Event] = []
    inside: list[str] = []
    for line in _FOLD.sub("", text).split("\n", _LINES_LIMIT)[:_LINES_LIMIT]:
        match = _LINE.match(line.rstrip("\r"))
        if not match:
            continue
        name, value = match.group(1).upper(), match.group(3)
        if name == "BEGIN":
            inside.append(value.strip().upper())
            if len(inside) < 3 and inside[-1] in _COMPONENTS and len(events) < _EVENTS_LIMIT + 1:
                events.append(_Event())
        elif name == "END":
            if inside:
                inside.pop()
        elif name == "METHOD":
            method = method or value.strip().upper()
        elif events and inside and inside[-1] in _COMPONENTS:
            _keep(events[-1], name, _Property(_parameters(match.group(2)), value.strip()))
    return method, events


def _parameters(text: str) -> dict[str, str]:
    return {name.upper(): quoted or plain for name, quoted, plain in _PARAMETER.findall(text)}


def _keep(event: _Event, name: str, one: _Property) -> None:
    if name == "ATTENDEE":
        event.attendees.append(one)
    else:
        event.single.setdefault(name, one)


def _moment(one: _Property | None) -> datetime | date | None:
    """Read a date or a date with time, as it stands on the wall of its zone; None for what is neither."""
    if one is None:
        return None
    text = one.value.strip().rstrip("Z")
    try:
        if len(text) == 8:
            return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
        return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - the zone is told beside it
    except ValueError:
        return None


def _day(moment: date) -> str:
    return f"{_DAY_NAMES[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def _clock(moment: datetime) -> str:
    return f"{moment.hour:02}:{moment.minute:02}"


def _zone(one: _Property) -> str:
    if one.value.strip().endswith("Z"):
        return "UTC"
    return clean(one.parameters.get("TZID", ""))[:80].lstrip("/")


def _duration(text: str) -> timedelta | None:
    match = _DURATION.match(text.strip().upper())
    if not match or match.group(1) == "-":
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _end(event: _Event, start: datetime | date) -> datetime | date | None:
    """Return the end of an event; a whole day that ends where it begins has none."""
    end = _moment(event.single.get("DTEND")) or _moment(event.single.get("DUE"))
    if end is None and "DURATION" in event.single and isinstance(start, datetime):
        length = _duration(event.single["DURATION"].value)
        try:
            end = start + length if length else None
        except OverflowError:
            return None
    if isinstance(end, datetime) != isinstance(start, datetime):
        return None
    if end is not None and not isinstance(end, datetime):
        # RFC 5545 s 3.6.1: the end of a whole day is the day after it.
        end = end - timedelta(days=1) if end > date.min else end
    return end if end is not None and end > start else None


def _when(event: _Event) -> str:
    start_property = event.single.get("DTSTART") or event.single.get("DUE")
    start = _moment(start_property)
    if start is None or start_property is None:
        return clean(start_property.value)[:100] if start_property else ""
    end = _end(event, start)
    if not isinstance(start, datetime):
        return f"{_day(start)} to {_day(end)}" if end else f"{_day(start)}, all day"
    text = f"{_day(start)}, {_clock(start)}"
    end_zone = ""
    if isinstance(end, datetime):
        same = end.date() == start.date()
        text += f" to {_clock(end)}" if same else f" to {_day(end)}, {_clock(end)}"
        end_zone = _zone(event.single["DTEND"]) if "DTEND" in event.single else ""
    zone = _zone(start_property)
    if zone and end_zone and end_zone != zone:
        return f"{text} ({zone} to {end_zone})"
    return f"{text} ({zone})" if zone else text


def _repeats(event: _Event) -> str:
    """Say a recurrence rule in words where it is a simple one, else as it stands."""
    rule = event.words("RRULE")
    fields = dict(piece.split("=", 1) for piece in rule.upper().split(";") if "=" in piece)
    frequency = _FREQUENCIES.get(fields.pop("FREQ", ""))
    if not frequency:
        return rule[:200]
    every = fields.pop("INTERVAL", "1")
    text = frequency[0] if every == "1" else frequency[1].format(every[:6])
    days = fields.pop("BYDAY", "")
    if days:
        names = [_WEEKDAYS.get(day, day) for day in days.split(",")]
        text += f" on {', '.join(names)}"
    if "COUNT" in fields:
        text += f", {fields.pop('COUNT')[:6]} times"
    until = _moment(_Property({}, fields.pop("UNTIL", "")))
    text += f" until {_day(until)}" if until else ""
    fields.pop("WKST", None)
    return f"{text} ({rule[:200]})" if fields else text


def _person(one: _Property) -> str:
    address = clean(one.value)
    address = address[7:] if address[:7].lower() == "mailto:" else address
    name = clean(one.parameters.get("CN", ""))
    if name and name.lower() != address.lower():
        return f"{name} <{address}>" if "@" in address else name
    return address[:320]


def _attendee(one: _Property) -> str:
    state = _STATES.get(one.parameters.get("PARTSTAT", "").upper(), "")
    return f"{_person(one)} ({state})" if state else _person(one)


def _description(event: _Event) -> str:
    found = event.single.get("DESCRIPTION")
    text = _unescape(found.value) if found else ""
    lines = [clean(line) for line in text[:_NOTES_CHARS].split("\n")]
    return "\n".join(lines).strip()


def _event_words(event: _Event) -> list[str]:
    organiser = event.single.get("ORGANIZER")
    people = [_attendee(one) for one in event.attendees[:_ATTENDEES_LIMIT]]
    if len(event.attendees) > _ATTENDEES_LIMIT:
        people.append(f"and {len(event.attendees) - _ATTENDEES_LIMIT} more")
    facts = (
        ("What", event.words("SUMMARY")[:500]),
        ("When", _when(event)),
        ("Repeats", _repeats(event)),
        ("Where", event.words("LOCATION")[:500]),
        ("Organiser", _person(organiser) if organiser else ""),
        ("Attendees", ", ".join(person for person in people if person)),
        ("Comment", event.words("COMMENT")[:2_000]),
    )
    lines = [f"{name}: {value}" for name, value in facts if value]
    if description := _description(event):
        lines += ["", description]
    return lines


def calendar_words(text: str) -> str:
    """Sum up a calendar part: one line a fact, then the description; ``""`` where it holds no event."""
    method, events = _events(text[:_BYTES_LIMIT])
    if not events:
        return ""
    blocks = []
    for event in events[:_EVENTS_LIMIT]:
        cancelled = event.words("STATUS").upper() == "CANCELLED"
        title = _TITLES["CANCEL"] if cancelled else _TITLES.get(method, "Event")
        blocks.append("\n".join([f"[{title}]", *_event_words(event)]))
    if len(events) > _EVENTS_LIMIT:
        blocks.append("[More events follow; see the attached calendar.]")
    return "\n\n".join(blocks)
