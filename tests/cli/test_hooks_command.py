"""``postdesk hooks``, on the database of a desk whose hooks were told or not."""

import pytest

from daemon.desk.hook_settings import HookSettings
from daemon.services.hooks import HookBook
from tests.cli.test_documented_keys import documented
from tests.scenarios.desk import mail

HOOKS = """
[[hook]]
name = "chat"
kind = "slack"
url = "https://chat.example.com/secret/path"
events = ["opened"]

[[hook]]
name = "pager"
kind = "ntfy"
url_file = "pager.url"
events = ["opened"]
"""


@pytest.fixture
def desk(desk_folder):
    """A desk that has something to tell to both of its hooks."""
    path = desk_folder.folder / "postdesk.toml"
    path.write_text(path.read_text() + HOOKS)
    (desk_folder.folder / "pager.url").write_text("https://pager.example.com/x\n")
    books = {name: book(desk_folder.story, name) for name in ("chat", "pager")}
    for one in books.values():
        one.gather()
    desk_folder.story.mail_in(mail("cara@cust.test", "Printer", "Dead."))
    for one in books.values():
        one.gather()
    return desk_folder


def book(story, name):
    hook = HookSettings(
        name=name, kind="ntfy", url="https://x.test/", events=("opened",), give_up_after_hours=1
    )
    return HookBook(story.database, story.office, hook, lambda: story.now)


def attempt(desk, name, wrong=""):
    (call,) = book(desk.story, name).claim()
    book(desk.story, name).settle(call, wrong)


def test_each_hook_stands_in_a_line_without_what_is_secret_of_it(desk):
    attempt(desk, "chat")
    said = desk.postdesk("hooks")
    chat, pager = desk.postdesk("hooks", "list", "--json").json

    assert said.status == 0
    assert (chat["name"], chat["kind"], chat["place"], chat["stands"]) == (
        "chat", "slack", "chat.example.com", "fine",
    )  # fmt: skip
    assert (chat["told"], chat["waiting"], chat["last_told"]) == (1, 0, "2024-01-15T09:00:00Z")
    assert (pager["place"], pager["stands"], pager["waiting"]) == ("in pager.url", "behind", 1)
    assert sorted(chat) == sorted(documented("A hook"))
    assert "secret" not in said.out


def test_hook_that_fails_is_status_1_and_says_what_was_wrong_and_what_waits(desk):
    attempt(desk, "pager", "503 Service Unavailable")
    said = desk.postdesk("hooks")
    shown = desk.postdesk("hooks", "show", "pager", "--json").json

    assert said.status == 1
    assert "failing" in said.out
    assert "503 Service Unavailable" in said.out
    assert [(one["event"], one["ticket"], one["state"], one["attempts"]) for one in shown] == [
        ("opened", 1, "waiting", 1)
    ]
    assert sorted(shown[0]) == sorted(documented("A message to a hook"))
    assert desk.postdesk("hooks", "show", "chat", "--json").json[0]["attempts"] == 0


def test_retry_has_what_failed_told_at_once_even_what_was_given_up(desk):
    attempt(desk, "chat")
    desk.story.advance(hours=2)
    attempt(desk, "pager", "connection refused")
    assert "gave up" in desk.postdesk("hooks").out
    assert desk.postdesk("hooks", "show", "pager", "--json").json[0]["next_attempt"] is None

    retried = desk.postdesk("hooks", "retry", "pager")

    assert (retried.status, retried.out) == (0, "messages to pager that are tried again within seconds: 1\n")
    (row,) = desk.postdesk("hooks", "show", "pager", "--json").json
    assert (row["state"], row["attempts"]) == ("waiting", 0)
    again = desk.postdesk("hooks", "retry", "chat")
    assert (again.status, again.err) == (1, "Error: nothing that was to be told to chat has failed\n")


def test_wrong_name_and_hook_that_is_gone_are_named(desk):
    wrong = desk.postdesk("hooks", "retry", "pagre")
    path = desk.folder / "postdesk.toml"
    path.write_text(path.read_text().replace('name = "pager"', 'name = "new"'))
    gone = desk.postdesk("hooks", "--json").json[2]

    assert wrong.err == "Error: no hook pagre in the configuration: chat, pager\n"
    assert (gone["name"], gone["stands"], gone["waiting"]) == ("pager", "not in the configuration", 1)
