"""Keep the tokens of one client alive: a refresh token that rests for too long comes to its end."""

import logging
import threading
from dataclasses import dataclass

from daemon.edges.oauth import OAuthError, TokenSource

log = logging.getLogger("postdesk.oauth")

# The source itself asks its provider only where a token has run out, and not too often in trouble.
INTERVAL_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Keeper:
    """Asks for a token every minute; what goes wrong is noted where health sees it."""

    source: TokenSource

    def run(self, stop: threading.Event) -> None:
        """Keep the tokens alive until ``stop`` is set."""
        said = ""
        while not stop.is_set():
            try:
                self.source.token()
            except OAuthError as error:
                if str(error) != said:
                    log.warning("%s", error)
                said = str(error)
            else:
                said = ""
            stop.wait(INTERVAL_SECONDS)
