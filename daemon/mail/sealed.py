"""Recognise signed and encrypted mail: S/MIME (RFC 8551) and OpenPGP (RFC 3156, inline RFC 4880 s 7).

Nothing is verified and nothing decrypted: the desk has no keys.  A signed mail that hides its words in a
CMS structure is opened, since no key is needed to read it.
"""

from collections.abc import Iterable

from daemon.mail.mimetree import Entity
from daemon.mail.sealed_cms import cms_kind

SEALED_WORDS = "This mail is encrypted; the desk cannot read it."
CMS_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
SIGNATURE_TYPES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_SEALED_TYPES = frozenset({"multipart/encrypted", "application/pgp-encrypted"})
_SEALED_KINDS = frozenset({"enveloped-data", "authenveloped-data"})


def may_be_cms(content_type: str, name: str) -> bool:
    """Tell whether a part is S/MIME, also where a gateway spoilt its type (RFC 8551 s 3.2.1)."""
    return content_type in CMS_TYPES or (
        content_type == "application/octet-stream" and name.lower().endswith("smime.p7m")
    )


def seal_of(entities: Iterable[Entity], blocks: Iterable[str], cms: Iterable[bytes]) -> str:
    """Return ``sealed`` for a mail that is encrypted, ``signed`` for one that is only signed, else ``""``.

    ``blocks`` are the types of what stood in the text itself, ``cms`` the contents of S/MIME parts.
    """
    types = {entity.content_type for entity in entities}
    inline = set(blocks)
    kinds = {cms_kind(content) for content in cms}
    if types & _SEALED_TYPES or "application/pgp-encrypted" in inline or kinds & _SEALED_KINDS:
        return "sealed"
    if "multipart/signed" in types or inline & SIGNATURE_TYPES or "signed-data" in kinds:
        return "signed"
    return ""
