"""What agents are told of their commands, in every language: no line of a receipt is left in English."""

from collections.abc import Iterator

import pytest

from daemon.commands import COMMANDS, GROUPS, NOT_DONE
from daemon.desk.dates import BadDate, minutes
from daemon.desk.lifecycle import IllegalMove, Mover, check_move
from daemon.desk.sentences import Sentence, joined, plain, reason_in, sentence, term
from daemon.services.languages import catalogue
from daemon.shipped import folder
from storage.vocabulary import LANGUAGES, TicketState, TicketType
from tests.commands.asking import CARA, decide, ticket
from tests.scenarios.test_agent_commands import DONE, REFUSED

OTHERS = {language: catalogue(language, (folder("templates"),)) for language in LANGUAGES[1:]}
SEEN = {"words": "And a mouse, please.", "people": (CARA.address,)}


def untold(told: str) -> Iterator[str]:
    """Yield the sentences in a text that not every catalogue has."""
    if isinstance(told, Sentence):
        bare = told.words
        for name, value in told.values.items():
            bare = bare.replace(f"{{{name}}}", "")
            yield from untold(value)
        known = all(told.words in one.sentences for one in OTHERS.values())
        if any(sign.isalpha() for sign in bare) and not known:
            yield told.words


def texts(lines: tuple[str, ...]) -> list[Sentence]:
    """Decide lines on a ticket, beside which there is another one."""
    decision = decide(lines, ticket(), **SEEN)
    return [one.text for one in decision.results if one.text != NOT_DONE]


LINES = {
    **{f"done {name}": (*before, line.splitlines()[0]) for name, (before, line, _, _) in DONE.items()},
    **{f"refused {name}": (*line.splitlines(),) for name, (line, _) in REFUSED.items()},
}


@pytest.mark.parametrize("lines", LINES.values(), ids=LINES)
def test_what_is_said_of_a_line_is_said_in_every_language(lines: tuple[str, ...]):
    told = texts(lines)

    assert told
    for text in told:
        assert list(untold(text)) == []
        for known in OTHERS.values():
            assert known.said(text) != text
        assert type(str(text)) is str


def test_the_help_is_said_in_every_language():
    for title, _ in GROUPS:
        assert list(untold(title)) == []
    for command in COMMANDS.values():
        assert list(untold(command.summary)) == []
        assert isinstance(command.summary, Sentence)


def test_reasons_within_reasons_are_said_as_well():
    with pytest.raises(IllegalMove) as refused:
        check_move(TicketType.INCIDENT, 7, TicketState.NEW, TicketState.FULFILLED, Mover.AGENT)

    assert str(refused.value) == (
        "ticket 7 is new; it cannot become fulfilled, only open or pending-requester or pending-vendor or "
        "pending-date or resolved or closed"
    )
    assert OTHERS["de"].said(reason_in(refused.value)) == (
        'Ticket 7 steht auf "neu"; der Stand kann nicht "ausgeführt" werden, möglich ist nur: '
        "offen oder wartet auf Antwort oder wartet auf Lieferanten oder wartet auf Termin oder gelöst oder "
        "geschlossen"
    )


def test_a_reason_that_is_no_sentence_is_said_as_it_is():
    assert OTHERS["fr"].said(reason_in(ValueError("7 is odd"))) == "7 is odd"
    with pytest.raises(BadDate) as refused:
        minutes("ages")
    assert OTHERS["nl"].said(reason_in(refused.value)).endswith("ontvangen is 'ages'")


def test_the_words_of_people_are_never_translated():
    told = joined(
        "; ", (sentence("tags: {tags}", tags="open {team}"), plain("closed"), term("pending-vendor"))
    )

    assert told == "tags: open {team}; closed; pending-vendor"
    assert OTHERS["de"].said(told) == "Schlagwörter: open {team}; closed; wartet auf Lieferanten"
