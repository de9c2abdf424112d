"""One mail a day tells the administrators what the gate held back."""

from datetime import datetime

from daemon.desk.timetable import daily
from daemon.services.apply import Cause
from daemon.services.digest import held_back
from daemon.services.office import Office
from daemon.services.postbag import Postbag
from storage import jobs, journal

NAME = "budget-digest"
# Before the administrators come to work.
AT = daily("07:00")
EVERY = AT.every


def run(office: Office, now: datetime) -> str:
    """Send the digest, if anything was held back since the last one and there are administrators."""
    # Not "within a day": two runs are some seconds more than a day apart, and nothing may fall between.
    since = jobs.last_run_at(NAME) or now - EVERY
    withheld = journal.withheld_since(since)
    administrators = office.roster.desk.administrators
    if not withheld or not administrators:
        return f"held back {len(withheld)}; told {len(administrators) if withheld else 0}"
    postbag = Postbag(office, Cause("postdesk", f"job:{NAME}:{now.date().isoformat()}", now))
    for address in administrators:
        reader = office.letters.reader(address)
        postbag.write("budget-digest", reader, None, held=held_back(withheld, since, reader))
    return f"held back {len(withheld)}; told {postbag.post()}"
