"""The desk's command with a watchdog that gives every part three seconds for a step, and two for its end."""

from daemon import supervisor
from daemon.__main__ import main

supervisor.STALL_SECONDS = 3.0
supervisor.STOP_SECONDS = 2.0

if __name__ == "__main__":
    main()
