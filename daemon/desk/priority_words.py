"""Words that raise or lower the priority of a ticket, in English, German, French, Spanish, Italian, Dutch."""

EVERYBODY = (
    "everyone", "everybody", "nobody can", "no one can", "all of us", "all users", "all staff",
    "the whole office", "the whole team", "whole company", "entire office", "entire team", "entire company",
    "whole department", "entire department", "the whole building", "all offices", "company-wide",
    "site-wide", "alle kollegen", "alle mitarbeiter", "alle nutzer", "alle benutzer", "bei allen",
    "wir alle", "niemand kann", "keiner kann", "das ganze büro", "im ganzen büro", "das ganze team",
    "die ganze abteilung", "die ganze firma", "der ganze standort", "firmenweit", "unternehmensweit",
    "tout le monde", "tous les utilisateurs", "tous les collègues", "personne ne peut", "tout le bureau",
    "toute l'équipe", "tout le service", "toute l'entreprise", "tout le site", "todo el mundo",
    "todos los usuarios", "todos los compañeros", "nadie puede", "toda la oficina", "todo el equipo",
    "todo el departamento", "toda la empresa", "tutti gli utenti", "tutti i colleghi", "nessuno riesce",
    "nessuno può", "tutto l'ufficio", "tutto il team", "tutto il reparto", "tutta l'azienda", "iedereen",
    "niemand kan", "alle gebruikers", "alle collega's", "alle medewerkers", "het hele kantoor",
    "het hele team", "de hele afdeling", "het hele bedrijf",
)  # fmt: skip

SECURITY = (
    "phishing", "ransomware", "malware", "virus", "trojan", "hacked", "hacker", "been compromised",
    "account compromised", "data leak", "stolen laptop", "laptop stolen", "stolen phone", "phone stolen",
    "laptop was stolen", "phone was stolen", "lost my laptop", "security breach", "suspicious login",
    "suspicious mail", "suspicious email", "gehackt", "schadsoftware", "erpressungstrojaner", "datenleck",
    "laptop gestohlen", "handy gestohlen", "sicherheitslücke", "verdächtige mail", "verdächtige e-mail",
    "verdächtige anmeldung", "hameçonnage", "rançongiciel", "logiciel malveillant", "piraté",
    "ordinateur volé", "téléphone volé", "mail suspect", "connexion suspecte", "hackeado", "hackeada",
    "secuestro de datos", "portátil robado", "móvil robado", "correo sospechoso", "acceso sospechoso",
    "hackerato", "violato", "portatile rubato", "telefono rubato", "mail sospetta", "accesso sospetto",
    "gijzelsoftware", "gestolen laptop", "laptop gestolen", "telefoon gestolen", "verdachte mail",
    "verdachte e-mail", "datalek",
)  # fmt: skip

COMPLIANCE = (
    "gdpr", "data protection", "personal data breach", "data breach", "legal hold", "court order", "dsgvo",
    "datenschutz", "datenschutzverletzung", "aufsichtsbehörde", "wirtschaftsprüfer", "rgpd", "cnil",
    "protection des données", "violation de données", "protección de datos", "violación de datos",
    "auditoría", "garante della privacy", "protezione dei dati", "violazione dei dati",
    "autoriteit persoonsgegevens", "gegevensbescherming",
)  # fmt: skip

MONEY = (
    "payroll", "cannot invoice", "cash register", "checkout is down", "losing money", "losing sales",
    "cannot take payments", "lohnabrechnung", "gehaltsabrechnung", "kasse geht nicht",
    "können nicht kassieren", "umsatzausfall", "paie", "fiches de paie", "caisse en panne",
    "perdons de l'argent", "nóminas", "caja registradora", "perdemos dinero", "perdemos ventas",
    "buste paga", "registratore di cassa", "perdiamo soldi", "salarisadministratie", "kassa werkt niet",
    "verliezen geld",
)  # fmt: skip

URGENT = (
    "urgent", "urgently", "asap", "as soon as possible", "immediately", "right away", "emergency",
    "critical", "dringend", "eilt", "sofort", "so schnell wie möglich", "schnellstmöglich", "notfall",
    "urgente", "urgence", "au plus vite", "le plus vite possible", "immédiatement", "dès que possible",
    "lo antes posible", "cuanto antes", "inmediatamente", "emergencia", "il prima possibile",
    "immediatamente", "subito", "emergenza", "urgenza", "zo snel mogelijk", "spoed", "onmiddellijk",
    "met spoed", "noodgeval",
)  # fmt: skip

CALM = (
    "not urgent", "no hurry", "no rush", "when you have time", "whenever you have time",
    "whenever convenient", "low priority", "can wait", "isn't urgent", "nicht dringend", "eilt nicht",
    "keine eile", "hat zeit", "wenn sie zeit haben", "wenn du zeit hast", "nicht eilig", "pas urgent",
    "rien d'urgent", "quand vous aurez le temps", "sans urgence", "peut attendre", "no es urgente",
    "sin prisa", "cuando tengas tiempo", "cuando tenga tiempo", "puede esperar", "non è urgente",
    "nessuna fretta", "senza fretta", "quando avete tempo", "può aspettare", "niet dringend", "geen haast",
    "als je tijd hebt", "als u tijd heeft", "kan wachten",
)  # fmt: skip

# What stands before "everyone" in a greeting.
GREETED = (
    "hi", "hey", "hello", "dear", "good morning", "good afternoon", "morning", "thanks", "thank you",
    "regards to", "hallo", "moin", "servus", "guten morgen", "guten tag", "danke an", "bonjour",
    "bonjour à", "salut", "merci à", "hola a", "hola", "buenos días a", "gracias a", "ciao a",
    "buongiorno a", "grazie a", "dag", "goedemorgen", "beste", "bedankt",
)  # fmt: skip
