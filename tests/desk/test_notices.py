"""The table of notices: what RFC 3834 asks of each, and that samples fit the table."""

import re
from pathlib import Path

import pytest

from daemon.commands.page import command_tables
from daemon.desk.notices import COMMON_KEYS, NOTICES, Audience
from daemon.desk.samples import samples

EVERY = pytest.mark.parametrize("name", NOTICES)


def test_the_table_is_keyed_by_name():
    assert [name for name, row in NOTICES.items() if row.name != name] == []


def test_only_words_that_a_person_typed_carry_no_automatic_mark():
    assert [name for name, row in NOTICES.items() if row.automatic is None] == ["public-answer"]


def test_every_answer_to_a_mail_has_the_null_reverse_path():
    replied = [row for row in NOTICES.values() if row.automatic == "auto-replied"]

    assert len(replied) > 10
    assert [row.name for row in replied if not row.null_path] == []


def test_a_report_of_trouble_cannot_start_another():
    trouble = ("delivery-failed", "mail-quarantined", "budget-digest")

    assert [name for name in trouble if not NOTICES[name].null_path] == []


def test_an_answer_that_does_not_arrive_is_reported_to_us():
    assert not NOTICES["public-answer"].null_path


def test_all_but_agents_and_administrators_are_outside_the_team():
    assert set(Audience) - {one for one in Audience if one.public} == {Audience.AGENT, Audience.ADMINISTRATOR}


def test_only_notices_for_agents_lead_outward():
    outward = {name for name, row in NOTICES.items() if row.outward}

    assert outward == {
        "ticket-new",
        "requester-replied",
        "duplicate-route",
        "ticket-handed",
        "survey-follow-up",
    }
    assert {NOTICES[name].audience for name in outward} == {Audience.AGENT}


@EVERY
def test_a_description_is_one_sentence_about_the_notice(name):
    description = NOTICES[name].description

    assert description[0].islower()
    assert not description.endswith(".")


@EVERY
def test_a_sample_has_the_keys_of_its_notice_and_no_other(name):
    known = {*COMMON_KEYS, *NOTICES[name].keys}

    assert [set(sample) - known for sample in samples(name)] == [set()] * len(samples(name))
    assert set(NOTICES[name].keys) <= set(samples(name)[0])


@EVERY
def test_the_hard_sample_leaves_nothing_out(name):
    assert set(samples(name)[2]) == {*COMMON_KEYS, *NOTICES[name].keys}


ROOT = Path(__file__).parents[2]


def rows_of(path):
    """Yield the cells of every table row of a page, without their code marks."""
    for line in (ROOT / path).read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


class TestDocumentation:
    @EVERY
    def test_says_of_a_notice_what_the_table_says(self, name):
        notice = NOTICES[name]
        reply = "requester" if notice.outward else "agents" if notice.audience is Audience.AGENT else None

        (row,) = [
            cells for cells in rows_of("docs/templates.md") if cells[0] == f"`{name}`" and len(cells) == 6
        ]
        assert row[1:4] == [notice.audience, notice.automatic or "no", "yes" if notice.null_path else "no"]
        assert row[4] in ({reply} if reply else {"desk", "nobody"})

    @EVERY
    def test_lists_the_keys_of_a_notice(self, name):
        (keys,) = [
            cells[1] for cells in rows_of("docs/templates.md") if len(cells) == 2 and f"`{name}`" in cells[0]
        ]

        assert keys.replace("`", "").split() == list(NOTICES[name].keys)

    def test_explains_every_key(self):
        explained = {cells[0].strip("`") for cells in rows_of("docs/templates.md")}

        assert {*COMMON_KEYS, *(key for row in NOTICES.values() for key in row.keys)} <= explained

    def test_for_agents_lists_every_command(self):
        assert command_tables() in (ROOT / "docs" / "agents.md").read_text(encoding="utf-8")

    @pytest.mark.parametrize("page", ["templates.md", "agents.md", "requesters.md"])
    def test_shows_pictures_that_are_there_and_small(self, page):
        shown = re.findall(r"\((screenshots/[^)]+)\)", (ROOT / "docs" / page).read_text(encoding="utf-8"))

        assert shown
        assert [name for name in shown if (ROOT / "docs" / name).stat().st_size > 60_000] == []
