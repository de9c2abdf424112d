"""``postdesk gate`` and ``postdesk suppressed``."""

from daemon.clock import system_clock
from storage import people
from tests.scenarios.desk import mail


def test_gate_tells_of_the_fuse_the_counters_and_what_was_withheld(desk_folder):
    desk_folder.story.now = system_clock()
    for number in range(7):
        desk_folder.story.mail_in(mail("victim@v.test", f"Spam {number}", f"Text {number}"))

    said = desk_folder.postdesk("gate")
    found = desk_folder.postdesk("gate", "--json").json

    assert said.status == 0
    assert said.out.startswith("fuse: whole\nautomatic mails since ")
    assert "5 of at most 5000" in said.out
    assert "domain v.test" in said.out
    assert found["fuse"]["blown"] is False
    assert {"count": 5, "counter": "domain v.test"} in found["counters"]
    assert [(one["recipient"], one["count"]) for one in found["withheld"]] == [("victim@v.test", 2)]


def test_quiet_gate_has_nothing_to_tell(desk_folder):
    said = desk_folder.postdesk("gate", "list")

    assert "counted within the last hour: nothing" in said.out
    assert "withheld within the last day: nothing" in said.out


def test_blown_fuse_is_status_1_until_reopened(desk_folder):
    path = desk_folder.folder / "postdesk.toml"
    path.write_text(path.read_text().replace("[listener]", "auto_mail_per_hour = 1\n\n[listener]"))
    desk_folder.story.now = system_clock()
    desk_folder.story.mail_in(mail("victim@v.test", "Spam", "Text"))

    blown = desk_folder.postdesk("gate")
    as_json = desk_folder.postdesk("gate", "--json")
    reopened = desk_folder.postdesk("gate", "reopen")

    assert (blown.status, as_json.status, reopened.status) == (1, 1, 0)
    assert 'fuse: blown; "postdesk gate reopen"' in blown.out
    assert desk_folder.postdesk("gate").status == 0


def test_suppressed_addresses_are_listed_and_lifted(desk_folder):
    desk_folder.story.mail_in(mail("cara@cust.test", "Printer", "Dead."))
    with desk_folder.story.database.write():
        people.suppress("cara@cust.test", "550 no such user")

    listed = desk_folder.postdesk("suppressed", "--json").json
    lifted = desk_folder.postdesk("suppressed", "lift", "cara@cust.test")
    again = desk_folder.postdesk("suppressed", "lift", "cara@cust.test")

    assert listed == [{"address": "cara@cust.test", "reason": "550 no such user"}]
    assert lifted.out == "mail goes to cara@cust.test again; it was suppressed because: 550 no such user\n"
    assert (again.status, again.err) == (1, "Error: mail to cara@cust.test is not suppressed\n")
