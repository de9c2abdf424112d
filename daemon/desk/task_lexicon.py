"""The words of people who do tasks, in the six languages that the desk writes; compared without accents."""

from daemon.desk.terms import plain


def _phrases(*lines: str) -> tuple[str, ...]:
    """Return the phrases between bars as they are compared, the longest first."""
    found = {" ".join(plain(one).split()) for line in lines for one in line.split("|")}
    return tuple(sorted(found, key=lambda one: (-len(one), one)))


DONE = _phrases(
    "done|all done|it is done|it's done|its done|that's done|this is done|finished|it is finished|completed",
    "complete|task done|task completed|job done|ready|it is ready|all set|delivered|installed|has been done",
    "erledigt|ist erledigt|alles erledigt|ich habe es erledigt|fertig|ist fertig|alles fertig|gemacht",
    "abgeschlossen|ausgeführt|geliefert|installiert|wurde erledigt|habe ich erledigt|ist gemacht|vollzogen",
    "hecho|está hecho|ya está|ya está hecho|listo|todo listo|terminado|está terminado|completado|acabado",
    "finalizado|entregado|instalado|todo hecho",
    "fait|c'est fait|c est fait|tout est fait|terminé|c'est terminé|fini|c'est fini|effectué|c'est prêt",
    "livré|installé|tâche terminée|achevé|réalisé",
    "fatto|è fatto|tutto fatto|finito|è finito|completato|terminato|eseguito|è pronto|consegnato|installato",
    "klaar|is klaar|het is klaar|alles klaar|gedaan|is gedaan|het is gedaan|afgerond|is afgerond|voltooid",
    "gereed|is gereed|uitgevoerd|geleverd|geïnstalleerd|afgehandeld",
    "✅|✔|☑",
)
# What says of a check that all is well; of a task it only says that somebody has read of it.
FINE = _phrases(
    "ok|okay|yes|good|all good|fine|approved|looks good|passed|confirmed|alright",
    "in ordnung|passt|alles gut|ja|gut|bestätigt|freigegeben|alles in ordnung|einverstanden",
    "vale|sí|bien|todo bien|correcto|de acuerdo|conforme|aprobado",
    "oui|d'accord|c'est bon|tout est bon|conforme|validé",
    "va bene|sì|tutto bene|bene|d'accordo|approvato|confermato",
    "akkoord|goed|in orde|prima|goedgekeurd|alles goed",
    "👍",
)
BLOCKED = _phrases(
    "blocked|stuck|i am stuck|we are stuck|on hold|cannot go on|can't go on",
    "blockiert|ist blockiert|gesperrt|geht nicht weiter|hängt",
    "bloqueado|bloqueada|está bloqueado|atascado",
    "bloqué|bloquée|c'est bloqué|en suspens",
    "bloccato|bloccata|è bloccato|fermo",
    "geblokkeerd|vastgelopen|zit vast|geblokt",
)
AGAIN = _phrases(
    "again|redo|do it again|send back|sent back|not ok|not okay|not good|not right|back",
    "nochmal|noch einmal|zurück|nicht in ordnung|nicht ok|bitte nochmal|nacharbeiten",
    "otra vez|de nuevo|repetir|devolver|no está bien|rehacer",
    "encore|à refaire|de nouveau|à nouveau|pas bon|refaire|retour",
    "di nuovo|ancora|da rifare|rifare|non va bene",
    "opnieuw|nog een keer|terug|niet goed|niet in orde|overdoen",
)
BY = _phrases(
    "by|until|not before|will be done by|done by|it will be done by|expected by|expected on|expected",
    "bis|bis zum|bis spätestens|spätestens|spätestens am|fertig bis|erledigt bis|frühestens|frühestens am|am",
    "para|para el|hasta el|hasta|antes del|listo el|listo para el|a más tardar el",
    "d'ici|d'ici au|d'ici le|pour|pour le|avant le|jusqu'au|au plus tard le",
    "entro|entro il|per|per il|entro e non oltre|prima del",
    "voor|tegen|uiterlijk|uiterlijk op|voor de|klaar op|tot",
)
BECAUSE = _phrases(
    "because|because of|since|as|due to|reason|reason:|why",
    "weil|da|wegen|denn|grund|grund:",
    "porque|por|debido a|ya que|motivo|motivo:",
    "parce que|car|à cause de|en raison de|puisque|raison|raison:",
    "perché|poiché|a causa di|causa|motivo|motivo:",
    "omdat|want|wegens|vanwege|reden|reden:",
)
# One of these in what goes with "done" says that it may not be.
DOUBT = frozenset(
    _phrases(
        "but|except|still|not|missing|almost|nearly|partly|partially|half|until|remaining|unless|if|however",
        "haven't|hasn't|isn't|cannot|can't|won't|waiting|yet|soon|later|tomorrow|when|never|no",
        "aber|außer|noch|nicht|fehlt|fehlen|fast|beinahe|teilweise|halb|sobald|wenn|falls|jedoch|kein|keine",
        "morgen|warte|warten|später|bald|nie",
        "pero|excepto|salvo|todavía|aún|falta|faltan|casi|parcialmente|medio|cuando|si|sin|mañana|nunca|pronto",
        "mais|sauf|encore|pas|manque|manquent|presque|partiellement|moitié|quand|sans|demain|jamais|bientôt",
        "ma|tranne|ancora|non|manca|mancano|quasi|parzialmente|metà|quando|se|senza|domani|mai|presto",
        "maar|behalve|nog|niet|ontbreekt|bijna|gedeeltelijk|deels|half|zodra|als|zonder|morgen|nooit|geen",
    )
)
POLITE = _phrases(
    "thanks|thank you|many thanks|best regards|kind regards|regards|cheers|best|bye|please|hi|hello|hi all",
    "danke|vielen dank|viele grüße|mit freundlichen grüßen|mfg|gruß|grüße|lg|hallo|guten tag|moin",
    "gracias|muchas gracias|saludos|un saludo|hola|buenos días|buenas tardes",
    "merci|merci beaucoup|cordialement|bonjour|salut|bonne journée|bien à vous",
    "grazie|grazie mille|saluti|cordiali saluti|ciao|buongiorno|salve",
    "bedankt|dank je|dank u|groeten|met vriendelijke groet|hallo|hoi|dag|mvg|goedemorgen",
)
# Words between the times and the amounts of a report.
EFFORT = frozenset(
    _phrases(
        "took|it took|time|cost|costs|total|and|for|spent|of|work|worked|price|net|gross|about|ca|approx",
        "dauer|zeit|kosten|gesamt|und|für|hat|gedauert|aufwand|arbeitszeit|netto|brutto|etwa|gekostet",
        "tiempo|coste|costo|costó|total|y|por|trabajo|precio",
        "temps|coût|coûts|prix|et|pour|travail|environ",
        "tempo|costo|costi|totale|e|per|lavoro|prezzo|circa",
        "tijd|kosten|prijs|totaal|voor|werk|ongeveer|besteed",
    )
)
_DAY_NAMES = {
    "monday": "montag|lunes|lundi|lunedì|maandag",
    "tuesday": "dienstag|martes|mardi|martedì|dinsdag",
    "wednesday": "mittwoch|miércoles|mercredi|mercoledì|woensdag",
    "thursday": "donnerstag|jueves|jeudi|giovedì|donderdag",
    "friday": "freitag|viernes|vendredi|venerdì|vrijdag",
    "saturday": "samstag|sonnabend|sábado|samedi|sabato|zaterdag",
    "sunday": "sonntag|domingo|dimanche|domenica|zondag",
    "january": "januar|jänner|enero|janvier|gennaio|januari",
    "february": "februar|febrero|février|febbraio|februari",
    "march": "märz|marzo|mars|maart",
    "april": "april|abril|avril|aprile",
    "may": "mai|mayo|maggio|mei",
    "june": "juni|junio|juin|giugno",
    "july": "juli|julio|juillet|luglio",
    "august": "august|agosto|août|augustus",
    "september": "september|septiembre|septembre|settembre",
    "october": "oktober|octubre|octobre|ottobre",
    "november": "november|noviembre|novembre",
    "december": "dezember|diciembre|décembre|dicembre|december",
    "tomorrow": "morgen|mañana|demain|domani",
    "today": "heute|hoy|aujourd'hui|oggi|vandaag",
    "next": "nächsten|nächste|kommenden|próximo|prochain|prossimo|volgende|komende",
    "week": "woche|semana|semaine|settimana",
}
# Names of days and months in the other languages, as they are compared, to the English ones.
DAYS = {plain(name): english for english, names in _DAY_NAMES.items() for name in names.split("|")}
# Stand between a day and its month or before a day, and mean nothing by themselves.
LITTLE = frozenset(
    {"de", "del", "der", "den", "dem", "le", "el", "il", "du", "di", "the", "am", "um", "op", "om"}
)
HOURS = "h|hour|hours|hr|hrs|std|stunde|stunden|hora|horas|heure|heures|ora|ore|uur|uren|u"
MINUTES = "m|min|mins|minute|minutes|minuten|minuto|minutos|minuti|minuut"
CURRENCIES = frozenset(
    {"EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "CAD", "AUD", "JPY", "RON"}
)
SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
