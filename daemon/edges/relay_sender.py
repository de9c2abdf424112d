"""Fall back to the plain return address where a relay refuses signed ones.

Many a relay takes mail only from the address that logged in, and says so after MAIL, after RCPT or after the
whole mail.  Such a mail is handed over again with the plain address, and the next ones at once.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from daemon.services.delivery import Delivered, Outcome, Refused
from daemon.services.return_addresses import is_signed, plain_address
from storage.records import OutboxItem

log = logging.getLogger("postdesk.relay")

# RFC 3463 s 3.2 and RFC 7372 for the codes; the words are those of Exchange Online, Postfix and the great
# mail providers.  Whoever speaks of the recipient or of the mail has not refused its sender.
_OF_SENDER = re.compile(
    r"\b5\.1\.[78]\b|\b5\.7\.60\b|\b5\.2\.252\b|\bsender\b|send ?as|\bmail from\b|\bfrom address\b",
    re.IGNORECASE,
)


def plain(item: OutboxItem) -> OutboxItem:
    """Return the copy with the address that its signed return address was made of."""
    return replace(item, reverse_path=plain_address(item.reverse_path or ""))


@dataclass(slots=True)
class ReturnPaths:
    """What we know of how a relay takes signed return addresses, for as long as the program runs."""

    _taken: bool = field(default=False)
    _refused: bool = field(default=False)

    async def hand_over(
        self, item: OutboxItem, attempt: Callable[[OutboxItem], Awaitable[Outcome]]
    ) -> Outcome:
        """Try with the signed return address where the relay may take it, then with the plain one.

        What was delivered with another address than the copy's own says so.
        """
        if not is_signed(item.reverse_path):
            return await attempt(item)
        if not self._refused:
            outcome = await attempt(item)
            if isinstance(outcome, Delivered):
                self._taken = True
            if not isinstance(outcome, Refused) or not _refuses_sender(outcome, item):
                return outcome
        again = await attempt(plain(item))
        if not isinstance(again, Delivered):
            return again
        if not self._taken and not self._refused:
            self._refused = True
            log.warning(
                "the relay refuses signed return addresses (%s); mail leaves with the plain one from now on: "
                "[desk] signed_return_address = false says so from the start",
                outcome.reply,
            )
        return replace(again, reverse_path=plain(item).reverse_path or "")


def _refuses_sender(outcome: Refused, item: OutboxItem) -> bool:
    """Tell whether a refusal is for the return address; what came to MAIL always is."""
    # Signed addresses stand in no reply that is kept, but as the plain one.
    named = plain(item).reverse_path or ""
    return outcome.to_mail or bool(_OF_SENDER.search(outcome.reply)) or named in outcome.reply.lower()
