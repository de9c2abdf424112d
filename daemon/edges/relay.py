"""The way out as the courier sees it: an SMTP relay or a Maildir, by the same few words."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from daemon.edges.maildir_out import MaildirRelay
from daemon.edges.oauth import TokenSource
from daemon.edges.relay_login import RelayError, Target, connect
from daemon.edges.relay_settings import RelaySettings
from daemon.edges.relay_smtp import SmtpRelay
from daemon.services.delivery import Outcome
from storage.records import OutboxItem

__all__ = ["Relay", "RelayError", "check_relay", "open_relay"]


class Relay(Protocol):
    """Takes copies; see ``SmtpRelay.deliver`` for what it promises."""

    async def deliver(self, item: OutboxItem, content: bytes, may_send: Callable[[], bool] = ...) -> Outcome:
        """Hand one copy over and say what came of it."""

    async def rest(self) -> None:
        """Free what is held for mail that does not come."""

    async def close(self) -> None:
        """Free everything."""


def open_relay(settings: RelaySettings, base_dir: Path, tokens: TokenSource | None = None) -> Relay:
    """Return the relay that ``url`` names; connections are made when there is mail."""
    scheme, _, rest = settings.url.partition(":")
    if scheme == "maildir":
        return MaildirRelay(base_dir / rest)
    if scheme in {"smtp", "smtps"}:
        return SmtpRelay(Target(settings, base_dir, tokens))
    raise RelayError(f"relay.url: expected smtp:, smtps: or maildir:, got {settings.url}")


async def check_relay(settings: RelaySettings, base_dir: Path, tokens: TokenSource | None = None) -> str:
    """Go as far as a mail would and return in words how far that is; RelayError says what is wrong."""
    relay = open_relay(settings, base_dir)
    if isinstance(relay, MaildirRelay):
        try:
            await asyncio.to_thread(relay.prepare)
        except OSError as error:
            raise RelayError(f"relay.url {settings.url}: {error}") from error
        return f"{relay.folder} can be written to"
    target = Target(settings, base_dir, tokens)
    client = await connect(target)
    secured = "over TLS" if client.get_transport_info("sslcontext") is not None else "in the clear"
    login = f", logged in as {settings.username}" if settings.username else ""
    host, port = target.place
    client.close()
    return f"{host}:{port} answers {secured}{login}"
