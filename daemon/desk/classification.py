"""Tell an incident from a service request, by transparent weights; a question or a complaint is a tag.

Something is broken: an incident.  Something is wanted: a service request.  Whoever wrote can say otherwise
by a reply.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from daemon.desk import classification_words as words
from daemon.desk.handling_settings import ClassificationSettings
from daemon.desk.terms import Terms, Words
from storage.vocabulary import TicketType

ADDRESS_WEIGHT = 5.0
SUBJECT_WEIGHT = 2.0
BODY_WEIGHT = 1.0
# So many terms of one sort weigh; a long mail does not decide by its length.
TERMS_COUNTED = 3
# What a sender's earlier tickets weigh when all of them were of one type.
HISTORY_WEIGHT = 1.0
HISTORY_LIMIT = 10
QUESTION, COMPLAINT = "question", "complaint"


@dataclass(frozen=True, slots=True)
class Reason:
    """What speaks for a type, and how much."""

    toward: TicketType
    weight: float
    evidence: str

    def __str__(self) -> str:
        return f"{self.weight:g} for {self.toward}: {self.evidence}"


@dataclass(frozen=True, slots=True)
class Opened:
    """What is known of a mail that opens a ticket; addresses are folded, ``history`` is newest first."""

    subject: Words
    body: Words
    addresses: tuple[str, ...] = ()
    history: tuple[TicketType, ...] = ()


@dataclass(frozen=True, slots=True)
class Classification:
    """The type, the reasons that spoke for either, and the tags; without any reason it is the usual type."""

    type: TicketType
    reasons: tuple[Reason, ...] = ()
    tags: tuple[str, ...] = ()

    def __str__(self) -> str:
        why = "; ".join(map(str, self.reasons)) or "nothing speaks for either"
        return f"{self.type} ({why})"


@dataclass(frozen=True)
class Classifier:
    """Classifies mail; made once from the settings."""

    settings: ClassificationSettings
    _incident: Terms = field(default_factory=lambda: Terms(()))
    _request: Terms = field(default_factory=lambda: Terms(()))
    _question: Terms = field(default_factory=lambda: Terms(()))
    _complaint: Terms = field(default_factory=lambda: Terms(()))
    _addresses: tuple[tuple[TicketType, frozenset[str]], ...] = ()

    @classmethod
    def of(cls, settings: ClassificationSettings) -> "Classifier":
        """Sort the settings out."""
        shipped = settings.shipped_words
        return cls(
            settings,
            Terms.of((*(words.INCIDENT if shipped else ()), *settings.incident_words)),
            Terms.of((*(words.REQUEST if shipped else ()), *settings.request_words)),
            Terms.of(words.QUESTION if shipped else ()),
            Terms.of(words.COMPLAINT if shipped else ()),
            (
                (TicketType.INCIDENT, frozenset(map(_fold, settings.incident_addresses))),
                (TicketType.SERVICE_REQUEST, frozenset(map(_fold, settings.request_addresses))),
            ),
        )

    @property
    def wants_history(self) -> bool:
        """Tell whether the types of the sender's earlier tickets are to be looked up."""
        return self.settings.sender_history

    def classify(self, opened: Opened) -> Classification:
        """Weigh what speaks for an incident against what speaks for a request; a draw is the usual type."""
        reasons = tuple(self._reasons(opened))
        score = {kind: sum(one.weight for one in reasons if one.toward is kind) for kind in TicketType}
        incident, request = score[TicketType.INCIDENT], score[TicketType.SERVICE_REQUEST]
        usual = TicketType(self.settings.default_type)
        kind = usual if incident == request else TicketType.INCIDENT
        if request > incident:
            kind = TicketType.SERVICE_REQUEST
        return Classification(kind, reasons, tuple(self._tags(opened, broken=incident > request)))

    def _reasons(self, opened: Opened) -> Iterable[Reason]:
        for kind, listed in self._addresses:
            if found := [one for one in opened.addresses if one in listed]:
                yield Reason(kind, ADDRESS_WEIGHT, f"written to {found[0]}")
        for kind, terms in (
            (TicketType.INCIDENT, self._incident),
            (TicketType.SERVICE_REQUEST, self._request),
        ):
            subject = terms.found(opened.subject)[:TERMS_COUNTED]
            body = [one for one in terms.found(opened.body) if one not in subject][:TERMS_COUNTED]
            yield from (Reason(kind, SUBJECT_WEIGHT, f'"{term}" in the subject') for term in subject)
            yield from (Reason(kind, BODY_WEIGHT, f'"{term}" in the text') for term in body)
        yield from _history(opened.history[:HISTORY_LIMIT])

    def _tags(self, opened: Opened, *, broken: bool) -> Iterable[str]:
        asked = self._question.found(opened.subject) or self._question.found(opened.body)
        if asked and not broken:
            yield QUESTION
        if self._complaint.found(opened.subject) or self._complaint.found(opened.body):
            yield COMPLAINT


def _history(types: tuple[TicketType, ...]) -> Iterable[Reason]:
    requests = sum(1 for one in types if one is TicketType.SERVICE_REQUEST)
    incidents = sum(1 for one in types if one is TicketType.INCIDENT)
    if requests == incidents:
        return
    kind = TicketType.SERVICE_REQUEST if requests > incidents else TicketType.INCIDENT
    share = abs(requests - incidents) / (requests + incidents)
    evidence = (
        f"{max(requests, incidents)} of the sender's last {requests + incidents} tickets were of this type"
    )
    yield Reason(kind, round(HISTORY_WEIGHT * share, 2), evidence)


def _fold(address: str) -> str:
    return address.strip().lower()
