"""The pulse of a part: the sign that it gets on with its work, which systemd's watchdog is fed by."""

import time


class Pulse:
    """Tells how long a part has not got on; ``beat`` may be called from any thread."""

    def __init__(self) -> None:
        self._beaten_at = time.monotonic()

    def beat(self) -> None:
        """Note that the part has taken another step."""
        self._beaten_at = time.monotonic()

    @property
    def silent_seconds(self) -> float:
        """Return how long ago the last step was."""
        return time.monotonic() - self._beaten_at
