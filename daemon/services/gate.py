"""The one gate for outgoing mail: who may not be written to, and who not that often.

Agents are not counted: they asked for what they get.  Everybody else gets so much automatic mail and no
more; past that the desk stays silent and the journal of the ticket says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from daemon.desk.addressing import Roster, fold
from daemon.desk.notices import Notice
from storage import outbox, people

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# The count of all automatic mail is asked of the database this often; in between we count along.
RECOUNT = timedelta(seconds=20)


@dataclass
class Gate:
    """Decides for one mail to one recipient; ``refusal`` gives the reason or None."""

    roster: Roster
    _total: int = 0
    _counted_at: datetime | None = field(default=None)

    def refusal(self, notice: Notice, recipient: str, now: datetime) -> str | None:
        """Return why this mail must not be sent, or None where it may."""
        return next(filter(None, self._reasons(notice, fold(recipient), now)), None)

    def count(self, notice: Notice, recipient: str) -> None:
        """Count a mail that was let through."""
        if notice.automatic and self.roster.agent(recipient) is None:
            self._total += 1

    def _reasons(self, notice: Notice, recipient: str, now: datetime) -> Iterable[str | None]:
        yield "it is an address of the desk itself" if self.roster.is_own(recipient) else None
        suppressed = people.suppressions([recipient])
        yield f"mail to it is suppressed: {suppressed[recipient]}" if recipient in suppressed else None
        if notice.automatic is None or self.roster.agent(recipient) is not None:
            return
        yield self._over_budget(recipient, now)
        yield self._over_fuse(now)

    def _over_budget(self, recipient: str, now: datetime) -> str | None:
        desk = self.roster.desk
        hourly, daily = desk.auto_mail_per_address_and_hour, desk.auto_mail_per_address_and_day
        today = outbox.automatic_count(recipient, now - DAY)
        if today >= daily:
            return f"it got {today} automatic mails within a day"
        if today >= hourly and outbox.automatic_count(recipient, now - HOUR) >= hourly:
            return f"it got {hourly} automatic mails within an hour"
        return None

    def _over_fuse(self, now: datetime) -> str | None:
        if self._counted_at is None or not self._counted_at <= now < self._counted_at + RECOUNT:
            self._total = outbox.automatic_total(now - HOUR)
            self._counted_at = now
        if self._total >= self.roster.desk.auto_mail_per_hour:
            return f"the desk sent {self._total} automatic mails within an hour: the fuse is blown"
        return None
