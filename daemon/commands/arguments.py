"""What stands behind the word of a command: nothing, something, a number; read, or refused."""

from daemon.commands.command import Ask, Other, Refusal
from daemon.desk.sentences import NONE, Sentence, sentence
from storage.records import Entry, Ticket


def no_argument(ask: Ask, usage: str) -> None:
    """Raise Refusal where a command that stands alone was given an argument."""
    if ask.argument:
        raise Refusal(
            sentence(
                "{usage} stands alone on its line; got {typed} behind it",
                usage=usage,
                typed=repr(ask.argument[:60]),
            )
        )


def needed(ask: Ask, usage: str) -> str:
    """Return the argument of a command that cannot do without; raises Refusal."""
    if not ask.argument:
        raise Refusal(sentence("expected {usage}, got nothing behind the word", usage=usage))
    return ask.argument


def numbered(word: str, usage: str) -> int:
    """Return the number of a ticket, typed with or without ``#``; raises Refusal."""
    digits = word.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise Refusal(
            sentence(
                "expected {usage}, with the number of a ticket; got {typed}",
                usage=usage,
                typed=repr(word[:40]),
            )
        )
    return int(digits)


def other_ticket(ask: Ask, number: int) -> Other:
    """Return another ticket that the agent works on; raises Refusal, the same whether there is one or not."""
    found = ask.sight.others.get(number)
    ticket = found.ticket if found is not None else None
    if found is None or ticket is None or not may_work_on(ask, ticket):
        raise Refusal(sentence("there is no ticket {number} among those that you work on", number=number))
    return found


def may_work_on(ask: Ask, ticket: Ticket) -> bool:
    """Tell whether the agent works on this ticket."""
    return ask.sight.roster.acts_on(ask.agent, ticket.routes, ticket.assignee)


def chosen(ask: Ask, waiting: tuple[Entry, ...], what: Sentence) -> Entry:
    """Return the entry that is meant: by its number, else the one that is answered, else the only one."""
    numbers = ", ".join(str(one.id) for one in waiting) or NONE
    if ask.argument:
        wanted = int(ask.argument) if ask.argument.isascii() and ask.argument.isdigit() else None
        found = next((one for one in waiting if one.id == wanted), None)
        if found is None:
            raise Refusal(
                sentence(
                    "expected the number of a held {what} of ticket {number}, got {typed}; waiting are: "
                    "{numbers}",
                    what=what,
                    number=ask.ticket.number,
                    typed=repr(ask.argument[:60]),
                    numbers=numbers,
                )
            )
        return found
    if not waiting:
        raise Refusal(
            sentence("no {what} is held beside ticket {number} any more", what=what, number=ask.ticket.number)
        )
    meant = next((one for one in waiting if one.id == ask.answered_entry), None)
    if meant is None and ask.answered_entry is not None:
        raise Refusal(
            sentence(
                "that is no held {what}, or it was decided already; waiting are: {numbers}",
                what=what,
                numbers=numbers,
            )
        )
    if meant is None and len(waiting) > 1:
        raise Refusal(
            sentence("several are held: {numbers}; write the number behind the command", numbers=numbers)
        )
    return meant or waiting[0]
