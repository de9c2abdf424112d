"""The fuse of a desk that runs: it blows, the administrator is told, the operator reopens it."""

from pathlib import Path

from tests.acceptance.living import living
from tests.scenarios.desk import mail

ROOT = "root@corp.test"


def about(word: str):
    return mail(f"{word}@{word}.test", f"About {word}", f"Words of {word}.")


def test_blown_fuse_withholds_tells_once_and_is_reopened(tmp_path: Path):
    with living(tmp_path, auto_mail_per_hour="2", administrators=f'["{ROOT}"]') as desk:
        desk.write(*(about(word) for word in ("red", "green", "blue", "white")))
        # Two acknowledgements, one digest, and what both agents are shown of four tickets.
        mails = desk.read(2 + 1 + 8)
        outside = [one for one in mails if not one.recipients[0].endswith("@corp.test")]
        (digest,) = [one for one in mails if one.recipients == (ROOT,)]

        assert [one.recipients for one in outside] == [("green@green.test",), ("red@red.test",)]
        assert digest["Subject"] == "IT Support: the fuse for automatic mail has blown"
        assert "blue@blue.test: the desk sent 2 automatic mails within an hour" in digest.words

        status, said = desk.operate("gate")
        assert status == 1
        assert said.startswith('fuse: blown; "postdesk gate reopen" lets mail out again\n')
        assert desk.operate("gate", "reopen")[0] == 0

        desk.write(about("black"))
        after = desk.read(3)
        gate = desk.ask("gate")
        journal = desk.ask("ticket", "3")["events"]

        assert [one.recipients[0] for one in after] == ["ann@corp.test", "black@black.test", "bob@corp.test"]
        assert (gate["fuse"]["blown"], gate["fuse"]["sent"]) == (False, 1)
        assert [one["recipient"] for one in gate["withheld"]] == ["blue@blue.test", "white@white.test"]
        assert [one["data"]["to"] for one in journal if one["kind"] == "not sent"] == ["blue@blue.test"]
        # What was withheld stays withheld, and nobody is told twice.
        assert desk.process.stop() == 0
        assert desk.fresh() == []
        assert desk.process.said().count("the fuse is blown") == 1
