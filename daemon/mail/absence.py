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
# What people write by hand, in so many words, and until when; nothing else stands in that sentence.
_BY_HAND = (
    (
        r"(?:i(?:['’]?m| am) )?(?:currently |still )?(?:away|absent|travell?ing|abroad|"
        r"not (?:here|there|available)|"
        rf"unavailable|(?:off |out )?sick|ill|out of (?:the )?office|not in(?: the office)?|on {_LEAVE}"
        r"(?:leave|vacation|holidays?|a (?:business )?trip)|(?:off|out)(?= (?:until|till|this|today|for)))"
    ),
    (
        r"(?:ich )?bin (?:derzeit |gerade |zurzeit |aktuell |leider )?(?:nicht (?:da|im (?:büro|haus|dienst)|"
        r"erreichbar)|weg|unterwegs|verreist|abwesend|krank(?:geschrieben)?|im (?:urlaub|krankenstand)|"
        r"außer haus|"
        r"auf (?:dienst|geschäfts)?reise|in (?:elternzeit|kur))|(?:ich )?habe urlaub"
    ),
    (
        r"(?:je )?suis (?:actuellement )?(?:absente?|en (?:congés?|vacances|déplacement|voyage)|malade|"
        r"en arrêt(?: maladie)?)|je ne suis pas (?:là|au bureau|disponible)"
    ),
    (
        r"(?:yo )?estoy (?:actualmente )?(?:ausente|fuera(?: de la oficina)?|"
        r"de (?:vacaciones|baja|viaje|permiso)|enferm[oa])|(?:yo )?no estoy(?: en la oficina| disponible)?"
    ),
    (
        r"sono (?:attualmente )?(?:assente|via|fuori(?: (?:ufficio|sede))?|malat[oa]|"
        r"in (?:ferie|vacanza|viaggio|trasferta|malattia))|"
        r"(?:io )?non (?:ci sono|sono (?:in (?:ufficio|sede)|disponibile))"
    ),
    (
        r"(?:ik )?ben (?:momenteel )?(?:afwezig|weg|er (?:even )?niet|op (?:vakantie|reis|zakenreis)|"
        r"met (?:vakantie|verlof)|ziek|niet (?:op kantoor|aanwezig|bereikbaar))"
    ),
    (
        r"(?:eu )?estou (?:atualmente )?(?:ausente|fora|de (?:férias|licença|baixa)|em viagem|doente)|"
        r"(?:eu )?não estou(?: no escritório| disponível)?"
    ),
    (
        r"jestem (?:obecnie )?(?:nieobecn[ya]|na (?:urlopie|zwolnieniu)|poza biurem|w delegacji|chor[ya])|"
        r"nie ma mnie(?: w biurze)?"
    ),
    (
        r"jag är (?:just nu )?(?:bortrest|borta|ledig|sjuk|frånvarande|på (?:semester|resa|tjänsteresa)|"
        r"inte (?:här|på (?:kontoret|plats)))"
    ),
    (
        r"jeg er (?:desværre |dessverre )?(?:væk|borte|bortrejst|bortreist|syg|syk|fraværende|"
        r"på (?:ferie|rejse|reise|barsel)|ikke (?:her|på (?:kontoret|jobb|arbejde)|til ?stede))|jeg har ferie"
    ),
    r"olen (?:nyt )?(?:lomalla|poissa|matkoilla|vapaalla|sairaana|sairaslomalla)|en ole (?:paikalla|töissä)",
    (
        r"jsem (?:teď |právě )?(?:na dovolené|mimo kancelář|pryč|nemocn[ýá]|nepřítom(?:en|na|ný|ná))|"
        r"nejsem (?:v kanceláři|k dispozici)|mám dovolenou"
    ),
    r"(?:şu anda )?(?:izindeyim|ofiste değilim|ofis dışındayım|hastayım|yokum|tatildeyim)",
    r"(?:jelenleg )?(?:szabadságon vagyok|nem vagyok (?:bent|az irodában)|távol vagyok|beteg vagyok)",
)
# An end or a time, and no more: "I am away from my desk, but fine" says something else.
_FOR_HOW_LONG = (
    r"(?:,? (?:until|till|through|this|today|tomorrow|next|for (?!th)|from|since|now|right now|at the moment|"
    r"and back|bis|ab|seit|heute|diese|noch|jusqu|à partir|cette|aujourd'hui|pour|hasta|desde|hoy|esta|por|"
    r"fino|sino|da|oggi|questa|per|tot|t/m|vanaf|vandaag|deze|até|hoje|a partir|do|od|w tym|tills?|"
    r"till och med|idag|denne|denna|til|fra|i dag|tämän|tällä)\b"
    r"[^.!\n,;]{0,60})?"
)
# "Hi Bob, sorry, I am away".
_BEFORE = (
    r"(?:(?:hi|hello|hey|dear|sorry|thanks|hallo|guten|leider|tut mir leid|danke|bonjour|désolée?|merci|hola|"
    r"lo siento|ciao|buongiorno|mi dispiace|dag|helaas|olá|cześć|hej|hei|ahoj|merhaba|szia)\b"
    r"[^,]{0,30}, ?){0,2}"
)
_BY_HAND_ALONE = re.compile(rf"(?i){_BEFORE}(?P<said>(?:{'|'.join(_BY_HAND)}){_FOR_HOW_LONG})")
_SENTENCE_END = re.compile(r"[.!\n]+")
_BY_HAND_CHARS = 300
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


def absence_by_hand(text: str) -> str:
    """Return the sentence by which a person says that they are away, ``""`` where none does.

    It stands alone among the first two of a short text that asks nothing: "I am away.", "Hi, I am on leave
    until Monday."  For answers to something that was asked, where ``absence_in`` found nothing.
    """
    words = text.strip()
    if len(words) > _BY_HAND_CHARS or any(mark in words for mark in _QUESTION):
        return ""
    sentences = [one.strip() for one in _SENTENCE_END.split(words) if one.strip()]
    for sentence in sentences[:2]:
        if found := _BY_HAND_ALONE.fullmatch(sentence):
            return found["said"]
    return ""
