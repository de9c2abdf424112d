"""Where the known providers of OAuth 2.0 are, and what is asked of them for reading and sending mail."""

from dataclasses import dataclass

from daemon.edges.oauth_settings import OAuthSettings


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a client asks for what; ``refresh_days`` is how long a refresh token lives, 0 for unknown."""

    token_url: str
    device_url: str
    scope: str
    refresh_days: int


def endpoints(settings: OAuthSettings) -> Endpoints:
    """Return the provider's places with what the settings say in their stead."""
    usual = _USUAL[settings.provider](settings)
    return Endpoints(
        token_url=settings.token_url or usual.token_url,
        device_url=settings.device_url or usual.device_url,
        scope=settings.scope or usual.scope,
        refresh_days=settings.refresh_token_days or usual.refresh_days,
    )


def _microsoft(settings: OAuthSettings) -> Endpoints:
    base = f"https://login.microsoftonline.com/{settings.tenant}/oauth2/v2.0"
    # A program of its own has the application's permissions; with a person's login they are named.
    own = "https://outlook.office365.com/.default"
    person = (
        "offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send"
    )
    scope = own if settings.grant == "client_credentials" else person
    return Endpoints(f"{base}/token", f"{base}/devicecode", scope, 90)


def _google(_settings: OAuthSettings) -> Endpoints:
    return Endpoints("https://oauth2.googleapis.com/token", "", "https://mail.google.com/", 0)


def _custom(_settings: OAuthSettings) -> Endpoints:
    return Endpoints("", "", "", 0)


_USUAL = {"microsoft": _microsoft, "google": _google, "custom": _custom}
