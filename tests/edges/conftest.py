"""What the tests of the edges share."""

import pytest

from daemon.edges.courier import Courier
from daemon.edges.relay_settings import RelaySettings
from daemon.services.owner import this_owner
from tests.edges.scribe_bench import own, renderers, several_cores, template

# Fixtures of the scribe's tests.
__all__ = ["own", "renderers", "several_cores", "template"]


class Failures(list):
    """A list whose ``append`` a test may exchange."""


@pytest.fixture
def failures():
    return Failures()


@pytest.fixture
def look_often(monkeypatch):
    """Couriers that find what was queued sooner than they would."""
    monkeypatch.setattr("daemon.edges.courier.INTERVAL_SECONDS", 0.05)


@pytest.fixture
def make_courier(database, clock, failures, look_often, tmp_path):
    """Make couriers for a relay; further settings by name."""

    def courier(url, **changes):
        return Courier(
            database=database,
            settings=RelaySettings(url=url, starttls="never", helo="desk.test", **changes),
            owner=this_owner("courier"),
            clock=clock,
            base_dir=tmp_path,
            on_failure=lambda item, reply: failures.append((item.recipient, reply)),
        )

    return courier
