"""Which time zones this machine knows."""

import difflib
import zoneinfo


def is_zone(name: str) -> bool:
    """Tell whether the time zone database has a zone of this name."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def zone_hint(name: str) -> str:
    """Return the zone that is probably meant, as a question; empty where none is near."""
    known = zoneinfo.available_timezones()
    if not known:
        return "this machine has no time zone database; install tzdata"
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else ""
