"""The words of decisions in fifteen languages.

English, German, French, Spanish, Italian, Dutch, Portuguese, Polish, Swedish, Danish, Norwegian, Finnish,
Czech, Turkish, Hungarian.  Phrases stand between bars in their own spelling; they are compared without case
and accents.  ``ONLY_IN`` and ``NOT_IN`` name the languages in which a word decides, or does not.
"""
# ruff: noqa: RUF001 - the words of many languages

# These say it outright: words of the approver's own may follow as a comment.
APPROVE = (
    "approve|approved|i approve|i do approve|approval granted|approval given|authorized|authorised|"
    "i authorize|"
    "i authorise|signed off|genehmigt|genehmige|genehmige ich|genehmigen|genehmigung erteilt|"
    "ist genehmigt|"
    "freigegeben|ist freigegeben|gebe frei|gebe ich frei|freigabe erteilt|zugestimmt|stimme zu|"
    "stimme ich zu|stimme dem zu|bewilligt|bewillige|approuvé|approuvée|j'approuve|approuver|approuve|"
    "est approuvé|est approuvée|validé|validée|je valide|valider|j'autorise|autorisé|accord donné|"
    "apruebo|"
    "lo apruebo|la apruebo|aprobado|aprobada|aprobar|queda aprobado|queda aprobada|está aprobado|"
    "está aprobada|autorizo|autorizado|autorizada|approvo|lo approvo|la approvo|approvato|approvata|"
    "approvare|è approvato|è approvata|autorizzo|autorizzato|autorizzata|goedgekeurd|keur goed|"
    "keur ik goed|keur het goed|keur dit goed|goedkeuren|is goedgekeurd|goedkeuring verleend|aprovo|"
    "aprovado|aprovada|aprovar|está aprovado|está aprovada|zatwierdzam|zatwierdzone|zatwierdzony|"
    "zatwierdzona|zatwierdzono|zatwierdzić|akceptuję|zaakceptowane|zaakceptowano|aprobuję|wyrażam zgodę|"
    "godkänner|godkänd|godkänt|godkänn|är godkänd|är godkänt|godkännes|beviljas|beviljat|beviljad|"
    "godkender|godkendt|godkend|er godkendt|bevilget|godkjenner|godkjent|godkjenn|er godkjent|innvilget|"
    "innvilges|hyväksyn|hyväksytty|hyväksytään|hyväksy|hyväksymme|puollan|schvaluji|schváleno|schválena|"
    "schválen|schválit|je schváleno|povoluji|povoleno|onaylıyorum|onaylandı|onayla|onaylıyoruz|"
    "onaylanmıştır|onay verildi|onay veriyorum|jóváhagyom|jóváhagyva|jóváhagyás|jóváhagyjuk|engedélyezem|"
    "engedélyezve"
)

# These agree, but people also write them in passing: nothing but politeness may stand beside them.
AGREE = (
    "yes|yep|yes please|yes of course|ok|okay|okey|sure|fine by me|fine with me|fine for me|go ahead|"
    "please go ahead|go ahead and order|go ahead and order it|please order it|go for it|proceed|"
    "please proceed|you may proceed|agreed|i agree|accept|accepted|"
    "i accept|granted|no objection|no objections|i have no objection|i have no objections|looks good|"
    "looks good to me|lgtm|good to go|green light|thumbs up|+1|ja|jawohl|ja bitte|ja gerne|ja natürlich|"
    "ja klar|einverstanden|bin einverstanden|ich bin einverstanden|in ordnung|geht in ordnung|geht klar|"
    "passt|passt für mich|okay für mich|keine einwände|habe keine einwände|bitte bestellen|freigabe|oui|"
    "oui bien sûr|oui s'il vous plaît|d'accord|je suis d'accord|c'est d'accord|ok pour moi|"
    "bon pour accord|"
    "accepté|j'accepte|pas d'objection|aucune objection|feu vert|c'est bon pour moi|allez-y|vas-y|sí|"
    "sí por favor|sí claro|vale|de acuerdo|estoy de acuerdo|conforme|adelante|acepto|aceptado|"
    "sin objeciones|visto bueno|dale|sì|sì grazie|sì certo|va bene|va bene per me|d'accordo|"
    "sono d'accordo|accetto|accettato|nessuna obiezione|procedete|proceda|procedi|via libera|ja graag|"
    "akkoord|accoord|ga akkoord|ik ga akkoord|mee eens|ben het ermee eens|ik ben het ermee eens|"
    "geen bezwaar|in orde|sim|sim por favor|de acordo|sim claro|concordo|estou de acordo|aceito|pode avançar|"
    "pode seguir|sem objeções|tak|zgoda|zgadzam się|tak zgadzam się|bez zastrzeżeń|proszę zamówić|"
    "tak proszę|okej|kör på|inga invändningar|det går bra|överens|ja tack|absolut|enig|jeg er enig|"
    "i orden|det er i orden|ja tak|ingen indvendinger|ja takk|greit|det er greit|ingen innvendinger|"
    "kyllä|"
    "joo|juu|jep|sopii|käy|okei|kyllä kiitos|ano|jo|ano prosím|souhlasím|v pořádku|bez námitek|"
    "odsouhlaseno|evet|evet lütfen|tamam|olur|uygundur|uygun|kabul|kabul ediyorum|kabul edildi|onay|"
    "benim için uygun|igen|igen kérem|rendben|rendben van|mehet|elfogadom|elfogadva|egyetértek|"
    "beleegyezem|nincs kifogásom|👍|✅|✔|☑|🆗"
)

# These refuse outright; a reason may follow.
REJECT = (
    "reject|rejected|i reject|decline|declined|i decline|deny|denied|refuse|refused|i refuse|"
    "disapprove|disapproved|disagree|turned down|i object|veto|abgelehnt|lehne ab|lehne ich ab|"
    "lehne das ab|lehne es ab|lehne dies ab|ablehnen|ablehnung|wird abgelehnt|ist abgelehnt|"
    "zurückgewiesen|refusé|refusée|je refuse|refuser|rejeté|rejetée|je rejette|rejeter|rechazo|"
    "rechazado|rechazada|rechazar|lo rechazo|deniego|denegado|denegada|denegar|rifiuto|rifiutato|"
    "rifiutata|rifiutare|respinto|respinta|respingo|afgewezen|wijs af|wijs ik af|wijs het af|"
    "wijs dit af|afwijzen|afgekeurd|keur af|keur het af|afkeuren|geweigerd|rejeito|rejeitado|rejeitada|"
    "rejeitar|recuso|recusado|recusada|recusar|indeferido|reprovado|reprovada|odrzucam|odrzucone|"
    "odrzucono|odrzucony|odrzucona|odrzucić|odmawiam|odmowa|avslår|avslås|avslaget|avslagen|avslå|"
    "avslag|avvisar|avvisas|avvisad|nekas|nekad|nekar|afvist|afviser|afvis|afvises|afslået|afslag|"
    "avvist|avviser|avvis|avvises|avslått|hylätty|hylkään|hylätään|hylkää|hylkäämme|zamítám|zamítnuto|"
    "zamítnuta|zamítnut|zamítnout|odmítám|odmítnuto|odmítnout|nesouhlasím|reddediyorum|reddedildi|"
    "reddet|reddedilmiştir|elutasítom|elutasítva|elutasítás|elutasítjuk"
)

# These deny an approval and refuse nothing yet: they are asked back.
DENIED = (
    "do not approve|don't approve|dont approve|not approved|not approve|cannot approve|can't approve|"
    "cant approve|can not approve|won't approve|will not approve|cannot approve this|not granted|"
    "not accepted|do not accept|don't accept|cannot accept|do not agree|don't agree|not authorized|"
    "not authorised|nicht genehmigt|ist nicht genehmigt|wird nicht genehmigt|genehmige nicht|"
    "genehmige ich nicht|genehmige das nicht|genehmige es nicht|genehmige dies nicht|"
    "genehmige das so nicht|kann ich nicht genehmigen|kann ich so nicht genehmigen|"
    "kann nicht genehmigen|kann das nicht genehmigen|kann das so nicht genehmigen|"
    "kann es nicht genehmigen|nicht einverstanden|bin nicht einverstanden|ich bin nicht einverstanden|"
    "stimme nicht zu|stimme dem nicht zu|nicht freigegeben|gebe nicht frei|gebe das nicht frei|"
    "n'approuve pas|je n'approuve pas|n'approuve pas cette demande|non approuvé|non approuvée|"
    "pas approuvé|pas approuvée|ne peux pas approuver|je ne peux pas approuver|ne valide pas|"
    "je ne valide pas|non validé|pas validé|pas d'accord|je ne suis pas d'accord|ne suis pas d'accord|"
    "je n'autorise pas|n'accepte pas|no apruebo|no lo apruebo|no la apruebo|no aprobado|no aprobada|"
    "no puedo aprobar|no puedo aprobarlo|no puedo aprobar esto|no autorizo|no lo autorizo|"
    "no autorizado|no estoy de acuerdo|no acepto|non approvo|non lo approvo|non approvato|"
    "non approvata|non posso approvare|non posso approvarlo|non autorizzo|non autorizzato|"
    "non sono d'accordo|non accetto|niet goedgekeurd|is niet goedgekeurd|keur niet goed|"
    "keur ik niet goed|keur het niet goed|keur dit niet goed|kan niet goedkeuren|"
    "kan dit niet goedkeuren|kan ik niet goedkeuren|niet akkoord|ga niet akkoord|ik ga niet akkoord|"
    "niet mee eens|não aprovo|não aprovado|não aprovada|não posso aprovar|não autorizo|não autorizado|"
    "não concordo|não estou de acordo|não aceito|nie zatwierdzam|nie zatwierdzone|nie zatwierdzono|"
    "nie akceptuję|nie zgadzam się|nie wyrażam zgody|brak zgody|nie mogę zatwierdzić|"
    "nie mogę tego zatwierdzić|ej godkänd|ej godkänt|inte godkänd|inte godkänt|godkänner inte|"
    "godkänner inte detta|godkänner ej|kan inte godkänna|kan inte godkänna detta|godkänns inte|"
    "ikke godkendt|er ikke godkendt|godkender ikke|kan ikke godkende|kan ikke godkende dette|"
    "kan ikke godkendes|ikke godkjent|er ikke godkjent|godkjenner ikke|godkjenner ikke dette|"
    "kan ikke godkjenne|kan ikke godkjenne dette|kan ikke godkjennes|en hyväksy|en hyväksy tätä|"
    "ei hyväksytä|ei hyväksytty|en voi hyväksyä|en voi hyväksyä tätä|emme hyväksy|en puolla|"
    "uygun değil|nem hagyom jóvá|nem hagyjuk jóvá|nem engedélyezem|nem fogadom el|nem értek egyet|"
    "nincs jóváhagyva|nem tudom jóváhagyni|nem hagyhatom jóvá|ne souhlasím|niezatwierdzone|neschvaluji|"
    "neschváleno|nepovoluji|nepovoleno|nemohu schválit|nemohu to schválit|onaylamıyorum|onaylanmadı|"
    "onaylamam|onaylamıyoruz|onaylanmamıştır|kabul etmiyorum|kabul edilmedi|uygun değildir|"
    "onay verilmedi|onay vermiyorum"
)

# These refuse, but begin other sentences as well: "no problem".
DISAGREE = (
    "no|nope|no way|no thanks|no thank you|absolutely not|certainly not|definitely not|not ok|not okay|"
    "thumbs down|-1|nein|nee|nein danke|auf keinen fall|keinesfalls|nicht ok|nicht in ordnung|"
    "geht nicht|non|non merci|hors de question|certainement pas|surtout pas|no gracias|de ninguna manera|"
    "ni hablar|no grazie|assolutamente no|nee bedankt|neen|absoluut niet|zeker niet|não|não obrigado|"
    "não obrigada|de jeito nenhum|de forma alguma|nem pensar|nie|nie ma mowy|absolutnie nie|"
    "w żadnym wypadku|nej|nej tack|absolut inte|nej tak|absolut ikke|nei|nei takk|absolutt ikke|ei|"
    "ei käy|ei kiitos|ei todellakaan|ei missään nimessä|ne|v žádném případě|určitě ne|hayır|olmaz|"
    "kesinlikle hayır|nem|nem mehet|szó sem lehet róla|👎|❌|🚫|✖"
)

# May stand anywhere beside a decision and change nothing about it.  None of these denies, doubts or asks.
FILLERS = (
    "i|we|it|this|it is|this is|it's|the request|the order|the purchase|this request|this order|"
    "this purchase|your request|the above|hereby|herewith|from my side|on my side|from me|for me|by me|"
    "with pleasure|gladly|of course|"
    "natürlich|bien sûr|claro|certo|selbstverständlich|"
    "ich|wir|es|das|dies|das ist|hiermit|den antrag|diesen antrag|die bestellung|"
    "diese bestellung|die anfrage|diese anfrage|die anforderung|den kauf|von mir|von meiner seite|"
    "meinerseits|für mich|gerne|gern|je|c'est|la demande|cette demande|la commande|cette commande|"
    "l'achat|"
    "par la présente|pour moi|de ma part|avec plaisir|yo|esto|la solicitud|esta solicitud|el pedido|"
    "este pedido|la compra|la petición|por mi parte|para mí|con gusto|por la presente|io|questo|questa|"
    "la richiesta|questa richiesta|l'ordine|l'acquisto|da parte mia|per me|volentieri|con la presente|ik|"
    "het|dit|dit is|het is|hierbij|de aanvraag|deze aanvraag|het verzoek|dit verzoek|de bestelling|"
    "deze bestelling|wat mij betreft|voor mij|graag|eu|isto|o pedido|a compra|a solicitação|"
    "esta solicitação|da minha parte|por mim|para mim|com prazer|to|ten wniosek|wniosek|zamówienie|"
    "to zamówienie|z mojej strony|niniejszym|jag|vi|detta|det|det är|begäran|beställningen|köpet|härmed|"
    "från min sida|för mig|gärna|jeg|dette|det er|den er|anmodningen|bestillingen|købet|hermed|herved|"
    "fra min side|for mig|forespørselen|kjøpet|for meg|gjerne|minä|tämä|tämän|tilauksen|pyynnön|täten|"
    "minun puolestani|puolestani|já|tuto žádost|žádost|objednávku|tuto objednávku|z mé strany|za mě|"
    "tímto|rád|"
    "ráda|ben|bunu|bu talebi|talebi|talep|siparişi|benden|memnuniyetle|ezt|a kérést|a kérelmet|kérelmet|"
    "a rendelést|részemről|ezennel|örömmel|🙂|😊|😀|😃|😄|🙏|❤|👌"
)

# Politeness; in front of a decision it makes a request of it: "please approve" is said to somebody else.
PLEASE = (
    "please|bitte|s'il vous plaît|s'il te plaît|por favor|per favore|alstublieft|proszę|prosím|"
    "lütfen|kérem|vänligen|venligst|vennligst"
)

THANKS = (
    "thanks|thank you|many thanks|thx|cheers|thanks a lot|thank you very much|danke|vielen dank|"
    "besten dank|herzlichen dank|danke schön|dankeschön|danke sehr|merci|merci beaucoup|merci d'avance|"
    "gracias|muchas gracias|grazie|grazie mille|bedankt|dank je|dank je wel|dank u|dank u wel|"
    "hartelijk dank|alvast bedankt|obrigado|obrigada|muito obrigado|muito obrigada|dziękuję|dzięki|"
    "dziękuję bardzo|tack|tack så mycket|tusen tack|tak|mange tak|på forhånd tak|takk|tusen takk|"
    "mange takk|kiitos|paljon kiitoksia|děkuji|díky|děkuji vám|teşekkürler|teşekkür ederim|köszönöm|"
    "köszi|köszönöm szépen"
)

# Are said about a refusal; with an approval they do not go together.
REGRETS = (
    "sorry|unfortunately|regrettably|leider|bedaure|malheureusement|désolé|désolée|lo siento|"
    "lamentablemente|desgraciadamente|purtroppo|mi dispiace|helaas|infelizmente|lamento|niestety|"
    "przykro mi|tyvärr|desværre|beklager|dessverre|valitettavasti|bohužel|maalesef|sajnos"
)

GREETINGS = (
    "hi|hello|hey|dear|dear all|hi all|hello all|hi team|hello team|hello everyone|hi everyone|"
    "hallo zusammen|bonjour à tous|hola a todos|ciao a tutti|hallo allemaal|hej alla|hej alle|hei alle|"
    "hei kaikki|dag|hi there|good morning|good afternoon|good evening|hallo|guten tag|guten morgen|"
    "guten abend|moin|servus|sehr geehrte|sehr geehrter|liebe|lieber|bonjour|bonsoir|salut|cher|chère|"
    "hola|buenos días|buenas tardes|estimado|estimada|ciao|buongiorno|buonasera|salve|gentile|beste|"
    "goedemorgen|goedemiddag|goedendag|olá|bom dia|boa tarde|caro|cara|cześć|dzień dobry|witam|hej|"
    "hejsan|god morgon|god morgen|hei|kære|kjære|moi|terve|huomenta|dobrý den|ahoj|merhaba|selam|"
    "iyi günler|günaydın|sayın|szia|jó napot|kedves|tisztelt"
)

CLOSINGS = (
    "regards|best regards|kind regards|warm regards|best wishes|best|br|kr|yours|sincerely|"
    "yours sincerely|mfg|lg|vg|gruß|grüße|viele grüße|beste grüße|liebe grüße|schöne grüße|"
    "freundliche grüße|mit freundlichen grüßen|mit freundlichem gruß|cordialement|bien cordialement|cdlt|"
    "bonne journée|saludos|un saludo|saludos cordiales|atentamente|saluti|un saluto|cordiali saluti|"
    "distinti saluti|groet|groeten|groetjes|met vriendelijke groet|mvg|cumprimentos|"
    "melhores cumprimentos|atenciosamente|abraço|pozdrawiam|z poważaniem|mvh|hälsningar|"
    "vänliga hälsningar|med vänliga hälsningar|med vänlig hälsning|hilsen|vh|venlig hilsen|"
    "med venlig hilsen|vennlig hilsen|med vennlig hilsen|terveisin|ystävällisin terveisin|t|terv|"
    "s pozdravem|hezký den|pozdrav|saygılarımla|iyi çalışmalar|üdvözlettel|üdv|tisztelettel"
)

# What may stand behind a refusal without a comma: a reason begins.
REASONS = (
    "because|too|due to|as|since|not|weil|wegen|da|zu|denn|nicht|car|trop|parce que|à cause|pas|porque|"
    "por|"
    "demasiado|muy|perché|troppo|a causa|omdat|want|wegens|te|niet|pois|muito|devido|demasiado|"
    "ponieważ|bo|"
    "zbyt|za|z powodu|eftersom|för att|på grund|alldeles|for|fordi|på grund af|på grunn|liian|koska|"
    "protože|příliš|kvůli|moc|çünkü|çok|nedeniyle|mert|túl|miatt"
)

# Sentences that say why, behind a bare "no" that is a sentence of its own: "No. We have that file."
STATEMENTS = (
    "we have|we've|we've got|we already have|we have already|we already own|we own|you already have|"
    "they have|he has|she has|there is|there's|there are|already|budget|we do not need|we don't need|"
    "nobody needs|wir haben|das haben wir|den haben wir|die haben wir|"
    "haben wir|es gibt|bereits|das brauchen wir|niemand braucht|nous avons|"
    "nous l'avons|nous les avons|nous en avons|vous l'avez|il y a|il existe|on a déjà|"
    "on l'a déjà|personne n'a besoin|tenemos|ya tenemos|ya lo tenemos|ya la tenemos|ya tiene|ya tienes|"
    "ya hay|ya existe|presupuesto|nadie necesita|abbiamo|abbiamo già|ne abbiamo|l'abbiamo|ce l'abbiamo|"
    "c'è già|ci sono già|esiste già|ha già|hai già|bilancio|we hebben|wij hebben|hebben we|hebben wij|"
    "die hebben we|dat hebben we|er is al|er zijn al|er ligt al|begroting|temos|já temos|"
    "já tem|já tens|já existe|já há|orçamento|ninguém precisa|mamy|mamy już|już mamy|już jest|budżet|"
    "vi har|det finns redan|redan|budgeten|i har|der er allerede|det finnes allerede|allerede|"
    "budsjettet|meillä on|on jo|budjetti|máme|už máme|už ho máme|již máme|už existuje|"
    "rozpočet|bizde var|elimizde var|zaten var|zaten|bütçe|van már|már van|már megvan|nekünk van|"
    "már létezik|költségvetés"
)

# What begins like one of them, and speaks of what is to be done.
DUTIES = (
    "we have to|they have to|he has to|she has to|we've got to|nous avons à|nous avons besoin|tenemos que|"
    "abbiamo da|abbiamo bisogno|temos que|temos de|vi har att|meillä on aikaa"
)

# "Nobody needs it", behind a bare "no", in six languages: one word of need and one that denies it, or one
# that says both, and beside them nothing but these small words.  With any other word it may be the approval,
# a question or a wait that nobody needs.
NEEDS = (
    "need|needs|needed|necessary|required|braucht|brauchen|brauche|nötig|notwendig|erforderlich|benötigt|"
    "benötigen|benötige|besoin|nécessaire|falta|necesita|necesitan|necesitamos|necesito|necesario|necesaria|"
    "bisogno|serve|servono|necessario|necessaria|occorre|nodig"
)
DENY_NEED = (
    "not|no|nobody|don|dont|doesn|doesnt|isn|isnt|nicht|kein|keine|keinen|keiner|keines|niemand|pas|personne|"
    "aucun|non|nadie|nessuno|niet|geen"
)
NEEDLESS = (
    "unnecessary|needless|unnötig|überflüssig|inutile|superflu|innecesario|innecesaria|superfluo|overbodig|"
    "onnodig"
)
BESIDE_NEED = (
    "he|she|it|they|we|i|you|this|that|these|those|one|another|new|any|more|anymore|is|are|does|do|t|there|"
    "really|at|all|er|sie|es|wir|ich|man|das|dies|den|die|der|ihn|ist|sind|wird|werden|mehr|neuen|neue|neues|"
    "weiteren|weitere|weiteres|wirklich|gar|il|elle|ils|elles|on|nous|je|en|n|ne|a|ont|avons|ai|y|est|c|ce|de|"
    "d|l|la|le|ça|cela|vraiment|él|ella|ellos|ellas|lo|los|las|les|nos|hace|esto|eso|lui|lei|loro|ha|ho|"
    "abbiamo|hanno|è|gli|ci|mi|ce|questo|quello|più|hij|zij|ze|wij|ik|het|dat|dit|heeft|heb|hebben|meer|echt"
)

# Words that are something else in other languages: Danish thanks, the "well" of Poles and Czechs, "if".
ONLY_IN = {"tak": {"pl"}}
NOT_IN = {
    "no": {"pl", "cs"}, "ne": {"tr", "fr"}, "ja": {"pl", "fi"}, "ei": {"de", "nl"}, "nem": {"pt"},
    "jo": {"fi"}, "igen": {"sv", "da"}, "si": {"fr"}, "nee": {"fr"},
}  # fmt: skip

# Words of decisions that are read although a letter is wrong, missing, doubled or swapped.
TYPED_WRONG = (
    "approve|approved|reject|rejected|decline|declined|genehmigt|abgelehnt|approuvé|j'approuve|aprobado|"
    "apruebo|rechazado|approvato|rifiutato|goedgekeurd|afgewezen|aprovado|rejeitado|zatwierdzam|odrzucam|"
    "godkänner|godkänd|avslaget|godkendt|godkjent|hyväksyn|hyväksytty|hylätty|schvaluji|schváleno|"
    "zamítnuto|onaylıyorum|onaylandı|reddediyorum|jóváhagyom|elutasítom"
)
# Right spellings of other words, one letter from those above.
NO_TYPOS = "approver|approves|projected|ejected|reclined|inclined|declines|rejects|aprobada|rechaza"
