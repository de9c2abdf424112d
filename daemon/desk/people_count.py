"""Read how many people a mail says are affected: "20 colleagues", "alle 12 Mitarbeiter"."""

import re

from daemon.desk.terms import Words, plain

# People as six languages call them; a number stands before them, with at most two words between.
_PEOPLE = plain(
    "people users persons colleagues employees workers customers staff students "
    "leute personen benutzer nutzer kollegen kolleginnen mitarbeiter mitarbeitende kunden anwender "
    "personnes utilisateurs collegues employes clients salaries "
    "personas usuarios companeros empleados clientes trabajadores "
    "persone utenti colleghi dipendenti clienti impiegati "
    "mensen personen gebruikers collega's medewerkers klanten"
).split()
_COUNTED = re.compile(
    rf" (\d{{1,6}}) (?:[^\W\d]\S{{0,30}} ){{0,2}}({'|'.join(map(re.escape, sorted(set(_PEOPLE))))}) "
)


def people_named(text: Words) -> tuple[int, str] | None:
    """Return the highest number of people that a text names, with its words; None without one."""
    found = [(int(match[1]), f'"{match[0].strip()}"') for match in _COUNTED.finditer(text.run)]
    return max(found, key=lambda one: one[0]) if found else None
