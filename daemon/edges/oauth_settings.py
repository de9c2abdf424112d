"""What the operator decides about logins by OAuth 2.0 (RFC 6749)."""

from typing import Annotated

import msgspec
from msgspec import Meta


class OAuthSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One client of a provider, which mailboxes and the relay name by ``oauth``."""

    name: str
    client_id: str
    provider: Annotated[str, Meta(pattern="^(microsoft|google|custom)$")] = "custom"
    grant: Annotated[str, Meta(pattern="^(client_credentials|refresh_token|device_code)$")] = "refresh_token"
    tenant: str = ""
    client_secret_file: str = ""
    refresh_token_file: str = ""
    refresh_token_days: Annotated[int, Meta(ge=0)] = 0
    token_url: str = ""
    device_url: str = ""
    scope: str = ""
