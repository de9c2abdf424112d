"""Every command by real mail: the receipt, what it changed, a refusal, and the way back by #undo."""

from typing import Any

import pytest

from daemon.commands import COMMANDS
from tests.scenarios.bench import HR, Bench

# What is said before, the line, words of its receipt, and what the ticket has afterwards.
DONE: dict[str, tuple[list[str], str, str, dict[str, Any]]] = {
    "take": ([], "#take", "assigned to you", {"assignee": "ann@corp.test", "state": "open"}),
    "assign": ([], "#assign bob too busy", "assigned to Bob", {"assignee": "bob@corp.test"}),
    "team": (["#take"], "#team HR theirs", "Ann is its assignee no longer", {"team": "hr", "assignee": None}),
    "watch": ([], "#watch", "you will hear of everything", {"watchers": ("ann@corp.test",)}),
    "unwatch": (["#watch"], "#unwatch", "only what everybody hears", {"watchers": ()}),
    "cc": ([], "#cc dan@cust.test, fred@cust.test", "dan@cust.test, fred@cust.test", {}),
    "for": ([], "#for dan@cust.test phone", "who came by phone", {"tags": ("phone",)}),
    "ask": ([], "#ask bob Is it the paper?", "Bob was asked", {"asked": ("bob@corp.test",)}),
    "open": ([], "#open parts are here", "the ticket is open now", {"state": "open"}),
    "resolve": ([], "#resolve", "the ticket is resolved now", {"state": "resolved"}),
    "close": ([], "#close", "the ticket is closed now", {"state": "closed"}),
    "reopen": (["#close"], "#reopen it is back", "the ticket is open now", {"state": "open"}),
    "pending": ([], "#pending until 5 feb", "Mon 05 Feb 2024, 08:00", {"state": "pending-date"}),
    "fulfil": (["#type request"], "#fulfil", "fulfilled now", {"state": "fulfilled"}),
    "reject": (["#type request"], "#reject", "rejected now", {"state": "rejected"}),
    "details": (["#type request"], "#details", "awaiting details now", {"state": "awaiting-details"}),
    "submit": (["#type request"], "#submit", "awaiting approval now", {"state": "awaiting-approval"}),
    "approval": (["#type change"], "#approval bob@corp.test", "asked are:", {"state": "awaiting-approval"}),
    "investigate": (["#type problem"], "#investigate", "investigating", {"state": "investigating"}),
    "known-error": (["#type problem"], "#known-error", "known error now", {"state": "known-error"}),
    "draft": (["#type change", "#submit"], "#draft", "draft now", {"state": "draft"}),
    "type": (
        ["#take"],
        "#type request",
        "service request",
        {"type": "service-request", "state": "in-fulfilment"},
    ),
    "impact": ([], "#impact high all of floor two", "priority P2", {"impact": "high", "priority": "P2"}),
    "urgency": ([], "#urgency low", "priority P4", {"urgency": "low", "priority": "P4"}),
    "priority": ([], "#priority P1 the board meets", "the priority is P1 now", {"priority": "P1"}),
    "category": ([], "#category printing", "the category is printing", {"category": "printing"}),
    "due": ([], "#due fri", "Fri 19 Jan 2024, 17:00", {}),
    "time": (["#time 10m"], "#time 1h30", "1h 30m booked, 1h 40m in all", {"minutes_spent": 100}),
    "tags": (["#tags +vpn"], "#tags +printer -vpn", "tags: printer", {"tags": ("printer",)}),
    "field": ([], "#field site=berlin", "site is Berlin now", {"fields": (("site", "Berlin"),)}),
    "note": ([], "#note She is on leave", "an internal note", {}),
    "public": ([], "#public\n\nHello", "goes to the people", {"assignee": "ann@corp.test"}),
    "reply-with": ([], "#reply-with On my way", "go to the people", {"assignee": "ann@corp.test"}),
    "merge": ([], "#merge 2", "it goes on as ticket 2", {"state": "closed", "merged_into": 2}),
    "split": ([], "#split A new mouse\n\nAnd a mouse, please.", "a ticket of its own now", {}),
    "link": ([], "#link 2 duplicate", "linked: duplicate 2", {}),
    "unlink": (["#link 2 parent"], "#unlink 2", "linked no longer: parent 2", {}),
    "mails": ([], "#mails stop closing not yet", "of the kind closing is stopped for ticket 1", {}),
}
# A line that is refused, and words of the reason.
REFUSED: dict[str, tuple[str, str]] = {
    "take": ("#take it", "stands alone on its line"),
    "assign": ("#assign hugo", "Hugo is no member of it; hand it to another team with #team first"),
    "team": ("#team zebra", "there is no team 'zebra'; there are: it, hr"),
    "watch": ("#watch hugo", "Hugo is of another team"),
    "unwatch": ("#unwatch", "you did not watch ticket 1"),
    "cc": ("#cc support@desk.test", "an address of the desk itself"),
    "for": ("#for dan@cust.test pigeon", "phone, walk-in, chat, got 'pigeon'"),
    "ask": ("#ask bbo Why?", "there is no agent 'bbo' (did you mean bob?)"),
    "open": ("#reopen", "ticket 1 is new; only what has ended can be reopened"),
    "item": ("#item laptop", "there is no item 'laptop' in the catalogue"),
    "answer": ("#answer start soon", "ticket 1 asks for nothing of the catalogue; #item NAME says what"),
    "resolve": ("#resolve\n#close", "another command in this mail moves the ticket already"),
    "close": ("#clsoe", "did you mean #close"),
    "reopen": ("#reopen", "only what has ended can be reopened"),
    "pending": ("#pending soon", "expected a day like mon, tomorrow, 2026-01-05, 5 jan or in 3 days"),
    "fulfil": ("#fulfil", "it cannot become fulfilled, only open or pending-requester"),
    "reject": ("#reject", "it cannot become rejected"),
    "details": ("#details", "it cannot become awaiting-details"),
    "submit": ("#submit", "it cannot become awaiting-approval"),
    "approvals": ("#approvals now", "stands alone on its line"),
    "approver": ("#approver dan@x.test", "no approval of ticket 1 is open"),
    "approval": ("#approval dan@x.test", "is said by the catalogue"),
    "bypass": ("#bypass now", "no approval of ticket 1 is open"),
    "withdraw-approval": ("#withdraw-approval now", "no approval of ticket 1 is open"),
    "tasks": ("#tasks", "ticket 1 is no request with tasks"),
    "task-done": ("#task-done order", "ticket 1 is no request with tasks"),
    "task-skip": ("#task-skip order nobody wants it", "ticket 1 is no request with tasks"),
    "task-tell": ("#task-tell order Hello", "ticket 1 is no request with tasks"),
    "promise": ("#promise fri", "ticket 1 is no request with tasks"),
    "investigate": ("#investigate", "it cannot become investigating"),
    "known-error": ("#known-error", "it cannot become known-error"),
    "schedule": ("#schedule fri", "it cannot become scheduled"),
    "implemented": ("#implemented", "it cannot become implemented"),
    "failed": ("#failed", "it cannot become failed"),
    "reviewed": ("#reviewed", "it cannot become reviewed"),
    "draft": ("#draft", "it cannot become draft"),
    "type": ("#type incident", "it is so already, only a service-request or a problem or a change"),
    "impact": ("#impact huge", "low, medium, high, got 'huge'"),
    "urgency": ("#urgency", "got nothing behind the word"),
    "priority": ("#priority P1", "to set another one give a reason"),
    "category": ("#category", "got nothing behind the word"),
    "due": ("#due 2020-01-01", "is over already"),
    "time": ("#time ages", "expected a time like 15m, 1h30 or 1.5h"),
    "tags": ("#tags -vpn", "there is no tag vpn; there are:"),
    "field": ("#field sight=berlin", "has no field 'sight'; did you mean site?"),
    "note": ("#note\n#close thanks", "one line makes the words a note, another sends them to people"),
    "public": ("#public now", "stands alone on its line"),
    "reply-with": ("#reply-with", "got nothing behind the word"),
    "accept": ("#accept", "no mail is held beside ticket 1 any more"),
    "refuse": ("#refuse 9", "expected the number of a held mail"),
    "send": ("#send", "no answer is held beside ticket 1 any more"),
    "merge": ("#merge 1", "is this one; expected the number of another"),
    "split": ("#split", "write below the line what becomes a ticket of its own"),
    "link": ("#link 3", "there is no ticket 3 among those that you work on"),
    "unlink": ("#unlink 2", "has no such link; there are: none"),
    "mails": (
        "#mails stop reminders",
        "there is no automatic mail 'reminders'; there are: waiting-reminder, ",
    ),
    "queue": ("#queue h", "there is no team 'h'"),
    "search": ("#search state:happy", "expected a state like"),
    "status": ("#status 99", "there is no ticket 99 among those that you work on"),
    "bulk": ("#bulk tag:x | undo", "is for one ticket at a time"),
    "absent": ("#absent until fri afternoon", "got 'afternoon' behind the date"),
    "present": ("#present now", "stands alone on its line"),
    "undo": ("#undo", "you gave no commands on ticket 1 in the last 60 minutes"),
    "help": ("#help me", "stands alone on its line"),
}
# What changes no ticket by itself, and what is about mail that is held, has tests of its own.
ELSEWHERE = {
    "accept",
    "refuse",
    "send",
    "queue",
    "search",
    "status",
    "bulk",
    "absent",
    "present",
    "undo",
    "help",
}
# A change that was approved is made by hand below: no command approves.
OF_CHANGES = {"schedule", "implemented", "failed", "reviewed"}
# See ``test_approval_orders``.
OF_APPROVALS = {"approvals", "approver", "bypass", "withdraw-approval"}
# See ``test_catalogue_agents``.
OF_REQUESTS = {"item", "answer"}
# See ``test_task_commands``.
OF_TASKS = {"tasks", "task-done", "task-skip", "task-tell", "promise"}


# Those of a folder of texts are tried in ``test_canned``.
def test_every_command_is_tried_here():
    elsewhere = ELSEWHERE | OF_CHANGES | OF_APPROVALS | OF_REQUESTS | OF_TASKS | {"sla", "canned", "template"}
    assert set(DONE) | elsewhere >= set(COMMANDS)
    assert set(REFUSED) | {"sla", "canned", "template"} >= set(COMMANDS)


@pytest.mark.parametrize("name", DONE)
def test_command_is_receipted_done_and_taken_back_whole(bench: Bench, name: str):
    before_it, line, receipt, facts = DONE[name]
    number = bench.open()
    bench.open("Dan <dan@cust.test>", "Printer is dead again")
    for earlier in before_it:
        assert "done" in bench.receipt(number, earlier)
    other = bench.whole(2)
    before = bench.whole(number)

    said = bench.receipt(number, line)
    after = bench.whole(number)
    assert receipt in said
    for fact, value in facts.items():
        assert getattr(after["ticket"], fact) == value

    back = bench.receipt(number, "#undo")
    again = bench.whole(number)
    if name in {"note", "ask", "public", "reply-with"}:
        # Words that were said stay said.
        again["entries"] = again["entries"][: len(before["entries"])]
    if name == "note":
        assert "you gave no commands" in back
    else:
        assert "taken back" in back
    assert again == before
    assert {**bench.whole(2), "links": other["links"]} == other
    assert bench.chain_is_whole(number)
    assert bench.chain_is_whole(2)


def test_refusals_say_why_and_do_nothing_of_the_mail(bench: Bench):
    number = bench.open()
    bench.open("Dan <dan@cust.test>", "Printer is dead again")
    bench.open("Eve <eve@cust.test>", "Holiday", HR)
    before = bench.whole(number)

    for name, (line, reason) in REFUSED.items():
        said = bench.receipt(number, f"#tags +never\n{line}")
        assert "refused #tags +never" in said, name
        assert "done #" not in said, name
        assert bench.whole(number) == before, name
        if not COMMANDS[name].alone:
            assert reason in said, name
            continue
        assert f"#{name} must be the only command of its mail" in said
        assert reason in bench.receipt(number, line), name
        assert bench.whole(number) == before, name
