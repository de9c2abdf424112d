"""What people answer to a request for approval, in fifteen languages, by what it means."""
# ruff: noqa: RUF001 - the words of many languages

PHRASES = {
    "approve": {
        "en": (
            "Approve, Ann|Yes, go ahead and order it|I do approve|👍👍|"
            "approve|Approved|APPROVED.|I approve|I approve this request.|approved, thanks|Approved!|"
            "yes|Yes please|yes, approved|ok|OK, go ahead|okay|Go ahead, thanks|Fine by me|"
            "Looks good to me.|lgtm|no objections|Approved from my side|I hereby approve the purchase|"
            "aproved|approvd|apporved|👍|✅|+1|Yes, of course.|Hi Bob, approved. Best regards, Ann|"
            'Thanks, approved|*Approved*|"approve"|sure, go ahead|signed off|'
            "Dear all\n\nI approve this.\n\nKind regards\nAnn Smith\nHead of IT|"
            "Approved.\n\nPlease use cost centre 4711."
        ),
        "de": (
            "genehmigt|Genehmigt.|Hiermit genehmige ich den Antrag.|Ich genehmige das|freigegeben|ja|"
            "Ja, bitte|Ja, genehmigt|Einverstanden.|in Ordnung|Geht klar, danke|Passt für mich|"
            "Stimme zu|genemigt|gennehmigt|Hallo Herr Meier,\n\ngenehmigt.\n\nViele Grüße\nAnn Schmidt|"
            "Von meiner Seite genehmigt, vielen Dank|Keine Einwände|OK, MfG Ann|bewilligt|"
            "Genehmigt\n\nKostenstelle 4711 verwenden"
        ),
        "fr": (
            "approuvé|J'approuve|J’approuve cette demande.|Validé|Je valide, merci|oui|Oui, d'accord|"
            "D'accord|C'est d'accord pour moi|Bon pour accord|aprouvé|Bonjour, approuvé. Cordialement|"
            "Je suis d'accord|Allez-y|Pas d'objection|C'est approuvé|Oui, s'il vous plaît"
        ),
        "es": (
            "aprobado|Apruebo|Lo apruebo|Apruebo la solicitud.|Autorizado, gracias|sí|si|Sí, por favor|"
            "De acuerdo|Estoy de acuerdo.|Adelante|vale|Aprovado|Hola, aprobado. Saludos|Visto bueno|"
            "Por mi parte, aprobado"
        ),
        "it": (
            "approvato|Approvo|Approvo la richiesta.|Autorizzo|sì|si, grazie|Va bene|D'accordo, grazie|"
            "Sono d'accordo|approvatto|Buongiorno, approvato. Cordiali saluti|Via libera|"
            "Per me va bene|Approvata"
        ),
        "nl": (
            "goedgekeurd|Ik keur het goed|Hierbij goedgekeurd, bedankt|akkoord|Ga akkoord|ja|Ja graag|"
            "Mee eens|Geen bezwaar|goedgekeurt|Dag Bob, goedgekeurd. Groeten|Wat mij betreft akkoord|"
            "In orde|Is goedgekeurd"
        ),
        "pt": (
            "aprovado|Aprovo|Aprovo o pedido.|Autorizado|sim|Sim, por favor|De acordo|Concordo|"
            "Pode avançar|aprovdo|Bom dia, aprovado. Cumprimentos|Da minha parte, aprovado|"
            "Sem objeções|Estou de acordo, obrigado"
        ),
        "pl": (
            "zatwierdzam|Zatwierdzone|Zatwierdzam wniosek.|akceptuję|Wyrażam zgodę|zgoda|Zgadzam się|"
            "Zatwierdzam, dziękuję|Tak, zgadzam się|zatwiedzam|Dzień dobry, zatwierdzam. Pozdrawiam|"
            "Akceptuje|Bez zastrzeżeń"
        ),
        "sv": (
            "godkänd|Godkänt|Jag godkänner|Jag godkänner beställningen.|ja|Ja tack|Inga invändningar|"
            "Kör på|godkäner|Hej, godkänt. Mvh|Från min sida godkänt|beviljas|Det går bra"
        ),
        "da": (
            "godkendt|Jeg godkender|Jeg godkender bestillingen.|ja|Ja tak|Det er i orden|Enig|godkent|"
            "Hej, godkendt. Venlig hilsen|Hermed godkendt|Ingen indvendinger|Er godkendt"
        ),
        "nb": (
            "godkjent|Jeg godkjenner|Jeg godkjenner dette.|ja|Ja takk|Det er greit|Enig|godkjennt|"
            "Hei, godkjent. Vennlig hilsen|Herved godkjent|Ingen innvendinger|innvilget"
        ),
        "fi": (
            "hyväksytty|Hyväksyn|Hyväksyn tämän.|kyllä|Kyllä kiitos|Joo|Sopii|hyväksyty|"
            "Hei, hyväksytty. Terveisin|Minun puolestani hyväksytty|puollan|Hyväksyn, kiitos|ok"
        ),
        "cs": (
            "schváleno|Schvaluji|Schvaluji tuto žádost.|ano|Ano, prosím|Souhlasím|V pořádku|schaleno|"
            "Dobrý den, schváleno. S pozdravem|Z mé strany schváleno|povoleno|Bez námitek|"
            "Schvaluji, děkuji"
        ),
        "tr": (
            "onaylandı|Onaylıyorum|Bunu onaylıyorum.|evet|Evet, lütfen|Tamam|Uygundur|onaylıyorm|"
            "Merhaba, onaylıyorum. Saygılarımla|Kabul ediyorum|Onay veriyorum|ONAYLIYORUM|"
            "Onaylıyorum, teşekkürler"
        ),
        "hu": (
            "jóváhagyom|Jóváhagyva|Ezt jóváhagyom.|igen|Igen, kérem|Rendben|Mehet|jovahagyom|jóváhagom|"
            "Szia, jóváhagyom. Üdvözlettel|Részemről rendben|Egyetértek|Jóváhagyom, köszönöm"
        ),
    },
    "reject": {
        "en": (
            "Sorry, no|Unfortunately rejected|No, sorry|No, it is too expensive|"
            "reject|Rejected.|I reject this|reject, too dear|Rejected because we have no budget|"
            "Rejected: not needed|declined|I decline, thanks|denied|no|No.|No thanks|No, too expensive|"
            "no way|rejcted|rejeced|👎|❌|-1|Absolutely not|Hi Bob,\n\nrejected.\n\nRegards\nAnn|"
            "disapproved|Reject\n\nWe bought ten of them last month."
        ),
        "de": (
            "Leider nein|Leider abgelehnt|Nein, das ist zu teuer|"
            "abgelehnt|Abgelehnt.|Ich lehne ab|Lehne ich ab, danke|Abgelehnt, zu teuer|nein|"
            "Nein, zu teuer|Nein danke|Auf keinen Fall|abgelent|Abgelehnt weil kein Budget|"
            "Hallo, abgelehnt. Gruß|Ich lehne das ab"
        ),
        "fr": "refusé|Je refuse|Refusé, trop cher|rejeté|non|Non, trop cher|Non merci|Hors de question",
        "es": (
            "rechazado|Rechazo|Rechazado, demasiado caro|denegado|no|No, muy caro|No, gracias|"
            "rechasado|Lo rechazo"
        ),
        "it": (
            "rifiutato|Rifiuto|Respinto|Rifiutato, troppo caro|no|No, troppo caro|No grazie|rifiuttato|"
            "Assolutamente no"
        ),
        "nl": (
            "afgewezen|Ik wijs het af|Afgewezen, te duur|afgekeurd|nee|Nee, te duur|Nee bedankt|"
            "afgeweezen|Zeker niet"
        ),
        "pt": (
            "rejeitado|Rejeito|Recusado, muito caro|indeferido|não|Não, muito caro|Não, obrigado|"
            "rejetado|De jeito nenhum"
        ),
        "pl": "odrzucam|Odrzucone|Odrzucam, zbyt drogie|odmawiam|nie|Nie, zbyt drogie|odrzcam|Nie ma mowy",
        "sv": ("avslås|Avslaget|Jag avslår|Avslås, för dyrt|nej|Nej, för dyrt|Nej tack|avslget|Absolut inte"),
        "da": (
            "afvist|Jeg afviser|Afvist, for dyrt|afslag|nej|Nej, for dyrt|Nej tak|Absolut ikke|Hermed afvist"
        ),
        "nb": (
            "avvist|Jeg avviser|Avvist, for dyrt|avslått|nei|Nei, for dyrt|Nei takk|Absolutt ikke|"
            "Herved avslått"
        ),
        "fi": (
            "hylätty|Hylkään|Hylätty, liian kallis|ei|Ei, liian kallis|Ei kiitos|hylatty|"
            "Ei missään nimessä|hyläty"
        ),
        "cs": (
            "zamítnuto|Zamítám|Zamítám, příliš drahé|odmítám|ne|Ne, příliš drahé|V žádném případě|"
            "zamitnuto|zamítnto"
        ),
        "tr": (
            "reddedildi|Reddediyorum|Reddediyorum, çok pahalı|hayır|Hayır, çok pahalı|Olmaz|"
            "redediyorum|HAYIR|Kesinlikle hayır"
        ),
        "hu": (
            "elutasítom|Elutasítva|Elutasítom, túl drága|nem|Elutasítom mert drága|elutasitom|"
            "Szó sem lehet róla|elutasitva"
        ),
    },
    "conditional": {
        "en": (
            "Approved.\n\n500 EUR max|Approve.\n\nMax. 500|Approved.\n\n< 500|"
            "yes if under 500|approve if cheaper|Approved, but only one|Yes, unless it costs more|"
            "Approved\n\nbut not before May|approved as long as it is under 500|"
            "yes, provided that finance agrees|Approved until Friday|Approve once the quote is in|"
            "reject unless he pays|Approved. Only the small one though.|I would approve|"
            "Approve after review|Approved when hell freezes over|approve the cheaper one|half approved"
        ),
        "de": (
            "Ja, wenn unter 500|genehmigt, falls günstiger|Genehmigt, aber nur eins|"
            "Ja, sofern Budget da ist|nein, außer es ist billig"
        ),
        "fr": (
            "Oui si moins de 500|Approuvé, mais un seul|Oui, sauf le deuxième|Approuvé sous réserve du devis"
        ),
        "es": "Sí, si cuesta menos de 500|Aprobado, pero solo uno|Apruebo siempre que sea barato",
        "it": "Sì, se costa meno di 500|Approvato, ma solo uno|Approvo a condizione che costi poco",
        "nl": "Ja, als het onder 500 is|Goedgekeurd, maar alleen de kleine|Akkoord mits goedkoper",
        "pt": "Sim, se custar menos|Aprovado, mas só um|Aprovo desde que seja barato",
        "pl": ("Tak, zatwierdzam, jeśli poniżej 500|Zatwierdzam, ale tylko jeden|Zgoda pod warunkiem rabatu"),
        "sv": "Ja, om det är under 500|Godkänt, men bara en|Godkänd förutsatt rabatt",
        "da": "Ja, hvis under 500|Godkendt, men kun en|Godkendt medmindre prisen stiger",
        "nb": "Ja, hvis under 500|Godkjent, men bare en|Godkjent dersom billigere",
        "fi": "Kyllä, jos alle 500|Hyväksytty, mutta vain yksi|Hyväksyn mikäli halpa",
        "cs": "Ano, pokud pod 500|Schváleno, ale jen jeden|Souhlasím za předpokladu slevy",
        "tr": "Evet, eğer ucuzsa|Onaylıyorum, ama sadece bir tane|Onay, ancak indirim şartıyla",
        "hu": "Igen, ha olcsóbb|Jóváhagyom, de csak egyet|Rendben, feltéve hogy olcsó",
    },
    "question": {
        "en": (
            "approve? who pays|Who pays for this?|yes?|How much is it|What is that|Is it approved|"
            "approved, right?|No, why|Can we wait|Sure, when pigs fly"
        ),
        "de": "Genehmigt? Wer zahlt das|Was kostet das?|Warum|Ja, aber wozu?|Ist das genehmigt",
        "fr": "Qui paie ?|Oui ? combien|Pourquoi|Est-ce approuvé",
        "es": "¿Quién paga?|Sí, ¿cuánto?|Cuánto cuesta",
        "it": "Chi paga?|Quanto costa|Approvato?",
        "nl": "Wie betaalt dit?|Waarom|Ja, hoeveel?",
        "pt": "Quem paga?|Quanto custa|Sim?",
        "pl": "Kto płaci?|Dlaczego|Ile to kosztuje",
        "sv": "Vem betalar?|Varför|Hur mycket",
        "da": "Hvem betaler?|Hvorfor|Hvad koster det",
        "nb": "Hvem betaler?|Hvorfor|Hva koster det",
        "fi": "Kuka maksaa?|Miksi|Paljonko maksaa",
        "cs": "Kdo to platí?|Proč|Kolik to stojí",
        "tr": "Kim ödüyor?|Neden|Kaç para",
        "hu": "Ki fizeti?|Miért|Mennyi",
    },
    "both": {
        "en": (
            "approve / reject|No problem, go ahead|Reply APPROVE or REJECT|yes and no|"
            "approved. no, rejected|Yes, please reject it|I reject the approved one"
        ),
        "de": "ja und nein|genehmigt / abgelehnt|Nein, genehmigt|Abgelehnt. Ja, genehmigt",
        "fr": "oui et non|approuvé ou refusé",
        "es": "sí y no|aprobado o rechazado",
        "it": "sì e no|approvato, anzi rifiutato",
        "nl": "ja en nee|goedgekeurd, nee afgewezen",
        "pl": "zgoda, nie|zatwierdzam odrzucam",
        "tr": "evet hayır|onaylandı reddedildi",
        "hu": "igen, nem|jóváhagyom, elutasítom",
    },
    "not-me": {
        "en": (
            "I am not the right person, ask Bob Miller|Wrong person. Please ask bob@corp.test|Not my budget"
        ),
        "de": (
            "Ich bin nicht zuständig, fragen Sie Herrn Meier|Falsche Person|"
            "Bin nicht der Richtige, bitte an bob@corp.test"
        ),
        "fr": "Je ne suis pas la bonne personne, demandez à Paul|Pas de mon ressort",
        "es": "No soy la persona adecuada, pregunte a Juan|No me corresponde",
        "it": "Non sono la persona giusta, chieda a Marco|Non è di mia competenza",
        "nl": "Ik ben niet de juiste persoon, vraag het aan Piet|Daar ga ik niet over",
        "pt": "Não sou a pessoa certa, fale com Rui",
        "pl": "Niewłaściwa osoba, proszę zapytać Jana",
        "sv": "Jag är inte rätt person, fråga Lars",
        "da": "Jeg er ikke den rette, spørg Lars",
        "nb": "Jeg er ikke rett person, spør Lars",
        "fi": "En ole oikea henkilö, kysy Mattia",
        "cs": "Nejsem správná osoba, zeptejte se Jana",
        "tr": "Doğru kişi değilim",
        "hu": "Nem én vagyok a megfelelő, kérdezze Jánost|Nem vagyok illetékes",
    },
    "delegate": {
        "en": "Ask Bob Miller|Delegate to bob@corp.test|Please ask Bob",
        "de": "Fragen Sie bitte Herrn Meier|Ich delegiere an Bob",
        "fr": "Demandez à Paul",
        "es": "Delego en Juan",
        "it": "Chieda a Marco",
        "nl": "Vraag het aan Piet",
    },
    "nothing": {
        "en": (
            "Rejected, not!|rejected not|approve; the small one|approve\nThe small one|"
            "Approved. Small one, please.|"
            "No, not against it|No, nothing against it|No, I do not mind|Unfortunately approved|"
            "Approved, sorry|"
            "not approved|I do not approve|cannot approve|Can't approve this|no problem|No, looks fine|"
            "Please approve|Bob, please approve|Yeah right|not sure|"
            "I am away. My deputy can approve this.|No comment.|Approved...|ok...|approve lol|"
            "Approved. Just kidding!|approved 🙄|Approved by mistake|disapproved it is not|approver|"
            "I approve\nnothing of this sort|Approved.\n\nNot.|Yes. The laptop was delivered.|"
            "OK, I will look at it|~approve~|thanks|Noted|app\u200brove|\u0430pprove|"
            "a\u0336p\u0336p\u0336r\u0336o\u0336v\u0336e|approv\u0435|1|y|approve 12|"
            "The board approved it|unapproved|never|Don't reject|not rejected|I will not reject this|"
            "No doubt|Nothing"
        ),
        "de": (
            "nicht genehmigt|Ich genehmige das nicht|Kann ich so nicht genehmigen|Kein Problem|"
            "Bitte genehmigen|Ich bin im Urlaub|genehmigt der Chef|Nie im Leben|Stimme dem nicht zu|"
            "Ja ja|Jein|Wird nicht abgelehnt"
        ),
        "fr": (
            "je n'approuve pas|non approuvé|Pas approuvé|Je ne peux pas approuver|Bien reçu|"
            "Non sans joie|approuver Paul"
        ),
        "es": "no apruebo|No aprobado|No puedo aprobarlo|No hay problema|recibido|Por favor aprobar|nunca",
        "it": "non approvo|Non approvato|Non posso approvare|Nessun problema|ricevuto|mai",
        "nl": "niet goedgekeurd|Keur ik niet goed|Geen probleem|ontvangen|Ik kan dit niet goedkeuren",
        "pt": "não aprovo|Não aprovado|Sem problema|recebido|Não posso aprovar",
        "pl": "nie zatwierdzam|niezatwierdzone|Nie mogę zatwierdzić|no|tak",
        "sv": "inte godkänt|Jag godkänner inte|Ej godkänd|Inga problem|mottaget|godkänner aldrig",
        "da": "ikke godkendt|Jeg godkender ikke|Intet problem|Tak|modtaget|kan ikke godkendes",
        "nb": "ikke godkjent|Jeg godkjenner ikke|Ikke noe problem|mottatt|kan ikke godkjennes",
        "fi": "en hyväksy|ei hyväksytty|Ei hyväksytä|Ei ongelmaa|älä hyväksy|vastaanotettu",
        "cs": "neschvaluji|neschváleno|Nemohu to schválit|Žádný problém|no|přijato",
        "tr": "onaylamıyorum|onaylanmadı|onaylmıyorum|Kabul etmiyorum|Sorun yok|alındı|onaylamam",
        "hu": "nem hagyom jóvá|Nincs jóváhagyva|Nem fogadom el|Nem probléma|megkaptam",
    },
}

# A bare "no", and behind it a sentence that says why, or that makes something else of it.
SENTENCES = {
    "reject": {
        "en": "No.\nWe have that file.|No. We already have two of them.|No\n\nThere is one in the cupboard.|"
        "Nope. The budget is spent.|Hi Bob,\n\nNo.\nYou have one already.\n\nRegards\nAnn",
        "de": "Nein.\nWir haben diese Datei.|Nein. Das haben wir bereits.|"
        "Nein\n\nDas Budget ist aufgebraucht.|"
        "Nein! Das brauchen wir nicht.",
        "fr": "Non.\nNous avons ce fichier.|Non. Il y a déjà une imprimante.|Non.\nLe budget est épuisé.",
        "es": "No.\nYa tenemos ese archivo.|No. Ya hay una impresora.|No.\nEl presupuesto está agotado.",
        "it": "No.\nAbbiamo già quel file.|No. C'è già una stampante.|No.\nIl bilancio è esaurito.",
        "nl": "Nee.\nWe hebben dat bestand.|Nee. Er is al een printer.|Nee.\nDe begroting is op.",
        "pt": "Não.\nJá temos esse ficheiro.|Não. O orçamento acabou.",
        "pl": "Nie.\nMamy już ten plik.|Nie. Budżet jest wyczerpany.",
        "sv": "Nej.\nVi har den filen.|Nej. Budgeten är slut.",
        "da": "Nej.\nVi har den fil.|Nej. Der er allerede en printer.",
        "nb": "Nei.\nVi har den filen.|Nei. Det finnes allerede en skriver.",
        "fi": "Ei.\nMeillä on tiedosto.|Ei. Budjetti on käytetty.",
        "cs": "Ne.\nUž máme ten soubor.|Ne. Rozpočet je vyčerpán.",
        "tr": "Hayır.\nO dosya bizde var.|Hayır. Bütçe bitti.",
        "hu": "Nem.\nMár van ilyen fájl.|Nem. A költségvetés elfogyott.",
    },
    "nothing": {
        "en": "No.\nOrder it.|No.\nI like it.|No.\nWe have no objections.|No.\nWe have it, looks fine.|"
        "No, we have that file|"
        "No.\nThere is nothing against it.|No.\nWe have it.\nJust kidding.|"
        "No.\nBob. We have that file.|No. You have my approval.|"
        "No. You have to decide that.|No. You have to ask Max.|No. We have to order two.|"
        "No. They have to sign it.|No. You have forgotten the address.",
        "de": "Nein.\nWir haben keine Einwände.|Nein. Das haben wir, sehr gut.|"
        "Nein. Sie haben meine Zustimmung.|Nein. Wir brauchen zwei davon.|"
        "Nein. Du hast die Adresse vergessen.",
        "es": "No. Ya tiene mi aprobación.|No. Tenemos que pedir dos.",
        "it": "No. Hai già il mio consenso.",
        "nl": "Nee. Je hebt mijn toestemming.",
        "fr": "Non.\nNous avons le budget, c'est bien.|Non. Vous avez mon accord.|"
        "Non. Vous avez oublié le nom.",
    },
    "conditional": {"en": "No.\nWe have that file until May.", "de": "Nein.\nWir haben noch zwei davon."},
    "question": {"en": "No.\nWe have that file?|No.\nWe have that file. Why another one"},
    "both": {
        "en": "No.\nOK, we have the budget.|No.\nPlease approve, we have budget|"
        "No.\nWe have budget, ok for me"
    },
}

# A bare "no" and that nobody needs it; what looks like it, and is none.
NEEDLESS = {
    "reject": {
        "en": "no, not needed|No, he does not need it.|No, she doesn't need it|no he does not need it|"
        "Nope, nobody needs it|No, we don't need that, thanks\n\nAnn|No, it is not necessary|"
        "No, there is no need|No, we do not need another one|No, unnecessary|No. He does not need it.",
        "de": "nein, braucht er nicht|Nein, das brauchen wir nicht|nein braucht er nicht|"
        "Nein, er braucht keinen neuen.|Nein, ist nicht nötig|Nein, wird nicht benötigt\n\nViele Grüße\nAnn|"
        "Nein, das braucht sie nicht, danke|Nein, unnötig|Nein, niemand braucht das",
        "fr": "non, pas besoin|Non, il n'en a pas besoin|Non, nous n'en avons pas besoin, merci|"
        "Non, ce n'est pas nécessaire|Non il n’en a pas besoin|Non, personne n'en a besoin",
        "es": "no, no hace falta|No, no lo necesita|No, él no lo necesita|No, eso no es necesario|"
        "No, nadie lo necesita|No, innecesario",
        "it": "no, non serve|No, non è necessario|No, questo non serve|No, non ne ha bisogno|"
        "No, nessuno ne ha bisogno",
        "nl": "nee, niet nodig|Nee, dat is niet nodig|Nee, hij heeft het niet nodig|"
        "Nee, dat hebben we niet nodig, bedankt|Nee, overbodig",
    },
    "nothing": {
        "en": "no, he needs it|No, we need it|no he needs it|No, he does not need it, does he|"
        "No, it does not need my approval|No, he does not need to ask|No need|Not needed|"
        "No, not a problem|No, he does not need it, order it|"
        "no he does not need it, just buy it",
        "de": "nein, er braucht es|Nein, das brauchen wir|nein er braucht das|Nein, braucht er nicht, oder|"
        "Nein, dafür braucht er keine Genehmigung|Nein, dazu braucht er mich nicht|"
        "nein braucht er nicht, einfach bestellen|Nein, nicht unnötig...|Braucht er nicht",
        "fr": "Non, il en a besoin|Non, nous en avons besoin|Non, il n'a pas besoin de mon avis|Pas besoin",
        "es": "No, él lo necesita|No, eso es necesario|No hace falta",
        "it": "No, questo serve|No, è necessario|Non serve",
        "nl": "Nee, dat is nodig|Nee, we hebben het nodig|Niet nodig",
    },
    "both": {
        "en": "no problem, approved|No, not needed, approved|No, he does not need it. OK, approved",
        "de": "nein, doch, genehmigt|Nein, braucht er nicht, ja",
        "nl": "Nee, mijn akkoord is niet nodig",
    },
    "question": {"de": "nein, braucht er nicht?", "en": "No, does he not need it?"},
    "conditional": {"en": "No, he does not need it yet", "de": "nein, braucht er nicht, nur den kleinen"},
}

TABLE = [
    (answer, language, phrase)
    for answer, by_language in (*PHRASES.items(), *SENTENCES.items(), *NEEDLESS.items())
    for language, phrases in by_language.items()
    for phrase in phrases.split("|")
]
