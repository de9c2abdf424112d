"""Canned responses and incident templates: read and tried at the start, sent and applied by real mail."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from daemon.desk.addressing import Roster
from daemon.desk.canned import BadFrontMatter, nearest, read
from daemon.desk.roster import DeskSettings
from daemon.services.canned import BadCannedError, load, problems
from daemon.shipped import folder
from tests.scenarios.bench import AGENTS, AS_BOB, TEAMS, Bench
from tests.scenarios.desk import SUPPORT, mail

ROSTER = Roster.build(DeskSettings(name="IT Support", address=SUPPORT), TEAMS, AGENTS)
FILES = 'attachments = ["steps.csv"]'
VPN = f'+++\ntitle = "VPN"\n{FILES}\n+++\nHello {{{{ requester.name }}}}, see {{{{ ticket.tag }}}}.\n'
GERMAN = '+++\ntitle = "VPN"\n+++\nGuten Tag {{ requester.name }}, siehe {{ ticket.tag }}.\n'
OUTAGE = """+++
title = "Major outage"
kind = "incident-template"
subject = "Mail is down for everybody"
type = "problem"
impact = "high"
urgency = "high"
tags = ["major"]
watchers = ["bob@corp.test"]
tasks = ["Say who leads", "Tell the house"]
+++
{{ agent.name }} calls {{ ticket.tag }} a major outage.
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    place = tmp_path / "canned"
    place.mkdir()
    (place / "vpn-reset.txt").write_text(VPN)
    (place / "vpn-reset.de.txt").write_text(GERMAN)
    (place / "steps.csv").write_bytes(b"1,wait\r\n")
    (place / "bobs.txt").write_text(
        '+++\ntitle = "Of Bob"\nwho = ["bob@corp.test", "hr"]\n+++\nYours, {{ agent.name }}\n'
    )
    (place / "major-outage.txt").write_text(OUTAGE)
    return place


@pytest.fixture
def stocked(bench: Bench, shelf: Path) -> Bench:
    desk = bench.desk
    desk.office = replace(desk.office, library=load(shelf, ROSTER))
    desk.intake = replace(desk.intake, office=desk.office)
    return bench


def answer_of(mails):
    (found,) = [one for one in mails if one.notice == "public-answer"]
    return found


class TestResponse:
    def test_goes_out_with_its_file_between_the_agents_own_words(self, stocked: Bench):
        number = stocked.open()
        mails = stocked.say(number, "Hi Cara,\n\nshort version below.\n\n#canned vpn-reset\n\nSee you, Ann")

        words = " ".join(answer_of(mails).text.split())
        assert f"Hi Cara, short version below. Hello Cara Customer, see [#{number}]. See you, Ann" in words
        files = [
            (one.get_filename(), one.get_content()) for one in answer_of(mails).parsed.iter_attachments()
        ]
        assert files == [("steps.csv", "1,wait\n")] or files[0][0] == "steps.csv"
        receipt = next(one for one in mails if one.notice == "command-results")
        assert "get vpn-reset, with steps.csv:" in " ".join(receipt.text.split())
        assert f"Hello Cara Customer, see [#{number}]." in receipt.text
        assert [
            one["data"]["name"] for one in stocked.desk.ticket(number)["events"] if one["kind"] == "canned"
        ] == ["vpn-reset"]
        assert stocked.desk.ticket(number)["state"] == "open"

    def test_on_top_its_text_comes_before_the_words_below(self, stocked: Bench):
        mails = stocked.say(stocked.open(), "#resolve\n#canned vpn-reset\n\nBye, Ann")

        words = " ".join(answer_of(mails).text.split())
        assert "Hello Cara Customer, see [#1]. Bye, Ann" in words
        assert "#canned" not in words

    def test_speaks_the_language_of_the_requester(self, stocked: Bench):
        text = "Guten Tag, der Drucker ist kaputt und ich kann nicht mehr drucken. Bitte helfen Sie mir."
        stocked.desk.mail_in(mail("Cara Customer <cara@cust.test>", "Drucker", text))
        stocked.shown[1] = next(one for one in stocked.desk.mail_out() if one.recipient == "ann@corp.test")

        assert "Guten Tag Cara Customer, siehe [#1]." in answer_of(stocked.say(1, "#canned VPN-reset")).text

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            ("#canned vpn-rest", "there is no canned response 'vpn-rest'; did you mean vpn-reset?"),
            ("#canned bobs", "there is no canned response 'bobs'; there are: vpn-reset"),
            ("#canned major-outage", "there is no canned response 'major-outage'"),
            ("#template vpn-reset", "there is no template 'vpn-reset'; there are: major-outage"),
            ("#canned vpn-reset\n#note", "one line makes the words a note, another sends them to people"),
            ("#canned vpn-reset\n\nx\n#canned vpn-reset", "a mail carries one canned response"),
        ],
    )
    def test_is_refused_with_what_there_is(self, stocked: Bench, asked: str, told: str):
        number = stocked.open()
        receipt = stocked.receipt(number, asked)

        assert told in receipt
        assert stocked.desk.ticket(number)["state"] == "new"

    def test_alone_lists_those_that_the_agent_may_use(self, stocked: Bench):
        number = stocked.open()

        assert "vpn-reset: VPN" in stocked.receipt(number, "#canned")
        assert "bobs" not in stocked.receipt(number, "#canned\n")
        assert "major-outage: Major outage" in stocked.receipt(number, "#template")

    def test_of_a_colleague_is_for_the_colleague(self, stocked: Bench):
        number = stocked.open()
        stocked.desk.mail_in(mail("Bob <bob@corp.test>", f"[#{number}] Printer", "#canned bobs"), **AS_BOB)

        (answer,) = [one for one in stocked.desk.mail_out() if one.recipient == "cara@cust.test"]
        assert "Yours, Bob" in answer.text

    def test_does_not_carry_internal_words_out(self, stocked: Bench):
        number = stocked.open()
        secret = "the contract of this customer ends in March and nobody may know it"
        stocked.say(number, f"#note\n\n{secret}")
        receipt = stocked.receipt(number, f"#canned vpn-reset\n\n{secret}")

        assert "the words repeat what only agents have read" in receipt
        assert stocked.desk.ticket(number)["state"] == "new"

    def test_without_a_folder_there_is_none(self, bench: Bench):
        assert "there is none that you may use" in bench.receipt(bench.open(), "#canned vpn-reset")


class TestTemplate:
    def test_makes_the_ticket_what_it_says_and_is_taken_back_as_one(self, stocked: Bench):
        number = stocked.open()
        before = stocked.whole(number)["ticket"]
        receipt = stocked.receipt(number, "#template major-outage")

        found = stocked.desk.ticket(number)
        assert (found["impact"], found["urgency"], found["priority"]) == ("high", "high", "P1")
        assert (found["tags"], found["watchers"]) == (["major"], ["bob@corp.test"])
        assert "major-outage was applied: 5 changes, and a note with 2 tasks" in receipt
        assert (found["subject"], found["type"]) == ("Mail is down for everybody", "problem")
        note = found["entries"][-1]
        assert (note["kind"], note["visibility"]) == ("note", "internal")
        assert (
            f"Ann calls [#{number}] a major outage.\n\n[ ] 1. Say who leads\n[ ] 2. Tell the house"
            in note["text"]
        )
        stocked.receipt(number, "#undo")
        assert stocked.whole(number)["ticket"] == before

    def test_all_or_nothing(self, stocked: Bench):
        number = stocked.open()
        before = stocked.whole(number)
        stocked.receipt(number, "#template major-outage\n#pending nonsense")

        assert stocked.whole(number) == before


class TestFolder:
    def test_the_shipped_examples_are_right(self):
        library = load(folder("config") / "canned", ROSTER)

        assert set(library.known) == {"major-outage", "vpn-reset"}
        assert set(library.known["vpn-reset"].texts) == {"", "de"}

    @pytest.mark.parametrize(
        ("name", "text", "why"),
        [
            ("a.txt", "no front", "expected a line +++"),
            ("a.txt", "+++\ntitle = 3\n+++\n", "the front matter cannot be read"),
            ("a.txt", '+++\ntitel = "A"\n+++\n', "the front matter cannot be read"),
            ("a.txt", '+++\ntitle = "A"\n+++\n{{ tikket.tag }}', "'tikket' is undefined"),
            ("a.txt", '+++\ntitle = "A"\n+++\nx\n{% if %}', "line 2 of its text"),
            ("a.txt", '+++\ntitle = "A"\n+++\n{{ ticket.__class__ }}', "__class__"),
            ("a.txt", '+++\ntitle = "A"\nwho = ["zoe"]\n+++\n', "no team and no agent: zoe"),
            (
                "a.txt",
                '+++\ntitle = "A"\nattachments = ["../x"]\n+++\n',
                "an attachment lies beside its text",
            ),
            ("a.txt", '+++\ntitle = "A"\nattachments = ["gone"]\n+++\n', "No such file"),
            ("a.txt", '+++\ntitle = "A"\nattachments = ["big"]\n+++\n', "together above 1000 bytes"),
            ("A B.txt", '+++\ntitle = "A"\n+++\n', "expected a name of small letters"),
            ("a.txt", '+++\ntitle = "A"\ntags = ["x"]\n+++\n', "for kind = 'incident-template' only"),
            (
                "a.txt",
                '+++\ntitle = "A"\nkind = "incident-template"\nattachments = ["big"]\n+++\n',
                "attachments are for responses only",
            ),
            ("b.txt", '+++\ntitle = "A"\nname = "z"\n+++\n', "there is a response z already"),
        ],
    )
    def test_what_is_wrong_is_told_with_its_file(self, tmp_path: Path, name: str, text: str, why: str):
        (tmp_path / "big").write_bytes(b"x" * 1000)
        (tmp_path / "z.txt").write_text('+++\ntitle = "Z"\n+++\nz\n')
        (tmp_path / name).write_text(text)
        settings = msgspec.structs.replace(ROSTER.desk, attachments_limit_bytes=1_000)
        roster = Roster.build(settings, TEAMS, AGENTS)

        (problem,) = problems(tmp_path, roster)
        assert problem.startswith(str(tmp_path))
        assert why in problem

    def test_a_folder_that_is_not_there_is_told(self, tmp_path: Path):
        with pytest.raises(BadCannedError, match="no such folder"):
            load(tmp_path / "gone", ROSTER)

    def test_front_matter_and_text_are_taken_apart(self):
        front, text = read('+++\r\ntitle = "A"\r\n+++\r\n\r\nWords +++ here\r\n')

        assert (front.title, text) == ("A", "Words +++ here")
        with pytest.raises(BadFrontMatter):
            read("+++\nno end")

    def test_nearest_names(self):
        assert nearest("vpm", ["vpn"]) == "; did you mean vpn?"
        assert nearest("x", []) == "; there is none that you may use"
