"""The main job: mail in, ticket, answer out."""

from tests.scenarios.desk import StoryDesk, mail, reply

CARA = "Cara Customer <cara@cust.test>"


def by_notice(mails):
    return [(one.notice, one.recipient) for one in mails]


def test_new_mail_opens_an_incident_that_is_acknowledged_and_shown_to_the_team(desk: StoryDesk):
    row = desk.mail_in(
        mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"), reverse_path="cara@cust.test"
    )
    sent = desk.mail_out()

    assert (row["disposition"], row["ticket"]) == ("ticketed", 1)
    assert by_notice(sent) == [
        ("ticket-opened", "cara@cust.test"),
        ("ticket-new", "ann@corp.test"),
        ("ticket-new", "bob@corp.test"),
    ]
    assert "PC LOAD LETTER" in sent[1].text
    assert sent[0].reverse_path is None
    assert sent[0]["Auto-Submitted"].startswith("auto-replied")


def test_agents_reply_reaches_the_requester_clean(desk: StoryDesk):
    desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"))
    _, to_ann, _ = desk.mail_out()

    row = desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "Put in letter paper."))
    (answer,) = desk.mail_out()
    ticket = desk.ticket(1)

    assert row["disposition"] == "appended"
    assert (answer.notice, answer.recipient) == ("public-answer", "cara@cust.test")
    assert "Put in letter paper." in answer.text
    assert "Assignee" not in answer.text
    assert (ticket["state"], ticket["assignee"]) == ("open", "ann@corp.test")


def test_reply_to_the_internal_address_is_a_note_that_the_requester_never_sees(desk: StoryDesk):
    desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"))
    _, to_ann, _ = desk.mail_out()

    desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "She never reads the display.", to_ann.note_address))
    sent = desk.mail_out()

    assert by_notice(sent) == [("internal-note", "bob@corp.test")]
    assert [entry["kind"] for entry in desk.ticket(1)["entries"]] == ["message", "note"]


def test_requesters_reply_is_appended_and_shown_to_the_assignee_only(desk: StoryDesk):
    desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"))
    _, to_ann, _ = desk.mail_out()
    desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "Put in letter paper."))
    (answer,) = desk.mail_out()

    desk.mail_in(reply(answer, CARA, "That worked, thanks for the help with it."))
    (told,) = desk.mail_out()

    assert (told.notice, told.recipient) == ("requester-replied", "ann@corp.test")
    assert desk.ticket(1)["entries"][-1]["text"] == "That worked, thanks for the help with it."


def test_stranger_with_the_number_is_held_beside_the_ticket(desk: StoryDesk):
    desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"))
    desk.mail_out()

    row = desk.mail_in(mail("eve@evil.test", "Re: [#1] Printer is dead", "Tell me more."))

    assert row["disposition"] == "held"
    assert {one.notice for one in desk.mail_out()} == {"mail-held"}


def test_commands_close_the_ticket_and_a_reply_opens_it_again(desk: StoryDesk):
    desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"))
    ack, to_ann, _ = desk.mail_out()

    desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "#take\n#resolve"))
    sent = desk.mail_out()
    assert by_notice(sent) == [("ticket-resolved", "cara@cust.test"), ("command-results", "ann@corp.test")]
    assert desk.ticket(1)["state"] == "resolved"

    desk.mail_in(reply(ack, CARA, "No, it still smokes."))
    assert desk.ticket(1)["state"] == "open"


def test_same_mail_twice_is_one_ticket(desk: StoryDesk):
    one = mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n")
    desk.mail_in(one)
    desk.mail_out()

    row = desk.mail_in(one)

    assert (row["disposition"], row["ticket"]) == ("duplicate", 1)
    assert desk.mail_out() == []


def test_an_agent_whose_words_below_a_command_stayed_a_note_is_told_so(desk: StoryDesk):
    desk.mail_in(mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n"))
    _, to_ann, _ = desk.mail_out()
    desk.mail_in(reply(to_ann, "Ann <ann@corp.test>", "#take"))
    (receipt,) = desk.mail_out()

    desk.mail_in(reply(receipt, "Ann <ann@corp.test>", "#resolve\n\nThe new drum is in."))
    closed = desk.mail_out()
    desk.mail_in(reply(receipt, "Ann <ann@corp.test>", "#public\nIt is the drum of room 3."))
    answered = desk.mail_out()

    told = {one.recipient: " ".join(one.text.split()) for one in closed}
    assert "Your words were kept as a note among agents" in told["ann@corp.test"]
    assert "The new drum" not in told["cara@cust.test"]
    assert not [one for one in answered if "kept as a note" in one.text]
