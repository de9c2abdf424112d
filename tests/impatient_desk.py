"""The desk's command with a watchdog that gives every part three seconds for a step."""

from daemon import supervisor
from daemon.__main__ import main

supervisor.STALL_SECONDS = 3.0

if __name__ == "__main__":
    main()
