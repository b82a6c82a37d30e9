"""What page one says of results and recommends, in English. The verb follows the design (evidence/claims.py)."""

from __future__ import annotations

ANSWERS = {
    "answer.change": "We cannot say what {tool} did to scores, because no group without it was measured",
    "answer.refused": "We cannot tell what {tool} did to scores, because {reason}",
    "answer.equivalent": (
        "No difference worth having: with {tool} and without it, scores on the {label} were the same to within {limit} standard "
        "deviations"
    ),
    "answer.unclear": "We cannot tell from this pilot whether {tool} changed scores on the {label}",
    "answer.effect.higher": "{tool} raised scores on the {label} by more than chance would explain",
    "answer.effect.lower": "{tool} lowered scores on the {label} by more than chance would explain",
    "answer.association.higher": (
        "Students who used {tool} scored higher on the {label} by more than chance would explain, though the groups were not "
        "drawn at random"
    ),
    "answer.association.lower": (
        "Students who used {tool} scored lower on the {label} by more than chance would explain, though the groups were not "
        "drawn at random"
    ),
    "answer.lost.higher": (
        "Students who were drawn to have {tool} scored higher on the {label} by more than chance would explain, though too many "
        "were lost for the groups to be as alike as lots make them"
    ),
    "answer.lost.lower": (
        "Students who were drawn to have {tool} scored lower on the {label} by more than chance would explain, though too many "
        "were lost for the groups to be as alike as lots make them"
    ),
    "answer.within.higher": "Within these classes, {tool} raised scores on the {label} by more than chance would explain",
    "answer.within.lower": "Within these classes, {tool} lowered scores on the {label} by more than chance would explain",
    "answer.starts.higher": (
        "Scores on the {label} were higher once a class had {tool}, by more than chance would explain, though the order of the "
        "starts was not drawn by lot"
    ),
    "answer.starts.lower": (
        "Scores on the {label} were lower once a class had {tool}, by more than chance would explain, though the order of the "
        "starts was not drawn by lot"
    ),
    "answer.tier": "{answer}; the evidence supports ESSA {tier} ({meaning})",
    "answer.no tier": "{answer}; the evidence does not support any ESSA tier",
}

REFUSALS = {
    "no block with both arms": (
        "no school has both treated and comparison {plural}, so that nothing can be compared within schools"
    ),
    "one teacher in an arm": (
        "one arm has only one teacher, so that whatever is special about that teacher cannot be told from the tool"
    ),
    "one school in an arm": (
        "one arm is in a single school, where the other arm is not, so that whatever is special about that school cannot be told "
        "from the tool"
    ),
    "one district in an arm": (
        "one arm is in a single district, where the other arm is not, so that whatever is special about that district cannot be "
        "told from the tool"
    ),
    "no degrees of freedom": "there are too few {plural} for the number of {blocks}",
    "all scores are equal": "all scores are equal, so that there is nothing to compare",
    "clusters of an arm do not differ": (
        "the {plural} of an arm do not differ from one another, so that nothing shows how far they differ by chance"
    ),
    "pretest repeats the arms": (
        "every pretest only says again who had the tool, so that a lead of before and what the tool did cannot be told apart"
    ),
    "a cluster in two blocks": "scores are compared within schools, and some of the {plural} belong to two schools",
    "use and classes explain every score": ("use and class already tell every score, so that nothing is left to judge chance by"),
    "every cluster starts at the same time": "all classes started on the same day, so that none can be compared with another",
    "nothing observed before or after the starts": "nothing was measured before the classes started, or nothing after",
    "no day on which one cluster has started and another not": (
        "on no day with measures had one class started and another not, so that the start cannot be told from the day"
    ),
    "one cluster": "there is only one class, so that whatever is special about it cannot be told from use of the tool",
    "too few users or non-users": "there were too few users or too few non-users, a group whose scores are not shown",
    "use does not vary within clusters": "in no class were there both users and non-users",
    "few clusters": (
        "one arm has only {clusters}, so that whatever is special about that {singular} cannot be told from the tool"
    ),
}

# may: a sentence that a reader may repeat; never: what the design forbids to say, and why
LEARNING = {
    "may.change.beyond chance": "Scores on the {label} changed by more than chance would explain while {tool} was tried.",
    "may.change.measured": "Scores on the {label} were measured before and after while {tool} was tried.",
    "never.change": "“{tool} changed scores”, in either direction: students also learn without it.",
    "may.refused": "{tool} was tried, and scores were measured.",
    "never.refused": "anything about what {tool} did to scores: {reason}.",
    "may.equivalent": "With {tool} and without it, scores on the {label} were nearly the same.",
    "never.equivalent": "that {tool} will make no difference with other students, schools, years or outcomes.",
    "may.unclear": "This pilot was too small, or the difference too small, to tell what {tool} does to scores.",
    "never.unclear": "“{tool} works” or “{tool} does not work”: no proof of a difference is not proof of no difference.",
    "may.effect.higher": "In this study, {tool} raised scores on the {label}.",
    "may.effect.lower": "In this study, {tool} lowered scores on the {label}.",
    "never.effect": "that the same will happen with other students, schools or years.",
    "may.association.higher": "Students who used {tool} scored higher, beyond what chance would explain.",
    "may.association.lower": "Students who used {tool} scored lower, beyond what chance would explain.",
    "never.association.higher": ("“{tool} raised scores”: the groups were not drawn at random and may differ in other ways."),
    "never.association.lower": ("“{tool} lowered scores”: the groups were not drawn at random and may differ in other ways."),
    "may.lost.higher": "Students who were drawn to have {tool} scored higher, beyond what chance would explain.",
    "may.lost.lower": "Students who were drawn to have {tool} scored lower, beyond what chance would explain.",
    "never.lost.higher": "“{tool} raised scores”: too many students were lost, and those who stayed may differ in other ways.",
    "never.lost.lower": "“{tool} lowered scores”: too many students were lost, and those who stayed may differ in other ways.",
    "may.within.higher": "Within these classes, {tool} raised scores on the {label}.",
    "may.within.lower": "Within these classes, {tool} lowered scores on the {label}.",
    "never.within": "that the same will happen in other classes, schools or years: this is an effect within these classes.",
    "may.starts.higher": "Scores on the {label} were higher once a class had {tool}, beyond what chance would explain.",
    "may.starts.lower": "Scores on the {label} were lower once a class had {tool}, beyond what chance would explain.",
    "never.starts.higher": (
        "“{tool} raised scores”: the order of the starts was chosen, and may go with what else happened in a class."
    ),
    "never.starts.lower": (
        "“{tool} lowered scores”: the order of the starts was chosen, and may go with what else happened in a class."
    ),
}

DECISION = {
    "recommendation": "Recommendation: {choice}.",
    "choice.adopt": "Adopt",
    "choice.extend": "Extend the pilot",
    "choice.adjust": "Adjust first",
    "choice.stop": "Stop",
    "choice.review": "Review now",
    "advice.adopt": "The gains with {tool} stand up to the checks in this report.",
    "advice.extend": "Not enough to tell. Do not buy or drop it on this evidence; {larger} first.",
    "advice.gates": (
        "Scores were higher, but the evidence stops at a gate of Tier 3. See what would have to change before you decide."
    ),
    "advice.users": (
        "Users scored otherwise than their classmates, but they chose to use it. Run a pilot with a comparison group first."
    ),
    "advice.adjust": "{mend}; then {then}.",
    "advice.stop": "End the use of {tool}, with notice and an archive of student work.",
    "advice.review": "Something needs a person’s attention at once, before the pilot goes on.",
    "then.roll out": "decide on a wider roll-out",
    "larger": "run a larger pilot with a comparison group",
    "larger.shared": "run a pilot in which {clusters} with the tool and without it share teachers, schools or districts",
    "larger.of": "run a pilot that could tell (about {clusters}, half of them without the tool)",
    "mend.faults concentrated": "have the faults of period {period} mended",
    "mend.faults": "have the faults mended",
    "mend.errors too frequent": "have the technical faults mended",
    "mend.checklist failed": "settle what failed on the checklist",
    "mend.checklist open": "finish the checklist",
    "mend.too expensive": "agree a lower price",
    "mend.trusted but scores do not move": "change how the tool is used",
    "mend.scores higher but not trusted": "win the teachers for it",
    "mend.no difference worth having": "change how the tool is used, or end it",
    "checklist.privacy": "privacy agreements (FERPA, COPPA)",
    "checklist.single_sign_on": "single sign-on",
    "checklist.accessible": "accessibility (WCAG 2.1 AA)",
    "checklist.works_on_phone": "works on a phone",
    "checklist.cost_per_student": "cost per student",
}

REASONS = {
    "lesson time lost": "{share} of lesson time was lost to technical faults",
    "lesson time kept": "{share} of lesson time was lost to technical faults",
    "lesson time kept.chance": (
        "{share} of lesson time was lost to technical faults, above the limit; it does not count against the tool, because "
        "chance alone could have raised it: the interval starts at {low}, so that the true share may lie within the limit"
    ),
    "lesson time not measured": "Whether lesson time was lost was not measured",
    "privacy not agreed": "Student privacy (FERPA and COPPA) is not agreed with the vendor",
    "checklist failed": "On the checklist, not met: {items}",
    "checklist open": "On the checklist, not checked yet: {items}",
    "checklist passed": "Every item of the checklist before a roll-out is met",
    "too expensive": "It costs {cost} for one student and year",
    "scores lower": "Students with the tool scored lower, by more than chance would explain",
    "hardly used": "After {weeks} {share} of the teachers use it",
    "used": "{share} of the teachers used it in the last week",
    "use not measured": "Use by teachers was not measured",
    "licences idle": "{idle} of {licences} were not used",
    "licences idle.cost": "{idle} of {licences} were not used, {cost} of what was paid",
    "faults concentrated": "{some} of {errors} fell into period {period}, more than chance would put there ({p})",
    "errors too frequent": "There were {rate} errors per hour of use",
    "reliable": "There were {rate} errors per hour of use",
    "reliable.chance": (
        "There were {rate} errors per hour of use, above the limit; it does not count against the tool, because chance alone "
        "could have raised it: the interval starts at {low}, so that the true rate may lie within the limit"
    ),
    "reliability unknown": "Reliability was not measured",
    "trusted but scores do not move": "Teachers trust the tool, and scores do not move",
    "scores higher but not trusted": "Scores are higher, but teachers do not trust the tool: such a gain rarely lasts",
    "neither trusted nor scores higher": "Neither do teachers trust the tool, nor do scores move",
    "buy-in below target": "{share} of the teachers who answered would go on with it",
    "buy-in at target": "{share} of the teachers who answered would go on with it",
    "trust not measured": "Whether teachers would go on with it was not asked",
    "scores higher": "Students with the tool scored higher, by more than chance would explain",
    "scores higher but no tier": (
        "Students with the tool scored higher, by more than chance would explain, but no tier from 1 to 3 is supported"
    ),
    "cannot tell": "The difference in scores can be chance",
    "cannot tell.mdes": (
        "With {clusters} a pilot like this finds a true difference of {mdes} standard deviations in four of five cases, and "
        "smaller ones less often"
    ),
    "cannot tell.starts": (
        "With {classes} no order of the starts gives a p below {least}, so that nothing could be told from chance"
    ),
    "no test": "No test of scores is possible: {reason}",
    "no comparison": "No group without the tool was measured, so a change in scores cannot be put down to it",
    "no difference worth having": "Scores with the tool and without it are nearly the same",
}

TEXT = (
    ANSWERS
    | {f"refusal.{name}": words for name, words in REFUSALS.items()}
    | LEARNING
    | DECISION
    | {f"reason.{name}": words for name, words in REASONS.items()}
)
