"""What the page must print of findings.json, reckoned from its text alone: no word of the report's own formatting is used."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

Found = dict[str, Any]
DASH = "–"


def rounded(value: float | None, digits: int = 2, *, sign: bool = False) -> str:
    """At `digits` decimals, thousands with commas, a true minus; never minus zero."""
    if value is None:
        return DASH
    exact = Decimal(value).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    mark = "" if exact == 0 and value <= 0 else "−" if exact < 0 else "+" if sign and value > 0 else ""
    return f"{mark}{abs(exact):,}"


def p(value: float | None) -> str:
    """Three digits; more only where three would show 0.050 on the wrong side of it."""
    if value is None:
        return DASH
    if value < 0.001:
        return "< 0.001"
    digits = 3
    while (float(rounded(value, digits)) < 0.05) != (value < 0.05):
        digits += 1
    return rounded(value, digits)


def exact(value: float) -> str:
    """A p that follows from counting: four digits that count, one below 0.001, none below a millionth."""
    if value < 1e-6:
        return "< 0.000001"
    return f"{value:.4g}" if value >= 0.001 else f"{Decimal(f'{value:.1g}'):f}"


def df(value: float | None) -> str:
    return DASH if value is None else rounded(value, 2 if value < 10 else 1)


def between(interval: Found | None, digits: int = 2) -> str:
    return DASH if interval is None else f"{rounded(interval['low'], digits)} to {rounded(interval['high'], digits)}"


def percent(share: float) -> str:
    return f"{rounded(share * 100, 0)}%"


def percents(interval: Found | None) -> str:
    return DASH if interval is None else f"{percent(interval['low'])} to {percent(interval['high'])}"


def rows_of(findings: Found) -> Iterator[tuple[str, list[str]]]:
    """The name of a table and cells that stand side by side in one of its rows."""
    least = findings["pilot"]["smallest_group"]
    for outcome in findings["outcomes"]:
        yield from _outcome(outcome, least)
    for survey in findings["surveys"]:
        yield from _survey(survey)
    yield from _observed(findings["observations"], least)
    yield from _used(findings["usage"], least)


def fragments_of(findings: Found) -> Iterator[str]:
    """Pieces of sentences with their numbers."""
    confidence = f"{findings['pilot']['confidence'] * 100:g}% interval"
    for outcome in findings["outcomes"]:
        verdict = outcome["verdict"] or {}
        if outcome["comparison"] is not None and outcome["use"] is None and "p_value" in verdict:
            value = p(verdict["p_value"])
            relation = value if value.startswith("<") else f"= {value}"
            least = verdict["least_attainable_p"]
            floor = "" if least is None else f"smallest possible p {exact(least)}; "
            yield f"({confidence} {between(verdict['interval'], 1)}; {floor}p {relation};"
    found = findings["reliability"]
    if found is not None and found["rate"] is not None:
        lessons = f"{found['lessons']:,} lesson{'' if found['lessons'] == 1 else 's'} ({rounded(found['hours'], 1)} hours of use)"
        yield f"{lessons}, {rounded(found['rate']['estimate'])} per hour ({confidence} {between(found['rate']['interval'])})"


def _outcome(outcome: Found, least: int) -> Iterator[tuple[str, list[str]]]:
    for arm in (outcome["treated"], outcome["comparison"]):
        if arm is not None and arm["analysed"] >= least:
            scores = (arm["mean_pretest"], arm["sd_pretest"], arm["mean_posttest"], arm["sd_posttest"])
            counts = [f"{arm[f'{what}analysed']:,} of {arm[f'{what}assigned']:,}" for what in ("", "clusters_")]
            yield "tbl-full-groups", [*counts, *(rounded(score, 1) for score in scores)]
    verdict = outcome["verdict"]
    if verdict is not None and "p_value" in verdict:
        adjusted = DASH if outcome["among"] is None else p(outcome["among"]["adjusted_p"])
        yield "tbl-full-difference", [*_contrast(verdict), adjusted]
    if (effect := outcome["effect"]) is not None:
        index = rounded(outcome["improvement_index"], 1, sign=True)
        limits = (rounded(outcome["smallest_effect_sd"]), rounded(outcome["mdes_sd"]))
        first = (rounded(effect["estimate"], sign=True), rounded(effect["standard_error"]), between(effect["interval"]))
        yield "tbl-full-effect", [*first, index, *limits]
    name = outcome["name"].replace("_", "-")
    for method in outcome["methods"] if len(outcome["methods"]) > 1 else ():
        if method["refusal"] is None:
            floor = "none" if method["least_attainable_p"] is None else exact(method["least_attainable_p"])
            numbers = _contrast(method)
            yield f"tbl-methods-{name}", [*numbers[:3], floor, *numbers[3:]]
    arms = [arm for arm in (outcome["treated"], outcome["comparison"]) if arm is not None]
    for model in outcome["models"] if min(arm["analysed"] for arm in arms) >= least else ():
        for row in model["rows"]:
            own = [rounded(row["estimate"], sign=True), rounded(row["standard_error"]), df(row["df"]), rounded(row["t"])]
            yield f"tbl-coefficients-{name}", [*own, p(row["p_value"]), between(row["interval"])]


def _contrast(found: Found) -> list[str]:
    first = [rounded(found["estimate"], sign=True), rounded(found["standard_error"]), df(found["df"])]
    return [*first, p(found["p_value"]), between(found["interval"])]


def _survey(survey: Found) -> Iterator[tuple[str, list[str]]]:
    name = survey["name"].replace("_", "-")
    changed = [part for part in survey["subscales"] if part["change"] is not None]
    for part in changed:
        change = part["change"]
        means = (rounded(change["mean_before"]), rounded(change["mean_after"]), rounded(change["mean_change"], sign=True))
        yield f"tbl-change-{name}", [str(change["n"]), *means, between(change["interval"]), exact(change["sign_flip_p"])]
    for part in survey["subscales"] if not changed else ():
        if part["level"] is not None and part["target"] is None:
            level = part["level"]
            yield (
                f"tbl-level-{name}",
                [str(level["n"]), rounded(level["mean"]), between(level["interval"]), exact(level["sign_flip_p"])],
            )


def _observed(observations: Found | None, least: int) -> Iterator[tuple[str, list[str]]]:
    for procedure in observations["procedures"] if observations else ():
        for share in procedure["shares"]:
            if share["students"] >= least:
                name = f"tbl-on-task-{procedure['procedure'].replace('_', '-')}"
                yield name, [percent(share["estimate"]), percents(share["interval"])]


def _used(usage: Found | None, least: int) -> Iterator[tuple[str, list[str]]]:
    if usage is None:
        return
    part = usage["students"]
    if all(side >= least for side in (part["some"], part["of"] - part["some"])):
        yield "tbl-adoption", [f"{part['of']:,}", f"{part['some']:,}", percent(part["share"]), percents(part["interval"])]
    if (teachers := usage["teachers"]) is not None:
        share = [percent(teachers["share"]), percents(teachers["interval"])]
        yield "tbl-adoption", [f"{teachers['of']:,}", f"{teachers['some']:,}", *share]
