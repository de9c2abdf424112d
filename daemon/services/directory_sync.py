"""Take a source over into the directory, after a look at what would change.  Callers hold the transaction."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.desk.directory import Differences, Finding, brake, differences, findings
from daemon.services.apply import Cause
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from storage import directory
from storage.records import DirectoryPerson

NOTICE = "directory-problems"
_ABOUT = "problems"
# A mail that lists more helps nobody; the command lists all.
TOLD_LIMIT = 20
# Who left stays known as having left for so long; then nothing of them is left here.
GONE_KEPT = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking a source over; ``refused`` says why nothing was changed, empty where it was."""

    differences: Differences
    refused: str = ""


def compared(people: Collection[DirectoryPerson]) -> Differences:
    """Say what a source tells otherwise than the directory; nothing is changed."""
    return differences(directory.everybody(), people)


def take(people: Collection[DirectoryPerson], source: str, now: datetime, percent: float | None) -> Taken:
    """Make the directory what the source says; refused where more than ``percent`` would disappear.

    None as percent believes everything.
    """
    directory.lock()
    found = compared(people)
    refused = brake(found, percent) if percent is not None else ""
    if not refused:
        directory.put(found.written, source, now)
        directory.mark_gone([one.address for one in found.gone], now)
        directory.seen(source, now)
        directory.forget_gone(now - GONE_KEPT)
    return Taken(found, refused)


def found_wrong() -> tuple[Finding, ...]:
    """List whose manager or deputies lead nowhere, by the directory as it is now."""
    everybody = directory.listed()
    present = [one.person for one in everybody if one.gone_at is None]
    return findings(present, {one.person.address for one in everybody if one.gone_at is not None})


def tell(office: Office, found: Sequence[Finding], refused: Sequence[str], now: datetime) -> int:
    """Tell the administrators once of what is wrong; the same again, in any order, is not told.

    ``refused`` says why nothing was taken over.  Return how many mails that are.  When all is mended that is
    noted, so that they are told if it returns.
    """
    problems = sorted([*refused, *map(str, found)])
    digest = hashlib.sha256("\n".join(problems).encode()).hexdigest() if problems else ""
    if digest == directory.told(_ABOUT):
        return 0
    directory.note_told(_ABOUT, digest, now)
    if not problems:
        return 0
    postbag = Postbag(office, Cause("postdesk", f"directory:{digest[:16]}:{now.isoformat()}", now))
    told = {
        "count": len(problems),
        "refused": list(refused[:TOLD_LIMIT]),
        "lines": [_line(one) for one in found[:TOLD_LIMIT]],
        "more": sum(max(0, len(some) - TOLD_LIMIT) for some in (refused, found)),
    }
    for address in office.roster.desk.administrators:
        postbag.write(NOTICE, office.letters.reader(address), None, directory=told)
    return postbag.post()


def _line(found: Finding) -> dict[str, str]:
    return {"what": str(found.trouble), "who": found.address, "about": ", ".join(found.about)}
