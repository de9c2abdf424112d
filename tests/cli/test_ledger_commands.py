"""``ledger``, ``trace`` and ``replay``: every message accounted for, and its way told."""

import email.policy

import pytest

from daemon.cli.trace import in_full
from daemon.edges.reader import Reader, ReadingLimits
from daemon.services import views
from storage import outbox
from storage.models import EntryRow
from storage.records import Incoming
from storage.vocabulary import Source
from tests.cli.operated import break_on
from tests.conftest import MONDAY_MORNING
from tests.scenarios.desk import mail, reply

CARA = "Cara <cara@cust.test>"
PRINTER = mail(CARA, "Printer is dead", "It says PC LOAD LETTER.\n")
AT = "2024-01-15T09:00:00Z"
ENVELOPE = {
    "reverse_path": "cara@cust.test",
    "recipients": ("support@desk.test",),
    "peer": "192.0.2.7",
    "helo": "mx.cust.test",
    "tls": "TLSv1.3",
}


@pytest.fixture
def settled(desk_folder):
    desk_folder.story.mail_in(PRINTER, **ENVELOPE)
    return desk_folder


class TestLedger:
    def test_counts_are_a_table(self, settled):
        said = settled.postdesk("ledger")

        assert said.out.splitlines()[:3] == ["DISPOSITION  COUNT", "ticketed     1", "appended     0"]
        assert said.out.splitlines()[-1] == "waiting      0"

    def test_the_latest_are_listed_below(self, settled):
        settled.story.mail_in(PRINTER)

        said = settled.postdesk("ledger", "--list", "1")

        head, line = said.out.split("\n\n")[1].splitlines()
        assert head.split()[:3] == ["ID", "RECEIVED", "SOURCE"]
        assert line.split()[:5] == ["2", AT, "smtp", "settled", "duplicate"]

    def test_json_is_one_object_with_the_list_inside(self, settled):
        break_on(settled.story, b"Subject: broken\n\nx\n")

        plain = settled.postdesk("ledger", "--json").json
        listed = settled.postdesk("ledger", "--state", "quarantined", "--json").json

        assert plain == {
            "ticketed": 1,
            "appended": 0,
            "held": 0,
            "acted": 0,
            "ignored": 0,
            "duplicate": 0,
            "refused": 0,
            "quarantined": 1,
            "waiting": 0,
        }
        assert [row["id"] for row in listed.pop("arrivals")] == [2]
        assert listed == plain

    def test_a_state_without_any_lists_nothing(self, settled):
        said = settled.postdesk("ledger", "--state", "claimed").out
        assert said.endswith("\n\nno message is claimed\n")


class TestTrace:
    def test_the_whole_way_is_told(self, settled):
        with settled.story.database.write():
            (item, _, _) = outbox.claim("x/0/0/courier", MONDAY_MORNING, MONDAY_MORNING - MONDAY_MORNING, 3)
            outbox.record_sent(item, "250 2.0.0 taken as 4711", MONDAY_MORNING)
        number = views.arrival(settled.story.database, 1)["digest"]

        said = settled.postdesk("trace", "1")

        assert said.out.splitlines() == [
            "arrival 1: ticketed, ticket 1: a new topic",
            f"  received    {AT} by smtp from 192.0.2.7, which said it is mx.cust.test",
            "  security    TLSv1.3, no login",
            "  envelope    from <cara@cust.test> to <support@desk.test>",
            f"  Message-ID  {PRINTER['Message-ID']}",
            f"  size        {len(PRINTER.as_bytes(policy=email.policy.SMTP))} bytes",
            f"  digest      sha256 {number}",
            f"  settled     {AT}",
            "  evidence",
            "    1. author cara@cust.test: unverified",
            "    2. opening: it answers nothing that we know",
            '    3. type incident (2 for incident: "dead" in the subject)',
            "    4. priority P3 by impact medium, urgency medium: nothing stands out",
            "  done to ticket 1",
            (
                f"    {AT}  opened  by cara@cust.test (arrival:1): type incident, priority P3, "
                "requester cara@cust.test, teams service-desk"
            ),
            (
                f"    {AT}  handled  by cara@cust.test (arrival:1): type incident "
                '(2 for incident: "dead" in the subject)'
            ),
            (
                f"    {AT}  entry  by cara@cust.test (arrival:1): kind message, visibility public, "
                "author cara@cust.test"
            ),
            "  mail because of it",
            f"    copy 1: ticket-opened to cara@cust.test: sent {AT}, 250 2.0.0 taken as 4711",
            "    copy 2: ticket-new to ann@corp.test: sending",
            "    copy 3: ticket-new to bob@corp.test: sending",
        ]

    @pytest.mark.parametrize("spelling", ["<{}>", "{}"])
    def test_a_message_id_names_every_arrival_that_carried_it(self, settled, spelling):
        settled.story.mail_in(PRINTER)
        bare = PRINTER["Message-ID"].strip("<>")

        ways = settled.postdesk("trace", spelling.format(bare), "--json").json

        assert [(way["id"], way["disposition"]) for way in ways] == [(1, "ticketed"), (2, "duplicate")]

    def test_only_what_this_message_caused_is_listed(self, settled):
        _, to_ann, _ = settled.story.mail_out()
        settled.story.mail_in(reply(to_ann, "Ann <ann@corp.test>", "Put in letter paper."))

        (way,) = settled.postdesk("trace", "2", "--json").json

        assert {event["cause"] for event in way["events"]} == {"arrival:2"}
        assert [copy["notice"] for copy in way["outgoing"]] == ["public-answer"]

    def test_the_error_of_a_quarantined_message_is_shown(self, desk_folder):
        break_on(desk_folder.story, PRINTER.as_bytes())

        said = desk_folder.postdesk("trace", "1")

        assert "\n  error of the last attempt\n    Traceback (most recent call last):\n" in said.out
        assert "\n  attempts    0 died, 2 failed\n" in said.out

    def test_one_that_waits_says_so(self, desk_folder):
        desk_folder.story.ledger.submit(
            Incoming(Source.FILE, b"Subject: x\n\ny\n", MONDAY_MORNING, recipients=("a@desk.test",))
        ).result(10)

        said = desk_folder.postdesk("trace", "1")

        assert said.out.startswith("arrival 1: waits for the worker\n")
        assert f"  received  {AT} by file\n  envelope  to <a@desk.test>\n" in said.out

    def test_an_unknown_one_is_status_1(self, settled):
        said = settled.postdesk("trace", "nowhere@example.com")

        assert (said.status, said.err) == (1, "Error: the ledger has no message nowhere@example.com\n")

    @pytest.mark.parametrize(
        ("changes", "line"),
        [
            ({"state": "claimed", "disposition": None}, "arrival 1: is being handled"),
            ({"reverse_path": ""}, "  envelope    from <> to <support@desk.test>"),
            ({"reverse_path": None, "recipients": []}, "  envelope    none"),
            ({"recipients": []}, "  envelope    from <cara@cust.test> to nobody named"),
            ({"tls": "", "auth_user": "cara"}, "  security    no TLS, logged in as cara"),
            ({"size_bytes": 10, "full_size_bytes": 99}, "  size        10 bytes, the beginning of 99"),
            ({"source": "imap", "mailbox": "INBOX"}, "  mailbox     INBOX"),
        ],
    )
    def test_every_fact_has_its_words(self, settled, changes, line):
        (way,) = views.trace(settled.story.database, "1")

        assert line in in_full({**way, **changes}).splitlines()


class TestReplay:
    def test_it_reads_the_same_today(self, settled):
        said = settled.postdesk("replay", "1")

        assert said.status == 0
        assert said.out.splitlines() == [
            "arrival 1, read today",
            "  kind        human",
            "  author      Cara <cara@cust.test>",
            "  subject     Printer is dead",
            f"  Message-ID  {PRINTER['Message-ID']}",
            "  parts",
            "    . [body] text/plain, 25 bytes",
            "  new text",
            "    It says PC LOAD LETTER.",
            "entry 1 of ticket 1 reads the same",
        ]

    def test_an_answer_with_commands_reads_the_same(self, settled):
        _, to_ann, _ = settled.story.mail_out()
        settled.story.mail_in(reply(to_ann, "Ann <ann@corp.test>", "#take\nPut in letter paper."))

        assert settled.postdesk("replay", "2", "--json").json["differs"] is False

    @pytest.mark.parametrize("field", ["text", "body"])
    def test_another_text_is_status_1(self, settled, field):
        with settled.story.database.write():
            EntryRow.update({field: "what an older parser made of it"}).execute()

        said = settled.postdesk("replay", "1")

        assert said.status == 1
        assert (
            said.out.splitlines()[-1] == "entry 1 of ticket 1 reads otherwise; see it with: postdesk ticket 1"
        )

    def test_a_message_without_entry_has_nothing_to_compare(self, settled):
        settled.story.mail_in(PRINTER)

        said = settled.postdesk("replay", "2")

        assert said.status == 0
        assert said.out.endswith("no entry was made of it, so there is nothing to compare\n")

    def test_marks_and_defects_are_shown(self, desk_folder):
        raw = b"From: a@x.test, b@x.test\nAuto-Submitted: auto-replied\nSubject: gone\n\nI am away.\n"
        desk_folder.story.mail_in(raw)

        said = desk_folder.postdesk("replay", "1")

        assert "\n  kind     automatic: " in said.out
        assert "\n  author   nobody in particular\n" in said.out
        assert "\n  defects\n    " in said.out

    def test_what_cannot_be_read_is_status_1(self, settled, monkeypatch):
        # No time at all: the child is ended by its timer or found late.
        limits = ReadingLimits(wall_seconds=0.001)
        monkeypatch.setattr(Reader.__init__, "__defaults__", (frozenset(), limits))

        said = settled.postdesk("replay", "1")

        assert said.status == 1
        assert said.err.startswith("Error: arrival 1 cannot be read: reading ")

    def test_one_that_is_not_there_is_status_1(self, settled):
        said = settled.postdesk("replay", "99")

        assert (said.status, said.err) == (1, "Error: there is no arrival 99\n")
