"""Teacher surveys: responses to scale scores, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from pilotproof.clean.cleaned import Account, Cleaned
from pilotproof.clean.flow import accounts_of, apply_rules, removed_by
from pilotproof.clean.survey_quality import quality_table, with_flags
from pilotproof.clean.survey_quotes import quotes_of
from pilotproof.clean.survey_responses import BEFORE, Survey, labels, read_responses
from pilotproof.clean.survey_rules import answered_wave, last_of_its_wave, rules_for
from pilotproof.columns import check_table
from pilotproof.errors import DataError, Problem
from pilotproof.instrument import Instrument

LOOKS_LIKE_ADDRESS = r".+@.+\..+"


@dataclass(frozen=True, slots=True)
class _Result:
    """One survey cleaned. rows : every record with its file and row; fate : for each the rule that left it out, or nothing.

    quotes : the comments that the params list, of responses that count; problems : of those that cannot be quoted
    """

    scales: pd.DataFrame
    items: pd.DataFrame
    quality: pd.DataFrame
    flow: pd.DataFrame
    rows: pd.DataFrame
    fate: pd.Series
    quotes: pd.DataFrame
    problems: list[Problem]


def clean_surveys(surveys: Sequence[Survey], *, treated_teachers: set[str] | None) -> Cleaned:
    """Scale scores and answers of the teachers who used the tool, and the flow of responses and teachers.

    surveys : the first is the main one; its tables of the flow are 'survey responses' and 'teachers'
    treated_teachers : staff ids of treated teachers; None when there is no roster, then every respondent counts
    Gives the tables teacher_scales, survey_items, survey_quality and survey_quotes, and an account of each raw file, also of one
    that holds the answers to several instruments.
    Raises DataError for items without a column, unknown waves, answers that the codebook does not have and comments that are not
    there.
    """
    read = [read_responses(survey) for survey in surveys]
    if problems := [problem for _, found in read for problem in found]:
        raise DataError(dict.fromkeys(problems))
    results = [
        _clean(survey, rows, treated_teachers, is_main=survey is surveys[0])
        for survey, (rows, _) in zip(surveys, read, strict=True)
    ]
    if problems := [problem for one in results for problem in one.problems]:
        raise DataError(problems)
    quotes = pd.concat([one.quotes for one in results], ignore_index=True)
    return Cleaned(
        tables={
            "teacher_scales": check_table(pd.concat([one.scales for one in results], ignore_index=True), "teacher_scales"),
            "survey_items": check_table(pd.concat([one.items for one in results], ignore_index=True), "survey_items"),
            "survey_quality": pd.concat([one.quality for one in results], ignore_index=True),
            "survey_quotes": check_table(quotes, "survey_quotes"),
        },
        flow=pd.concat([one.flow for one in results], ignore_index=True),
        accounts=_accounts(surveys, results),
    )


def _clean(survey: Survey, rows: pd.DataFrame, treated_teachers: set[str] | None, *, is_main: bool) -> _Result:
    rows = with_flags(rows, survey)
    if treated_teachers is None or survey.source.respondent_column is None:
        rows["teacher_id"] = _without_addresses(rows["teacher_id"])
        treated_teachers = set(rows.loc[~rows["is_trial"], "teacher_id"]) - {""}
    rows["arm"] = rows["teacher_id"].isin(treated_teachers).map({True: "treated", False: "neither"})
    rows["cluster"] = rows["teacher_id"]
    _require_clear_order(rows, survey)
    rules, names = rules_for(survey.source), ", ".join(dict.fromkeys(t.file.rsplit("/", 1)[-1] for t in survey.tables))
    of_whom = "" if is_main else f" {survey.source.instrument}"
    kept, flow = apply_rules(rows, rules, table=f"survey responses{of_whom}", start=f"Responses in {names}")
    fate = removed_by(rows, rules)
    quotes, problems = quotes_of(survey, rows, fate)
    answers = _by_wave(kept, survey)
    paired, teacher_flow = _match_waves(answers, survey, treated_teachers, table=f"teachers{of_whom}")
    return _Result(
        scales=_score(answers, survey, paired),
        items=_items(answers, survey),
        quality=quality_table(rows, survey),
        flow=pd.concat([flow, teacher_flow], ignore_index=True),
        rows=rows,
        fate=fate,
        quotes=quotes,
        problems=problems,
    )


def _without_addresses(ids: pd.Series) -> pd.Series:
    """E-mail addresses as R0001 and so on: where no roster needs them to find the teacher, no table needs them."""
    addresses = sorted(set(ids[ids.str.fullmatch(LOOKS_LIKE_ADDRESS)]))
    return ids.replace(dict(zip(addresses, labels(range(len(addresses))), strict=True))).astype("str")


def _require_clear_order(rows: pd.DataFrame, survey: Survey) -> None:
    """Times that could be month first or day first are a problem where the result depends on them."""
    unclear = rows[rows["is_ambiguous_time"]]
    needed = survey.source.before_until is not None
    rules = [rule for rule in rules_for(survey.source) if rule is not last_of_its_wave]
    counted = unclear[removed_by(unclear, rules) == ""]
    again = counted[counted.duplicated(["teacher_id", "wave"])]
    if unclear.empty or not (needed or len(again)):
        return
    why = "the wave is told by the day" if needed else f"'{again['teacher_id'].iloc[0]}' answered more than once"
    problem = Problem(
        file=unclear["file"].iloc[0],
        row=None if needed else int(again["row"].iloc[0]),
        found=f"times that could be month first or day first, and {why}",
        expected="times that can be read in one way",
        action="Write `time_formats` into the params of the survey: ['%m/%d/%Y %H:%M'] or ['%d/%m/%Y %H:%M'].",
    )
    raise DataError([problem])


def _by_wave(kept: pd.DataFrame, survey: Survey) -> pd.DataFrame:
    """teacher_id, wave and the answers as ticked; a retrospective response gives a row for each wave."""
    items = list(survey.instrument.items)
    answers = kept[["teacher_id", "wave", *items]]
    if not survey.source.items_before:
        return answers
    then = kept[["teacher_id", *(BEFORE + item for item in items)]].set_axis(["teacher_id", *items], axis="columns")
    return pd.concat([then.assign(wave="before"), answers.assign(wave="after")], ignore_index=True)


def _match_waves(
    answers: pd.DataFrame, survey: Survey, treated_teachers: set[str], *, table: str
) -> tuple[set[str], pd.DataFrame]:
    """Teachers with both waves, and the count of those without a wave that the survey has."""
    teachers = pd.DataFrame({"teacher_id": sorted(treated_teachers)}, dtype="str")
    has_answer = answers.drop(columns=["teacher_id", "wave"]).notna().any(axis=1)
    waves = survey.source.waves
    for wave in waves:
        of_wave = answers.loc[has_answer & (answers["wave"] == wave), "teacher_id"]
        teachers[f"answered_{wave}"] = teachers["teacher_id"].isin(of_wave)
    teachers = teachers.assign(arm="treated", cluster=teachers["teacher_id"])
    rules = [partial(answered_wave, wave=wave) for wave in waves]
    left, flow = apply_rules(teachers, rules, table=table, start="Teachers who used the tool")
    return set(left["teacher_id"]) if len(waves) > 1 else set(), flow


def _keyed(answers: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """The answers with reverse-keyed items turned round."""
    keyed = answers[list(instrument.items)].copy()
    for item in instrument.reverse_keyed:
        keyed[item] = instrument.low + instrument.high - keyed[item]
    return keyed


def _score(answers: pd.DataFrame, survey: Survey, paired: set[str]) -> pd.DataFrame:
    """Mean of the answered items of each subscale."""
    keyed, scales = _keyed(answers, survey.instrument), []
    for subscale in survey.instrument.subscales:
        items = keyed[list(subscale.items)]
        count = items.notna().sum(axis=1)
        enough = count >= max(len(subscale.items) - survey.instrument.most_missing_items, 1)
        scales.append(
            answers[["teacher_id", "wave"]].assign(
                subscale=subscale.name,
                items_answered=count.astype("int64"),
                scale_score=items.mean(axis=1).where(enough),
            )
        )
    frame = pd.concat(scales)
    frame.insert(0, "instrument", survey.source.instrument)
    frame["is_paired"] = frame["teacher_id"].isin(paired)
    frame["has_agreed"] = frame["teacher_id"].isin({teacher.strip().upper() for teacher in survey.source.teachers_agreed})
    texts = {"instrument": "str", "teacher_id": "str", "wave": "str", "subscale": "str"}
    return frame.astype(texts).sort_values(["teacher_id", "wave", "subscale"], ignore_index=True)


def _items(answers: pd.DataFrame, survey: Survey) -> pd.DataFrame:
    """One row per answer."""
    instrument = survey.instrument
    items, who = list(instrument.items), ["teacher_id", "wave"]
    given = answers.melt(who, items, var_name="item", value_name="answer_given")
    given["answer"] = _keyed(answers, instrument).melt(value_vars=items)["value"]
    given["subscale"] = given["item"].map({item: scale.name for scale in instrument.subscales for item in scale.items})
    given["instrument"] = survey.source.instrument
    kinds = dict.fromkeys(("instrument", "teacher_id", "wave", "subscale", "item"), "str")
    answered = given.dropna(subset=["answer"]).astype(kinds | {"answer": "int64", "answer_given": "int64"})
    ordered = answered.sort_values(["teacher_id", "wave", "item"], ignore_index=True)
    return ordered[["instrument", "teacher_id", "wave", "subscale", "item", "answer", "answer_given"]]


def _accounts(surveys: Sequence[Survey], results: Sequence[_Result]) -> tuple[Account, ...]:
    """One account for each raw file: a record that any survey keeps is kept, whatever the others say."""
    every = pd.concat([one.rows[["file", "row"]].assign(fate=one.fate) for one in results], ignore_index=True)
    every = every.assign(is_removed=every["fate"] != "").sort_values("is_removed", kind="stable")
    once = every.drop_duplicates(["file", "row"])
    tables = {table.file: table for survey in surveys for table in survey.tables}
    answered = {teacher for one in results for teacher in one.rows["teacher_id"]}
    lists = {survey.staff.table.file: survey.staff for survey in surveys if survey.staff and not survey.staff.is_of_roster}
    return (
        *accounts_of(once["fate"], file=once["file"], tables=tables.values()),
        *(staff.account(answered) for staff in lists.values()),
    )
