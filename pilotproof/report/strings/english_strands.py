"""The five strands of page one in English: what was measured, what may be said of it, and what must not."""

from __future__ import annotations

STRANDS = {
    "strands": "The five strands at a glance",
    "strands.strand": "Strand",
    "strands.measured": "Measured",
    "strands.may": "May be said",
    "strands.never": "Must not be said",
    "strands.gloss": (
        "SD, standard deviation: how far students’ scores usually lie from their mean. {level}% interval: the values that fit "
        "the data. p: how often chance alone would give a difference at least as large; below {limit} is called significant. "
        "On task: students who do what the lesson asks. Numbers are rounded for reading only; tests and decisions use them "
        "unrounded."
    ),
    "strand.learning": "Learning",
    "strand.practice": "Teaching practice",
    "strand.acceptance": "Acceptance by teachers",
    "strand.on task": "On-task time",
    "strand.reliability": "Reliability",
    "none": "not measured",
    "hidden": "not shown: fewer than {n} students",
    "hidden.teachers": "not shown: fewer than three teachers",
    "hidden.may": "Too few took part for a number to be shown.",
    "quoted": "“{text}”",
    "reach": "their {level}% intervals reach from {low} to {high}",
    "no interval": "no interval can be given",
}

LEARNING = {
    "learning.sd": "{value} SD",
    "learning.unit": "{value} {unit}",
    "learning.difference": "difference on the {label}; {interval}; {p}",
    "learning.change": "mean change on the {label}, with no group to compare it with; {interval}",
    "learning.start": "difference on the {label} from a class’s own start on; {interval}; {p}",
    "learning.refused": "no test possible",
    "learning.refused.why": "the {label} was measured, but no difference can be told from chance",
    "learning.sample.class": "{students} in {clusters}",
    "learning.sample.school": "{students} in {clusters}",
    "learning.sample.teacher": "{students} of {clusters}",
    "learning.p": "{p}, smallest possible {least}",
}

PRACTICE = {
    "practice.several": (
        "lowest and highest of the mean changes in {n} survey areas, scale of {least} to {most}; {interval}; {teachers}"
    ),
    "practice.one": "mean change in the one survey area, scale of {least} to {most}; {interval}; {teachers}",
    "practice.no change": "no change can be given: answers before or after are missing",
    "practice.may.several": "The mean answers of {teachers} changed by {change} points, depending on the survey area.",
    "practice.may.one": "The mean answers of {teachers} changed by {change} points.",
    "practice.never": "“{tool} changed how teachers teach”: no teachers without it were asked.",
    "practice.never.few": (
        "“{tool} changed how teachers teach”: none without it were asked, and with so few even the clearest change gives no p "
        "below {least}."
    ),
    "practice.uses": (
        "coded: the tool replaced what was done before in {replacing}, amplified it in {amplifying}, transformed it in "
        "{transforming}; {none}"
    ),
    "practice.uses.may": "In {transforming} of {lessons} the tool was used for what is not possible without it.",
    "practice.uses.never": "that lessons nobody coded were like these, or that one way of use is better than another.",
}

ACCEPTANCE = {
    "acceptance.share": "{agree} of {teachers}",
    "acceptance.target": "in favor: {share}, {interval}; target {target}",
    "acceptance.may": "{agree} of {teachers} who answered were in favor.",
    "acceptance.never.above target": "“All teachers want {tool}”: those who did not answer may think otherwise.",
    "acceptance.never.below target": "“Teachers reject {tool}”: a share below the target of {target} is not that.",
    "acceptance.never.not enough answers": (
        "“Teachers accept {tool}”: so few answers show neither that the target of {target} is met nor that it is missed."
    ),
    "acceptance.several": "lowest and highest mean of {n} scales of {least} to {most}; {interval}; {teachers}",
    "acceptance.one": "mean on a scale of {least} to {most}; {interval}; {teachers}",
    "acceptance.level.may": "After the pilot the mean answers of {teachers} were {value} on a scale of {least} to {most}.",
    "acceptance.level.never": "that teachers who did not answer, or who have not tried {tool}, would say the same.",
}

ON_TASK = {
    "on task.none": "{share}",
    "on task.upper bound": "at most {share}",
    "on task.lower bound": "at least {share}",
    "on task.measured": "of lesson time with the tool; {interval}; {lessons} of {teachers}",
    "on task.change": "from before {points} points ({span})",
    "on task.unreliable": "observers agree too little to rely on it",
    "on task.unchecked": "whether observers agree is not known",
    "on task.may": "In the lessons observed with {tool}, students were on task {share} of the time.",
    "on task.never": "“{tool} kept students on task”: observers saw who had it, and lessons before and during need not be alike.",
}

RELIABILITY = {
    "reliability.rate": "{rate} an hour",
    "reliability.measured": "technical errors per hour of use; {interval}; {errors} in {hours}",
    "reliability.no rate": "no rate and no interval without a record of lessons",
    "reliability.may": "{errors} on record in {hours} of use.",
    "reliability.may.count": "{errors} on record.",
    "reliability.may.period": "{errors} on record in {hours} of use, {some} of them in period {period}.",
    "reliability.never": "“There were no other errors”: logs that people keep miss some.",
    "reliability.never.zero": "“It never fails”: up to {high} errors an hour fit these data too.",
    "reliability.never.daily": "“It failed daily”: in period {period} there was an error on {some} of {days}.",
    "day.one": "{n} day",
    "day.many": "{n} days",
}

TEXT = STRANDS | LEARNING | PRACTICE | ACCEPTANCE | ON_TASK | RELIABILITY
