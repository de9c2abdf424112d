"""What is asked for about addresses, and what a mail back says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.addressing import Roster
from daemon.desk.linking import Wish, answer, objection, wish
from daemon.desk.roster import AgentSettings, DeskSettings

ROSTER = Roster.build(
    DeskSettings(name="IT", address="support@desk.test"),
    (),
    (AgentSettings(address="ann@corp.test", name="Ann"),),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#link a@b.test", Wish(unlink=False, address="a@b.test")),
        ("\n  #LINK <A@B.test>  \n\nmore", Wish(unlink=False, address="a@b.test")),
        ("#unlink mailto:a@b.test", Wish(unlink=True, address="a@b.test")),
        ("#link", Wish(unlink=False, address="")),
        ("please #link a@b.test", None),
        ("#linked a@b.test", None),
        ("Hello\n#link a@b.test", None),
        ("", None),
    ],
)
def test_a_wish_is_the_first_line(text: str, expected: Wish | None):
    assert wish(text)[0] == expected


def test_words_below_are_given_back():
    assert wish("#link a@b.test\n\nIt burns.\n")[1] == "It burns."


@given(st.text())
def test_any_text_can_be_looked_at(text: str):
    found, words = wish(text)

    assert (words == text) if found is None else (len(words) < len(text))
    assert answer(text) in {True, False, None}
    if found is not None:
        assert isinstance(objection(found, "cara@cust.test", ["cara@cust.test"], ROSTER), str)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("YES", True), ("* Yes! *", True), ("\n\n> oui\nmore", True), ("no", False), ("NEIN.", False),
     ("yes but", None), ("", None), ("yesterday", None)],
)  # fmt: skip
def test_only_a_bare_word_answers(text: str, expected: bool | None):
    assert answer(text) is expected


@pytest.mark.parametrize(
    "address",
    [
        "ann@corp.test",
        "Support+x@desk.test",
        "mailer-daemon@x.test",
        "l-request@x.test",
        "a@localhost",
        "a b@x.test",
        "a@x..test",
        "\u0430@x.test",
        "a@x.test\r\nBcc: e@x.test",
        "a" * 260 + "@x.test",
    ],
)
def test_what_is_no_persons_address_is_never_linked(address: str):
    asked = Wish(unlink=False, address=address.lower())

    assert objection(asked, "cara@cust.test", ["cara@cust.test"], ROSTER)


def test_an_agent_links_nothing():
    asked = Wish(unlink=False, address="ann@home.test")

    assert "configuration" in objection(asked, "ann@corp.test", ["ann@corp.test"], ROSTER)
