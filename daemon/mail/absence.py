"""Recognise the answer of somebody's absence program that sets no mark: first person, away, back when.

A person who writes of a holiday asks something or says more; such a mail stays a person's.
"""
# ruff: noqa: RUF001 - the words of many languages and scripts

import re

_HEAD_CHARS = 600
# Absence programs write a few lines; whoever writes more has something to say.
_LONGEST_CHARS = 1_500
_LEAVE = r"(?:annual |maternity |paternity |parental |sick |medical |extended |family )?"
_AWAY = (
    (
        r"(?:i(?:['’]m| am| will be|['’]ll be| shall be)|we are|currently|presently)"
        rf"(?: currently| now| presently)? "
        rf"(?:out of (?:the )?office|not in the office|away (?:from|until|till|on|for|and|with|this)|"
        rf"on {_LEAVE}(?:leave|vacation|holidays?)|travell?ing (?:until|till|with|and|on|for)|"
        r"out (?:until|till|from|on) )"
    ),
    r"i am (?:currently )?out of office",
    (
        r"ich (?:bin|befinde mich|werde)(?: [^\n]{1,60})? (?:nicht (?:im (?:büro|hause?|dienst)|erreichbar|"
        r"am (?:arbeits)?platz)|abwesend|im urlaub|in elternzeit|im mutterschutz|außer haus|"
        r"auf (?:dienst|geschäfts)reise|wieder (?:erreichbar|im büro|im hause|für sie))"
    ),
    (
        r"je (?:suis|serai)(?: actuellement)? (?:absente?\b|en (?:congés?|vacances|déplacement)|"
        r"hors du bureau|de retour)|actuellement (?:absente?\b|en (?:congés?|vacances|déplacement))"
    ),
    (
        r"(?:estoy|estaré|me (?:encuentro|encontraré))(?: actualmente)? (?:fuera de (?:la |mi )?oficina|"
        r"ausente|de (?:vacaciones|baja|viaje|permiso))"
    ),
    (
        r"(?:sono|sarò|mi trovo)(?: attualmente| al momento)? (?:assente|fuori (?:dall')?(?:ufficio|sede)|"
        r"in (?:ferie|vacanza|trasferta|maternità))"
    ),
    (
        r"(?:estou|estarei|encontro-me)(?: atualmente| actualmente| de momento)? (?:ausente|"
        r"de (?:férias|licença|baixa)|fora d[oe] escritório|em viagem)"
    ),
    (
        r"(?:ik ben|ben ik)(?: momenteel| op dit moment| tot(?: en met)? [^.\n]{1,30})? (?:afwezig|"
        r"met (?:vakantie|verlof|zwangerschapsverlof)|op vakantie|niet (?:op kantoor|aanwezig|bereikbaar))"
    ),
    (
        r"jag (?:är|kommer att vara)(?: för närvarande| just nu)? (?:på (?:semester|tjänsteresa)|bortrest|"
        r"inte på (?:kontoret|plats)|ledig|föräldraledig|frånvarande|(?:åter|tillbaka) (?:på|den|igen))"
    ),
    (
        r"jeg (?:er|holder)(?: i øjeblikket| for tiden)? (?:på (?:ferie|barsel|tjenesterejse)|fraværende|"
        r"ferie|ikke (?:på kontoret|til ?stede)|bortrejst|(?:tilbage|tilbake) (?:på|den|igen))"
    ),
    r"olen(?: tällä hetkellä)? (?:lomalla|poissa|matkoilla|vapaalla)",
    r"(?:jestem|przebywam|będę)(?: obecnie)? (?:na urlopie|nieobecn[ya]|poza biurem|w delegacji)",
    (
        r"(?:jsem|budu|som|budem)(?: momentáln[ěe])? (?:na dovolen(?:é|ke)|mimo kancelář|mimo kanceláriu|"
        r"nepřítom|neprítom)"
    ),
    r"szabadságon vagyok|nem vagyok az irodában|sunt în concediu|na godišnjem odmoru sam",
    (
        r"(?:в настоящее время |сейчас )?(?:я )?(?:нахожусь |буду )?(?:в отпуске|отсутствую|отсутствовать|"
        r"в командировке)|(?:перебуваю )?у відпустці"
    ),
    r"(?:şu anda )?(?:yıllık )?izindeyim|ofis dışındayım|απουσιάζω|(?:είμαι|βρίσκομαι) σε άδεια",
)
# Scripts that put no blanks between words.
_AWAY_JOINED = (
    r"不在にして|不在といたして|休暇中|休暇をいただいて|お休みをいただいて|"
    r"(?:正在|目前|现在)(?:休假|外出|出差)|休假中|不在办公室|不在辦公室|부재 ?중|휴가 ?중"
)
_BACK = (
    r"until|till\b|return|back\b|starting|urgent|limited access|in my absence|"
    r"\bbis\b|wieder\b|rückkehr|dringend|vertret|weitergeleitet|jusqu|retour|urgen|"
    r"hasta|regres|fino a|rientr|até\b|retorn|\btot\b|terug|dringende|tills?\b|åter|brådskande|"
    r"\btil\b|haster|asti\b|saakka|palaan|\bdo \S|wrac|piln|\bвернусь|\bдо\b|срочн|kadar|acil|"
    r"έως|μέχρι|まで|戻り|緊急|返回|紧急|까지|긴급|\d{1,2}[./-]\d{1,2}"
)
_SEEN = re.compile(rf"(?i)(?<![^\W\d_])(?:{'|'.join(_AWAY)})|{_AWAY_JOINED}")
_RETURNS = re.compile(rf"(?i)(?:{_BACK})")
_BARE_CHARS = 100
_QUESTION = ("?", "？", "؟")


def absence_in(text: str) -> str:
    """Return the words by which an answer says that its author is away, ``""`` where a person writes.

    The words stand at its beginning, the text is short and asks nothing; one that says more than that
    somebody is away tells until when or whom to turn to.
    """
    words = text.strip()
    if len(words) > _LONGEST_CHARS or any(mark in words for mark in _QUESTION):
        return ""
    seen = _SEEN.search(words[:_HEAD_CHARS])
    if seen is None or (len(words) > _BARE_CHARS and not _RETURNS.search(words)):
        return ""
    return " ".join(seen.group().split())
