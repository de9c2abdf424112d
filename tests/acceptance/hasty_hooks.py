"""The desk's command with hooks that look ten times a second for what has happened."""

from daemon.__main__ import main
from daemon.edges import hook_caller

hook_caller.INTERVAL_SECONDS = 0.1

if __name__ == "__main__":
    main()
