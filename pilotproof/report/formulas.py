"""Formulas that several models share, in TeX for the eye and in words for whoever cannot see them."""

from __future__ import annotations

from pilotproof.findings import Findings, MethodResult, OutcomeFinding
from pilotproof.report import format as fmt
from pilotproof.report.words import CLUSTERS

MOST_WRITTEN_OUT = 10**9


def equation(tex: str, words: str) -> str:
    """A formula by itself, which page.lua sets in every format. A PDF must say each formula in words.

    No roots: a browser without a font for formulas draws them too small.
    """
    return f'``` {{.equation alt="{words}"}}\n{tex}\n```'


def lot(outcome: OutcomeFinding, findings: Findings) -> list[str]:
    """The re-assignments that give the p of the verdict."""
    plural = CLUSTERS[findings.pilot.cluster][1]
    if outcome.method.design == "students randomised":
        plural = "students"
    verdict = outcome.verdict
    within = ""
    if findings.pilot.block == "school":
        within = ", in each school"
    elif outcome.method.design == "students randomised":
        within = ", in each class"
    ways = ""
    if isinstance(verdict, MethodResult) and verdict.assignments is not None and verdict.tried is not None:
        drawn = f"of which {verdict.tried:,} were tried, drawn at random, the real one among them"
        tried = "all of which were tried" if verdict.tried == verdict.assignments else drawn
        count = f"{verdict.assignments:,}" if verdict.assignments < MOST_WRITTEN_OUT else "more than a billion"
        ways = f" There are {count} of them, {tried}."
    return [
        "Its p comes from the lot itself. *Z* holds every way *z* in which the lot could have given the tool to as many "
        f"{plural} as it did{within}.{ways} For each, the strength of the difference is reckoned again; *M* takes out what the "
        "model holds beside the arm:",
        equation(
            "s(z) = \\frac{z' M a}{(z' M z)^{1/2}}",
            f"The strength s of assignment z is z transposed times M times the means a of the {plural}, over the square root of "
            "z transposed times M times z.",
        ),
        "The p-value is the share of assignments with a difference at least as strong, in either direction, as the real one, "
        "*z*~0~:",
        equation(
            "p = \\frac{|\\{z \\in Z : |s(z)| \\ge |s(z_0)|\\}|}{|Z|}",
            "p is the number of assignments tried whose strength is at least that of the real one, over the number tried.",
        ),
        "The interval holds every difference that this test would not reject. There is no standard error and there are no "
        "degrees of freedom: nothing is assumed of how scores are distributed.",
    ]


def sandwich(singular: str, plural: str) -> list[str]:
    """CR2 with Satterthwaite degrees of freedom."""
    return [
        f"Errors *e* of one {singular} may go together in any way. The variance of the coefficients is estimated from the "
        f"residuals *r*~j~ of each {singular}, blown up by *A*~j~ for what the model took of them (CR2: bias-reduced, "
        f"cluster-robust) [@pustejovsky2018]; *X* holds the columns of the model and *X*~j~ their rows of {singular} *j*:",
        equation(
            "V = B \\left( \\sum_j X_j' A_j r_j r_j' A_j X_j \\right) B",
            f"V is B times the sum over {plural} of X j transposed, A j, r j, r j transposed, A j, X j, times B.",
        ),
        equation(
            "B = (X'X)^{-1}, \\quad A_j = (I - X_j B X_j')^{-1/2}",
            "B is the inverse of X transposed times X, and A j the inverse square root of the identity less X j times B times "
            "X j transposed.",
        ),
        "The degrees of freedom are Satterthwaite’s, from the matrix Ω of which the variance is the quadratic form; they are "
        f"fewer than {plural} when these are few or differ in size:",
        equation(
            "\\nu = \\frac{(\\mathrm{tr}\\,\\Omega)^2}{\\mathrm{tr}\\,\\Omega^2}",
            "The degrees of freedom nu are the square of the trace of Omega over the trace of Omega squared.",
        ),
    ]


def effect() -> list[str]:
    """Hedges’ g and the standard deviation that it is in."""
    return [
        "**In standard deviations.** Hedges’ *g* is the difference *d* over the pooled standard deviation *S* of students’ "
        "posttest scores, with a correction ω for *N* students in all; *n* and *s* are numbers and standard deviations of each "
        "arm:",
        equation(
            "g = \\omega\\,\\frac{d}{S}, \\quad \\omega = 1 - \\frac{3}{4N - 9}",
            "g is omega times d over S; omega is one less three over four N less nine.",
        ),
        equation(
            "S^2 = \\frac{(n_T - 1)\\,s_T^2 + (n_C - 1)\\,s_C^2}{n_T + n_C - 2}",
            "S squared is: n less one times the variance of each arm, added up, over the number of students less two.",
        ),
        "Its standard error and interval are those of the difference on the same scale, so that both say the same of chance.",
    ]


def mdes(outcome: OutcomeFinding, findings: Findings) -> list[str]:
    """The smallest effect that the design finds."""
    if outcome.unit_of_inference == "student":
        return _mdes_of_students()
    plural = CLUSTERS[findings.pilot.cluster][1]
    spent = "schools less 1" if findings.pilot.block == "school" else "2"
    return [
        f"**What the design can find.** With *J* {plural} of *n* students on average, a part *P* of them with the tool, a part "
        f"ρ of the variance between {plural} ({fmt.percent(findings.pilot.class_icc)} is assumed), and parts *R*~B~² and "
        f"*R*~W~² of the variance between {plural} and among students of the same one explained by the pretest, the smallest "
        "true difference found with 80% power at 5% is [@dong2013]:",
        equation(
            "\\mathrm{MDES} = k\\,E, \\quad E^2 = \\frac{\\rho\\,(1 - R_B^2) + (1 - \\rho)(1 - R_W^2) / n}{P(1 - P)\\,J}",
            "MDES is k times E; E squared is: rho times one less R squared between, plus one less rho times one less R squared "
            "within over n, all of it over P times one less P times J.",
        ),
        _multiplier(f"{plural} less {spent}"),
    ]


def _mdes_of_students() -> list[str]:
    return [
        "**What the design can find.** With *N* students, a part *P* of them with the tool, and a part *R*² of the variance "
        "explained by class and pretest, the smallest true difference found with 80% power at 5% is [@dong2013]:",
        equation(
            "\\mathrm{MDES} = k\\,E, \\quad E^2 = \\frac{1 - R^2}{P(1 - P)\\,N}",
            "MDES is k times E; E squared is one less R squared, over P times one less P times N.",
        ),
        _multiplier("students less two for each class and one for the pretest"),
    ]


def _multiplier(df: str) -> str:
    return f"*k* is the sum of the percentiles 97.5 and 80 of Student’s *t* with as many degrees of freedom as {df}."
