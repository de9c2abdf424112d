"""Words of absence and the names of the months, in English, German, French, Spanish, Italian, Dutch."""

UNTIL = (
    "until", "till", "through", "up to", "to", "bis", "bis zum", "bis einschliesslich", "jusqu'au", "jusqu'a",
    "au",
    "hasta", "hasta el", "al", "fino al", "fino a", "sino al", "tot", "tot en met", "t/m",
)  # fmt: skip

BACK = (
    "back on", "back", "return on", "returning on", "return", "returning", "again from", "available again",
    "wieder ab", "wieder am", "ab dem", "zuruck am", "zuruck ab", "wieder da", "wieder erreichbar",
    "de retour le", "retour le", "serai de retour", "a partir du",
    "de vuelta el", "regreso el", "vuelvo el", "a partir del",
    "rientro il", "torno il", "rientrero il", "tornero il", "di nuovo dal", "a partire dal",
    "terug op", "weer terug", "weer aanwezig", "vanaf",
)  # fmt: skip

_NAMES = (
    ("january", "jan", "januar", "janner", "janvier", "enero", "gennaio", "januari"),
    ("february", "feb", "februar", "fevrier", "febrero", "febbraio", "februari"),
    ("march", "mar", "marz", "mars", "marzo", "maart"),
    ("april", "apr", "avril", "abril", "aprile"),
    ("may", "mai", "mayo", "maggio", "mei"),
    ("june", "jun", "juni", "juin", "junio", "giugno"),
    ("july", "jul", "juli", "juillet", "julio", "luglio"),
    ("august", "aug", "aout", "agosto", "augustus"),
    ("september", "sep", "sept", "septembre", "septiembre", "settembre"),
    ("october", "oct", "oktober", "okt", "octobre", "octubre", "ottobre"),
    ("november", "nov", "novembre", "noviembre"),
    ("december", "dec", "dezember", "dez", "decembre", "diciembre", "dicembre"),
)  # fmt: skip
_DAYS = (
    ("monday", "montag", "lundi", "lunes", "lunedi", "maandag"),
    ("tuesday", "dienstag", "mardi", "martes", "martedi", "dinsdag"),
    ("wednesday", "mittwoch", "mercredi", "miercoles", "mercoledi", "woensdag"),
    ("thursday", "donnerstag", "jeudi", "jueves", "giovedi", "donderdag"),
    ("friday", "freitag", "vendredi", "viernes", "venerdi", "vrijdag"),
    ("saturday", "samstag", "sonnabend", "samedi", "sabado", "sabato", "zaterdag"),
    ("sunday", "sonntag", "dimanche", "domingo", "domenica", "zondag"),
)  # fmt: skip
# Monday is 0.
DAYS = {name: number for number, names in enumerate(_DAYS) for name in names}
MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names}
