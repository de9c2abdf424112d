"""Numbers for Prometheus, served by a thread of their own: ``GET /metrics`` and nothing else."""

import importlib
import importlib.util
import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from daemon.edges.metrics_settings import MetricsSettings
from daemon.services.metrics import Numbers, NumbersUnavailable

log = logging.getLogger("postdesk.metrics")

# The package is an extra, and asking for it costs nothing.
AVAILABLE = importlib.util.find_spec("prometheus_client") is not None
# However often it is asked, the database counts at most so often.
KEPT_SECONDS = 5.0
TIMEOUT_SECONDS = 10.0


class MetricsServer:
    """Serves until it is stopped; ``address`` is where."""

    def __init__(self, settings: MetricsSettings, read: Callable[[], Numbers]) -> None:
        self._client: Any = importlib.import_module("prometheus_client")
        self._families: Any = importlib.import_module("prometheus_client.core")
        self._read = read
        self._lock = threading.Lock()
        self._kept: tuple[float, bytes] | None = None
        self._server = ThreadingHTTPServer((settings.host, settings.port), self._handler())
        self._server.daemon_threads = True

    @property
    def address(self) -> tuple[str, int]:
        """Return host and port."""
        host, port = self._server.server_address[:2]
        return str(host), int(port)

    def run(self, stop: threading.Event) -> None:
        """Serve until ``stop`` is set."""
        serving = threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True)
        serving.start()
        stop.wait()
        self._server.shutdown()
        self._server.server_close()

    def page(self) -> bytes:
        """Return the numbers in Prometheus' text format; NumbersUnavailable where there are none now."""
        with self._lock:
            if self._kept is None or time.monotonic() - self._kept[0] > KEPT_SECONDS:
                registry = self._client.CollectorRegistry()
                registry.register(_Collected(self._families, self._read()))
                self._kept = (time.monotonic(), self._client.generate_latest(registry))
            return self._kept[1]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            timeout = TIMEOUT_SECONDS

            def do_GET(self) -> None:
                status, content = server.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the library's name
                log.debug(format, *args)

        return Handler

    def answer(self, path: str) -> tuple[int, bytes]:
        """Return status and content for a path."""
        if path.partition("?")[0] != "/metrics":
            return 404, b"ask for /metrics\n"
        try:
            return 200, self.page()
        except NumbersUnavailable as error:
            log.warning("no numbers: %s", error)
            return 503, b"the database does not answer\n"


class _Collected:
    """One reading, as prometheus-client wants it handed over."""

    def __init__(self, families: Any, numbers: Numbers) -> None:
        self._families = families
        self._numbers = numbers

    def collect(self) -> list[Any]:
        """Return the metrics."""
        numbers = self._numbers
        facts = numbers.facts
        read = {one.name: one.state.last_success_at for one in facts.mailboxes if one.state}
        errors = {one.name: one.state.errors for one in facts.mailboxes if one.state}
        ran = {job.name: job.last_run_at for job in facts.jobs}
        ends = {one.name: one.stored.refresh_until for one in facts.tokens if one.stored}
        back = {one.address: one.returned for one in facts.beats if one.returned}
        returns: dict[str, datetime | None] = {address: one.back_at for address, one in back.items()}
        trips = {address: one.took.total_seconds() for address, one in back.items()}
        last = facts.last_arrival_at
        name = "postdesk_last_arrival_timestamp_seconds"
        came = [self._gauge(name, "When the last mail came", last.timestamp())] if last else []
        return [
            self._counter(
                "postdesk_arrivals", "Messages by what became of them", "disposition", numbers.arrivals
            ),
            self._gauge("postdesk_arrivals_waiting", "Messages that are not settled yet", numbers.waiting),
            self._by("postdesk_outbox", "Copies of outgoing mail by state", "state", numbers.outbox),
            self._gauge("postdesk_health", "0 fine, 1 degraded, 2 broken", numbers.health),
            self._by(
                "postdesk_mailbox_last_success_timestamp_seconds", "Last whole round", "mailbox", _at(read)
            ),
            self._by("postdesk_mailbox_errors", "Errors since its poller started", "mailbox", errors),
            self._by("postdesk_job_last_run_timestamp_seconds", "Last run of a job", "job", _at(ran)),
            self._by("postdesk_oauth_refresh_until_timestamp_seconds", "End of the token", "name", _at(ends)),
            self._by(
                "postdesk_heartbeat_last_return_timestamp_seconds", "Last return", "address", _at(returns)
            ),
            self._by("postdesk_heartbeat_round_trip_seconds", "How long that took", "address", trips),
            *came,
        ]

    def _gauge(self, name: str, text: str, value: float) -> Any:
        return self._families.GaugeMetricFamily(name, text, value=value)

    def _by(self, name: str, text: str, label: str, values: dict[str, Any]) -> Any:
        return _filled(self._families.GaugeMetricFamily(name, text, labels=[label]), values)

    def _counter(self, name: str, text: str, label: str, values: dict[str, int]) -> Any:
        return _filled(self._families.CounterMetricFamily(name, text, labels=[label]), values)


def _filled(family: Any, values: dict[str, Any]) -> Any:
    for name, value in values.items():
        family.add_metric([name], value)
    return family


def _at(moments: dict[str, datetime | None]) -> dict[str, float]:
    return {name: moment.timestamp() for name, moment in moments.items() if moment is not None}
