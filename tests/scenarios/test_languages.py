"""The desk answers in the language that a person writes, and agents read the one of the configuration."""

import pytest

from daemon.desk.roster import AgentSettings, DeskSettings, TeamSettings
from daemon.mail.marker import REPLY_MARKERS
from storage import journal, people
from tests.scenarios.desk import SUPPORT, Mail, StoryDesk, mail, reply

CARA = "Cara Kunde <cara@cust.test>"
# What Cara writes, what she is greeted with, her reply, and how she is told that it is solved.
STORIES = {
    "de": (
        "Guten Morgen, der Drucker im zweiten Stock druckt nicht. Können Sie mir bitte helfen? Danke",
        "Guten Tag Cara Kunde!",
        "Es ist das Gerät am Fenster.",
        "Wir glauben, dass dies gelöst ist",
    ),
    "es": (
        "Buenos días, la impresora del segundo piso no imprime. Por favor, ¿me pueden ayudar? Gracias.",
        "Hola, Cara Kunde:",
        "Es la de la ventana.",
        "Creemos que esto está resuelto",
    ),
    "fr": (
        "Bonjour, l'imprimante du deuxième étage ne marche pas. Pouvez-vous nous aider ? Merci d'avance.",
        "Bonjour Cara Kunde,",
        "C'est celle près de la fenêtre.",
        "Nous pensons que ceci est résolu",
    ),
    "it": (
        "Buongiorno, la stampante del secondo piano non stampa. Mi può aiutare per favore? Grazie.",
        "Buongiorno Cara Kunde,",
        "È quella vicino alla finestra.",
        "Riteniamo che questo sia risolto",
    ),
    "nl": (
        "Goedemorgen, de printer op de tweede verdieping doet het niet. Kan iemand mij helpen? Bedankt.",
        "Beste Cara Kunde,",
        "Het is die bij het raam.",
        "Wij denken dat dit is opgelost",
    ),
}


def language_of(desk, address):
    with desk.database.read():
        person = people.find(address)
    return person.language if person else None


def claimed(language, text):
    message = mail(CARA, "OK", text)
    message["Content-Language"] = language
    return message


@pytest.mark.parametrize("language", STORIES)
def test_a_person_is_answered_in_the_language_of_the_mail(desk: StoryDesk, language: str):
    words, hello, more, solved = STORIES[language]

    desk.mail_in(mail(CARA, "Printer", words))
    ack, *told = desk.mail_out()
    assert ack.text.startswith(f"{REPLY_MARKERS[language]}\n\n{hello}\n")
    assert [one.text.splitlines()[0] for one in told] == [REPLY_MARKERS["en"]] * 2
    assert language_of(desk, "cara@cust.test") == language

    # The client quotes nothing with signs: only our line tells where the old words begin.
    answer = reply(ack, CARA, more)
    answer.set_content(f"{more}\n\n{ack.text}")
    desk.mail_in(answer)
    assert [entry["text"] for entry in desk.ticket(1)["entries"]][-1] == more
    agent = next(one for one in desk.mail_out() if one.recipient == "ann@corp.test")

    desk.mail_in(reply(agent, "Ann <ann@corp.test>", "#resolve"))
    closing = next(one for one in desk.mail_out() if one.recipient == "cara@cust.test")
    assert solved in closing.text.replace("\n", " ")


def test_a_person_who_changes_the_language_is_answered_in_the_new_one(desk: StoryDesk):
    desk.mail_in(mail(CARA, "Drucker", STORIES["de"][0]))
    desk.mail_in(
        mail(CARA, "Printer", "Hello, the printer is not working and you can have a look at it, please.")
    )

    assert [one.text.splitlines()[2] for one in desk.mail_out() if one.notice == "ticket-opened"] == [
        "Guten Tag Cara Kunde!",
        "Hello Cara Kunde,",
    ]


def test_a_word_or_two_change_nothing(desk: StoryDesk):
    desk.mail_in(mail(CARA, "Drucker", STORIES["de"][0]))
    desk.mail_in(claimed("en-US", "Reset done"))

    assert language_of(desk, "cara@cust.test") == "de"


def test_what_a_program_says_of_itself_counts_for_somebody_new(desk: StoryDesk):
    desk.mail_in(claimed("nl-BE", "Toner"))

    assert language_of(desk, "cara@cust.test") == "nl"


def test_a_machine_says_nothing_of_a_person(desk: StoryDesk):
    desk.mail_in(mail(CARA, "Drucker", STORIES["de"][0], headers={"Auto-Submitted": "auto-generated"}))

    assert not language_of(desk, "cara@cust.test")


def test_agents_read_the_language_of_the_configuration(database, now):
    agents = (
        AgentSettings(address="ann@corp.test", name="Ann", language="fr"),
        AgentSettings(address="bob@corp.test", name="Bob"),
        AgentSettings(address="eva@corp.test", name="Eva", language="fr"),
    )
    settings = DeskSettings(name="IT Support", address=SUPPORT, language="de")
    told = StoryDesk(database, now, settings=settings, agents=agents, teams=())
    try:
        told.mail_in(mail(CARA, "Printer", "Toner"))
        found = {one.recipient: one.text.splitlines()[2].split(" ")[0] for one in told.mail_out()}
    finally:
        told.close()

    assert found == {
        "cara@cust.test": "Guten",
        "ann@corp.test": "Nouveau",
        "bob@corp.test": "Neues",
        "eva@corp.test": "Nouveau",
    }


@pytest.fixture
def german(database, now):
    """A desk that speaks English, with an agent who reads German."""
    agents = (AgentSettings(address="ann@corp.test", name="Ann", language="de", timezone="Europe/Berlin"),)
    settings = DeskSettings(name="IT Support", address=SUPPORT, timezone="Europe/Berlin")
    team = TeamSettings(name="it", addresses=(SUPPORT,), members=("ann@corp.test",))
    made = StoryDesk(database, now, settings=settings, agents=agents, teams=(team,))
    made.mail_in(mail("Dan <dan@cust.test>", "Printer", "The printer is on fire, and it smells."))
    yield made
    made.close()


def answered(desk: StoryDesk, to: Mail, text: str, notice: str) -> str:
    """Let Ann answer a mail, and return what she is told, in one line."""
    desk.mail_in(reply(to, "Ann <ann@corp.test>", text))
    (told,) = (one for one in desk.mail_out() if one.notice == notice)
    return " ".join(told.text.split())


def test_an_agent_reads_receipts_refusals_and_the_way_back_in_her_language(german: StoryDesk):
    shown = next(one for one in german.mail_out() if one.recipient == "ann@corp.test")

    done = answered(german, shown, "#take\n#pending until 5 feb\n#tags +brand", "command-results")
    refused = answered(german, shown, "#tags -vpn\n#fulfil", "command-results")
    back = answered(german, shown, "#undo", "command-results")

    assert "erledigt #take Ihnen zugewiesen" in done
    assert "erledigt #pending until 5 feb das Ticket wartet bis Mo., 5. Feb. 2024, 08:00 CET" in done
    assert "erledigt #tags +brand Schlagwörter: brand" in done
    assert "abgelehnt #tags -vpn es gibt kein Schlagwort vpn; es gibt: brand" in refused
    assert 'Ticket 1 steht auf "wartet auf Termin"; der Stand kann nicht "ausgeführt" werden' in refused
    assert "zurückgenommen: take; pending until 5 feb; tags +brand" in back
    assert german.ticket(1)["state"] == "new"
    # What is kept is the same for everybody.
    with german.database.read():
        events = journal.of_ticket(1)
    noted = next(one.data["commands"] for one in events if one.kind == "refused")
    assert noted.startswith("#tags -vpn: there is no tag vpn; there are: brand; #fulfil: ticket 1 is pending")


def test_an_agent_reads_lists_and_the_help_in_her_language(german: StoryDesk):
    shown = next(one for one in german.mail_out() if one.recipient == "ann@corp.test")

    listed = answered(german, shown, "#queue all", "work-list")
    status = answered(german, shown, "#status", "work-list")
    helped = answered(german, shown, "#help", "command-help")
    german.mail_in(reply(shown, "Ann <ann@corp.test>", "#bulk state:new | take"))
    preview = next(one for one in german.mail_out() if one.notice == "work-list")
    late = answered(german, preview, "yes", "command-results")

    assert "Alles, was offen ist: 1 Ticket" in listed
    assert "P3, neu, von Dan, zuständig: noch niemand" in listed
    assert "Antworten Sie mit Zeilen wie: 2 close thanks" in listed
    assert "Priorität: P3 (Auswirkung mittel, Dringlichkeit mittel)" in status
    assert "Nachricht, Mo., 15. Jan. 2024, 10:00 CET: Dan: The printer" in status
    assert "das Ticket übernehmen; ein neues ist ab dann in Arbeit" in helped
    assert "Noch ist nichts ausgeführt. Antworten Sie innerhalb von 4 Stunden mit do-" in " ".join(
        preview.text.split()
    )
    assert "zur Bestätigung, oder Zeilen wie 2 close thanks" in late


def test_an_agent_whose_mail_proves_nothing_is_refused_in_her_language(german: StoryDesk):
    shown = next(one for one in german.mail_out() if one.recipient == "ann@corp.test")
    unproven = reply(shown, "Ann <ann@corp.test>", "#take", SUPPORT)

    german.mail_in(unproven)
    (told,) = (one for one in german.mail_out() if one.notice == "answer-refused")
    words = " ".join(told.text.split())
    assert "sie nennt jemanden aus dem Helpdesk als Verfasser, weist aber nicht mehr nach als:" in words
    assert german.ticket(1)["assignee"] is None


def test_an_agent_reads_what_is_planned_and_promised_in_her_language(german: StoryDesk):
    shown = next(one for one in german.mail_out() if one.recipient == "ann@corp.test")

    told = answered(german, shown, "#sla\n#mails\n#absent until fri", "command-results")

    assert "#sla keine Uhren: dieser Helpdesk sagt nichts zu" in told
    assert "#mails nichts ist geplant: so wie es steht, geht zu diesem Ticket keine automatische Mail" in told
    assert "Sie sind abwesend bis einschließlich Fr., 19. Jan. 2024; #present beendet es früher" in told


def test_an_agent_is_warned_in_her_language(german: StoryDesk):
    german.mail_out()
    german.mail_in(mail("Dan <dan@cust.test>", "Mouse", "It squeaks.", headers={"Reply-To": "eve@evil.test"}))

    told = next(one for one in german.mail_out() if one.recipient == "ann@corp.test")
    words = " ".join(told.text.split())
    assert "die Mail bittet um Antworten an eve@evil.test; Ihre Antwort geht an dan@cust.test" in words
