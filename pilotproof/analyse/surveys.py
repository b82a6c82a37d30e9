"""The teacher surveys: change over the teachers who answered twice, level after the pilot, reliability of the scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pilotproof.analyse.basis import basis_of
from pilotproof.evidence.profile import ALPHA, CONFIDENCE
from pilotproof.findings import (
    AlphaRefusal,
    Basis,
    ItemFinding,
    NoChange,
    QualityFinding,
    QuoteFinding,
    SubscaleFinding,
    SurveyFinding,
    SurveyWave,
    TargetFinding,
    TeacherLine,
)
from pilotproof.instrument import Instrument, Subscale
from pilotproof.pilot import Pilot, TeacherSurveySource
from pilotproof.stats.counts import proportion_interval
from pilotproof.stats.multiplicity import within_domains
from pilotproof.stats.paired import PairedChange, paired_change
from pilotproof.stats.power import mdes_paired
from pilotproof.stats.scale_level import ScaleLevel, scale_level
from pilotproof.stats.scales import Alpha, Omega, OmegaRefusal, buy_in, cronbach_alpha, item_distribution, omega_total
from pilotproof.stats.sign_flip import least_sign_flip_p

FEWEST_TEACHERS = 3  # of two, each could tell from a mean what the other one answered
FEWEST_FOR_ITEMS = 5  # answers to a single item are closer to a person than a mean of several

METHODS = {
    "change": "change of each subscale: exact sign-flip test over teachers, adjusted over subscales (Benjamini-Hochberg); level",
    "after": "level of each subscale after the pilot: exact test over teachers, adjusted over subscales; t interval; exact share",
    "target": "share of favourable teachers after the pilot with its Clopper-Pearson interval, against the target",
}


@dataclass(frozen=True, slots=True)
class _Survey:
    """One survey with its rows of the tidy tables."""

    source: TeacherSurveySource
    codebook: Instrument
    scales: pd.DataFrame
    items: pd.DataFrame
    quality: pd.DataFrame
    confidence: float


def analyse_surveys(
    pilot: Pilot,
    codebooks: Sequence[Instrument],
    *,
    flow: pd.DataFrame,
    teacher_scales: pd.DataFrame | None,
    survey_items: pd.DataFrame | None,
    survey_quality: pd.DataFrame | None,
    survey_quotes: pd.DataFrame | None = None,
) -> tuple[SurveyFinding, ...]:
    """The finding on each survey of the pilot, the main one first; none without surveys.

    codebooks : of the surveys, in their order
    flow, teacher_scales, survey_items, survey_quality, survey_quotes : tidy tables of all surveys together
    """
    if teacher_scales is None or survey_items is None or survey_quality is None:
        return ()
    tables = {"teacher_scales": teacher_scales, "survey_items": survey_items, "survey_quality": survey_quality}
    found = []
    for source, codebook in zip(pilot.sources.surveys.values(), codebooks, strict=True):
        rows = [table[table["instrument"] == source.instrument] for table in tables.values()]
        survey = _Survey(source, codebook, *rows, CONFIDENCE)
        is_known = pilot.sources.roster is not None and source.respondent_column is not None
        asked = _asked(flow, "" if not found else f" {source.instrument}") if is_known else None
        found.append(_finding(survey, asked, tables).model_copy(update={"quotes": _quotes(survey_quotes, source.instrument)}))
    return tuple(found)


def _quotes(quotes: pd.DataFrame | None, instrument: str) -> tuple[QuoteFinding, ...]:
    if quotes is None:
        return ()
    listed = quotes[quotes["instrument"] == instrument].drop(columns="instrument")
    return tuple(QuoteFinding(**row) for row in listed.to_dict("records"))


def _asked(flow: pd.DataFrame, of_whom: str) -> int:
    return int(flow.query("table == @of_whom and step == 0", local_dict={"of_whom": f"teachers{of_whom}"})["remaining"].sum())


def _finding(survey: _Survey, asked: int | None, tables: Mapping[str, pd.DataFrame]) -> SurveyFinding:
    codebook, scales = survey.codebook, survey.scales
    paired = int(scales.loc[scales["is_paired"], "teacher_id"].nunique())
    no_change = _no_change(survey, paired)
    answered = scales[scales["items_answered"] > 0].groupby("wave")["teacher_id"].nunique()
    return SurveyFinding(
        name=survey.source.instrument,
        strand=codebook.tells_of,
        instrument=codebook.title,
        low=codebook.low,
        high=codebook.high,
        ends=_ends(codebook),
        target_share=codebook.target_share,
        is_retrospective=bool(survey.source.items_before),
        asked=asked,
        waves=tuple(SurveyWave(wave=wave, answered=int(answered.get(wave, 0))) for wave in survey.source.waves),
        paired=paired,
        no_change=no_change,
        least_attainable_p=None if no_change else least_sign_flip_p(paired),
        mdes_d=None if no_change else mdes_paired(paired),
        subscales=_among(
            [_subscale(survey, subscale, has_change=no_change is None) for subscale in codebook.subscales], codebook
        ),
        published_in=codebook.published_in,
        quality=tuple(
            QualityFinding(**row) for row in survey.quality.drop(columns="instrument").to_dict("records") if row["looked_at"]
        ),
        basis=_basis(codebook, no_change, tables),
    )


def _ends(codebook: Instrument) -> tuple[str, str] | None:
    lowest, highest = codebook.anchors.get(codebook.low), codebook.anchors.get(codebook.high)
    return None if lowest is None or highest is None else (lowest, highest)


def _no_change(survey: _Survey, paired: int) -> NoChange | None:
    if len(survey.source.waves) == 1:
        return "held once"
    if survey.codebook.report == "after":
        return "before the tool was used it measures expectations"
    return "fewer than three teachers answered both times" if paired < FEWEST_TEACHERS else None


def _basis(codebook: Instrument, no_change: NoChange | None, tables: Mapping[str, pd.DataFrame]) -> Basis:
    kind = "target" if codebook.target_share is not None else "change" if no_change is None else "after"
    rule = f"no change is given: {no_change}" if no_change else "held before and after, and answers are matched by teacher"
    return basis_of(METHODS[kind], rule=rule, **tables)


def _subscale(survey: _Survey, subscale: Subscale, *, has_change: bool) -> SubscaleFinding:
    scales = survey.scales[survey.scales["subscale"] == subscale.name]
    items = survey.items[survey.items["subscale"] == subscale.name]
    after = scales.loc[scales["wave"] == "after", "scale_score"].dropna().to_numpy()
    alpha, omega = _consistency(survey, subscale, items)
    return SubscaleFinding(
        name=subscale.name,
        label=subscale.label,
        meaning=subscale.meaning,
        is_tool_outcome=subscale.is_tool_outcome,
        change=_change(scales, survey.confidence) if has_change else None,
        teachers=_lines(scales, _labels(survey.scales)) if has_change and _all_agreed(survey) else (),
        level=_level(survey, after),
        target=_target(survey, after),
        among=None,
        before=_answers(survey, items, "before"),
        after=_answers(survey, items, "after"),
        items=tuple(_item(survey, items[items["item"] == item], item) for item in subscale.items),
        alpha=alpha,
        omega=omega,
        published_alpha=subscale.published_alpha,
    )


def _among(found: Sequence[SubscaleFinding], codebook: Instrument) -> tuple[SubscaleFinding, ...]:
    """Each area with its p among those of the survey: of several areas, one changes by luck sooner than a single one."""
    has_change = any(one.change for one in found)
    tests = {one.name: one.change if has_change else one.level for one in found}
    p_values = {name: test.sign_flip_p for name, test in tests.items() if test is not None}
    if not p_values or (codebook.target_share is not None and not has_change):
        return tuple(found)
    is_primary = {subscale.name: subscale.is_primary for subscale in codebook.subscales}
    one_family = [codebook.title] * len(p_values)
    decisions = within_domains(list(p_values.values()), one_family, [is_primary[name] for name in p_values], alpha=ALPHA)
    decided = dict(zip(p_values, decisions, strict=True))
    return tuple(one.model_copy(update={"among": decided.get(one.name)}) for one in found)


def _change(scales: pd.DataFrame, confidence: float) -> PairedChange | None:
    waves = _paired(scales)
    if len(waves) < FEWEST_TEACHERS:
        return None
    return paired_change(before=waves["before"].to_numpy(), after=waves["after"].to_numpy(), confidence=confidence)


def _paired(scales: pd.DataFrame) -> pd.DataFrame:
    """Scores before and after of one subscale, a row for each teacher with both."""
    waves = scales[scales["is_paired"]].pivot(index="teacher_id", columns="wave", values="scale_score")
    return waves.reindex(columns=["before", "after"]).dropna()


def _all_agreed(survey: _Survey) -> bool:
    """Whether every teacher who answered twice is among those who agreed to be shown."""
    return bool(survey.scales.loc[survey.scales["is_paired"], "has_agreed"].all())


def _labels(scales: pd.DataFrame) -> dict[str, str]:
    """T1, T2 … for the teachers of one survey who answered twice, by their mean score before; ids decide no order."""
    before = scales[scales["is_paired"] & (scales["wave"] == "before")].groupby("teacher_id")["scale_score"].mean()
    after = scales[scales["is_paired"] & (scales["wave"] == "after")].groupby("teacher_id")["scale_score"].mean()
    order = pd.DataFrame({"before": before, "after": after}).sort_values(["before", "after"], kind="stable").index
    return {teacher: f"T{number}" for number, teacher in enumerate(order, start=1)}


def _lines(scales: pd.DataFrame, labels: dict[str, str]) -> tuple[TeacherLine, ...]:
    """Each teacher's own scores of one subscale, where a mean of them is shown too."""
    waves = _paired(scales)
    if len(waves) < FEWEST_TEACHERS:
        return ()
    lines = [TeacherLine(label=labels[row.Index], before=row.before, after=row.after) for row in waves.itertuples()]
    return tuple(sorted(lines, key=lambda line: int(line.label[1:])))


def _level(survey: _Survey, scores: np.ndarray) -> ScaleLevel | None:
    if len(scores) < FEWEST_TEACHERS:
        return None
    return scale_level(scores, low=survey.codebook.low, high=survey.codebook.high, confidence=survey.confidence)


def _target(survey: _Survey, scores: np.ndarray) -> TargetFinding | None:
    codebook, n = survey.codebook, len(scores)
    if codebook.target_share is None or n < FEWEST_TEACHERS:
        return None
    agree = int((scores >= codebook.favourable_from).sum())
    return TargetFinding(
        answers=tuple(text for code, text in sorted(codebook.anchors.items()) if code >= codebook.favourable_from),
        buy_in=buy_in(agree, n, target=codebook.target_share, confidence=survey.confidence),
        lowest_if_all_agree=proportion_interval(n, n, confidence=survey.confidence).low,
    )


def _answers(survey: _Survey, items: pd.DataFrame, wave: str) -> tuple[int, ...] | None:
    given = items[items["wave"] == wave]
    fewest = FEWEST_FOR_ITEMS if given["item"].nunique() == 1 else FEWEST_TEACHERS
    if given["teacher_id"].nunique() < fewest:
        return None
    return item_distribution(given["answer"].to_numpy(), low=survey.codebook.low, high=survey.codebook.high).counts


def _item(survey: _Survey, answers: pd.DataFrame, item: str) -> ItemFinding:
    low, high = survey.codebook.low, survey.codebook.high
    by_wave = {wave: answers.loc[answers["wave"] == wave, "answer"].to_numpy() for wave in ("before", "after")}
    teachers = survey.items.groupby("wave")["teacher_id"].nunique()
    shown = {
        wave: item_distribution(given, low=low, high=high)
        if teachers.get(wave, 0) >= FEWEST_FOR_ITEMS and len(given) >= FEWEST_TEACHERS
        else None
        for wave, given in by_wave.items()
    }
    return ItemFinding(item=item, topic=survey.codebook.topics.get(item), **shown)


def _consistency(
    survey: _Survey, subscale: Subscale, items: pd.DataFrame
) -> tuple[Alpha | AlphaRefusal, Omega | OmegaRefusal | None]:
    """Alpha and omega of the answers after the pilot, by teachers who left out no item of the subscale."""
    after = items[items["wave"] == "after"].pivot(index="teacher_id", columns="item", values="answer")
    answers = after.reindex(columns=list(subscale.items)).dropna().to_numpy(dtype=float)
    respondents, count = answers.shape
    reason = (
        "one item"
        if count == 1
        else "fewer than three teachers"
        if respondents < FEWEST_TEACHERS
        else "answers do not differ"
        if np.ptp(answers.sum(axis=1)) == 0
        else None
    )
    if reason is not None:
        return AlphaRefusal(reason=reason, respondents=respondents, items=count), None
    return cronbach_alpha(answers, confidence=survey.confidence), omega_total(answers)
