"""A courier as a process of its own, to be killed; arguments: database URL, relay URL, connections."""

import asyncio
import sys
from pathlib import Path

from daemon.clock import system_clock
from daemon.edges.courier import Courier
from daemon.edges.relay_settings import RelaySettings
from daemon.services.owner import this_owner
from storage.database import Database


def main(database_url, relay_url, connections):
    courier = Courier(
        database=Database(database_url),
        settings=RelaySettings(url=relay_url, starttls="never", connections=int(connections)),
        owner=this_owner("courier"),
        clock=system_clock,
        base_dir=Path(),
        on_failure=lambda _item, _reply: None,
    )
    asyncio.run(courier.run(asyncio.Event()))


if __name__ == "__main__":
    main(*sys.argv[1:])
