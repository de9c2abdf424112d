"""The shape of a message for each kind of hook."""

import json
from dataclasses import replace

from daemon.desk.hooks import Message
from daemon.edges.hook_shapes import shaped
from tests.scenarios.desk import SUPPORT

MESSAGE = Message(
    "x-1-opened",
    "opened",
    "2024-01-15T09:00:00Z",
    {"number": 1, "priority": "P1"},
    "New: <!channel> & *you*",
    "a_b",
)


class TestShapes:
    def test_slack_reads_no_mention_in_what_people_wrote(self):
        said = json.loads(shaped("slack", MESSAGE, SUPPORT).body)

        assert said == {"text": "New: &lt;!channel&gt; &amp; *you*\n> a_b"}

    def test_teams_reads_no_markdown_in_what_people_wrote(self):
        (attachment,) = json.loads(shaped("teams", MESSAGE, SUPPORT).body)["attachments"]
        blocks = attachment["content"]["body"]

        assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        assert [one["text"] for one in blocks] == ["New: \\<!channel\\> & \\*you\\*", "a\\_b"]
        assert blocks[0]["color"] == "attention"
        bare = json.loads(shaped("teams", replace(MESSAGE, excerpt=""), SUPPORT).body)
        assert len(bare["attachments"][0]["content"]["body"]) == 1

    def test_ntfy_rings_by_priority(self):
        shape = shaped("ntfy", MESSAGE, SUPPORT)

        assert shape.headers["Priority"] == "5"
        assert shape.body == b"New: <!channel> & *you*\n\na_b"

    def test_webhook_has_the_excerpt_where_there_is_one(self):
        assert json.loads(shaped("webhook", MESSAGE, SUPPORT).body)["excerpt"] == "a_b"
