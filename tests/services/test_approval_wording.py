"""What the records of approvals keep in English is said to whoever is asked in their language."""

import pytest

from daemon.desk.sentences import Sentence
from daemon.services.approval_wording import spoken

KEPT = (
    ("manager", "manager", {}),
    ("manager of rita@corp.test", "manager of {who}", {"who": "rita@corp.test"}),
    ("budget-owner", "owner of the budget", {}),
    ("budget owner for 1250.00", "owner of the budget", {}),
    ("named for this item", "named for this item", {}),
    ("mona@corp.test is away", "{who} is away", {"who": "mona@corp.test"}),
    ("mona@corp.test cannot be reached by mail", "no mail reaches {who}", {"who": "mona@corp.test"}),
    ("no mail reaches mona@corp.test", "no mail reaches {who}", {"who": "mona@corp.test"}),
    ("mona@corp.test did not answer in time", "{who} did not answer in time", {"who": "mona@corp.test"}),
    (
        "mona@corp.test did not answer; their manager is asked",
        "{who} did not answer, and their manager is asked",
        {"who": "mona@corp.test"},
    ),
)


@pytest.mark.parametrize(("kept", "words", "values"), KEPT, ids=[kept for kept, _, _ in KEPT])
def test_our_own_words_get_their_place_back(kept, words, values):
    said = spoken(kept)

    assert isinstance(said, Sentence)
    assert (said.words, said.values) == (words, values)


@pytest.mark.parametrize(
    "kept", ["", "role:cfo", "any of a@corp.test, manager", "managers of rita@corp.test"]
)
def test_the_words_of_an_owner_stay(kept):
    assert spoken(kept) == kept
    assert not isinstance(spoken(kept), Sentence)
