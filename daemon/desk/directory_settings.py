"""What the operator decides about the directory: from where it comes, and how often."""

from typing import Annotated

import msgspec
from msgspec import Meta


class AttributeSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The attributes of an LDAP entry that tell of a person; an empty one is not read.

    Manager, deputies and groups may be distinguished names.  ``active`` may be ``userAccountControl``, whose
    second bit says that an account is off, ``nsAccountLock``, or any attribute that says yes or no.
    """

    address: Annotated[str, Meta(min_length=1)] = "mail"
    also: str = ""
    name: str = "displayName"
    manager: str = "manager"
    department: str = "department"
    title: str = "title"
    roles: str = ""
    cost_centre: str = ""
    groups: str = ""
    deputies: str = ""
    active: str = ""


class DirectorySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where people, managers and deputies come from: a CSV file, an LDAP server, or commands alone."""

    csv: str = ""
    url: str = ""
    starttls: Annotated[str, Meta(pattern="^(required|never)$")] = "required"
    certificate_authority_file: str = ""
    bind_dn: str = ""
    password: str = ""
    password_file: str = ""
    base: str = ""
    filter: str = "(&(objectClass=person)(mail=*))"
    attributes: AttributeSettings = AttributeSettings()
    every_hours: Annotated[int, Meta(ge=0, le=720)] = 24
    disappear_percent: Annotated[float, Meta(ge=0, le=100)] = 20
    timeout_seconds: Annotated[int, Meta(ge=1, le=600)] = 30

    @property
    def source(self) -> str:
        """What the people come from by name: ``csv``, ``ldap``, or nothing where no source is configured."""
        return "csv" if self.csv else "ldap" if self.url else ""
