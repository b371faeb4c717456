"""How speakers of each language announce, open and close a topic and go to a break: patterns, one table a language.

Chosen from how talk shows are led, not fitted; English was seen on more episodes than the others.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """Regular expressions, case aside.

    `announcements` and `moves` are searched for (`moves` leave no doubt), the others begin a sentence: `reply` is a
    short answer; `opening` and `item` (the next of a list) may follow one, or a `filler`. `item_inside` names the next
    of a list in the first words of a sentence. `to_break` closes a part, `advert` opens a sponsor's message, and
    `back` opens what follows a break.
    """

    announcements: tuple[str, ...]
    moves: tuple[str, ...]
    reply: str
    filler: str
    opening: str
    item: tuple[str, ...]
    item_inside: tuple[str, ...]
    to_break: tuple[str, ...]
    advert: tuple[str, ...]
    back: tuple[str, ...]


_FILLER = r"(?:just |actually |really |maybe |kind of |sort of |quickly )?"
_DEEDS = r"(?:ask|talk|touch|move|go|get|bring|dig|switch|shift|jump|dive|discuss|start|turn|come|cover)"
_NTH = r"(?:next|first|second|third|fourth|fifth|last|final|other|another|following)"
_THINGS = (
    r"(?:one|two|three|item|thing|point|question|topic|piece|part|section|segment|news|release|story|step|reason|"
    r"problem|issue|chapter|change|argument|subject)"
)

ENGLISH = Phrases(
    announcements=(
        rf"\blet'?s {_FILLER}(?:jump|dive|move|turn|talk|get (?:in|back|to|on|started)|go|switch|start|look|shift|dig|"
        r"begin)\b",
        r"\blet me (?:ask|get|turn|move)\b",
        rf"\b(?:want(?:ed)?|wanna|like|love) (?:to )?{_FILLER}{_DEEDS}\b",
        r"\bmov(?:e|ing) (?:on|along|forward|over)\b",
        r"\b(?:switch|chang|shift)(?:e|ing)? (?:gears|topics?|subjects?|over|the (?:subject|topic))\b",
        r"\b(?:jump|div|dig|turn|bring|com|circl|pull|go|get)(?:e|ing|ging)? (?:us |it |this |things )?"
        r"(?:in|into|back|deeper|deep|over|ahead)\b",
        r"\b(?:next|last|final|first|second|third|another|following) "
        r"(?:one|question|topic|item|thing|segment|section|news|release|story|chapter|part|subject|point)\b",
        r"\b(?:next up|up next|speaking of|on (?:that|this|a different) note|one more (?:thing|question)|"
        r"what(?:'s| is) next)\b",
        r"\b(?:welcome (?:back|to)|after the break|(?:short|quick) break|brought to you by|our sponsors?|"
        r"sponsored by)\b",
        r"\b(?:joined by|my guest|our guest|with me (?:is|today)|thanks? (?:you )?(?:so much |very much |again |all )*"
        r"for)\b",
        r"\bwrap(?:s|ping)? (?:it |this |things )?up\b",
        r"\b(?:tell|walk|take) (?:us|our|me|the listeners?)\b",
        r"\b(?:talk|hear) (?:a (?:little )?(?:bit )?)?(?:more )?(?:to us |to me )?about\b",
        r"\b(?:before we|you (?:had |also |just )?mention(?:ed)?|curious (?:about|how|what|if|to)|follow[- ]?up|"
        r"my question|a question)\b",
    ),
    moves=(
        r"\bmov(?:e|ing) (?:on|forward|along|over)\b",
        r"\b(?:next up|up next)\b",
        r"\blet'?s (?:talk|get|go|move|jump|dive|switch|turn|shift|start|begin|transition|wrap)\b",
        r"\bswitch(?:ing)? gears\b",
        r"\b(?:bring|get|go|come|circle|take) (?:us |it |this )?back to\b",
        r"\b(?:next|another) (?:question|topic|item|one|thing)\b",
        r"\b(?:transition|jump(?:ing)? (?:right )?into|wrap(?:ping)? up|before we (?:go|get|wrap|move|end|finish))\b",
    ),
    reply=(
        r"(?:yeah|yes|yep|yup|right|cool|nice|awesome|great|perfect|excellent|wow|all right|alright|okay|ok|sure|"
        r"totally|absolutely|exactly|interesting|gotcha|got it|thanks|thank you|makes sense|definitely|for sure|indeed|"
        r"true|that's (?:awesome|great|cool|right|true|interesting)|very cool|super cool|no worries)"
    ),
    filler=r"(?:well|um|uh|oh)",
    opening=(
        r"(?:so|now|okay|ok|alright|all right|next|anyway|and so|but before|before|finally|first|let'?s|speaking)\b"
    ),
    item=(
        r"(?:(?:so|and|but|now|then|well)[, ]+)*(?:(?:(?:moving )?on|over|up) to |we (?:move forward|move on|go on|"
        r"now have|"
        rf"have)[\w ,]{{0,20}} )?(?:the |our |my |this |a |one )*(?:very )?(?:{_NTH}|follow[- ]up)\b",
    ),
    item_inside=(
        rf"\b(?:the|our|my|and|to) (?:very )?{_NTH} {_THINGS}\b",
        rf"\b(?:another|one more|last|final|next|first|second|third) {_THINGS}\b",
    ),
    to_break=(
        r"\b(?:be right back|back in (?:a|one) (?:moment|minute|second|sec)|right after (?:this|the break|"
        r"these messages)|"
        r"don'?t go away|stay (?:tuned|with us)|take a (?:short|quick|little|brief) break|when we (?:come|get) back)\b",
        r"^(?:and )?you(?:'re| are) listening to (?!this|that|us|me|it)\b",
    ),
    advert=(
        r"\b(?:brought to you by|(?:episode|show|podcast|segment) is (?:also )?(?:sponsored|supported|presented|"
        r"made possible) by|words? from (?:our|today'?s|this (?:week|episode)'?s) sponsors?|"
        r"support for (?:this|the|today'?s) (?:show|podcast|episode|program(?:me)?)|"
        r"(?:thanks?(?: you)?|shout ?-?out|thanks go) to (?:our|today'?s|this (?:week|episode)'?s) sponsors?|"
        r"(?:our|today'?s|this (?:week|episode)'?s) sponsors? (?:is|today|this week))\b",
    ),
    back=(
        r"(?:and )?(?:we(?:'re| are) back|now,? back to|(?:let'?s get )?back to (?:the|our) (?:show|episode|"
        r"conversation|interview|program(?:me)?))\b",
        r"(?:and )?welcome back(?: to\b|,? (?:everyone|everybody|folks|listeners|all)\b|[.!]*$)",
    ),
)

GERMAN = Phrases(
    announcements=(
        r"\b(?:kommen|gehen|springen|wechseln) wir\b",
        r"\blass(?:t|en sie)? uns (?:mal |noch |jetzt |nun |kurz )*(?:über|zu|mit|auf|an|weiter)",
        r"\b(?:reden|sprechen) wir (?:mal |noch |jetzt |nun |kurz )*(?:über|von)\b",
        r"\b(?:nächste|letzte|erste|zweite|dritte|andere|weitere|folgende)[rsn]? "
        r"(?:frage|thema|punkt|sache|teil|meldung|kapitel|schritt)\b",
        r"\b(?:noch eine (?:frage|sache)|ein anderes thema|themenwechsel|apropos|bevor wir|zum (?:schluss|abschluss|"
        r"anderen)|mich würde interessieren|du hast (?:vorhin |eben |gerade )?(?:erwähnt|gesagt|angesprochen)|"
        r"sie haben (?:vorhin |eben |gerade )?(?:erwähnt|gesagt|angesprochen)|erzähl (?:uns|mir|doch|mal)|"
        r"erzählen sie|willkommen|zu gast|mein gast|danke (?:dir|ihnen|euch|für))\b",
    ),
    moves=(
        r"\b(?:kommen|gehen|springen) wir (?:nun |jetzt |mal |gleich |also |dann )*(?:zum?r?|weiter|über)\b",
        r"\b(?:weiter geht'?s|machen wir weiter|themenwechsel|ein anderes thema|(?:zum )?nächste[sn]? (?:thema|"
        r"punkt|frage))\b",
        r"\b(?:reden|sprechen) wir (?:mal |noch |jetzt |nun )*über\b",
    ),
    reply=(
        r"(?:ja|genau|okay|ok|gut|super|toll|klasse|prima|stimmt|richtig|klar|alles klar|spannend|interessant|danke|"
        r"vielen dank|sehr gut|sehr schön|wunderbar|perfekt|natürlich|absolut|eben|ach so|na gut)"
    ),
    filler=r"(?:ähm?|äh|na ja|naja|aha|und)",
    opening=(
        r"(?:also|so|jetzt|nun|gut|okay|dann|bevor|zum schluss|als nächstes|als erstes|zuerst|apropos|"
        r"kommen wir)\b"
    ),
    item=(
        r"(?:(?:und|so|also|nun|jetzt|dann)[, ]+)*(?:als (?:nächstes|erstes|zweites|drittes|letztes)|"
        r"(?:erstens|zweitens|drittens|schließlich)|(?:de[rnm]|die|das|unsere?|ein|eine)? ?(?:nächste|erste|zweite|"
        r"dritte|"
        r"letzte|andere|weitere)[rsn]?)\b",
    ),
    item_inside=(
        r"\b(?:nächste|letzte|erste|zweite|dritte|weitere)[rsn]? (?:frage|thema|punkt|sache|teil|meldung|grund|"
        r"schritt)\b",
    ),
    to_break=(
        r"\b(?:gleich (?:geht'?s weiter|wieder da|zurück)|kurze (?:pause|werbung|unterbrechung)|bleib(?:t|"
        r"en sie)? dran|"
        r"nach der (?:pause|werbung))\b",
        r"^(?:ihr hört|sie hören|du hörst) (?!uns|das|es|dies)",
    ),
    advert=(
        r"\b(?:(?:präsentiert|unterstützt|gesponsert) (?:von|wird)|wird (?:euch |ihnen )?(?:präsentiert|unterstützt|"
        r"gesponsert)|unser(?:em|en|e)? (?:heutigen? )?(?:sponsor|werbepartner)|(?:jetzt|nun|kurz) (?:die |"
        r"etwas )?werbung)\b",
    ),
    back=(
        r"(?:und )?(?:da sind wir wieder|wir sind (?:wieder da|zurück)|willkommen zurück|weiter geht'?s|zurück zu)\b",
    ),
)

FRENCH = Phrases(
    announcements=(
        r"\b(?:passons|parlons|revenons|allons|venons|commençons|terminons)\b",
        r"\bon (?:va|peut|pourrait) (?:maintenant |aussi |peut-être )?(?:passer|parler|revenir|commencer|aborder|"
        r"finir)\b",
        r"\b(?:prochaine?|dernière?|premi(?:er|ère)|deuxième|seconde?|troisième|autre) "
        r"(?:question|sujet|point|chose|partie|étape|chapitre|thème)\b",
        r"\b(?:à propos de|changeons de sujet|avant de|pour (?:finir|terminer|conclure)|encore une (?:question|chose)|"
        r"(?:tu as|vous avez|t'as) (?:mentionné|évoqué|parlé)|(?:parle|parlez|raconte|racontez|dis|dites)-(?:nous|moi)|"
        r"bienvenue|notre invitée?|mon invitée?|merci (?:à|pour|d'avoir|beaucoup)|j'aimerais (?:te |vous )?(?:demander|"
        r"parler|revenir)|ma question)\b",
    ),
    moves=(
        r"\b(?:passons|venons-en|revenons|changeons de sujet)\b",
        r"\bon (?:va|peut) (?:maintenant )?passer (?:à|au)",
        r"\b(?:parlons|on va parler) (?:maintenant |un peu )?(?:de|du|des|d')",
    ),
    reply=(
        r"(?:oui|ouais|d'accord|ok|okay|bien|très bien|super|génial|parfait|exactement|exact|voilà|bien sûr|c'est vrai|"
        r"absolument|tout à fait|intéressant|merci|merci beaucoup)"
    ),
    filler=r"(?:ah|eh bien|euh|ben|bah|bon|et)",
    opening=r"(?:alors|donc|maintenant|bon|bien|ensuite|enfin|d'abord|pour commencer|avant|du coup|passons|parlons)\b",
    item=(
        r"(?:(?:et|alors|donc|bon|maintenant)[, ]+)*(?:premièrement|deuxièmement|troisièmement|ensuite|enfin|"
        r"(?:le |la |les |l'|notre |une? )?(?:prochaine?|dernière?|premi(?:er|ère)|deuxième|seconde?|troisième|"
        r"autre)s?)\b",
    ),
    item_inside=(
        r"\b(?:prochaine?|dernière?|premi(?:er|ère)|deuxième|seconde?|troisième|autre) "
        r"(?:question|sujet|point|chose|partie|étape|raison|thème)\b",
    ),
    to_break=(
        r"\b(?:on (?:se retrouve|revient) (?:juste |tout de suite |dans un instant|après)|(?:courte|petite) pause|"
        r"après la (?:pause|pub)|restez avec nous)\b",
        r"^vous écoutez (?!ce|cet|ça|nous)",
    ),
    advert=(
        r"\b(?:(?:cet épisode|ce podcast|cette émission) (?:vous )?est (?:présentée?|sponsorisée?|soutenue?|"
        r"offerte?|proposée?)|"
        r"(?:notre|nos) (?:sponsor|partenaire)s?|(?:message|mot) de (?:notre|nos) (?:sponsor|partenaire)s?)\b",
    ),
    back=(r"(?:et )?(?:(?:nous|on) (?:revoilà|est de retour|sommes de retour)|de retour|retour à)\b",),
)

SPANISH = Phrases(
    announcements=(
        r"\b(?:pasemos|pasamos|hablemos|volvamos|empecemos|vamos a (?:pasar|hablar|empezar|ver|terminar|cambiar))\b",
        r"\b(?:próxim|últim|primer|segund|tercer|siguiente|otr)[oa]? (?:pregunta|tema|punto|cosa|parte|paso|"
        r"capítulo|noticia)\b",
        r"\b(?:a propósito de|cambiando de tema|antes de|para (?:terminar|acabar|cerrar|empezar)|una (?:pregunta|"
        r"cosa) más|"
        r"(?:has|habías|ha|usted) mencionado|mencionaste|cuéntanos|cuéntame|cuéntenos|háblanos|dinos|bienvenid[oa]s?|"
        r"nuestr[oa] invitad[oa]|mi invitad[oa]|gracias (?:por|a)|me gustaría (?:preguntar|hablar|saber)|"
        r"quería preguntar|"
        r"mi pregunta)\b",
    ),
    moves=(
        r"\b(?:pasemos|pasamos|cambiando de tema|cambiemos de tema|volvamos)\b",
        r"\bvamos (?:ahora )?(?:con|a (?:pasar|hablar))\b",
        r"\bhablemos (?:ahora |un poco )?de\b",
    ),
    reply=(
        r"(?:sí|vale|claro|bien|muy bien|genial|perfecto|exacto|exactamente|bueno|de acuerdo|por supuesto|interesante|"
        r"gracias|muchas gracias|así es|estupendo|es verdad|ok|okay)"
    ),
    filler=r"(?:ah|eh|pues|este|y)",
    opening=(
        r"(?:entonces|ahora|bueno|pues|vale|bien|primero|luego|finalmente|por último|antes|y ahora|pasemos|"
        r"hablemos)\b"
    ),
    item=(
        r"(?:(?:y|entonces|bueno|ahora|pues)[, ]+)*(?:en (?:primer|segundo|tercer|último) lugar|por último|"
        r"(?:el |la |lo |los |las |nuestr[oa] |un[oa]? )?(?:próxim[oa]|últim[oa]|primer[oa]?|segund[oa]|tercer[oa]?|"
        r"siguiente|otr[oa])s?)\b",
    ),
    item_inside=(
        r"\b(?:próxima?|última?|primera?|segunda?|tercera?|siguiente|otra?) (?:pregunta|tema|punto|cosa|parte|"
        r"razón|paso)\b",
    ),
    to_break=(
        r"\b(?:enseguida (?:volvemos|regresamos)|ya volvemos|(?:volvemos|regresamos) (?:enseguida|en un momento|"
        r"después)|"
        r"(?:breve|pequeña|corta) pausa|después de la (?:pausa|publicidad)|no se vayan)\b",
        r"^(?:estás|están|estáis) escuchando (?!esto|este)",
    ),
    advert=(
        r"\b(?:(?:este (?:episodio|programa|podcast)) (?:es|está|llega|te llega) (?:presentado|patrocinado|gracias)|"
        r"patrocinad[oa]s? por|nuestr[oa]s? patrocinador(?:es)?)\b",
    ),
    back=(
        r"(?:y )?(?:(?:ya )?estamos de (?:vuelta|regreso)|de vuelta|volvemos (?:a|con)|bienvenidos de (?:nuevo|"
        r"vuelta))\b",
    ),
)

LANGUAGES = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}
