"""The desk's command with signing keys that sign a tenth of a second after they were made."""

from datetime import timedelta

from daemon.__main__ import main
from daemon.services import keyring

keyring.READ_AGAIN = timedelta(milliseconds=50)
keyring.SIGNS_AFTER = 2 * keyring.READ_AGAIN

if __name__ == "__main__":
    main()
