"""What the operator decides about proof: whose word about an author is believed, and what an agent needs."""

from typing import Annotated

import msgspec
from msgspec import Meta

# In ``trusted_peers`` this stands for every client of a socket in the file system, which has no address.
UNIX_PEER = "unix"


class TrustSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose check of an author counts: that of a pinned server in front of the desk, or the desk's own.

    ``authserv_id`` is the name of that server in Authentication-Results (RFC 8601); without it, and without
    ``microsoft``, no such field is believed.  ``trusted_peers`` are addresses, networks or ``unix``.
    """

    authserv_id: str = ""
    trusted_hops: Annotated[int, Meta(ge=1, le=20)] = 1
    trusted_peers: tuple[str, ...] = ()
    microsoft: bool = False
    check: Annotated[str, Meta(pattern="^(never|auto)$")] = "never"
    require_both: bool = False

    @property
    def believes_fields(self) -> bool:
        """Whether any Authentication-Results field can be believed at all."""
        return bool(self.authserv_id) or self.microsoft
