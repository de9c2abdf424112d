"""Words of incidents, requests, questions, complaints: English, German, French, Spanish, Italian, Dutch."""

INCIDENT = (
    "broken", "error", "error message", "crash*", "fails", "failed", "failure", "fault", "down", "outage",
    "offline", "does not work", "doesn't work", "do not work", "don't work", "not working", "isn't working",
    "stopped working", "no longer works", "cannot log in", "can't log in", "cannot login", "cannot access",
    "can't access", "cannot open", "can't open", "cannot print", "can't print", "cannot connect",
    "can't connect", "locked out", "frozen", "freezes", "hangs", "blue screen", "black screen", "very slow",
    "dead", "paper jam", "timeout", "times out", "disconnected", "corrupt*", "lost connection",
    "won't start", "will not start", "unavailable", "kaputt", "defekt", "fehler", "fehlermeldung",
    "störung", "ausfall", "ausgefallen", "abgestürzt", "stürzt ab", "geht nicht", "gehen nicht",
    "funktioniert nicht", "funktionieren nicht", "läuft nicht", "startet nicht", "druckt nicht",
    "kein zugriff", "keine verbindung", "kann mich nicht anmelden", "kann nicht mehr", "nicht erreichbar",
    "hängt", "eingefroren", "gesperrt", "papierstau", "sehr langsam", "en panne", "panne", "erreur",
    "bloqué", "planté", "plante", "cassé", "ne fonctionne pas", "ne fonctionne plus", "ne marche pas",
    "ne marche plus", "ne démarre pas", "ne s'allume plus", "impossible de", "n'arrive pas à",
    "hors service", "indisponible", "très lent", "no funciona", "no funcionan", "dejó de funcionar",
    "no puedo acceder", "no puedo entrar", "no puedo imprimir", "no arranca", "no enciende", "avería",
    "averiado", "averiada", "roto", "rota", "fallo", "falla", "bloqueado", "bloqueada", "caído", "caída",
    "muy lento", "mensaje de error", "non funziona", "non funzionano", "non va", "non parte",
    "non si accende", "non riesco a", "guasto", "guasta", "rotto", "rotta", "errore", "bloccato",
    "bloccata", "si blocca", "molto lento", "irraggiungibile", "kapot", "storing", "fout", "foutmelding",
    "werkt niet", "werken niet", "doet het niet", "start niet", "print niet", "kan niet inloggen",
    "kan niet meer", "geen verbinding", "geen toegang", "vastgelopen", "loopt vast", "geblokkeerd",
    "heel traag", "niet bereikbaar",
)  # fmt: skip

REQUEST = (
    "please install", "install", "order", "need a new", "new laptop", "new phone", "new monitor",
    "new account", "new employee", "new starter", "new hire", "new user", "set up", "could you set up",
    "please create", "please add", "request access", "access to", "grant access", "give access",
    "permission for", "licence", "license", "would like", "i'd like", "can i get", "can i have",
    "could i have", "could i get", "may i have", "request", "upgrade", "replacement", "move my", "borrow",
    "reserve", "onboarding", "offboarding", "bitte installieren", "installieren", "bestellen", "bestellung",
    "brauche einen neuen", "brauche ein neues", "benötige", "benötigen", "neuer mitarbeiter",
    "neue mitarbeiterin", "neues konto", "neuer laptop", "neuen laptop", "bitte einrichten", "einrichten",
    "freischalten", "freischaltung", "zugriff auf", "berechtigung für", "lizenz", "hätte gern",
    "hätte gerne", "möchte", "antrag", "anfrage", "beantrage", "installer", "commander", "commande",
    "j'aurais besoin", "besoin d'un", "besoin d'une", "nouvel ordinateur", "nouveau compte",
    "nouvelle employée", "nouvel employé", "nouveau collègue", "accès à", "accès au", "licence pour",
    "je voudrais", "je souhaite", "souhaiterais", "serait-il possible", "demande", "instalar", "pedir",
    "pedido", "necesito un", "necesito una", "nuevo portátil", "nueva cuenta", "nuevo empleado",
    "nueva empleada", "acceso a", "licencia", "quisiera", "me gustaría", "solicito", "solicitud",
    "installare", "ordinare", "ordine", "mi serve un", "mi serve una", "avrei bisogno", "nuovo portatile",
    "nuovo account", "nuovo dipendente", "nuova dipendente", "accesso a", "accesso al", "licenza", "vorrei",
    "richiedo", "richiesta", "installeren", "bestelling", "nodig", "nieuwe laptop", "nieuw account",
    "nieuwe medewerker", "nieuwe collega", "toegang tot", "licentie", "zou graag", "wil graag", "aanvraag",
    "verzoek",
)  # fmt: skip

QUESTION = (
    "how do i", "how can i", "how to", "what is", "where is", "where can i", "when will", "is it possible",
    "is there a way", "question", "how many", "how much", "which one", "wie kann ich", "wie viele",
    "wie viel", "wo finde ich", "wo ist", "was ist", "wann wird", "ist es möglich", "eine frage", "frage",
    "comment puis-je", "comment faire", "où est", "où trouver", "combien", "est-il possible",
    "une question", "cómo puedo", "dónde está", "cuándo", "cuántos", "es posible", "una pregunta",
    "pregunta", "come posso", "dove trovo", "dove si trova", "quanti", "quando sarà", "è possibile",
    "una domanda", "domanda", "hoe kan ik", "waar vind ik", "waar is", "wanneer", "hoeveel",
    "is het mogelijk", "een vraag", "vraag",
)  # fmt: skip

COMPLAINT = (
    "complaint", "complain", "unacceptable", "disappointed", "third time", "still waiting",
    "nobody answers", "beschwerde", "beschwere", "inakzeptabel", "enttäuscht", "unzumutbar",
    "zum dritten mal", "warte immer noch", "réclamation", "plainte", "inacceptable", "déçu", "déçue",
    "toujours pas de réponse", "inadmissible", "queja", "reclamación", "inaceptable", "decepcionado",
    "decepcionada", "sigo esperando", "reclamo", "lamentela", "inaccettabile", "deluso", "delusa",
    "sto ancora aspettando", "klacht", "onacceptabel", "teleurgesteld", "wacht nog steeds",
)  # fmt: skip
