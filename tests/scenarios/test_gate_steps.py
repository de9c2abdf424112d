"""What a request goes on by is not withheld because of other mail, but it has a limit of its own."""

from tests.scenarios.approvals import CARA, MANAGER, laptop, submit, with_item
from tests.scenarios.desk import StoryDesk, mail, reply


def asked(desk: StoryDesk, count: int) -> list[tuple[str, str]]:
    """Let Cara ask for so many laptops within an hour; returns the notices and their readers."""
    item = laptop(MANAGER)
    with_item(desk, item)
    for at in range(count):
        row = desk.mail_in(mail(CARA, f"Thing number {at} please", f"I would like thing {at}.\n"))
        submit(desk, item, row["ticket"])
    return [(one.notice, one.recipient) for one in desk.mail_out()]


def test_a_manager_is_asked_about_every_request_of_an_hour(desk: StoryDesk):
    sent = asked(desk, 8)

    assert sent.count(("approval-request", "max@corp.test")) == 8
    # Acknowledgements have their limit as ever.
    assert sent.count(("ticket-opened", "cara@corp.test")) == 5


def test_who_asked_is_told_of_the_decision_however_many_acknowledgements_there_were(desk: StoryDesk):
    item = laptop(MANAGER)
    with_item(desk, item)
    for at in range(7):
        desk.mail_in(mail(CARA, f"Thing number {at} please", f"I would like thing {at}.\n"))
    submit(desk, item, 1)
    request = next(one for one in desk.mail_out() if one.notice == "approval-request")

    desk.mail_in(reply(request, "Max <max@corp.test>", "approve"))

    assert ("request-told", "cara@corp.test") in [(one.notice, one.recipient) for one in desk.mail_out()]


def test_steps_of_requests_leave_room_for_acknowledgements(desk: StoryDesk):
    item = laptop(MANAGER)
    with_item(desk, item)
    for at in range(7):
        desk.advance(hours=3)
        row = desk.mail_in(mail("Max <max@corp.test>", f"Thing {at} please", f"I would like thing {at}.\n"))
        submit(desk, item, row["ticket"])
    desk.mail_out()
    desk.advance(hours=2)
    for at in range(6):
        row = desk.mail_in(mail(CARA, f"Thing number {at} please", f"I would like thing {at}.\n"))
        submit(desk, item, row["ticket"])
    desk.mail_out()

    desk.mail_in(mail("Max <max@corp.test>", "My printer", "It is dead."))

    assert ("ticket-opened", "max@corp.test") in [(one.notice, one.recipient) for one in desk.mail_out()]


def test_steps_have_a_limit_too(desk: StoryDesk):
    sent = asked(desk, 53)

    assert sent.count(("approval-request", "max@corp.test")) == 50
    reasons = [one["data"]["reason"] for one in desk.ticket(53)["events"] if one["kind"] == "not sent"]
    assert any(reason.endswith("steps max@corp.test") for reason in reasons)
