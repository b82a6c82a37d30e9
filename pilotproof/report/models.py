"""The models behind the results, in words and symbols: what is fitted, by what, with which standard error or re-assignments."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from pilotproof.findings import Findings, MethodResult, OutcomeFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block
from pilotproof.report.formulas import effect, equation, lot, mdes, sandwich
from pilotproof.report.results import refusal_reason
from pilotproof.report.words import CLUSTERS
from pilotproof.stats.cluster_data import Refusal


def model_text(findings: Findings) -> Block:
    """One account for each kind of model that the outcomes were tested with, the verdict's first."""
    parts = []
    for _, group in groupby(sorted(findings.outcomes, key=_kind), key=_kind):
        outcomes = list(group)
        several = len(outcomes) < len(findings.outcomes)
        named = f"**{fmt.capital(fmt.listed([fmt.text(one.label) for one in outcomes]))}.** " if several else ""
        parts.append(named + "\n\n".join(DESIGNS[outcomes[0].method.design](outcomes[0], findings)))
    if any(outcome.effect is not None for outcome in findings.outcomes):
        parts += effect()
    planned = [outcome for outcome in findings.outcomes if outcome.mdes_sd is not None]
    parts += mdes(planned[0], findings) if planned else []
    return Block("\n\n".join(parts))


def _kind(outcome: OutcomeFinding) -> tuple[str, str, bool, bool]:
    """What decides the account of an outcome."""
    return outcome.method.design, outcome.method.verdict or "", outcome.has_pretest, isinstance(outcome.verdict, MethodResult)


def _two_arms(outcome: OutcomeFinding, findings: Findings) -> list[str]:
    if isinstance(outcome.verdict, Refusal):
        return [f"No model is fitted: {refusal_reason(outcome, findings)}."]
    second = _regression(outcome, findings)
    if outcome.method.verdict == "randomisation":
        return [*_means(outcome, findings), *lot(outcome, findings), *second]
    return [*_means(outcome, findings), *_t_test(findings), *second]


def _means(outcome: OutcomeFinding, findings: Findings) -> list[str]:
    """The two stages over clusters."""
    singular, plural = CLUSTERS[findings.pilot.cluster]
    blocks = findings.pilot.block == "school"
    level, level_words = ("\\gamma_{s(j)}", f"the level of its school s of {singular} j") if blocks else ("\\gamma", "a level")
    parts = []
    mean = f"the mean posttest of {singular} *j*"
    if outcome.has_pretest:
        parts += [
            "**The verdict.** It takes two steps. First the slope of the posttest on the pretest is estimated among students "
            f"of the same {singular}. *y*~ij~ and *x*~ij~ are posttest and pretest of student *i* of {singular} *j*, α~j~ is "
            f"the level of the {singular}, β the slope, *e*~ij~ what is left:",
            equation(
                "y_{ij} = \\alpha_j + \\beta\\,x_{ij} + e_{ij}",
                f"The posttest y of student i of {singular} j is the level alpha of the {singular}, plus beta times the pretest "
                "x, plus an error e.",
            ),
            f"Then every {singular} counts once, by its mean posttest brought to the mean pretest of all, with the estimate *b* "
            "of the slope:",
            equation(
                "a_j = \\bar{y}_j - b\\,(\\bar{x}_j - \\bar{x})",
                f"The adjusted mean a of {singular} j is its mean posttest less b times the difference of its mean pretest from "
                "the mean pretest of all.",
            ),
        ]
        mean = "that adjusted mean *a*~j~"
    own = "" if parts else f"**The verdict.** Every {singular} counts once, by {mean}, here called *a*~j~. "
    return [
        *parts,
        f"{own}*T*~j~ is 1 for {plural} with the tool and 0 for the others, and δ is the difference that is sought"
        + (f", among {plural} of the same school (γ~s~ is the level of school *s*):" if blocks else ":"),
        equation(
            f"a_j = {level} + \\delta\\,T_j + u_j",
            f"The mean a of {singular} j is {level_words}, plus delta if it had the tool, plus an error u.",
        ),
    ]


def _t_test(findings: Findings) -> list[str]:
    plural = CLUSTERS[findings.pilot.cluster][1]
    used = f"{plural} less schools less 1" if findings.pilot.block == "school" else f"{plural} less 2"
    return [
        f"It is fitted by least squares, each of the {plural} with the same weight. The standard error is that of the "
        "regression, and the estimate over its standard error is held against Student’s *t* with as many degrees of freedom as "
        f"there are {used}. The number of students changes how exact each mean is, and adds no degree of freedom."
    ]


def _students(outcome: OutcomeFinding, findings: Findings) -> list[str]:
    """Lots drawn for students within classes: the student is the unit."""
    if isinstance(outcome.verdict, Refusal):
        return [f"No model is fitted: {refusal_reason(outcome, findings)}."]
    pretest, said = ("\\beta\\,x_i + ", "beta times the pretest x, plus ") if outcome.has_pretest else ("", "")
    model = [
        "**The verdict.** The lot was drawn for students within classes, so the student is the unit. Posttest *y*~i~ of "
        "student *i* in class *c* is the level α~c~ of the class, the difference δ if the student had the tool (*T*~i~ = 1)"
        + (", β times the pretest *x*~i~" if outcome.has_pretest else "")
        + ", and what is left, *e*~i~:",
        equation(
            f"y_i = \\alpha_{{c(i)}} + \\delta\\,T_i + {pretest}e_i",
            "The posttest y of student i is the level alpha of the class, plus delta if the student had the tool, plus "
            f"{said}an error e.",
        ),
    ]
    if outcome.method.verdict == "randomisation":
        model += lot(outcome, findings)
    else:
        model.append(
            "It is fitted by least squares; the estimate over its standard error is held against Student’s *t* with as many "
            "degrees of freedom as there are students less classes less one for each slope and difference."
        )
    return [
        *model,
        "**The second method**, which must agree, is the same regression with standard errors that allow each student a spread "
        "of his or her own (CR2 with students as clusters) and Satterthwaite degrees of freedom [@pustejovsky2018].",
    ]


def _regression(outcome: OutcomeFinding, findings: Findings) -> list[str]:
    """The second method, which must agree: students regressed, clusters as the units of error."""
    singular, plural = CLUSTERS[findings.pilot.cluster]
    level = "\\gamma_{s(j)}" if findings.pilot.block == "school" else "\\gamma"
    pretest, said = ("\\beta\\,x_{ij} + ", "beta times the pretest x, plus ") if outcome.has_pretest else ("", "")
    return [
        "**The second method**, which must agree, is a regression on students:",
        equation(
            f"y_{{ij}} = {level} + \\delta\\,T_j + {pretest}e_{{ij}}",
            f"The posttest y of student i of {singular} j is a level gamma, plus delta if the {singular} had the tool, plus "
            f"{said}an error e.",
        ),
        *sandwich(singular, plural),
    ]


def _staggered(outcome: OutcomeFinding, findings: Findings) -> list[str]:
    if isinstance(outcome.verdict, Refusal) or outcome.staggered is None:
        return [f"No model is fitted: {refusal_reason(outcome, findings)}."]
    found = outcome.staggered
    tried = "all" if found.tried == found.orders else f"{found.tried:,} drawn at random" if found.tried else "none"
    orders = f" They could have been given in {found.orders:,} orders; {tried} were tried." if found.orders else ""
    return [
        "**The verdict.** The mean ȳ~jt~ of class *j* on day *t* is the level α~j~ of the class, the level τ~t~ of the day, "
        "the difference δ from the class’s own start on (*S*~jt~ = 1), and what is left, *e*~jt~:",
        equation(
            "\\bar{y}_{jt} = \\alpha_j + \\tau_t + \\delta\\,S_{jt} + e_{jt}",
            "The mean y of class j on day t is the level alpha of the class, plus the level tau of the day, plus delta if the "
            "class has started, plus an error e.",
        ),
        "It is fitted by least squares, each class and day with the same weight. Its p comes from giving the starts to the "
        f"classes in every other order *z*: the strength *s* of the difference is reckoned again for each.{orders} The p-value "
        "is the share of orders with a difference at least as strong as under the real one, *z*~0~:",
        equation(
            "p = \\frac{|\\{z \\in Z : |s(z)| \\ge |s(z_0)|\\}|}{|Z|}",
            "p is the number of orders tried whose difference is at least as strong as the real one’s, over the number tried.",
        ),
        "There is no standard error and there are no degrees of freedom. The interval, where there are orders enough for one, "
        "holds every difference that this test would not reject.",
    ]


def _use(outcome: OutcomeFinding, findings: Findings) -> list[str]:
    if isinstance(outcome.verdict, Refusal):
        return [f"No model is fitted: {refusal_reason(outcome, findings)}."]
    pretest, said = ("\\beta\\,x_{ij} + ", "beta times the pretest x, plus ") if outcome.has_pretest else ("", "")
    return [
        "**The verdict.** *U*~ij~ is 1 for a student who used the tool long enough. Every class has a level α~j~ of its own, "
        "so that only students of the same class are compared:",
        equation(
            f"y_{{ij}} = \\alpha_j + \\delta\\,U_{{ij}} + {pretest}e_{{ij}}",
            "The posttest y of student i in class j is the level alpha of the class, plus delta if the student used the tool, "
            f"plus {said}an error e.",
        ),
        *sandwich("class", "classes"),
        "Students chose how much to use the tool, so that δ describes and explains nothing.",
    ]


def _change(outcome: OutcomeFinding, findings: Findings) -> list[str]:
    plural = CLUSTERS[findings.pilot.cluster][1]
    if outcome.change is None:
        return [f"No model is fitted: there is no comparison group, and no change of {plural} to describe."]
    return [
        f"There was no comparison group. Over the *J* {plural}, the mean change from mean pretest x̄~j~ to mean posttest ȳ~j~ "
        "is described, and no model can say what it is due to:",
        equation(
            "\\bar{d} = \\frac{1}{J} \\sum_j (\\bar{y}_j - \\bar{x}_j)",
            f"The mean change d is the sum over {plural} of mean posttest less mean pretest, over their number J.",
        ),
        f"Its p is exact: if nothing had changed, the change of each of the {plural} could as well have had the other sign. It "
        "is the share of all ways of turning the signs round that give a mean change at least as large, in either direction "
        "(sign-flip test). The interval holds every change that this test would not reject.",
    ]


DESIGNS: dict[str, Callable[[OutcomeFinding, Findings], list[str]]] = {
    "before and after": _change,
    "clusters compared": _two_arms,
    "clusters randomised": _two_arms,
    "students randomised": _students,
    "staggered starts": _staggered,
    "starts chosen": _staggered,
    "use compared": _use,
}
