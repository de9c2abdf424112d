"""What a message becomes, for every standing there is."""

import itertools
from dataclasses import replace

import pytest

from daemon.desk.interpretation import Match, Place, Proof, Standing, Trust, place

EVERY = [
    Standing(human, known, agent, participant, trust, match)
    for human, known, agent, participant, trust in itertools.product(
        (True, False), (True, False), (True, False), (True, False), Trust
    )
    for match in (None, *(Match(7, proof, note=note) for proof in Proof for note in (True, False)))
]


@pytest.mark.parametrize("standing", EVERY, ids=str)
def test_power_needs_proof(standing: Standing):
    where, reason = place(standing)
    match = standing.match

    assert reason
    if match is None:
        assert where is Place.OPENING
        return
    if where in {Place.ANSWER, Place.NOTE}:
        assert standing.human
        assert standing.known_author
        assert standing.agent
        assert standing.trust is not Trust.FAILED
        assert match.proof is Proof.TOKEN or standing.trust is Trust.VERIFIED
    if where is Place.REPLY:
        assert standing.human
        assert standing.known_author
        assert standing.participant or match.proof is Proof.TOKEN
    if not standing.human:
        assert where is Place.REPORT


def standing(**given: object) -> Standing:
    usual = {
        "human": True,
        "known_author": True,
        "agent": False,
        "participant": False,
        "trust": Trust.UNVERIFIED,
        "match": Match(7, Proof.MESSAGE_ID),
    }
    return Standing(**{**usual, **given})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"participant": True}, Place.REPLY),
        ({"participant": True, "match": Match(7, Proof.SUBJECT)}, Place.REPLY),
        ({"match": Match(7, Proof.SUBJECT)}, Place.HELD),
        ({"match": Match(7, Proof.FOREIGN_TOKEN)}, Place.HELD),
        ({"match": Match(7, Proof.TOKEN)}, Place.REPLY),
        ({"known_author": False}, Place.HELD),
        ({"agent": True, "match": Match(7, Proof.TOKEN)}, Place.ANSWER),
        ({"agent": True, "match": Match(7, Proof.TOKEN, note=True)}, Place.NOTE),
        ({"agent": True, "match": Match(7, Proof.OWN_MESSAGE_ID)}, Place.UNPROVEN_ANSWER),
        ({"agent": True, "trust": Trust.VERIFIED}, Place.ANSWER),
        ({"agent": True, "trust": Trust.FAILED, "match": Match(7, Proof.TOKEN)}, Place.HELD),
        ({"participant": True, "trust": Trust.FAILED, "match": Match(7, Proof.TOKEN)}, Place.HELD),
        ({"agent": True, "trust": Trust.VERIFIED, "require_both": True}, Place.UNPROVEN_ANSWER),
        (
            {"agent": True, "match": Match(7, Proof.TOKEN), "require_both": True},
            Place.UNPROVEN_ANSWER,
        ),
        (
            {
                "agent": True,
                "trust": Trust.VERIFIED,
                "match": Match(7, Proof.TOKEN),
                "require_both": True,
            },
            Place.ANSWER,
        ),
        ({"agent": True, "participant": True}, Place.REPLY),
        ({"human": False, "agent": True, "match": Match(7, Proof.TOKEN)}, Place.REPORT),
    ],
    ids=str,
)
def test_place(given: dict[str, object], expected: Place):
    assert place(standing(**given))[0] is expected


STRANGER = Standing(True, True, False, False, Trust.UNVERIFIED, None)


@pytest.mark.parametrize("proof", Proof, ids=str)
def test_only_a_number_can_be_guessed(proof: Proof):
    guessed = replace(STRANGER, guesses=True, match=Match(7, proof))
    agent = replace(guessed, agent=True, trust=Trust.VERIFIED)

    assert (place(guessed)[0] is Place.OPENING) is (proof is Proof.SUBJECT)
    assert place(agent)[0] is not Place.OPENING


@pytest.mark.parametrize("human", [True, False])
def test_machine_at_a_reply_address_of_others_opens_a_ticket_of_its_own(human: bool):
    machine = replace(STRANGER, human=human, robot=True, match=Match(7, Proof.FOREIGN_TOKEN))

    assert place(machine)[0] is Place.OPENING
    assert place(replace(machine, participant=True))[0] is not Place.OPENING
    assert place(replace(machine, robot=False))[0] is not Place.OPENING


@pytest.mark.parametrize("trust", Trust, ids=str)
@pytest.mark.parametrize("proof", Proof, ids=str)
def test_participant_brings_others_only_with_proof(trust: Trust, proof: Proof):
    brings = replace(STRANGER, participant=True, brings_others=True, trust=trust, match=Match(7, proof))
    proven = trust is Trust.VERIFIED or (proof is Proof.TOKEN and trust is not Trust.FAILED)

    assert place(brings)[0] is (Place.REPLY if proven else Place.HELD)
