"""The five strands of page one in Spanish: what was measured, what may be said of it, and what must not."""

from __future__ import annotations

STRANDS = {
    "strands": "Los cinco aspectos de un vistazo",
    "strands.strand": "Aspecto",
    "strands.measured": "Medido",
    "strands.may": "Se puede decir",
    "strands.never": "No se debe decir",
    "strands.gloss": (
        "DE, desviación estándar: cuánto suelen apartarse los puntajes de su promedio. Intervalo del {level} %: los valores que "
        "encajan con los datos. p: con qué frecuencia el azar solo daría una diferencia al menos así de grande; por debajo de "
        "{limit} se llama significativa. Tiempo en la tarea: estudiantes que hacen lo que pide la lección. Los números se "
        "redondean solo para leerlos; las pruebas y las decisiones los usan sin redondear."
    ),
    "strand.learning": "Aprendizaje",
    "strand.practice": "Práctica docente",
    "strand.acceptance": "Aceptación por los docentes",
    "strand.on task": "Tiempo en la tarea",
    "strand.reliability": "Confiabilidad",
    "none": "no se midió",
    "hidden": "no se muestra: menos de {n} estudiantes",
    "hidden.teachers": "no se muestra: menos de tres docentes",
    "hidden.may": "Participaron muy pocos para mostrar un número.",
    "quoted": "«{text}»",
    "reach": "sus intervalos del {level} % van de {low} a {high}",
    "no interval": "no se puede dar un intervalo",
}

LEARNING = {
    "learning.sd": "{value} DE",
    "learning.unit": "{value} {unit}",
    "learning.difference": "diferencia en {label}; {interval}; {p}",
    "learning.change": "cambio promedio en {label}, sin grupo con el que compararlo; {interval}",
    "learning.start": "diferencia en {label} desde que empezó cada clase; {interval}; {p}",
    "learning.refused": "sin prueba posible",
    "learning.refused.why": "se midió {label}, pero ninguna diferencia se distingue del azar",
    "learning.sample.class": "{students} en {clusters}",
    "learning.sample.school": "{students} en {clusters}",
    "learning.sample.teacher": "{students} de {clusters}",
    "learning.p": "{p}, menor posible {least}",
}

PRACTICE = {
    "practice.several": (
        "el menor y el mayor de los cambios promedio en {n} áreas de la encuesta, escala de {least} a {most}; "
        "{interval}; {teachers}"
    ),
    "practice.one": "cambio promedio en la única área de la encuesta, escala de {least} a {most}; {interval}; {teachers}",
    "practice.no change": "no se puede dar un cambio: faltan respuestas de antes o de después",
    "practice.may.several": "Las respuestas promedio de {teachers} cambiaron en {change} puntos, según el área de la encuesta.",
    "practice.may.one": "Las respuestas promedio de {teachers} cambiaron en {change} puntos.",
    "practice.never": "«{tool} cambió la forma de enseñar»: no se preguntó a docentes sin la herramienta.",
    "practice.never.few": (
        "«{tool} cambió la forma de enseñar»: no se preguntó a docentes sin la herramienta, y con tan pocos ni el cambio más "
        "claro da un valor p menor de {least}."
    ),
    "practice.uses": (
        "observadas: la herramienta reemplazó lo que se hacía antes en {replacing}, lo amplió en {amplifying}, lo transformó en "
        "{transforming}; {none}"
    ),
    "practice.uses.may": "En {transforming} de {lessons} la herramienta se usó para algo que sin ella no es posible.",
    "practice.uses.never": "que las lecciones no observadas fueron como estas, o que una forma de uso es mejor que otra.",
}

ACCEPTANCE = {
    "acceptance.share": "{agree} de {teachers}",
    "acceptance.target": "a favor: {share}, {interval}; meta: {target}",
    "acceptance.may": "{agree} de {teachers} que respondieron estaban a favor.",
    "acceptance.never.above target": "«Todos los docentes quieren {tool}»: quienes no respondieron pueden pensar otra cosa.",
    "acceptance.never.below target": "«Los docentes rechazan {tool}»: quedar por debajo de la meta del {target} no es eso.",
    "acceptance.never.not enough answers": (
        "«Los docentes aceptan {tool}»: tan pocas respuestas no muestran si se cumple o no la meta del {target}."
    ),
    "acceptance.several": "el menor y el mayor promedio de {n} escalas de {least} a {most}; {interval}; {teachers}",
    "acceptance.one": "promedio en una escala de {least} a {most}; {interval}; {teachers}",
    "acceptance.level.may": (
        "Después del piloto, las respuestas promedio de {teachers} fueron {value} en una escala de {least} a {most}."
    ),
    "acceptance.level.never": "que los docentes que no respondieron, o que no han probado {tool}, dirían lo mismo.",
}

ON_TASK = {
    "on task.none": "{share}",
    "on task.upper bound": "como máximo {share}",
    "on task.lower bound": "como mínimo {share}",
    "on task.measured": "del tiempo de clase con la herramienta; {interval}; {lessons} de {teachers}",
    "on task.change": "desde antes, {points} puntos ({span})",
    "on task.unreliable": "los observadores coinciden muy poco para confiar en el dato",
    "on task.unchecked": "no se sabe si los observadores coinciden",
    "on task.may": "En las lecciones observadas con {tool}, los estudiantes estuvieron en la tarea {share} del tiempo.",
    "on task.never": (
        "«{tool} mantuvo a los estudiantes en la tarea»: los observadores veían quién la tenía, y las lecciones de antes y de "
        "durante no tienen por qué ser iguales."
    ),
}

RELIABILITY = {
    "reliability.rate": "{rate} por hora",
    "reliability.measured": "errores técnicos por hora de uso; {interval}; {errors} en {hours}",
    "reliability.no rate": "ni tasa ni intervalo sin un registro de las lecciones",
    "reliability.may": "Se registraron {errors} en {hours} de uso.",
    "reliability.may.count": "Se registraron {errors}.",
    "reliability.may.period": "Se registraron {errors} en {hours} de uso, {some} de ellos en el período {period}.",
    "reliability.never": "«No hubo más errores»: los registros que llevan las personas omiten algunos.",
    "reliability.never.zero": "«Nunca falla»: hasta {high} errores por hora también encajan con estos datos.",
    "reliability.never.daily": "«Fallaba a diario»: en el período {period} hubo un error en {some} de {days}.",
    "day.one": "{n} día",
    "day.many": "{n} días",
}

TEXT = STRANDS | LEARNING | PRACTICE | ACCEPTANCE | ON_TASK | RELIABILITY
