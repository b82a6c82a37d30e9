"""Fixed words of the report, in one place: tiers, gates, reasons, rules."""

from __future__ import annotations

from pilotproof.report.strings import ENGLISH

TIERS = {tier: (ENGLISH.say(f"tier.{tier}"), ENGLISH.say(f"tier.{tier}.meaning")) for tier in (1, 2, 3, 4)}

CHOICES = {choice: ENGLISH.say(f"choice.{choice}") for choice in ("adopt", "extend", "adjust", "stop", "review")}

ASSIGNMENTS = {
    "randomised-classes": "{clusters} were assigned at random",
    "randomised-students": "students were assigned at random",
    "comparison-classes": "{clusters} were chosen, not drawn at random",
    "before-after": "there was no comparison group",
    "staggered-start": "every class got the tool, each from its own day on",
    "users-compared": "every {cluster} had the tool, and students chose whether to use it",
}

CLUSTERS = {"class": ("class", "classes"), "teacher": ("teacher", "teachers"), "school": ("school", "schools")}
UNITS = CLUSTERS | {"student": ("student", "students")}  # of inference; students where each of them was drawn by lot
STUDENTS_OF = {"class": "in", "teacher": "of", "school": "in"}  # students in a class, but of a teacher

ARMS = {"treated": "with the tool", "comparison": "comparison", "neither": "in neither group"}

USE = {"treated": "users", "comparison": "non-users"}  # the arms where students are told apart by their use

# What each gate asks, in plain words.
QUESTIONS = {
    "logic model": "Is there a written account of why the tool should work?",
    "research basis": "Is at least one published finding cited that makes it likely to work?",
    "ongoing study": "Is there a plan to go on examining its effect?",
    "comparison group": "Was there a comparison group?",
    "clusters per arm": "Did each arm have at least two {clusters}, and not all of them one teacher, school or district?",
    "pretest": "Was there a pretest that the comparison allows for?",
    "selection controls": "Were differences between the groups at the start dealt with?",
    "relevant outcome": "Is the outcome one that the law counts?",
    "significant": "Is the difference larger than chance alone would explain?",
    "several outcomes": "Does it stand when allowing for how many outcomes were looked at?",
    "methods agree": "Does a second method agree?",
    "positive": "Did students with the tool score higher?",
    "no overriding negative finding": "Is no harm known, from this pilot or a stronger study?",
    "groups not chosen": "Did somebody other than the students decide who used the tool?",
    "different starts": "Did classes start on at least three different days?",
    "observations in each phase": "Was every class measured often enough before and after its start?",
    "WWC-like rating": "Would the study likely meet What Works Clearinghouse standards, at least with reservations?",
    "large sample": "Were at least {limit} students analyzed?",
    "several sites": "Were at least {limit} {sites} involved?",
    "overlap of students or schools": "Are the students or the schools like those of the reading district?",
    "random assignment": "Was the tool assigned at random?",
    "WWC-like rating without reservations": "Would the study likely meet the standards without reservations?",
    "overlap of students and schools": "Are both the students and the schools like those of the reading district?",
}

RATING_REASONS = {
    "no comparison group": "no comparison group",
    "one cluster in an arm": "only one cluster in an arm, so that tool and teacher cannot be told apart",
    "outcome not eligible": "the outcome is not one that the standards accept",
    "outcome made by the vendor": "the vendor of the tool made the measure, which can rise without more being learned",
    "outcome not reliable": "the measure is not reliable enough (internal consistency below 0.50)",
    "one teacher in an arm": "an arm with one teacher, whom the other has not, so that tool and teacher cannot be told apart",
    "one school in an arm": "an arm in one school, where the other arm is not, so that tool and school cannot be told apart",
    "one district in an arm": "an arm in one district, where the other arm is not, so that tool and district are not told apart",
    "low attrition": "random assignment with few students lost",
    "baseline equivalent": "the groups were alike enough at the start",
    "baseline not equivalent": "the groups differed too much at the start",
    "no pretest": "no pretest to show that the groups were alike at the start",
    "too few users or non-users": "a group of users or non-users that is too small to be shown",
    "too few starts": "fewer than three different starting days; a single start is a simple before and after",
    "too few observations": "fewer than three days with measures in a phase of a class",
    "few observations": "a phase with fewer than six days with measures before a start, or five after",
    "single-case conditions": "three or more starting days, with enough days with measures before and after each",
}

SIMILARITY = {"similar": "similar", "different": "different", "not-stated": "not stated"}
VERDICTS = {"passed": "passed", "failed": "**failed**", "not applicable": "not needed", "cannot be judged": "**open**"}

ROLES = {"verdict": "verdict", "must agree": "second", "beside": "beside"}
METHODS = {
    "cluster means": "{cluster} means, t test",
    "cluster means by size": "{cluster} means, weighted by size",
    "CR2": "regression, CR2 errors",
    "CR3": "regression, CR3 errors",
    "randomisation": "re-assignment of the lot",
    "order randomisation": "re-ordering of the starts",
    "wild bootstrap": "wild cluster bootstrap",
    "teacher means": "teacher means, t test",
    "mixed model": "mixed model",
    "sign-flip": "{cluster} means, exact sign-flip test",
    "paired t": "{cluster} means, paired t test",
    "signed-rank": "{cluster} means, signed-rank test",
    "bootstrap": "{cluster} means, bootstrap (BCa)",
    "sign-flip over teachers": "teacher means, exact sign-flip test",
}
STUDENT_METHODS = METHODS | {"cluster means": "students’ scores, t test"}  # a cluster is then one student
METHODS_SHORT = {
    "cluster means": "means",
    "cluster means by size": "means by size",
    "CR2": "CR2",
    "CR3": "CR3",
    "randomisation": "re-assignment",
    "order randomisation": "re-ordering",
    "wild bootstrap": "wild bootstrap",
    "teacher means": "teacher means",
    "mixed model": "mixed model",
    "sign-flip": "sign-flip",
    "paired t": "paired t",
    "signed-rank": "signed-rank",
    "bootstrap": "bootstrap",
    "sign-flip over teachers": "over teachers",
}


def assignment(how: str, cluster: str) -> str:
    """How the groups came about, in the words of what was assigned: `teachers were assigned at random`."""
    singular, plural = CLUSTERS[cluster]
    return ASSIGNMENTS[how].format(cluster=singular, clusters=plural)
