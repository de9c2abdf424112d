"""Words in fifteen languages by which an answer is no plain decision: conditions, questions, doubts, jokes.

They are looked for anywhere in the new words; one too many costs a question, one too few a wrong decision.
"""
# ruff: noqa: RUF001 - the words of many languages

CONDITIONS = (
    "if|unless|only|provided|providing|as long as|so long as|once|until|when|after|before|under|below|"
    "up to|maximum|at most|less than|cheaper|except|but|however|although|though|would|could|should|might|"
    "maybe|perhaps|probably|partially|partly|half|condition|conditions|conditionally|subject to|depends|"
    "depending|pending|later|yet|first|otherwise|instead|almost|wait|assuming|whether|either|hold|"
    "tomorrow|"
    "next week|next month|next year|in principle|"
    "wenn|falls|sofern|solange|nur|vorausgesetzt|unter|bis|maximal|höchstens|ausser|außer|aber|jedoch|"
    "allerdings|obwohl|würde|könnte|sollte|vielleicht|eventuell|evtl|teilweise|bedingung|abhängig|später|"
    "noch|erst|zuerst|sonst|stattdessen|sobald|nachdem|bevor|günstiger|billiger|warte|warten|"
    "vorbehaltlich|vorbehalt|grundsätzlich|prinzipiell|unter umständen|morgen|"
    "si moins|s'il|s'ils|seulement|sauf|mais|pourvu|tant que|jusqu|jusque|quand|lorsque|après|avant|"
    "sous|moins|"
    "maximum|à condition|peut-être|dépend|cependant|toutefois|partiellement|sinon|plutôt|attendez|"
    "attendre|dès que|sous réserve|uniquement|encore|en principe|demain|"
    "solo|sólo|solamente|siempre que|siempre y cuando|a menos|salvo|excepto|pero|hasta|cuando|después|"
    "antes|bajo|menos|máximo|condición|quizás|quizá|tal vez|depende|aunque|sino|parcialmente|todavía|aún|"
    "espere|espera|únicamente|podría|debería|mañana|en principio|"
    "se|soltanto|purché|a meno|tranne|ma|però|fino|quando|dopo|prima|sotto|meno|massimo|condizione|"
    "a condizione|forse|dipende|tuttavia|parzialmente|ancora|aspetta|aspetti|invece|eccetto|a patto|"
    "domani|"
    "potrebbe|"
    "als|indien|mits|tenzij|alleen|maar|behalve|tot|zodra|wanneer|nadat|voordat|onder|minder|hooguit|"
    "voorwaarde|misschien|hangt|hoewel|gedeeltelijk|nog|eerst|wacht|anders|zou|slechts|later|"
    "caso|só|somente|apenas|desde que|exceto|mas|porém|até|depois|abaixo|condição|talvez|embora|contudo|"
    "ainda|senão|amanhã|"
    "jeśli|jeżeli|gdy|gdyby|o ile|tylko|warunkiem|warunek|chyba|ale|lecz|jednak|oprócz|kiedy|przed|"
    "poniżej|mniej|maksymalnie|może|zależy|częściowo|jeszcze|poczekaj|proszę poczekać|najpierw|dopiero|"
    "później|jutro|"
    "om|bara|endast|förutsatt|såvida|men|utom|tills|när|efter|innan|mindre|högst|villkor|kanske|beror|"
    "dock|delvis|ännu|först|vänta|annars|skulle|ifall|senare|imorgon|"
    "hvis|kun|forudsat|medmindre|undtagen|indtil|når|højst|betingelse|måske|afhænger|dog|delvist|"
    "endnu|"
    "vent|ellers|såfremt|senere|"
    "dersom|bare|forutsatt|med mindre|unntatt|inntil|etter|betingelse|kanskje|avhenger|ennå|enda|høyst|"
    "jos|mikäli|vain|edellyttäen|ellei|mutta|paitsi|kunnes|jälkeen|ennen|alle|vähemmän|enintään|ehto|"
    "ehdolla|ehkä|riippuu|osittain|vielä|ensin|odota|muuten|vasta|kunhan|myöhemmin|huomenna|"
    "pokud|jestli|jestliže|jen|pouze|předpokladu|ledaže|kromě|dokud|až|když|před|pod|méně|maximálně|"
    "podmínka|podmínkou|možná|závisí|částečně|ještě|nejdříve|nejprve|počkejte|jinak|však|kdyby|bude-li|"
    "zítra|později|"
    "eğer|ise|sadece|yalnızca|şartıyla|koşuluyla|ama|fakat|ancak|hariç|kadar|sonra|önce|altında|şart|"
    "koşul|"
    "belki|bağlı|kısmen|henüz|bekle|bekleyin|yoksa|olursa|altındaysa|ucuzsa|gelirse|edilirse|yarın|"
    "ha|csak|feltéve|amennyiben|kivéve|azonban|amíg|amikor|után|előtt|alatt|kevesebb|legfeljebb|feltétel|"
    "feltétellel|talán|esetleg|függ|részben|még|először|várj|várjon|különben|viszont|holnap|később"
)

# Begin a question where somebody left out its mark.
QUESTIONS = (
    "who|whom|whose|what|why|how|where|which|when|wer|wem|wen|was|warum|wieso|weshalb|wozu|wie|wo|wann|"
    "welche|"
    "welcher|welches|wieviel|qui|quoi|quel|quelle|pourquoi|comment|combien|où|est-ce|quién|qué|cuál|"
    "por qué|cómo|cuánto|cuánta|dónde|chi|cosa|che cosa|perché|come|quanto|quale|dove|wat|wie|waarom|hoe|"
    "hoeveel|welk|welke|waar|quem|o que|por que|quanto|qual|onde|kto|co|dlaczego|jak|ile|czy|gdzie|który|"
    "vem|vad|varför|hur|vilken|vilket|vart|hvem|hvad|hvorfor|hvordan|hvor|hvilken|hva|kuka|mikä|mitä|"
    "miksi|"
    "miten|paljonko|missä|kdo|proč|kolik|kde|který|kim|neden|nasıl|kaç|hangi|nerede|niye|miért|"
    "hogyan|mennyi|melyik|hol|mennyibe"
)
# Questions when a mail begins with them.
OPENERS = (
    "is|are|do|does|did|can|could|shall|should|would|may|has|have|ist|sind|kann|können|soll|muss|darf|"
    "haben|"
    "hat|est il|peut on|puis je|können sie|kun je|kan|is het|può|possiamo|puede|podemos|pode|czy|må|skal|"
    "onko|voiko|je to|můžeme"
)

NEGATIONS = (
    "not|no|never|cannot|dont|cant|wont|didnt|isnt|doesnt|don't|can't|won't|didn't|isn't|doesn't|nothing|"
    "nobody|without|neither|nor|hardly|refrain|nicht|nichts|kein|keine|keinen|keiner|keinem|keines|nie|"
    "niemals|nein|ohne|pas|jamais|aucun|aucune|rien|sans|non|ne|nunca|jamás|ningún|ninguno|ninguna|"
    "tampoco|"
    "sin|nada|mai|nessun|nessuno|nessuna|niente|nulla|senza|niet|geen|nooit|niets|zonder|nee|não|nenhum|"
    "nenhuma|sem|nem|nigdy|bez|brak|nic|żaden|inte|ej|aldrig|ingen|inget|inga|icke|utan|ikke|aldri|intet|"
    "uden|uten|ei|en|et|emme|eivät|älä|älkää|eikä|ilman|není|nejsou|nikdy|nelze|nesmí|nemůžeme|nikoliv|"
    "žádný|žádná|žádné|değil|yok|hayır|asla|olmaz|hiç|nem|ne|sosem|soha|nincs|nincsen|sem|nélkül|semmi"
)

# Take a decision back, or make fun of it.
RETRACTIONS = (
    "kidding|joke|joking|sarcasm|lol|rofl|haha|hahaha|jk|just testing|yeah right|as if|cancel|cancelled|"
    "revoke|withdraw|take back|ignore|disregard|undo|mistake|by accident|scherz|witz|spaß|ironie|"
    "stornieren|widerrufe|zurückziehen|irrtum|versehen|ignorieren|plaisante|plaisanterie|blague|ironie|"
    "annule|"
    "annuler|erreur|broma|cancelar|anulo|error|scherzo|scherzavo|annullo|annullare|errore|sbaglio|grapje|"
    "annuleer|annuleren|vergissing|brincadeira|cancelo|erro|engano|żart|żartuję|anuluję|pomyłka|skämt|"
    "skojar|ångrar|misstag|spøg|fortryder|fejltagelse|spøk|tuller|angrer|feiltakelse|vitsi|peru|perun|"
    "erehdys|žert|ruším|omyl|şaka|iptal|vazgeçtim|yanlışlıkla|vicc|vicceltem|visszavonom|tévedés|🙄|😂|🤣|"
    "😏|🙃|😜|🤡"
)
# Cast a doubt on an approval, but not on a refusal.
DOUBTS = (
    "wrong|stop|nonsense|ridiculous|waste|doubt|concern|concerns|objection|"
    "reluctantly|"
    "falsch|unsinn|quatsch|halt|bedenken|zweifel|faux|absurde|doute|"
    "arrêtez|"
    "equivocado|absurdo|duda|sbagliato|assurdo|dubbio|fermi|"
    "fout|"
    "onzin|twijfel|errado|dúvida|błąd|bzdura|wątpliwości|stój|fel|"
    "dumheter|tvekar|forkert|tvivl|feil|tvil|väärin|virhe|epäilen|"
    "chyba|nesmysl|pochybnosti|yanlış|hata|şüphe|hiba|hülyeség|kétség"
)
# After a bare "no" these may mean consent.
ASSENT = (
    "against|mind|object|dagegen|einwendungen|contre|contra|contro|tegen|przeciw|przeciwko|emot|imod|imot|"
    "vastaan|proti|karşı|ellen|ellene|"
    "problem|problems|problème|problema|problemas|problemi|probleem|problemet|problém|sorun|probléma|"
    "ongelma|ongelmaa|worries|objection|objections|einwand|einwände|bezwaar|bezwaren|invändning|"
    "invändningar|indvendinger|innvendinger|námitky|sakınca|kifogás|obiezioni|objeciones|objeções|fine|"
    "good|"
    "great|welcome|continue|proceed|order it|buy it|go on|matter|weiter|gut|bien|bene|goed|prima|bem|"
    "dobrze|"
    "bra|fint|hyvä|dobře|iyi|jó|"
    "approval|consent|permission|blessing|zustimmung|genehmigung|freigabe|einverständnis|accord|"
    "approbation|consentement|aprobación|consentimiento|permiso|approvazione|consenso|permesso|"
    "toestemming|goedkeuring|akkoord|aprovação|consentimento|autorização|zgodę|zgoda|godkännande|"
    "medgivande|godkendelse|tilladelse|samtykke|godkjenning|tillatelse|hyväksyntä|hyväksyntäni|souhlas|"
    "schválení|onayım|iznim|jóváhagyásom|engedélyem|beleegyezésem"
)

NOT_ME = (
    "not the right person|wrong person|not my responsibility|not responsible|not in charge|"
    "not my decision|"
    "not my department|not my budget|not the approver|not my call|not authorised to|not authorized to|"
    "nicht der richtige|nicht die richtige|nicht zuständig|nicht mehr zuständig|falsche person|"
    "falscher ansprechpartner|falsche ansprechpartnerin|nicht mein bereich|nicht verantwortlich|"
    "pas la bonne personne|pas responsable|mauvaise personne|pas de mon ressort|pas mon domaine|"
    "no soy la persona|persona equivocada|no soy responsable|no soy el responsable|no soy la responsable|"
    "no me corresponde|no es mi responsabilidad|non sono la persona|persona sbagliata|"
    "non sono responsabile|"
    "non sono il responsabile|non sono la responsabile|non di mia competenza|non è di mia competenza|"
    "niet de juiste persoon|verkeerde persoon|niet verantwoordelijk|ga ik niet over|ga hier niet over|"
    "não sou a pessoa|pessoa errada|não sou responsável|não sou o responsável|não sou a responsável|"
    "niewłaściwa osoba|nie jestem właściwą osobą|nie jestem odpowiednią osobą|nie odpowiadam za|"
    "nie moja decyzja|inte rätt person|fel person|inte ansvarig|inte mitt ansvar|ikke den rette|"
    "ikke den rigtige|forkert person|forkerte person|ikke ansvarlig|ikke mit ansvar|ikke rett person|"
    "ikke riktig person|feil person|ikke mitt ansvar|en ole oikea henkilö|väärä henkilö|en ole vastuussa|"
    "ei kuulu minulle|nejsem ta správná osoba|nejsem správná osoba|špatná osoba|nejsem zodpovědný|"
    "nejsem zodpovědná|nejsem odpovědný|nejsem odpovědná|doğru kişi değilim|yanlış kişi|"
    "yetkili değilim|sorumlu değilim|nem én vagyok|rossz személy|nem vagyok illetékes|nem én döntök"
)

# A name or an address follows.
ASK = (
    "ask|please ask|contact|please contact|talk to|forward to|forward it to|send it to|delegate to|"
    "i delegate to|i delegate this to|delegated to|passing this to|fragen sie|fragen sie bitte|"
    "bitte fragen sie|frag|frag bitte|bitte frag|wenden sie sich an|bitte an|delegiere an|"
    "ich delegiere an|"
    "delegiere das an|zuständig ist|leite weiter an|demandez à|demande à|voyez avec|adressez-vous à|"
    "contactez|je délègue à|pregunte a|pregunta a|consulte a|consulte con|contacte con|delego en|"
    "chieda a|"
    "chiedi a|chiedete a|si rivolga a|contatti|delego a|vraag|vraag het aan|neem contact op met|"
    "ik delegeer aan|delegeer aan|pergunte a|pergunte ao|pergunte à|fale com|contacte|delego em|"
    "proszę zapytać|zapytaj|proszę pytać|deleguję na|przekazuję do|fråga|kontakta|jag delegerar till|"
    "delegerar till|spørg|kontakt|delegerer til|jeg delegerer til|spør|kysy|kysykää|ota yhteyttä|"
    "delegoin|"
    "zeptejte se|zeptej se|obraťte se na|deleguji na|kérdezze|kérdezd|kérdezze meg|forduljon|átadom"
)

# Words that are as harmless in other languages as they are doubtful in these: they count where the language
# is not known, or one of these.
DOUBTFUL_IN = {
    "en": {"fi"}, "et": {"fi"}, "se": {"it", "pt"}, "om": {"sv", "nl"}, "ma": {"it"}, "als": {"nl"},
    "ha": {"hu"}, "ej": {"sv"}, "men": {"sv", "da", "nb"}, "ne": {"fr", "cs", "hu"}, "nem": {"hu", "pt"},
    "alle": {"fi"}, "vain": {"fi"}, "kun": {"fi", "da", "nb"}, "dock": {"sv"}, "bare": {"da", "nb", "sv"},
    "sem": {"hu", "pt"}, "tot": {"nl"}, "mas": {"pt"}, "mai": {"it"}, "sin": {"es"}, "moins": {"fr"},
    "ise": {"tr"}, "halt": {"de"}, "peru": {"fi"}, "fel": {"sv"}, "weiter": {"de"}, "hur": {"sv"},
    "come": {"it"}, "co": {"pl", "cs"}, "was": {"de"},
}  # fmt: skip
