"""``tickets`` and ``ticket``: what the operator sees of the work."""

import pytest

from tests.scenarios.desk import mail, reply

CARA = "Cara Customer <cara@cust.test>"
AT = "2024-01-15T09:00:00Z"


@pytest.fixture
def conversation(desk_folder):
    """Cara's ticket, answered by Ann, with a note of hers; and a second one that is closed."""
    story = desk_folder.story
    printer = mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n\x1b[2Jand clears the screen.\n")
    printer.add_attachment(b"\x89PNG", "image", "png", filename="photo.png")
    story.mail_in(printer)
    _, to_ann, _ = story.mail_out()
    story.mail_in(reply(to_ann, "Ann <ann@corp.test>", "Put in letter paper."))
    story.mail_in(reply(to_ann, "Ann <ann@corp.test>", "She never reads it.", to_ann.note_address))
    story.mail_out()
    story.mail_in(mail("dan@cust.test", "Mouse is dead", "It squeaks.\n"))
    to_ann = next(one for one in story.mail_out() if one.recipient == "ann@corp.test")
    story.mail_in(reply(to_ann, "Ann <ann@corp.test>", "#close"))
    return desk_folder


def numbers(said):
    return [row["number"] for row in said.json]


class TestTickets:
    def test_open_ones_are_a_table_newest_first(self, conversation):
        said = conversation.postdesk("tickets")

        assert (said.status, said.err) == (0, "")
        assert said.out.splitlines() == [
            "NUMBER  STATE  PRIORITY  TEAM          ASSIGNEE       REQUESTER       SUBJECT          CREATED",
            f"1       open   P3        service-desk  ann@corp.test  cara@cust.test  Printer is dead  {AT}",
        ]

    @pytest.mark.parametrize(
        ("options", "found"),
        [
            ([], [1]),
            (["--all"], [2, 1]),
            (["--state", "closed"], [2]),
            (["--state", "closed", "--state", "open"], [2, 1]),
            (["--state", "pending-vendor"], []),
            (["--all", "--search", "mouse"], [2]),
            (["--all", "--team", "service-desk"], [2, 1]),
            (["--all", "--queue", "network"], []),
        ],
    )
    def test_options_choose(self, conversation, options, found):
        assert numbers(conversation.postdesk("tickets", "--json", *options)) == found

    def test_a_limit_that_cuts_is_told(self, conversation):
        said = conversation.postdesk("tickets", "--all", "--limit", "1", "--json")

        assert numbers(said) == [2]
        assert said.err == "only the newest 1 are shown; --limit shows more\n"

    def test_a_limit_that_just_fits_is_not(self, conversation):
        assert conversation.postdesk("tickets", "--all", "--limit", "2", "--json").err == ""

    def test_json_is_the_whole_ticket(self, conversation):
        listed = conversation.postdesk("tickets", "--json").json
        shown = conversation.postdesk("ticket", "1", "--json").json

        assert listed == [shown]

    def test_contradicting_options_are_wrong_use(self, conversation):
        said = conversation.postdesk("tickets", "--all", "--state", "open")

        assert (said.status, said.out) == (2, "")
        assert "--all and --state contradict each other" in said.err

    def test_an_unknown_state_is_wrong_use(self, conversation):
        assert conversation.postdesk("tickets", "--state", "done").status == 2


class TestTicket:
    def test_all_of_it_is_shown(self, conversation):
        said = conversation.postdesk("ticket", "1")

        assert said.status == 0
        head, first, answer, note, journal, copies = said.out.rstrip("\n").split("\n\n")
        assert head.splitlines() == [
            "#1  Printer is dead",
            "  type       incident",
            "  state      open",
            "  priority   P3 (impact medium, urgency medium)",
            "  team       service-desk",
            "  assignee   ann@corp.test",
            "  requester  Cara Customer <cara@cust.test>",
            f"  created    {AT}",
            f"  updated    {AT}",
        ]
        assert first.splitlines() == [
            f"--- message: Cara Customer <cara@cust.test>, {AT}, arrival 1",
            "  It says PC LOAD LETTER.",
            "  [2Jand clears the screen.",
            "  [attachment] photo.png  image/png, 4 bytes",
        ]
        assert answer.splitlines() == [
            f"--- answer: Ann <ann@corp.test>, {AT}, arrival 2",
            "  Put in letter paper.",
        ]
        assert note.splitlines()[0] == f"--- note, internal: Ann <ann@corp.test>, {AT}, arrival 3"
        assert journal.splitlines()[:2] == [
            "journal",
            (
                f"  {AT}  opened  by cara@cust.test (arrival:1): type incident, priority P3, "
                "requester cara@cust.test, teams service-desk"
            ),
        ]
        assert copies.splitlines()[:2] == [
            "mail",
            f"  copy 1: ticket-opened to cara@cust.test: queued, attempt 1 due {AT}",
        ]

    def test_full_texts_have_what_was_quoted(self, conversation):
        new, full = conversation.postdesk("ticket", "1"), conversation.postdesk("ticket", "1", "--full")

        assert "IT Support <support@desk.test> wrote" not in new.out
        assert "IT Support <support@desk.test> wrote" in full.out

    def test_nobody_is_named_so(self, desk_folder):
        desk_folder.story.mail_in(b"Subject: no sender\n\nhello\n")

        said = desk_folder.postdesk("ticket", "1")

        assert "  assignee   nobody yet\n  requester  unknown\n" in said.out
        assert "\n--- message: nobody, " in said.out

    def test_copied_people_are_shown(self, desk_folder):
        desk_folder.story.mail_in(mail(CARA, "x", "y", headers={"Cc": "Eva <eva@cust.test>"}))

        assert "\n  copied     Eva <eva@cust.test>\n" in desk_folder.postdesk("ticket", "1").out

    def test_one_that_is_not_there_is_status_1(self, conversation):
        said = conversation.postdesk("ticket", "99")

        assert (said.status, said.out, said.err) == (1, "", "Error: there is no ticket 99\n")

    def test_a_number_is_wanted(self, conversation):
        assert conversation.postdesk("ticket", "one").status == 2
