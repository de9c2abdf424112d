"""check says everything that would keep a desk from working: with real servers, whether they answer."""

import pytest

from daemon.cli import run
from tests.servers import free_port
from tests.servers.dovecot import PASSWORD, running_dovecot
from tests.servers.feeds import feed_server, says
from tests.settings.conftest import ANN, DESK, EXAMPLE


@pytest.fixture(scope="module")
def dovecot():
    with running_dovecot() as server:
        yield server


@pytest.fixture
def check(tmp_path, capsys):
    """Check a configuration; return the status and what was said on stdout and stderr."""

    def check_text(text, *options):
        path = tmp_path / "postdesk.toml"
        path.write_text(text)
        status = run(["--config", str(path), "check", *options])
        said = capsys.readouterr()
        return status, said.out.splitlines(), said.err.splitlines()

    return check_text


class TestOffline:
    def test_a_desk_that_is_right_is_fine(self, check, tmp_path):
        assert check(DESK + ANN) == (
            0,
            [f"configuration {tmp_path}/postdesk.toml: fine", "templates: fine"],
            [],
        )

    @pytest.mark.parametrize(
        ("setting", "text"),
        [
            ("desk.sub_addressing", DESK + "sub_addressing = false\n" + ANN),
            ("trust.require_both", DESK + "[trust]\nrequire_both = true\n" + ANN),
        ],
    )
    def test_agents_whom_nothing_can_verify_are_warned_of(self, check, tmp_path, setting, text):
        status, out, err = check(text)

        assert (status, out[-1]) == (1, "agents: see above")
        (told,) = err
        assert told.startswith(f"{tmp_path}/postdesk.toml: {setting}: agents need a verified sender")
        assert "trust.authserv_id" in told

    @pytest.mark.parametrize(
        "more", ['authserv_id = "mx.corp.test"', "microsoft = true", 'check = "auto"'], ids=str.split
    )
    def test_agents_whom_something_verifies_are_fine(self, check, more):
        status, out, err = check(DESK + "sub_addressing = false\n[trust]\n" + more + "\n" + ANN)

        assert not [line for line in (*out, *err) if line.startswith("agents")]
        assert status != 1

    def test_the_promised_example_lacks_its_secret_only(self, check, tmp_path):
        status, out, err = check(EXAMPLE)

        assert (status, out) == (
            2,
            [f"configuration {tmp_path}/postdesk.toml: see above", "templates: fine"],
        )
        assert err == [
            (
                f"{tmp_path}/postdesk.toml:18: mailbox[1].password_file: "
                f"{tmp_path}/imap.secret cannot be read: "
                "no such file or directory (the name starts at the configuration's folder)"
            )
        ]

    def test_a_file_that_is_wrong_is_told_like_everywhere(self, check, tmp_path):
        assert check(DESK + ANN + "[listener]\nprot = 1\n") == (
            2,
            [],
            [f"{tmp_path}/postdesk.toml:8: listener.prot: no such setting (did you mean listener.port?)"],
        )

    def test_a_template_that_cannot_be_rendered_is_told(self, check, tmp_path):
        notice = tmp_path / "mine" / "ticket-opened"
        notice.mkdir(parents=True)
        (notice / "subject.txt.j2").write_text("{{ tikcet.number }}")

        status, out, err = check(DESK + ANN + '[templates]\nfolder = "mine"\n')

        assert (status, out[-1]) == (1, "templates: see above")
        assert err
        assert "ticket-opened" in err[0]

    def test_templates_of_a_team_are_rendered_too(self, check, tmp_path):
        notice = tmp_path / "hr" / "ticket-opened"
        notice.mkdir(parents=True)
        (notice / "subject.txt.j2").write_text("{{ tikcet.number }}")
        team = '[[team]]\nname = "hr"\naddresses = ["hr@desk.test"]\ntemplates = "hr"\n'

        status, out, err = check(DESK + ANN + team)

        assert (status, out[-2:]) == (1, ["templates: fine", "templates of hr: see above"])
        assert err
        assert "ticket-opened" in err[0]


ITEM = """
[[item]]
id = "{name}"
title = "The {name}"
kind = "access"
description = "x"
team = "desk"
"""
TEAM = '[[team]]\nname = "desk"\naddresses = ["support@desk.test"]\nmembers = ["ann@corp.test"]\n'
ASKS = '[[item.approval]]\nby = "manager"\n'


class TestManagers:
    """Items that ask the manager, on a desk that knows nobody's."""

    @pytest.fixture
    def desk(self, tmp_path):
        (tmp_path / "items").mkdir()
        self.catalogue(tmp_path, "laptop", "phone")
        return DESK + ANN + TEAM + '[catalogue]\nfolder = "items"\n'

    def catalogue(self, tmp_path, *names, more=ASKS):
        blocks = [ITEM.format(name=name) + more for name in names]
        (tmp_path / "items" / "all.toml").write_text("".join(blocks))

    def test_are_warned_of_with_what_to_do(self, check, desk, tmp_path):
        status, out, err = check(desk)

        assert (status, out[-1]) == (1, "directory: see above")
        assert err == [
            (
                f"{tmp_path}/postdesk.toml: directory: no source of people, and items of the catalogue ask "
                "the manager of whoever orders: laptop, phone. Nobody is found who may approve such a "
                "request, so that it waits until an agent names somebody (name a file in directory.csv or a "
                'server in directory.url, or load people with "postdesk directory import"; see '
                "docs/directory.md)"
            )
        ]
        assert not list(tmp_path.glob("*.db"))

    def test_are_counted_where_there_are_many(self, check, desk, tmp_path):
        self.catalogue(tmp_path, *(f"item-{at}" for at in range(7)))

        (told,) = check(desk)[2]
        assert "orders: item-0, item-1, item-2, item-3, item-4 and 2 more. Nobody" in told

    def test_are_no_trouble_where_people_were_loaded_by_hand(self, check, desk, tmp_path):
        (tmp_path / "people.csv").write_text("address,name,manager\nann@corp.test,Ann,\n")
        check(desk)
        config = str(tmp_path / "postdesk.toml")
        assert run(["--config", config, "migrate"]) == 0
        empty = check(desk)[0]
        assert run(["--config", config, "directory", "import", str(tmp_path / "people.csv"), "--yes"]) == 0

        assert (empty, check(desk)[0]) == (1, 0)

    def test_are_no_trouble_where_nobody_asks_for_one(self, check, desk, tmp_path):
        self.catalogue(tmp_path, "laptop", more="")

        assert check(desk)[0] == 0


class TestFeedsOnline:
    def test_feeds_are_fetched_and_told_by_their_host(self, check):
        with feed_server() as good, feed_server() as gone:
            gone.answer = says(status=404)
            feeds = f'feeds = ["{good.url}", "{gone.url}"]\n'
            calendar = '[[calendar]]\nname = "office"\nhours = ["mon 08:00-09:00"]\n' + feeds
            relay = '[relay]\nurl = "maildir:outgoing"\n'
            assert check(DESK + ANN + relay + calendar)[0] == 0
            assert (good.asked, gone.asked) == ([], [])

            status, out, err = check(DESK + ANN + relay + calendar, "--online")

        first, second = (one.url.partition("/s3cret")[0] for one in (good, gone))
        assert status == 1
        assert f"calendar office, feed 1 ({first}): fine" in out
        assert f"calendar office, feed 2 ({second}): see above" in out
        assert err == [f"calendar office, feed 2 ({second}): it answers 404"]


@pytest.mark.needs_dovecot
class TestOnline:
    def desk(self, tmp_path, port, relay="maildir:outgoing"):
        (tmp_path / "imap.secret").write_text(f"{PASSWORD}\n")
        return EXAMPLE.replace("port = 1143", f"port = {port}").replace("smtp://127.0.0.1:2526", relay)

    def test_a_mailbox_and_a_relay_that_answer_are_fine(self, check, dovecot, tmp_path):
        status, out, err = check(self.desk(tmp_path, dovecot.port), "--online")

        assert (status, err) == (0, [])
        assert out[2:] == [
            "mailbox support@127.0.0.1: fine",
            f"relay {tmp_path}/outgoing can be written to: fine",
        ]

    def test_a_wrong_password_is_told_and_not_repeated(self, check, dovecot, tmp_path):
        text = self.desk(tmp_path, dovecot.port)
        (tmp_path / "imap.secret").write_text("hunter2\n")

        status, out, err = check(text, "--online")

        assert (status, out[2]) == (1, "mailbox support@127.0.0.1: see above")
        assert err[0].startswith("mailbox support@127.0.0.1: ")
        assert "hunter2" not in "".join(out + err)

    def test_servers_that_are_down_are_told_one_by_one(self, check, tmp_path):
        text = self.desk(tmp_path, free_port(), f"smtp://127.0.0.1:{free_port()}")

        status, out, err = check(text, "--online")

        assert (status, out[2:]) == (1, ["mailbox support@127.0.0.1: see above", "relay: see above"])
        assert [line.partition(": ")[0] for line in err] == ["mailbox support@127.0.0.1", "relay"]
        assert err[0].count("support@127.0.0.1") == 1

    def test_without_online_nobody_is_called(self, check, tmp_path):
        assert check(self.desk(tmp_path, free_port()))[0] == 0
