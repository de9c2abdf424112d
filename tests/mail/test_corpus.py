"""The corpus of real messages, read through the adapter and scored by the corpus' own scorer."""

import importlib.util
import json
import os
from pathlib import Path

import pytest

from tests.corpus_adapter import parse
from tests.mail.judgement import JUDGEMENT

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "corpus"
CORPUS = Path(os.environ.get("POSTDESK_CORPUS", _BESIDE))
SCORER = CORPUS.parent / "corpus_score.py"
# What has to be reached for each check, passed of asked (the issue "Reading mail as a person would").
TO_REACH = {
    "from": 0.99,
    "from_name": 0.99,
    "subject": 0.98,
    "message_id": 0.99,
    "references": 0.99,
    "text_exact": 0.99,
    "text_contains": 0.95,
    "attachments": 0.97,
    "reply_text": 0.90,
    "reply_contains": 0.97,
    "reply_not_contains": 0.97,
    "auto_reply": 1.0,
    "bounce": 0.97,
    "bounce_recipients": 0.97,
    "bounce_status": 0.97,
}

pytestmark = [
    pytest.mark.needs_corpus,
    pytest.mark.skipif(
        not SCORER.exists(), reason=f"no corpus at {CORPUS} (POSTDESK_CORPUS names another place)"
    ),
]


@pytest.fixture(scope="module")
def answers() -> list[tuple[str, str, bool]]:
    """Every check that was asked: message, check, and whether our answer is the origin's."""
    spec = importlib.util.spec_from_file_location("corpus_score", SCORER)
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    known = json.loads((CORPUS / "expected.json").read_text(encoding="utf-8"))
    out = []
    for record in known["messages"]:
        reading = parse((CORPUS / record["file"]).read_bytes())
        policy = known["sources"].get(record["source"], {}).get("signature_in_reply")
        checks = scorer.checks(record["expect"], reading, policy)
        out += [(record["file"], name, ok) for name, _, _, ok in checks if ok is not None]
    return out


@pytest.mark.no_cover
def test_every_other_reading_than_the_origins_is_a_judgement_with_a_reason(answers):
    others = {(file, check) for file, check, ok in answers if not ok}

    assert sorted(others - JUDGEMENT.keys()) == []


def test_judgements_that_no_longer_differ_are_taken_off_the_list(answers):
    others = {(file, check) for file, check, ok in answers if not ok}
    asked = {(file, check) for file, check, _ in answers}

    assert sorted((JUDGEMENT.keys() & asked) - others) == []


@pytest.mark.parametrize("check", TO_REACH)
def test_score_is_reached(answers, check):
    asked = [ok for _, name, ok in answers if name == check]

    assert sum(asked) >= TO_REACH[check] * len(asked)
