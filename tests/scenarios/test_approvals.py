"""A request goes before its approvers, stage by stage, and a plain word of theirs decides."""

from tests.scenarios.approvals import MANAGER, TWO_STAGES, dossier, notes, requested, sent, state, to
from tests.scenarios.desk import StoryDesk


class TestAsking:
    def test_the_manager_gets_what_is_asked_with_a_signed_address(self, desk: StoryDesk):
        mails = requested(desk, *TWO_STAGES)

        asked = to(mails, "max@corp.test")
        assert sent(mails) == [("approval-request", "max@corp.test")]
        assert asked["Subject"] == "Your decision is needed: New laptop [#1]"
        assert asked.reply_address.startswith("support+a1.")
        for words in (
            "Which model? Strong 16",
            "900 EUR",
            "Why: Films",
            "1 of 2: manager",
            "manager of cara",
        ):
            assert words in asked.text, words
        assert desk.ticket(1)["state"] == "awaiting-approval"
        assert state(desk) == "pending"
        assert notes(desk) == ["approval begun", "approval asked"]
        assert "mailto:support" in asked.raw.decode("ascii", "replace").replace("=\r\n", "")

    def test_the_text_that_is_shown_is_the_one_that_is_kept(self, desk: StoryDesk):
        asked = to(requested(desk, MANAGER), "max@corp.test")
        kept = dossier(desk).approval

        shown = "\n".join(
            line.removeprefix("| ") for line in asked.text.splitlines() if line.startswith("| ")
        )
        assert shown.split() == kept.text.split()
        assert kept.digest[:16] in asked.text
