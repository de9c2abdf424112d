"""What commands answer where the usual story ends: said twice, said of oneself, said of nothing, too much."""

import pytest

from daemon.commands.command import Other
from daemon.desk.changes import Assign, MoveState, SetDue
from storage.records import Link
from storage.vocabulary import LinkKind, TicketState, TicketType
from tests.commands.asking import decide, ticket

FULL = ticket(
    state=TicketState.OPEN,
    assignee="ann@corp.test",
    team="it",
    category="mail",
    tags=("phone", "vpn"),
    watchers=("ann@corp.test", "bob@corp.test"),
    asked=("bob@corp.test",),
    merged_into=9,
)
OTHER = {9: Other(ticket(9), ("dan@cust.test",)), 8: Other(ticket(8, merged_into=7))}
LINKS = (Link(7, LinkKind.PARENT, 9), Link(9, LinkKind.DUPLICATE, 7))


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("#take", "was yours already"),
        ("#watch", "you heard of everything already"),
        ("#watch bob", "Bob heard of everything already"),
        ("#cc cara@cust.test", "cara@cust.test: on the ticket already"),
        ("#for cara@cust.test phone", "it was theirs already"),
        ("#impact medium", "it was so already: impact medium, urgency medium, priority P3"),
        ("#priority P3 because", "the priority was P3 already"),
        ("#category mail", "it was so already"),
        ("#category none", "it has no category now"),
        ("#due none", "nothing is promised any more"),
        ("#tags +vpn", "tags: phone vpn"),
        ("#field floor=", "floor is empty now"),
        ("#link 9 parent", "they were linked already: parent 9"),
        ("#unwatch bob", "Bob will hear only what everybody hears"),
        ("#assign nobody", "assigned to nobody"),
    ],
)
def test_what_is_so_already_is_no_refusal(line: str, text: str):
    decision = decide((line,), FULL, others=OTHER, links=LINKS, people=("cara@cust.test",))

    assert not decision.refused
    assert decision.results[0].text == text


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("#assign ann", "ticket 7 is assigned to Ann already"),
        ("#team it", "ticket 7 is with it already"),
        ("#cc " + " ".join(f"p{at}@x.test" for at in range(26)), "expected at most 25 addresses, got 26"),
        ("#cc nobody", "expected an address like rita@example.com, got 'nobody'"),
        ("#ask me Why?", "that is you; ask somebody else, or write a #note"),
        ("#ask bob", "or the question below the line"),
        ("#priority high", "P1, P2, P3, P4, got 'high'"),
        ("#category " + "x" * 81, "expected at most 80 printable characters"),
        ("#due fri maybe", "got 'maybe' behind the date"),
        ("#tags +!", "expected words like +vpn or -printer, got '+!'"),
        ("#tags " + " ".join(f"+t{at}" for at in range(40)), "expected at most 30 tags, got 42"),
        ("#field floor", "got no = in 'floor'"),
        ("#merge 9", "ticket 7 is part of ticket 9 already"),
        ("#merge nine", "with the number of a ticket; got 'nine'"),
        ("#reopen", "ticket 7 is part of ticket 9 and goes on there"),
        ("#link 7", "there is no ticket 7 among those that you work on"),
        ("#link 9 duplicate", "ticket 9 is linked to this one as duplicate already; both ways is too much"),
        ("#link 9 twin", "expected a kind of link like related"),
        ("#unlink 9 related", "has no such link; there are: parent 9"),
        ("#absent someday", "expected a day like"),
        ("#queue", ""),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(line: str, reason: str):
    decision = decide((line,), FULL, others=OTHER, links=LINKS, people=("cara@cust.test",))

    assert decision.refused is bool(reason)
    assert reason in decision.results[0].text


def test_an_approved_change_is_scheduled_for_a_moment():
    approved = ticket(type=TicketType.CHANGE, state=TicketState.APPROVED)

    decision = decide(("#schedule fri 20:00 in the night",), approved)

    assert isinstance(decision.changes[0], MoveState)
    assert decision.changes[0].reason == "in the night"
    assert isinstance(decision.changes[1], SetDue)
    assert decision.results[0].text == "the ticket is scheduled now, for Fri 19 Jan 2024, 20:00"
    assert "expected a day like" in decide(("#schedule someday",), approved).results[0].text


def test_nobody_is_nobody_already():
    assert "is nobody's already" in decide(("#assign nobody",), ticket()).results[0].text
    assert decide(("#assign ann",), ticket()).changes == (Assign("ann@corp.test"),)


def test_two_lines_cannot_both_have_the_text_below():
    decision = decide(("#split A", "#note"), ticket(), words="Text.")

    assert decision.results[0].text == "two lines want the text below; give one of them"
