"""Reach the relay: connect, secure the connection, log in (RFC 3207, RFC 4954, RFC 8314).

Everything here fails closed: where a connection is not as the operator wants it, nothing is sent.
"""

import asyncio
import base64
import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiosmtplib
from aiosmtplib import SMTP

from daemon.edges.oauth import OAuthError, TokenSource
from daemon.edges.relay_settings import RelaySettings
from daemon.mail.fields_out import clean
from daemon.services.delivery import REPLY_LIMIT_CHARS

# reliability F14; a shorter time in the settings counts for connecting as well.
CONNECT_TIMEOUT_SECONDS = 30
# RFC 5321 s 4.5.3.2.6: ten times as long as for a command, since the relay stores the mail meanwhile.
DATA_TIMEOUT_FACTOR = 10
_PORTS = {"smtp": 25, "smtps": 465}


class RelayError(Exception):
    """What keeps mail from getting to the relay, in words for the operator; never holds a secret."""


@dataclass(frozen=True, slots=True)
class Target:
    """A relay that is reached by SMTP, as the settings name it; ``tokens`` where that is by OAuth."""

    settings: RelaySettings
    base_dir: Path
    tokens: TokenSource | None = None

    @property
    def implicit_tls(self) -> bool:
        """Whether TLS begins before the first word (RFC 8314 s 3.3)."""
        return urlsplit(self.settings.url).scheme == "smtps"

    @property
    def place(self) -> tuple[str, int]:
        """Return host and port; RelayError where the URL has no host."""
        parts = urlsplit(self.settings.url)
        if not parts.hostname:
            raise RelayError(f"relay.url: expected a host after {parts.scheme}://, got {self.settings.url}")
        return parts.hostname, parts.port or _PORTS[parts.scheme]

    def tls_context(self) -> ssl.SSLContext | None:
        """Trust the machine's authorities or the file's; checks nothing where the operator says so."""
        if not self.implicit_tls and self.settings.starttls == "never":
            return None
        authority = self.settings.certificate_authority_file
        try:
            context = ssl.create_default_context(cafile=str(self.base_dir / authority) if authority else None)
        except OSError as error:
            raise RelayError(f"relay.certificate_authority_file {authority}: {error}") from error
        if not self.settings.verify_certificate:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def access_token(self) -> str:
        """Return a token of OAuth 2.0; RelayError where there is none to be had now."""
        if self.tokens is None:
            raise RelayError(f"nobody gives tokens for oauth {self.settings.oauth}")
        try:
            return self.tokens.token()
        except OAuthError as error:
            raise RelayError(str(error)) from error

    def password(self) -> str:
        """Read the secret anew, so that a changed one counts from the next connection on."""
        if self.settings.password_env:
            secret = os.environ.get(self.settings.password_env, "")
            if not secret:
                raise RelayError(f"relay.password_env: no environment variable {self.settings.password_env}")
            return secret
        path = self.base_dir / self.settings.password_file
        try:
            secret = path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise RelayError(f"relay.password_file {path}: {error}") from error
        if not secret:
            raise RelayError(f"relay.password_file {path} is empty")
        return secret


async def connect(target: Target) -> SMTP:
    """Return a connection that is ready for mail.

    Raises RelayError for whatever is in the way, the relay's refusals included: at this point they are
    about us and not about a mail.
    """
    settings = target.settings
    host, port = target.place
    client = SMTP(
        hostname=host,
        port=port,
        timeout=settings.timeout_seconds,
        local_hostname=settings.helo or None,
        use_tls=target.implicit_tls,
        start_tls=None if target.implicit_tls else {"required": True, "never": False}.get(settings.starttls),
        tls_context=await asyncio.to_thread(target.tls_context),
    )
    try:
        await client.connect(timeout=min(CONNECT_TIMEOUT_SECONDS, settings.timeout_seconds))
        if client.is_ehlo_or_helo_needed:
            await _greet(client)
        if settings.username:
            await _log_in(client, target)
    except ssl.SSLCertVerificationError as error:
        client.close()
        raise RelayError(
            f"{host}:{port}: the relay's certificate does not hold ({error.verify_message}); "
            "see relay.certificate_authority_file, relay.verify_certificate and relay.starttls"
        ) from error
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        client.close()
        raise RelayError(f"{host}:{port}: {words_of(error)}") from error
    except BaseException:
        client.close()
        raise
    return client


async def _greet(client: SMTP) -> None:
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()


async def _log_in(client: SMTP, target: Target) -> None:
    settings = target.settings
    secured = client.get_transport_info("sslcontext") is not None
    if not secured and settings.starttls != "never":
        raise RelayError(
            "the relay offers no TLS, and the password is not sent in the clear (RFC 4954 s 4); "
            'relay.starttls = "never" would allow it'
        )
    if settings.oauth and "xoauth2" not in client.server_auth_methods:
        raise RelayError("the relay takes no token: it does not offer AUTH XOAUTH2")
    secret = await asyncio.to_thread(target.access_token if settings.oauth else target.password)
    try:
        if settings.oauth:
            await client.auth_xoauth2(settings.username, secret)
        else:
            await client.login(settings.username, secret)
    except aiosmtplib.SMTPResponseException as error:
        if target.tokens is not None:
            await asyncio.to_thread(target.tokens.rejected, secret)
        text = _without(f"{error.code} {error.message}", settings.username, secret)
        # Not chained: the library's own error may quote the secret back (attack AT-226).
        raise RelayError(f"the relay does not let {settings.username} in: {text}") from None


def _without(text: str, username: str, secret: str) -> str:
    """Take the secret out of what a server said, in every form in which it went there."""
    plain = f"\0{username}\0{secret}"
    bearer = f"user={username}\x01auth=Bearer {secret}\x01\x01"
    # The longest first, which holds the shorter ones.
    forms = [*(base64.b64encode(form.encode()).decode() for form in (bearer, plain, secret)), secret]
    for form in forms:
        text = text.replace(form, "***")
    return clean(text, REPLY_LIMIT_CHARS)


def words_of(error: Exception) -> str:
    """Return what an error of the connection says, on one line."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return clean(f"{error.code} {error.message}", REPLY_LIMIT_CHARS)
    return clean(str(error), REPLY_LIMIT_CHARS) or type(error).__name__
