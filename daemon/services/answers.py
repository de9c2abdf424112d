"""What an agent's mail about a ticket does: its commands, then its words as an answer or a note."""

from dataclasses import replace

from daemon import commands
from daemon.commands import Decision
from daemon.desk.interpretation import Match, Place
from daemon.desk.sentences import sentence
from daemon.services import doing, drafts, forwards, lists, orders
from daemon.services.doing import Said
from daemon.services.orders import Order, Sitting
from daemon.services.visit import Visit, locked
from storage.arrivals import Outcome
from storage.records import Ticket
from storage.vocabulary import Disposition


def take_answer(visit: Visit, match: Match, place: Place) -> Outcome:
    """Do what an agent's mail asks: its commands, then its words as an answer or a note."""
    lines, words = commands.split(visit.case.message.new_text)
    ticket = None
    if not lines:
        ticket = locked(match)
        told = forwards.answered(visit, ticket, words)
        if told is not None:
            return told
    inside = place is Place.NOTE
    order = Order(match.ticket_number, lines)
    sitting = orders.decide_all(visit, [order], words=words, inside=inside, locked=ticket)
    if sitting.refused:
        return refuse(visit, sitting, match.ticket_number)
    (decided,) = sitting.decided
    said = replace(doing.words_of(decided.decision, words, inside=inside), whole=True)
    if not lines and visit.case.message.parts:
        said = replace(said, present=True)
    return _say(visit, sitting, match, said)


def _say(visit: Visit, sitting: Sitting, match: Match, said: Said) -> Outcome:
    work = sitting.works[match.ticket_number]
    (decided,) = sitting.decided
    if said.present and not said.note:
        checked = drafts.check(visit, work.ticket, said.text)
        if checked.leaked and decided.decision.canned:
            sitting.refuse(0, drafts.repeats(checked.leaked))
            return refuse(visit, sitting, match.ticket_number)
        if checked.leaked:
            return drafts.hold(visit, work, said.text, checked.leaked)
        said = replace(said, text=checked.text)
    shown = doing.carry_out(visit, sitting, decided, said)
    _tell_results(visit, sitting, work.ticket, hint=_unsent(decided.decision, said))
    doing.finish(sitting, [visit.postbag])
    lists.send(visit, decided.decision.listings)
    if shown is None:
        return visit.outcome(Disposition.ACTED, f"commands on ticket {match.ticket_number}", work)
    what = "a note" if said.note else "an answer"
    return visit.outcome(Disposition.APPENDED, f"{what} on ticket {match.ticket_number}", work)


def _unsent(decision: Decision, said: Said) -> str:
    """Return what an agent should know whose words are a note by the address alone; empty for others."""
    if not said.present or not said.note or decision.note:
        return ""
    return sentence("Your words were kept as a note among agents; nobody else was sent them.")


def _tell_results(visit: Visit, sitting: Sitting, ticket: Ticket, *, hint: str) -> None:
    work = sitting.works[ticket.number]
    if any(one.decision.help for one in sitting.decided):
        visit.tell_author("command-help", work, groups=lists.command_groups())
    elif sitting.results:
        visit.tell_author("command-results", work, results=sitting.results, next_step=hint)


def refuse(visit: Visit, sitting: Sitting, number: int | None) -> Outcome:
    """Do nothing of what was asked, and tell the agent of each line why."""
    work = sitting.works.get(number) if number is not None else None
    said = [f"{one['line']}: {one['text']}" for one in sitting.results if not one["done"]]
    reasons = "; ".join(said)
    if work is not None:
        work.note("refused", commands=reasons[:500])
    visit.tell_author("command-results", work, results=sitting.results)
    if work is not None:
        work.finish()
    return visit.outcome(Disposition.REFUSED, f"commands refused: {reasons[:300]}", work)
