"""The words of ratings in fifteen languages, by what they come to on a scale from 1 to 5.

English, German, French, Spanish, Italian, Dutch, Portuguese, Polish, Swedish, Danish, Norwegian, Finnish,
Czech, Turkish, Hungarian.  Phrases stand between bars in their own spelling.
"""
# ruff: noqa: RUF001 - the words of many languages

WORDS = {
    5: (
        "great|excellent|perfect|outstanding|fantastic|awesome|amazing|brilliant|wonderful|superb|"
        "exceptional|very satisfied|very happy|very good|extremely good|hervorragend|"
        "ausgezeichnet|perfekt|"
        "super|großartig|fantastisch|klasse|spitze|toll|sehr gut|sehr zufrieden|wunderbar|"
        "parfait|génial|"
        "excellente|super bien|formidable|très bien|très satisfait|très satisfaite|"
        "impeccable|excelente|"
        "perfecto|genial|fantástico|estupendo|muy bien|muy satisfecho|muy satisfecha|"
        "muy bueno|eccellente|"
        "ottimo|perfetto|fantastico|benissimo|molto bene|molto soddisfatto|"
        "molto soddisfatta|geweldig|"
        "uitstekend|fantastisch|perfect|heel goed|zeer goed|zeer tevreden|heel tevreden|"
        "ótimo|ótima|"
        "perfeito|muito bom|muito bem|muito satisfeito|muito satisfeita|doskonale|"
        "doskonały|świetnie|"
        "świetny|rewelacja|bardzo dobrze|bardzo dobry|bardzo zadowolony|bardzo zadowolona|utmärkt|"
        "fantastiskt|perfekt|jättebra|mycket bra|mycket nöjd|fremragende|fantastisk|"
        "perfekt|meget god|"
        "meget godt|meget tilfreds|veldig bra|utmerket|veldig fornøyd|svært bra|"
        "erinomainen|erinomaista|"
        "loistava|loistavaa|mahtava|erittäin hyvä|erittäin tyytyväinen|výborně|výborné|"
        "skvěle|skvělé|"
        "perfektní|velmi dobře|velmi spokojen|velmi spokojená|mükemmel|harika|çok iyi|çok memnunum|"
        "şahane|kiváló|tökéletes|nagyszerű|remek|nagyon jó|nagyon elégedett"
    ),
    4: (
        "good|well done|satisfied|happy|nice|gut|zufrieden|bien|satisfait|satisfaite|bon|"
        "bonne|bueno|buena|"
        "satisfecho|satisfecha|bene|buono|soddisfatto|soddisfatta|goed|tevreden|bom|boa|"
        "bem|satisfeito|"
        "satisfeita|dobrze|dobry|zadowolony|zadowolona|bra|nöjd|godt|god|tilfreds|fornøyd|"
        "hyvä|hyvin|"
        "tyytyväinen|dobře|dobré|spokojen|spokojená|iyi|memnunum|jó|elégedett"
    ),
    3: (
        "average|so so|mediocre|neutral|neither good nor bad|acceptable|mittelmäßig|"
        "durchschnittlich|"
        "geht so|na ja|naja|mittel|moyen|moyenne|bof|comme ci comme ça|regular|más o menos|normal|"
        "così così|nella media|mediocre|matig|gemiddeld|gaat wel|mais ou menos|razoável|"
        "médio|średnio|"
        "przeciętnie|tak sobie|sådär|medel|medelmåttigt|sådan lala|middel|gennemsnitlig|sånn passe|"
        "middels|keskinkertainen|ihan ok|menettelee|průměrné|průměr|ujde to|orta|"
        "idare eder|şöyle böyle|"
        "közepes|átlagos|elmegy"
    ),
    2: (
        "bad|poor|not good|not great|unsatisfied|dissatisfied|disappointing|disappointed|unhappy|"
        "not satisfied|not happy|schlecht|nicht gut|unzufrieden|nicht zufrieden|"
        "enttäuschend|enttäuscht|"
        "mauvais|mauvaise|mal|pas bien|pas bon|pas satisfait|pas satisfaite|décevant|déçu|"
        "déçue|malo|mala|"
        "insatisfecho|insatisfecha|decepcionante|no satisfecho|male|cattivo|insoddisfatto|"
        "insoddisfatta|"
        "deludente|non soddisfatto|slecht|niet goed|ontevreden|niet tevreden|"
        "teleurstellend|mau|má|ruim|"
        "insatisfeito|insatisfeita|decepcionante|źle|słabo|niezadowolony|niezadowolona|"
        "rozczarowany|"
        "rozczarowana|dåligt|dålig|missnöjd|inte bra|inte nöjd|dårlig|dårligt|utilfreds|"
        "ikke god|ikke godt|"
        "ikke tilfreds|misfornøyd|ikke fornøyd|ikke bra|huono|huonosti|tyytymätön|ei hyvä|"
        "pettynyt|špatně|"
        "špatné|nespokojen|nespokojená|zklamán|zklamaná|kötü|memnun değilim|iyi değil|"
        "rossz|elégedetlen|"
        "nem jó|csalódott"
    ),
    1: (
        "terrible|awful|horrible|very bad|very poor|worst|the worst|useless|appalling|dreadful|"
        "unacceptable|disgraceful|very dissatisfied|very unhappy|furchtbar|schrecklich|"
        "katastrophal|"
        "katastrophe|miserabel|sehr schlecht|unmöglich|grauenhaft|grottenschlecht|"
        "sehr unzufrieden|affreux|"
        "horrible|nul|nulle|lamentable|très mauvais|catastrophique|inadmissible|inacceptable|"
        "très mécontent|pésimo|pésima|fatal|terrible|horrible|muy malo|muy mal|inaceptable|pessimo|"
        "pessima|orribile|terribile|molto male|inaccettabile|disastroso|verschrikkelijk|waardeloos|"
        "vreselijk|heel slecht|zeer slecht|onacceptabel|péssimo|péssima|horrível|terrível|"
        "muito mau|"
        "muito ruim|inaceitável|okropnie|okropny|fatalnie|tragicznie|tragedia|bardzo źle|"
        "beznadziejnie|"
        "fruktansvärt|hemskt|uselt|mycket dåligt|katastrof|forfærdelig|forfærdeligt|"
        "elendigt|elendig|"
        "meget dårlig|meget dårligt|forferdelig|veldig dårlig|svært dårlig|kamala|kamalaa|"
        "surkea|surkeaa|"
        "hirveä|erittäin huono|hrozné|hrozně|strašné|strašně|otřesné|velmi špatné|berbat|"
        "korkunç|rezalet|"
        "çok kötü|szörnyű|borzasztó|borzalmas|katasztrófa|nagyon rossz|pocsék"
    ),
}

NUMBERS = {
    1: "one|eins|ein|un|uno|une|één|een|um|uma|jeden|ett|en|yksi|jedna|bir|egy",
    2: "two|zwei|deux|dos|due|twee|dois|duas|dwa|två|to|kaksi|dva|dvě|iki|kettő|két",
    3: "three|drei|trois|tres|tre|drie|três|trzy|kolme|tři|üç|három",
    4: "four|vier|quatre|cuatro|quattro|quatro|cztery|fyra|fire|neljä|čtyři|dört|négy",
    5: "five|fünf|cinq|cinco|cinque|vijf|pięć|fem|viisi|pět|beş|öt",
}
# Numbers that are other words elsewhere: they count in these languages alone.
NUMBERS_IN = {
    "to": {"da", "nb"}, "fire": {"da", "nb"}, "due": {"it"}, "en": {"da", "nb", "sv"}, "ett": {"sv"},
    "ein": {"de"}, "een": {"nl"}, "un": {"fr", "es", "it"}, "une": {"fr"}, "um": {"pt"}, "uma": {"pt"},
    "ot": {"hu"},
}  # fmt: skip

FACES = {
    5: "😍🤩🥰😁😃😄😀🎉💯🤗😻❤",
    4: "🙂😊☺👍👏😌🙏",
    3: "😐😑😶🫤",
    2: "🙁☹😕😞👎😟😒",
    1: "😡😠🤬😤😭💩🤮👿",
}

# May stand beside a word that rates.
BESIDE = (
    "it was|it is|that was|this was|was|service|support|help|job|work|the service|"
    "the support|your help|"
    "your support|overall|really|so|es war|das war|war|der service|der support|die hilfe|"
    "alles|insgesamt|"
    "c'était|le service|le support|tout|fue|el servicio|el soporte|todo|era|è stato|"
    "il servizio|il supporto|"
    "tutto|het was|de service|de hulp|alles|foi|o serviço|o suporte|tudo|było|obsługa|"
    "wszystko|det var|"
    "servicen|hjälpen|allt|hjælpen|alt|hjelpen|se oli|palvelu|kaikki|bylo to|služba|"
    "všechno|hizmet|her şey|"
    "volt|a szolgáltatás|minden|stars|star|sterne|stern|étoiles|estrellas|stelle|sterren|estrelas|"
    "gwiazdek|gwiazdki|stjärnor|stjerner|tähteä|hvězd|hvězdy|hvězdiček|yıldız|csillag|"
    "points|punkte|out of five"
)

# Complaints that a word of praise in front of them turns into mockery.
COMPLAINTS = (
    "again|still|broken|broke|breaks|failed|fails|worse|wrong|waited|waiting|wait|slow|"
    "problem|problems|"
    "late|useless|days|weeks|wieder|immer noch|kaputt|defekt|falsch|gewartet|langsam|"
    "problem|probleme|"
    "spät|tage|wochen|encore|toujours|cassé|panne|attendu|attente|lent|problème|problèmes|"
    "tard|jours|"
    "semaines|otra vez|todavía|roto|esperado|esperar|esperé|lento|problema|problemas|tarde|"
    "días|semanas|"
    "ancora|rotto|aspettato|guasto|tardi|giorni|settimane|weer|nog steeds|kapot|gewacht|"
    "traag|laat|dagen|"
    "weken|outra vez|ainda|quebrado|avariado|esperei|dias|semanas|znowu|nadal|zepsute|"
    "czekałem|czekałam|"
    "wolno|późno|dni|tygodni|igen|fortfarande|trasig|trasigt|väntade|väntat|långsamt|sent|"
    "dagar|veckor|"
    "stadig|ødelagt|ventede|ventet|langsomt|dage|uger|igjen|fortsatt|ødelagt|ventet|dager|"
    "uker|taas|"
    "edelleen|rikki|odotin|hidas|myöhään|päivää|viikkoa|zase|stále|rozbité|čekal|čekala|"
    "pomalé|pozdě|dnů|"
    "týdnů|yine|hâlâ|bozuk|bekledim|yavaş|geç|gün|hafta|megint|még mindig|rossz|vártam|"
    "lassú|késő|napot|hetet"
)

# Make of the number before them something else than a rating.
UNITS = (
    "day|days|hour|hours|minute|minutes|min|week|weeks|month|months|year|years|time|times|"
    "people|tickets|"
    "ticket|mails|emails|mail|percent|euro|euros|dollars|x|th|st|nd|rd|tag|tage|tagen|"
    "stunde|stunden|"
    "minuten|woche|wochen|monat|monate|monaten|jahr|jahre|mal|leute|prozent|uhr|jour|jours|"
    "heure|heures|"
    "semaine|semaines|mois|an|ans|fois|personnes|día|días|hora|horas|minutos|semana|"
    "semanas|mes|meses|"
    "años|veces|vez|personas|giorno|giorni|ora|ore|minuti|settimana|settimane|mese|mesi|"
    "anni|volte|volta|"
    "persone|dag|dagen|uur|weken|maand|maanden|jaar|keer|mensen|dia|dias|mês|anos|vezes|"
    "pessoas|dzień|dni|"
    "godzin|godziny|godzina|minut|tydzień|tygodni|tygodnie|miesiąc|miesięcy|razy|raz|osób|"
    "dagar|timme|"
    "timmar|minuter|vecka|veckor|månader|år|gånger|personer|dage|time|timer|minutter|uge|"
    "uger|måneder|"
    "gange|dager|uker|uke|ganger|päivä|päivää|tunti|tuntia|minuuttia|viikko|viikkoa|"
    "kuukautta|vuotta|"
    "kertaa|ihmistä|den|dny|dnů|hodina|hodiny|hodin|minuty|týden|týdny|týdnů|měsíce|měsíců|"
    "let|krát|lidí|"
    "gün|saat|dakika|hafta|ay|yıl|kez|kere|kişi|nap|napot|óra|órát|perc|percet|hét|hetet|"
    "hónap|év|alkalom|fő"
)
# Between two numbers these mean that one was not chosen, or that the second is the end of the scale.
BETWEEN = (
    "or|to|oder|bis|ou|à|o|a|tot|czy|eller|till|til|tai|nebo|až|veya|vagy|and|und|et|y|e|en|i|och|og|ja|ve|és"
)
OF = "of|out of|von|sur|de|sobre|su|di|van|van de|em|na|z|ze|av|ud af|af|/"
