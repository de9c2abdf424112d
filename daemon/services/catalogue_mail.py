"""The catalogue by mail: whoever writes its name gets the list of what they may ask for."""

from collections.abc import Iterable
from dataclasses import replace

from daemon.desk.catalogue import Item
from daemon.desk.catalogue_list import Line, asks_for_catalogue, listed
from daemon.desk.request_form import FormWords
from daemon.desk.sentences import Sentence
from daemon.mail.message import Kind
from daemon.services import directory
from daemon.services.letters import Context, Reader
from daemon.services.office import Office
from daemon.services.request_views import promised
from daemon.services.visit import Visit
from storage.arrivals import Outcome
from storage.vocabulary import Disposition

LIST = "catalogue-list"
# Below the word there may stand a greeting and a signature; whoever writes more has something to say.
_WORDS_LIMIT_CHARS = 400


def take(visit: Visit) -> Outcome | None:
    """Answer a mail that asks for the catalogue; None for any other, and for one that says more as well."""
    case, office = visit.case, visit.postbag.office
    message, author = case.message, case.author
    if not office.catalogue.items or author is None or case.muted:
        return None
    human = message.verdict.kind is Kind.HUMAN and not case.arrival.null_reverse_path
    if not human or not asks_for_catalogue(message.subject, message.new_text):
        return None
    person = case.author_person()
    reader = office.letters.person(person) if person else office.letters.reader(author.address, author.name)
    visit.postbag.write(LIST, reader, None, catalogue=groups(office, reader))
    case.evidence.append(f"{case.author_address} asks for the catalogue")
    if len(message.new_text.strip()) > _WORDS_LIMIT_CHARS:
        return None
    return visit.outcome(Disposition.ACTED, "the catalogue was asked for")


def form_words(office: Office, language: str) -> FormWords:
    """Return the words of forms in a language."""
    renderer = office.renderer

    def said(words: Sentence) -> str:
        return renderer.said(words, language)

    return FormWords(said)


def groups(office: Office, reader: Reader) -> list[Context]:
    """List what a reader may ask for, under its headings; the links start a mail to the desk."""
    sender = directory.sender(office, reader.mailbox.address)
    words = form_words(office, reader.language)
    found = listed(office.catalogue, sender, office.roster.desk.address, words)
    return [{"title": one.title, "lines": [_line(office, line) for line in one.lines]} for one in found]


def offers(office: Office, items: Iterable[Item], reader: Reader) -> list[Context]:
    """Describe some items as the list does."""
    chosen = replace(office.catalogue, items=tuple(items))
    sender = directory.sender(office, reader.mailbox.address)
    words = form_words(office, reader.language)
    found = listed(chosen, sender, office.roster.desk.address, words)
    return [_line(office, line) for group in found for line in group.lines]


def _line(office: Office, line: Line) -> Context:
    item = office.catalogue.item(line.id)
    return {
        "title": line.title,
        "description": line.description,
        "cost": line.cost,
        "approval": int(line.needs_approval),
        "form": {"mailto": line.link},
        "bare": {"mailto": line.link.partition("&body=")[0]},
        **promised(item.promised_seconds if item is not None else 0),
    }
