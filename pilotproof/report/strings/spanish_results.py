"""What page one says of results and recommends, in Spanish. The verb follows the design (evidence/claims.py)."""

from __future__ import annotations

ANSWERS = {
    "answer.change": "No podemos decir qué hizo {tool} con los puntajes, porque no se midió a ningún grupo sin la herramienta",
    "answer.refused": "No podemos saber qué hizo {tool} con los puntajes, porque {reason}",
    "answer.equivalent": (
        "No hay una diferencia que valga la pena: con {tool} y sin la herramienta, los puntajes en {label} fueron iguales, con "
        "un margen de {limit} desviaciones estándar"
    ),
    "answer.unclear": "Con este piloto no podemos saber si {tool} cambió los puntajes en {label}",
    "answer.effect.higher": "{tool} subió los puntajes en {label} más de lo que explicaría el azar",
    "answer.effect.lower": "{tool} bajó los puntajes en {label} más de lo que explicaría el azar",
    "answer.association.higher": (
        "Los estudiantes que usaron {tool} obtuvieron puntajes más altos en {label}, más de lo que explicaría el azar, aunque "
        "los grupos no se formaron al azar"
    ),
    "answer.association.lower": (
        "Los estudiantes que usaron {tool} obtuvieron puntajes más bajos en {label}, más de lo que explicaría el azar, aunque "
        "los grupos no se formaron al azar"
    ),
    "answer.lost.higher": (
        "Los estudiantes a quienes tocó {tool} por sorteo obtuvieron puntajes más altos en {label}, más de lo que explicaría el "
        "azar, aunque se perdieron demasiados para que los grupos sean tan parecidos como los hace un sorteo"
    ),
    "answer.lost.lower": (
        "Los estudiantes a quienes tocó {tool} por sorteo obtuvieron puntajes más bajos en {label}, más de lo que explicaría el "
        "azar, aunque se perdieron demasiados para que los grupos sean tan parecidos como los hace un sorteo"
    ),
    "answer.within.higher": "En estas clases, {tool} subió los puntajes en {label} más de lo que explicaría el azar",
    "answer.within.lower": "En estas clases, {tool} bajó los puntajes en {label} más de lo que explicaría el azar",
    "answer.starts.higher": (
        "Los puntajes en {label} fueron más altos desde que una clase tuvo {tool}, más de lo que explicaría el azar, aunque el "
        "orden de inicio no se sorteó"
    ),
    "answer.starts.lower": (
        "Los puntajes en {label} fueron más bajos desde que una clase tuvo {tool}, más de lo que explicaría el azar, aunque el "
        "orden de inicio no se sorteó"
    ),
    "answer.tier": "{answer}; la evidencia alcanza el {tier} de ESSA ({meaning})",
    "answer.no tier": "{answer}; la evidencia no alcanza ningún nivel de ESSA",
}

REFUSALS = {
    "no block with both arms": (
        "ninguna escuela tiene {plural} con la herramienta y sin ella, así que no se puede comparar dentro de las escuelas"
    ),
    "one teacher in an arm": (
        "un grupo tiene un solo docente, así que lo propio de ese docente no se distingue de la herramienta"
    ),
    "one school in an arm": (
        "un grupo está en una sola escuela, en la que el otro no está, así que lo propio de esa escuela no se distingue de la "
        "herramienta"
    ),
    "one district in an arm": (
        "un grupo está en un solo distrito, en el que el otro no está, así que lo propio de ese distrito no se distingue de la "
        "herramienta"
    ),
    "no degrees of freedom": "hay muy pocas unidades ({plural}) para el número de {blocks}",
    "all scores are equal": "todos los puntajes son iguales, así que no hay nada que comparar",
    "clusters of an arm do not differ": (
        "las unidades ({plural}) de un mismo grupo no difieren entre sí, así que nada muestra cuánto difieren por azar"
    ),
    "pretest repeats the arms": (
        "cada puntaje inicial solo repite quién tuvo la herramienta, así que una ventaja previa no se distingue de su efecto"
    ),
    "a cluster in two blocks": "se compara dentro de las escuelas, y algunas unidades ({plural}) están en dos escuelas",
    "use and classes explain every score": (
        "el uso y la clase ya determinan cada puntaje, así que no queda nada con que juzgar el azar"
    ),
    "every cluster starts at the same time": "todas las clases empezaron el mismo día, así que no se pueden comparar entre sí",
    "nothing observed before or after the starts": "no se midió nada antes de que empezaran las clases, o nada después",
    "no day on which one cluster has started and another not": (
        "en ningún día con mediciones una clase había empezado y otra no, así que el inicio no se distingue del día"
    ),
    "one cluster": "hay una sola clase, así que lo propio de ella no se distingue del uso de la herramienta",
    "too few users or non-users": (
        "hubo muy pocos estudiantes que la usaran o que no la usaran, y los puntajes de un grupo así no se muestran"
    ),
    "use does not vary within clusters": "en ninguna clase hubo a la vez estudiantes que la usaran y que no la usaran",
    "few clusters": (
        "un grupo tiene solo {clusters}, así que lo propio de esa unidad ({singular}) no se distingue de la herramienta"
    ),
}

LEARNING = {
    "may.change.beyond chance": (
        "Los puntajes en {label} cambiaron más de lo que explicaría el azar mientras se probaba {tool}."
    ),
    "may.change.measured": "Los puntajes en {label} se midieron antes y después mientras se probaba {tool}.",
    "never.change": "«{tool} cambió los puntajes», ni hacia arriba ni hacia abajo: los estudiantes también aprenden sin ella.",
    "may.refused": "Se probó {tool} y se midieron los puntajes.",
    "never.refused": "nada sobre lo que {tool} hizo con los puntajes: {reason}.",
    "may.equivalent": "Con {tool} y sin la herramienta, los puntajes en {label} fueron casi iguales.",
    "never.equivalent": "que {tool} no hará ninguna diferencia con otros estudiantes, escuelas, años o resultados.",
    "may.unclear": "Este piloto fue muy pequeño, o la diferencia muy pequeña, para saber qué hace {tool} con los puntajes.",
    "never.unclear": ("«{tool} funciona» o «{tool} no funciona»: no probar una diferencia no es probar que no la hay."),
    "may.effect.higher": "En este estudio, {tool} subió los puntajes en {label}.",
    "may.effect.lower": "En este estudio, {tool} bajó los puntajes en {label}.",
    "never.effect": "que pasará lo mismo con otros estudiantes, escuelas o años.",
    "may.association.higher": "Los estudiantes que usaron {tool} obtuvieron puntajes más altos, más allá del azar.",
    "may.association.lower": "Los estudiantes que usaron {tool} obtuvieron puntajes más bajos, más allá del azar.",
    "never.association.higher": (
        "«{tool} subió los puntajes»: los grupos no se formaron al azar y pueden ser distintos en otras cosas."
    ),
    "never.association.lower": (
        "«{tool} bajó los puntajes»: los grupos no se formaron al azar y pueden ser distintos en otras cosas."
    ),
    "may.lost.higher": "Los estudiantes a quienes tocó {tool} por sorteo obtuvieron puntajes más altos, más allá del azar.",
    "may.lost.lower": "Los estudiantes a quienes tocó {tool} por sorteo obtuvieron puntajes más bajos, más allá del azar.",
    "never.lost.higher": (
        "«{tool} subió los puntajes»: se perdieron demasiados estudiantes, y los que quedaron pueden diferir en otras cosas."
    ),
    "never.lost.lower": (
        "«{tool} bajó los puntajes»: se perdieron demasiados estudiantes, y los que quedaron pueden diferir en otras cosas."
    ),
    "may.within.higher": "En estas clases, {tool} subió los puntajes en {label}.",
    "may.within.lower": "En estas clases, {tool} bajó los puntajes en {label}.",
    "never.within": "que pasará lo mismo en otras clases, escuelas o años: es un efecto dentro de estas clases.",
    "may.starts.higher": "Los puntajes en {label} fueron más altos desde que una clase tuvo {tool}, más allá del azar.",
    "may.starts.lower": "Los puntajes en {label} fueron más bajos desde que una clase tuvo {tool}, más allá del azar.",
    "never.starts.higher": (
        "«{tool} subió los puntajes»: el orden de inicio se eligió y puede ir junto con otras cosas que pasaron en una clase."
    ),
    "never.starts.lower": (
        "«{tool} bajó los puntajes»: el orden de inicio se eligió y puede ir junto con otras cosas que pasaron en una clase."
    ),
}

DECISION = {
    "recommendation": "Recomendación: {choice}.",
    "choice.adopt": "adoptarla",
    "choice.extend": "prolongar el piloto",
    "choice.adjust": "primero ajustar",
    "choice.stop": "dejar de usarla",
    "choice.review": "revisar ahora",
    "advice.adopt": "Las mejoras con {tool} resisten las comprobaciones de este informe.",
    "advice.extend": "No alcanza para saberlo. No se debe comprar ni abandonar con esta evidencia; primero, {larger}.",
    "advice.gates": (
        "Los puntajes fueron más altos, pero la evidencia se detiene en una condición del nivel 3. Antes de decidir, vea qué "
        "tendría que cambiar."
    ),
    "advice.users": (
        "Quienes la usaron obtuvieron puntajes distintos de los de sus compañeros, pero eligieron usarla. Primero hay que hacer "
        "un piloto con un grupo de comparación."
    ),
    "advice.adjust": "{mend}; después, {then}.",
    "advice.stop": "Terminar el uso de {tool}, con aviso y con un archivo del trabajo de los estudiantes.",
    "advice.review": "Algo necesita la atención de una persona de inmediato, antes de seguir con el piloto.",
    "then.roll out": "decidir si se amplía su uso",
    "larger": "hacer un piloto mayor con un grupo de comparación",
    "larger.shared": (
        "hacer un piloto en el que haya {clusters} con la herramienta y sin ella en los mismos distritos o escuelas"
    ),
    "larger.of": "hacer un piloto que permita saberlo (unas {clusters}, la mitad sin la herramienta)",
    "mend.faults concentrated": "corregir las fallas del período {period}",
    "mend.faults": "corregir las fallas",
    "mend.errors too frequent": "corregir las fallas técnicas",
    "mend.checklist failed": "resolver lo que no se cumple en la lista de control",
    "mend.checklist open": "terminar la lista de control",
    "mend.too expensive": "acordar un precio más bajo",
    "mend.trusted but scores do not move": "cambiar la forma de usar la herramienta",
    "mend.scores higher but not trusted": "ganarse la confianza de los docentes",
    "mend.no difference worth having": "cambiar la forma de usar la herramienta, o dejarla",
    "checklist.privacy": "acuerdos de privacidad (FERPA, COPPA)",
    "checklist.single_sign_on": "inicio de sesión único",
    "checklist.accessible": "accesibilidad (WCAG 2.1 AA)",
    "checklist.works_on_phone": "funciona en un teléfono",
    "checklist.cost_per_student": "costo por estudiante",
}

REASONS = {
    "lesson time lost": "se perdió {share} del tiempo de clase por fallas técnicas",
    "lesson time kept": "se perdió {share} del tiempo de clase por fallas técnicas",
    "lesson time kept.chance": (
        "se perdió {share} del tiempo de clase por fallas técnicas, más del límite; no cuenta en contra de la herramienta, "
        "porque el azar solo pudo subirlo: el intervalo empieza en {low}, así que el valor real puede estar dentro del límite"
    ),
    "lesson time not measured": "no se midió si se perdió tiempo de clase",
    "privacy not agreed": "no hay acuerdo con el proveedor sobre la privacidad de los estudiantes (FERPA y COPPA)",
    "checklist failed": "en la lista de control no se cumple: {items}",
    "checklist open": "en la lista de control falta comprobar: {items}",
    "checklist passed": "se cumple todo lo que pide la lista de control antes de ampliar su uso",
    "too expensive": "cuesta {cost} por estudiante y año",
    "scores lower": "los estudiantes con la herramienta obtuvieron puntajes más bajos, más de lo que explicaría el azar",
    "hardly used": "después de {weeks} la usa el {share} de los docentes",
    "used": "el {share} de los docentes la usó en la última semana",
    "use not measured": "no se midió el uso por los docentes",
    "licences idle": "{idle} de {licences} no se usaron",
    "licences idle.cost": "{idle} de {licences} no se usaron, {cost} de lo que se pagó",
    "faults concentrated": "{some} de {errors} ocurrieron en el período {period}, más de lo que pondría ahí el azar ({p})",
    "errors too frequent": "hubo {rate} errores por hora de uso",
    "reliable": "hubo {rate} errores por hora de uso",
    "reliable.chance": (
        "hubo {rate} errores por hora de uso, más del límite; no cuenta en contra de la herramienta, porque el azar solo pudo "
        "subirlo: el intervalo empieza en {low}, así que el valor real puede estar dentro del límite"
    ),
    "reliability unknown": "no se midió si la herramienta es confiable",
    "trusted but scores do not move": "los docentes confían en la herramienta y los puntajes no se mueven",
    "scores higher but not trusted": (
        "los puntajes son más altos, pero los docentes no confían en la herramienta: una mejora así rara vez dura"
    ),
    "neither trusted nor scores higher": "ni los docentes confían en la herramienta ni se mueven los puntajes",
    "buy-in below target": "el {share} de los docentes que respondieron seguiría usándola",
    "buy-in at target": "el {share} de los docentes que respondieron seguiría usándola",
    "trust not measured": "no se preguntó si los docentes seguirían usándola",
    "scores higher": "los estudiantes con la herramienta obtuvieron puntajes más altos, más de lo que explicaría el azar",
    "scores higher but no tier": (
        "los estudiantes con la herramienta obtuvieron puntajes más altos, más allá del azar, pero no se alcanza ningún nivel "
        "del 1 al 3"
    ),
    "cannot tell": "la diferencia en los puntajes puede ser azar",
    "cannot tell.mdes": (
        "con {clusters}, un piloto así encuentra una diferencia real de {mdes} desviaciones estándar en cuatro de cada cinco "
        "casos, y las más pequeñas con menos frecuencia"
    ),
    "cannot tell.starts": (
        "con {classes}, ningún orden de inicio da un valor p menor de {least}, así que no se distingue del azar"
    ),
    "no test": "no es posible ninguna prueba de los puntajes: {reason}",
    "no comparison": ("no se midió a ningún grupo sin la herramienta, así que un cambio en los puntajes no se le puede atribuir"),
    "no difference worth having": "los puntajes con la herramienta y sin ella son casi iguales",
}

TEXT = (
    ANSWERS
    | {f"refusal.{name}": words for name, words in REFUSALS.items()}
    | LEARNING
    | DECISION
    | {f"reason.{name}": words for name, words in REASONS.items()}
)
