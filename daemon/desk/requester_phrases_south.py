"""What requesters say in a few words, in Spanish and Italian (``desk.requester_phrases``)."""

from daemon.desk.requester_phrases import Phrases, Tongue, Word

SPANISH = Tongue(
    it=(
        "lo|la|esto|eso|[el |este |mi |del ](ticket|tique|caso|aviso)|(la|esta|mi) (solicitud|incidencia"
        "|peticion)"
    ),
    please="por favor|porfavor|porfa|pf",
    polite=(
        "gracias|muchas gracias|mil gracias|gracias de antemano|muy amable|hola|buenos dias|buenas tardes"
        "|buenas|buenas noches|hola a todos|hola equipo|estimado equipo|ok|vale|perfecto|muy bien|bien"
        "|saludos|un saludo|saludos cordiales|atentamente|perdon|disculpe|disculpen|entonces|genial"
    ),
    greetings="hola|buenos dias|buenas tardes|buenas|estimado|estimada|estimados",
    closings=(
        "gracias|muchas gracias|saludos|un saludo|saludos cordiales|cordiales saludos|atentamente"
        "|cordialmente|un cordial saludo|atte"
    ),
    never="no|pero|espere|esperen|todavia|aun|sigue|y",
    words={
        Word.CLOSE: Phrases(
            told=(
                "[ya |por mi ][pueden |puede |puedes |podeis |quiero |quisiera |me gustaria |se puede "
                "|favor de |hay que ](cerrar|cerrarlo|cerrarla)[ <it>][ ya]|(cierre|cierren|cierra|cerrad"
                "|cierrelo|cierrenlo|cierralo|cierrela|cierrenla)[ <it>][ ya]|[ya ]lo (pueden|puede"
                "|puedes|podeis) cerrar|<it> [ya ]puede (cerrarse|ser cerrado|ser cerrada)|[ya |esta "
                "|ya esta |esto esta |todo |el problema esta |problema |el problema ya esta |quedo "
                "|ha sido |fue ](resuelto|solucionado|arreglado|resuelta|solucionada|listo)|[ya |todo "
                "|ya todo |ahora |ahora si |todo ya ](funciona|va bien)[ bien| ahora| de nuevo| otra vez"
                "| correctamente]|ya no (lo|la) necesito|ya no (es necesario|hace falta)|(cancelar"
                "|cancelo|cancele|cancelen|anular|anulo|anule|anulen|retiro)[ <it>]|ya esta"
            ),
            asked=(
                "(pueden|puede|puedes|podeis|podrian|podria|podrias|podemos) (cerrar|cerrarlo"
                "|cerrarla)[ <it>]|(se )?puede cerrar[ <it>]|(lo|la) (pueden|puede|puedes|podeis|podrian"
                "|podria) cerrar"
            ),
        ),
        Word.REOPEN: Phrases(
            told=(
                "[pueden |quiero |quisiera |hay que |me gustaria ](reabrir|reabrirlo|reabrirla"
                "|volver a abrir)[ <it>]|(reabra|reabran|reabre|reabrid|reabralo|reabranlo"
                "|reabrelo)[ <it>]|<it> (debe|tiene que) (reabrirse|ser reabierto|ser reabierta)"
                "|abrir <it> de nuevo|(vuelva|vuelvan|vuelve) a abrir <it>"
            ),
            asked=(
                "(pueden|puede|puedes|podeis|podrian|podria|podrias) (reabrir|reabrirlo|reabrirla"
                "|volver a abrir)[ <it>]"
            ),
        ),
        Word.STATUS: Phrases(
            told="mantenganme (informado|informada)|mantengame informado",
            asked=(
                "estado|status|estatus|[cual es |digame ](el )?(estado|estatus"
                "|status)[ actual][ de mi solicitud| del ticket| de mi ticket| del caso| de mi caso"
                "| de la incidencia]|estado (de mi solicitud|del ticket|de mi ticket|del caso"
                "|de la incidencia)|como va[n][ <it>| mi solicitud| eso| la cosa]|[hay |tienen |tienes "
                "|tiene |alguna ][alguna ](novedad|novedades|noticia|noticias)[ de mi solicitud"
                "| del ticket| sobre esto]|en que (estado|punto) (esta|estamos|se encuentra)[ <it>]"
                "|(que hay de|que pasa con) <it>|como (esta|sigue) <it>|actualizacion"
                "|alguna actualizacion"
            ),
        ),
        Word.URGENT: Phrases(
            told=(
                "[es |esto es |<it> es |se ha vuelto |ya es ][muy |realmente |bastante |extremadamente "
                "|cada vez mas |super ]urgente[ ahora]|urge|me urge|esto urge|es una (urgencia"
                "|emergencia)|urgencia|con urgencia|lo antes posible|cuanto antes|no puede esperar"
                "|<it> no puede esperar|alta prioridad|prioridad alta|(escalar|escalen|escale) <it>"
                "|dense prisa|dese prisa"
            ),
            asked=(
                "(pueden|puede|podrian|podria) (darse prisa|escalarlo|escalar <it>|acelerarlo"
                "|tratarlo como urgente)"
            ),
        ),
        Word.REQUEST: Phrases(
            told=(
                "[es |esto es |se trata de |no es una incidencia sino ][una ](solicitud"
                "|peticion)[ de servicio]"
            ),
        ),
        Word.INCIDENT: Phrases(
            told=(
                "[es |esto es |se trata de |no es una solicitud sino ][una |un ](incidencia|incidente"
                "|averia|fallo)"
            ),
        ),
        Word.HELP: Phrases(
            told="(muestreme|muestrame|mostrar) los comandos|comandos|lista de comandos",
            asked=(
                "ayuda|que puedo (hacer|escribir|decir|responder)|que (comandos|palabras) (hay"
                "|puedo (usar|escribir)|entiende|conocen)|cuales son los comandos|como funciona[ esto]"
            ),
        ),
        Word.YES: Phrases(
            told=(
                "si|sip|claro que si|si [ya |ya esta |esta |todo |todo esta |el problema esta |ha sido "
                "|quedo ](resuelto|solucionado|arreglado|bien|ok|listo|correcto)|si [ya |todo |ahora "
                "|ya todo ](funciona|va)[ bien| ahora| perfectamente| correctamente]|si (lo )?(pueden"
                "|puede|puedes) cerrar(lo)?[ <it>]|[lo ]confirmo|confirmado|[si ]todo (bien|ok|correcto"
                "|en orden)|si ya esta|si gracias a ustedes|si problema resuelto|si eso (ayudo|funciono)"
            ),
        ),
        Word.NO: Phrases(
            told=(
                "no|nop|no todavia no|todavia no|aun no|no aun no|[no ]lamentablemente no"
                "|no lamentablemente|[no |no todavia |no aun |todavia |aun ]no (esta|ha sido|se ha"
                "|quedo) (resuelto|solucionado|arreglado)[ todavia| aun]|[no |todavia |aun ][sigue "
                "|aun ][sin |no ](funcionar|funciona|resolver|solucionar)[ todavia| aun| bien]"
                "|[no ](sigue|todavia|aun) (igual|roto|fallando|sin funcionar|con el mismo problema)"
                "|[no ]el problema (persiste|continua|sigue|sigue ahi|no esta resuelto|ha vuelto)"
                "|no esta (resuelto|solucionado|arreglado)|no resuelto|sin resolver"
                "|[no ]el mismo problema|desgraciadamente no|no no funciona|no eso no ayudo"
            ),
        ),
    },
)

ITALIAN = Tongue(
    it=(
        "lo|la|questo|[il |questo |mio |il mio ](ticket|caso)|(la|questa|la mia) (richiesta|segnalazione"
        "|pratica)"
    ),
    please="per favore|perfavore|per piacere|per cortesia|cortesemente|gentilmente|pure",
    polite=(
        "grazie|grazie mille|mille grazie|molte grazie|tante grazie|grazie in anticipo|grazie tante|ciao"
        "|salve|buongiorno|buonasera|buon giorno|buona sera|ciao a tutti|ok|va bene|bene|perfetto|ottimo"
        "|saluti|cordiali saluti|distinti saluti|un saluto|scusate|scusi|scusa|allora|buona giornata"
    ),
    greetings="ciao|salve|buongiorno|buonasera|buon giorno|gentile|gentili|spettabile|caro|cara|egregio",
    closings=(
        "grazie|grazie mille|saluti|cordiali saluti|distinti saluti|un saluto|cordialmente|buona giornata"
        "|buon lavoro|a presto"
    ),
    never="no|non|ma|aspettate|ancora|sempre|e",
    words={
        Word.CLOSE: Phrases(
            told=(
                "[potete |puoi |puo |vorrei |vi chiedo di |si puo |bisogna ](chiudere|chiuderlo"
                "|chiuderla)[ <it>][ ora| adesso]|(chiudi|chiudete|chiuda|chiudetelo|chiudilo|chiudetela"
                "|chiudila)[ <it>][ ora| adesso]|<it> puo essere (chiuso|chiusa)|puo essere (chiuso"
                "|chiusa)|[e |e stato |il problema e |problema |tutto |il problema e stato |ora e "
                "|e gia ](risolto|sistemato|a posto|risolta)[ ora| adesso| grazie]|[ora |adesso |tutto "
                "|ora tutto |adesso tutto ](funziona|va bene)[ tutto| di nuovo| ora| adesso| bene]"
                "|non (mi )?serve piu|non ne ho piu bisogno|non e piu necessario|(annullate|annullare"
                "|annulla|annulli|annullo|ritiro)[ <it>]"
            ),
            asked=(
                "(potete|puoi|puo|potreste|potresti|potrebbe|possiamo) (chiudere|chiuderlo"
                "|chiuderla)[ <it>]|(lo|la) (potete|puoi|puo|potreste) chiudere|<it> puo essere (chiuso"
                "|chiusa)|si puo chiudere[ <it>]"
            ),
        ),
        Word.REOPEN: Phrases(
            told=(
                "[potete |vorrei |bisogna |vi chiedo di ](riaprire|riaprirlo|riaprirla)[ <it>]|(riapri"
                "|riaprite|riapra|riapritelo|riaprilo|riapritela)[ <it>]|<it> (deve"
                "|va) (essere )?(riaperto|riaperta)|aprire <it> di nuovo"
            ),
            asked=(
                "(potete|puoi|puo|potreste|potresti|potrebbe) (riaprire|riaprirlo|riaprirla)[ <it>]"
                "|<it> puo essere (riaperto|riaperta)"
            ),
        ),
        Word.STATUS: Phrases(
            told="tenetemi (aggiornato|aggiornata|informato|informata)",
            asked=(
                "stato|status|[qual e |quale e |vorrei sapere ](lo )?stato[ attuale][ della richiesta"
                "| del ticket| della mia richiesta| del mio ticket| della pratica]|[ci sono |avete |hai "
                "|qualche ](novita|notizie|aggiornamenti|aggiornamento)[ sul ticket| sulla mia richiesta]"
                "|ci sono novita|a che punto (siamo|e|siete)[ <it>|la mia richiesta]"
                "|a che punto e (il ticket|il mio ticket|la mia richiesta|la richiesta)|come (va|procede"
                "|sta andando)[ <it>]|novita|aggiornamento|aggiornamenti|stato del ticket"
                "|stato della richiesta"
            ),
        ),
        Word.URGENT: Phrases(
            told=(
                "[e |questo e |<it> e |e diventato |ora e ][molto |davvero |veramente |piuttosto "
                "|estremamente |sempre piu ](urgente|urgentissimo)[ ora| adesso]|e una (urgenza"
                "|emergenza)|e unurgenza|e unemergenza|urgenza|con urgenza|durgenza|al piu presto"
                "|il prima possibile|quanto prima|non puo (piu )?aspettare|<it> non puo aspettare"
                "|alta priorita|priorita alta|(sollecito|sollecitate) <it>|sollecito|fate presto"
                "|sbrigatevi"
            ),
            asked=(
                "(potete|potreste|puoi) (fare presto|sbrigarvi|accelerare|sollecitare <it>"
                "|trattarlo come urgente)"
            ),
        ),
        Word.REQUEST: Phrases(
            told=(
                "[e |questa e |si tratta di |non e un incidente ma ][una |solo una ]richiesta[ di servizio]"
            ),
        ),
        Word.INCIDENT: Phrases(
            told=(
                "[e |questo e |si tratta di |non e una richiesta ma ][un |uno |una ](incidente|guasto"
                "|malfunzionamento|disservizio)|e unincidente"
            ),
        ),
        Word.HELP: Phrases(
            told="(mostrami|mostratemi|mostra) i comandi|comandi|lista dei comandi|elenco dei comandi",
            asked=(
                "aiuto|(che )?cosa posso (fare|scrivere|dire|rispondere)|(quali|che) (comandi"
                "|parole) (ci sono|posso (usare|scrivere)|conoscete|capisci)|quali sono i comandi"
                "|come funziona[ questo]"
            ),
        ),
        Word.YES: Phrases(
            told=(
                "si|certo|si [e |e stato |tutto |il problema e |ora e |problema ](risolto|sistemato"
                "|a posto|ok|risolta)|si [ora |adesso |tutto |ora tutto ](funziona|va bene)[ tutto"
                "| di nuovo| ora| bene| adesso]|si (potete|puoi|puo) (chiudere|chiuderlo)[ <it>]|confermo"
                "|confermato|[si ]tutto (bene|ok|a posto|risolto)|si esatto|si (lo )?confermo"
                "|si problema risolto|si ha (funzionato|aiutato)|si lo e"
            ),
        ),
        Word.NO: Phrases(
            told=(
                "no|no non (ancora|lo e)|non ancora|[no ]purtroppo no|no purtroppo|[no |purtroppo "
                "|no purtroppo ][il problema |ancora |questo ]non e (ancora |stato )?(risolto|sistemato"
                "|a posto)|[no |purtroppo |no purtroppo ][ancora ]non (va|funziona)[ ancora| bene]"
                "|[no ](ancora|sempre) (rotto|guasto|lo stesso problema|non funziona)"
                "|[no ]il problema (persiste|continua|ce ancora|rimane|e tornato|non e risolto)"
                "|[no ]continua a non funzionare|non risolto|[no ]lo stesso problema"
                "|[no ]non ha (funzionato|aiutato)|irrisolto"
            ),
        ),
    },
)
