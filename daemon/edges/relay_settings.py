"""What the operator decides about the way out."""

from typing import Annotated

import msgspec
from msgspec import Meta


class RelaySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The relay: ``smtp://host:port``, ``smtps://host:port`` or ``maildir:folder``.

    With ``smtp:`` the setting ``starttls`` decides: ``auto`` uses it where it is offered, and defers
    the mail if the certificate does not hold, ``required`` sends nothing without it, ``never`` does not ask.
    """

    url: str = "maildir:outgoing"
    username: str = ""
    password_file: str = ""
    password_env: str = ""
    oauth: str = ""
    starttls: Annotated[str, Meta(pattern="^(auto|required|never)$")] = "auto"
    certificate_authority_file: str = ""
    verify_certificate: bool = True
    helo: str = ""
    connections: Annotated[int, Meta(ge=1, le=50)] = 4
    timeout_seconds: Annotated[float, Meta(gt=0)] = 60
    give_up_after_hours: Annotated[float, Meta(gt=0)] = 120
