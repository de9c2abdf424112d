"""One exchange with an OAuth 2.0 provider: a form goes out, JSON comes back (RFC 6749 s 5, RFC 8628 s 3)."""

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Collection, Mapping
from http.client import HTTPException
from typing import Any

# Shorter than a stop waits for its parts, so that a new refresh token on its way is not left behind.
TIMEOUT_SECONDS = 6.0
ANSWER_LIMIT_BYTES = 65_536
# What asking again will not change: somebody has to log in again or to mend the settings.
_FINAL = frozenset(
    {
        "invalid_grant",
        "invalid_client",
        "unauthorized_client",
        "invalid_scope",
        "unsupported_grant_type",
        "invalid_request",
        "interaction_required",
        "consent_required",
        "login_required",
        "access_denied",
        "expired_token",
    }
)
_CONTROLS = re.compile(r"[^\x20-\x7e]+")
_WORDS_LIMIT_CHARS = 300


class OAuthError(Exception):
    """No token, in words for the operator that hold no secret.

    ``refused`` says that asking again changes nothing; ``code`` is the provider's word for it, or empty.
    """

    def __init__(self, text: str, *, refused: bool = False, code: str = "") -> None:
        super().__init__(text)
        self.refused = refused
        self.code = code


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a secret goes where the operator said and nowhere else."""

    def redirect_request(self, *_request: Any) -> None:
        """Return nothing, which makes the redirect an error."""


def ask(
    url: str, form: Mapping[str, str], secrets: Collection[str], timeout: float = TIMEOUT_SECONDS
) -> dict[str, Any]:
    """Send a form and return the provider's answer; OAuthError where it is none, or an error.

    ``secrets`` are taken out of whatever is said about it.
    """
    body = urllib.parse.urlencode({name: value for name, value in form.items() if value}).encode()
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    # The rules of the settings let only https through, and http to this machine.
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=timeout) as answer:
            return _object(answer.read(ANSWER_LIMIT_BYTES + 1), url)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error, url, secrets) from None
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        said = harmless(str(reason), secrets) or type(reason).__name__
        raise OAuthError(f"{_host(url)} gave no answer: {said}") from None


def harmless(text: str, secrets: Collection[str]) -> str:
    """Make a provider's words fit for a log line, without any secret in them."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        for form in (secret, urllib.parse.quote_plus(secret)):
            text = text.replace(form, "***")
    return _CONTROLS.sub(" ", text).strip()[:_WORDS_LIMIT_CHARS]


def _refusal(error: urllib.error.HTTPError, url: str, secrets: Collection[str]) -> OAuthError:
    try:
        said = _object(error.read(ANSWER_LIMIT_BYTES + 1), url)
    except (OAuthError, OSError, HTTPException):
        said = {}
    code = said.get("error") if isinstance(said.get("error"), str) else ""
    description = said.get("error_description")
    words = " ".join(word for word in (code, description) if isinstance(word, str) and word)
    place = f"{_host(url)} answers {error.code}"
    text = f"{place}: {harmless(words, secrets)}" if words else place
    return OAuthError(text, refused=code in _FINAL and error.code < 500, code=str(code))


def _object(body: bytes, url: str) -> dict[str, Any]:
    if len(body) > ANSWER_LIMIT_BYTES:
        raise OAuthError(f"{_host(url)} answers more than {ANSWER_LIMIT_BYTES} bytes")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise OAuthError(f"{_host(url)} answers no JSON object")
    return found


def _host(url: str) -> str:
    return urllib.parse.urlsplit(url).netloc
