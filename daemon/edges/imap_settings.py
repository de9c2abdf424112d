"""What the operator decides about a mailbox that is read by IMAP."""

from typing import Annotated

import msgspec
from msgspec import Meta


class MailboxSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One IMAP account.  ``folder`` is shorthand for one entry of ``folders``."""

    host: str
    username: str
    password_file: str = ""
    password_env: str = ""
    oauth: str = ""
    port: Annotated[int, Meta(ge=0, le=65535)] = 0
    security: Annotated[str, Meta(pattern="^(none|starttls|tls)$")] = "tls"
    certificate_authority_file: str = ""
    folder: str = "INBOX"
    folders: tuple[str, ...] = ()
    done_folder: str = ""
    filing: Annotated[str, Meta(pattern="^(move|flag|leave)$")] = "move"
    done_flag: str = "$Postdesk"
    address: str = ""
    idle: bool = True
    poll_seconds: Annotated[float, Meta(gt=0)] = 60
    timeout_seconds: Annotated[float, Meta(gt=0)] = 60
    message_limit_bytes: Annotated[int, Meta(ge=1)] = 26_214_400
