"""Cara links her address at home: what the stories about second addresses share."""

from storage.models import AddressRow, PersonRow
from tests.scenarios.desk import Mail, StoryDesk, mail, reply

CARA, HOME, HOME_ADDRESS = "Cara Customer <cara@cust.test>", "Cara <cara@home.test>", "cara@home.test"
ANN, EVE = "Ann <ann@corp.test>", "Eve <eve@evil.test>"
LINK = "#link cara@home.test"


def open_ticket(desk: StoryDesk) -> Mail:
    """Open ticket 1 of Cara and return her acknowledgement, whose reply address proves that it is she."""
    desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"), reverse_path="cara@cust.test")
    return desk.mail_out()[0]


def asked(desk: StoryDesk, opened: Mail, line: str = LINK) -> Mail:
    """Let Cara ask to link her address at home; returns what the desk writes to that one."""
    row = desk.mail_in(reply(opened, CARA, line))
    assert row["disposition"] == "acted", row["reason"]
    return next(one for one in desk.mail_out() if one.notice == "address-confirm")


def linked(desk: StoryDesk, opened: Mail) -> list[Mail]:
    """Link Cara's address at home; returns what the desk writes because of that."""
    row = desk.mail_in(reply(asked(desk, opened), HOME, "Yes"))
    assert row["disposition"] == "acted", row["reason"]
    return desk.mail_out()


def sent(desk: StoryDesk) -> list[tuple[str, str]]:
    return sorted((one.notice, one.recipient) for one in desk.mail_out())


def kinds(desk: StoryDesk, number: int = 1) -> list[str]:
    return [event["kind"] for event in desk.ticket(number)["events"]]


def owners(desk: StoryDesk) -> list[list[str]]:
    """Return the addresses of every person outside, person by person."""
    with desk.database.read():
        people = [row.id for row in PersonRow.select().order_by(PersonRow.id)]
        rows = list(AddressRow.select().order_by(AddressRow.address))
    return [[row.address for row in rows if row.person_id == one] for one in people]
