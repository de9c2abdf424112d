"""``postdesk ticket N --save``: the files of a ticket, out of the stored mail."""

from email.message import EmailMessage

import pytest

from tests.cli.operated import Operated
from tests.scenarios.desk import mail

PDF = bytes(range(256)) * 9


@pytest.fixture
def filed(desk_folder: Operated) -> Operated:
    message: EmailMessage = mail("cara@cust.test", "Invoice", "See attached.")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="../../Invoice.pdf")
    message.add_attachment("Ünicode".encode(), maintype="text", subtype="csv", filename="a.csv", cte="8bit")
    desk_folder.story.mail_in(message)
    return desk_folder


def test_files_are_written_whole_under_harmless_names(filed: Operated):
    said = filed.postdesk("ticket", "1", "--save", str(filed.folder / "files"))

    written = {path.name: path.read_bytes() for path in (filed.folder / "files").iterdir()}
    assert said.status == 0
    assert sorted(written.values()) == sorted([PDF, "Ünicode".encode()])
    assert any(name.endswith("Invoice.pdf") for name in written)
    assert len(said.out.splitlines()) == 2


def test_nothing_is_overwritten(filed: Operated):
    filed.postdesk("ticket", "1", "--save", str(filed.folder / "files"))

    said = filed.postdesk("ticket", "1", "--save", str(filed.folder / "files"))

    assert said.status == 1
    assert said.err.count("is there already") == 2
