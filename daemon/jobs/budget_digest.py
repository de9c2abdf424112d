"""One mail a day tells the administrators what the gate held back."""

from collections import Counter
from datetime import datetime, timedelta

from daemon.services.apply import Cause
from daemon.services.letters import written
from daemon.services.postbag import Office, Postbag
from storage import journal

EVERY = timedelta(days=1)
TOP = 20


def run(office: Office, now: datetime) -> str:
    """Send the digest, if anything was held back within a day and there are administrators."""
    withheld = journal.withheld_since(now - EVERY)
    administrators = office.roster.desk.administrators
    if not withheld or not administrators:
        return f"held back {len(withheld)}; told {len(administrators) if withheld else 0}"
    top = Counter(f"{recipient}: {reason}" for recipient, reason in withheld).most_common(TOP)
    postbag = Postbag(office, Cause("postdesk", f"job:budget-digest:{now.date().isoformat()}", now))
    for address in administrators:
        reader = office.letters.reader(address)
        held = {
            "count": len(withheld),
            "since": written(now - EVERY, reader.zone),
            "top": [{"what": what, "count": count} for what, count in top],
        }
        postbag.write("budget-digest", reader, None, held=held)
    return f"held back {len(withheld)}; told {postbag.post()}"
