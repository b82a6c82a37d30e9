"""Every figure: one message, its numbers beside it, words that lie nowhere on each other, nobody to be told from it."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from matplotlib.figure import Figure

from pilotproof.findings import CalendarCell, Findings
from pilotproof.report import all_figures as registry
from pilotproof.report.drawing import apart
from pilotproof.report.figure_data import FigureData
from pilotproof.stats.counts import poisson_rate
from tests.report.conftest import demo_findings
from tests.report.drawn import assert_well_drawn, misplaced

PROJECT = Path(__file__).resolve().parents[2]
DRAWN = re.compile(r'!\[\*\*(.+?)\*\*(.*?)\]\(figures/([\w-]+)\.svg\)\{#fig-([\w-]+) fig-alt="([^"]+)" width=100%\}')
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> SimpleNamespace:
    """The figures of the demo, in a folder, and what their blocks say."""
    folder = tmp_path_factory.mktemp("figures")
    blocks = assert_well_drawn(demo_findings(), folder)
    said = [match for block in blocks for match in DRAWN.findall(block.markdown)]
    return SimpleNamespace(folder=folder, said=said, blocks=blocks)


def changed(findings: Findings, **outcome: object) -> Findings:
    """The findings with another primary outcome."""
    outcomes = tuple(one.model_copy(update=outcome) if one.is_primary else one for one in findings.outcomes)
    return findings.model_copy(update={"outcomes": outcomes})


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_figure_has_a_message_that_is_heard_too(drawn):
    assert len(drawn.said) == len(list(drawn.folder.glob("*.svg"))) == 17
    for message, _, stem, name, alt in drawn.said:
        assert message.endswith(".") and message.count(". ") == 0, f"{name}: one sentence"
        assert alt.startswith(message.replace("\\", "")) and len(alt) > len(message) + 10, f"{name}: message, then values"
        assert (drawn.folder / f"{stem}.csv").is_file()


def test_each_figure_lies_there_as_drawing_and_table(drawn):
    for svg in drawn.folder.glob("*.svg"):
        assert ET.parse(svg).getroot().tag == f"{SVG}svg"
        rows = rows_of(svg.with_suffix(".csv"))
        assert rows and all(None not in row and None not in row.values() for row in rows), svg.stem


def test_drawings_can_stand_on_one_page(drawn):
    every = [element.get("id") for path in drawn.folder.glob("*.svg") for element in ET.parse(path).getroot().iter()]
    ids = [one for one in every if one is not None]
    assert len(ids) == len(set(ids))
    for path in drawn.folder.glob("*.svg"):
        own = {element.get("id") for element in ET.parse(path).getroot().iter()}
        text = path.read_text(encoding="utf-8")
        assert {*re.findall(r'href="#([^"]+)', text), *re.findall(r"url\(#([^)]+)", text)} <= own, path.stem


def test_values_are_told_where_a_pointer_rests(drawn):
    told = {p.stem: [t.text for t in ET.parse(p).getroot().iter(f"{SVG}title")] for p in drawn.folder.glob("*.svg")}
    assert "district mathematics benchmark +0.10, interval −0.37 to 0.56" in told["effect"]
    assert any("errors in" in words for words in told["calendar"])
    for name in ("classes-mathematics", "on-task", "features", "dose", "errors", "errors-by-week", "power", "picrat"):
        assert told[name], name


@pytest.mark.parametrize("figure", [registry.effect_figure, registry.calendar_figure, registry.flow_figure])
def test_a_second_drawing_has_the_same_bytes(demo, tmp_path, figure):
    for folder in ("one", "other"):
        figure(demo, tmp_path / folder)
    written = list((tmp_path / "one").iterdir())
    assert len(written) == 2
    for path in written:
        assert (tmp_path / "other" / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_notebook_shows_every_figure():
    notebook = nbformat.read(PROJECT / "notebooks/03-report.ipynb", as_version=4)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    called = set(re.findall(r"(\w+_figures?)\(", code))
    inner = {"class_means": "class_figure", "staggered_days": "staggered_figure"}
    assert called == {inner.get(figure.__name__, figure.__name__) for figure in registry.FIGURES}


def test_words_on_each_other_are_seen():
    figure = Figure(figsize=(4, 2))
    axes = figure.subplots()
    axes.text(0.5, 0.5, "one")
    axes.text(0.51, 0.5, "other")
    axes.text(1.2, 0.5, "far out on the right")
    wrong = misplaced(figure)
    assert "on each other: 'one' and 'other'" in wrong and "beyond the edge: 'far out on the right'" in wrong


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=x", "\r\n@x"])
def test_no_cell_of_a_table_is_taken_for_a_formula(tmp_path, text):
    path = FigureData.of([text, "number"], [[text, -1.5], ["plain - text", None]]).write(tmp_path / "x.csv")
    with path.open(encoding="utf-8", newline="") as file:
        header, first, second = csv.reader(file)
    assert header[0] == first[0] == f"'{text.strip()}"
    assert first[1] == "-1.5" and second == ["plain - text", ""]


def test_a_row_that_does_not_fit_its_header_is_refused():
    with pytest.raises(ValueError, match="a row of 1 cells under a header of 2"):
        FigureData.of(["a", "b"], [["x"]])


@pytest.mark.parametrize(
    ("heights", "gap", "expected"),
    [
        ({"a": 0.0, "b": 5.0}, 1.0, {"a": 0.0, "b": 5.0}),
        ({"a": 2.0, "b": 2.0}, 1.0, {"a": 1.5, "b": 2.5}),
        ({"c": 3.0, "a": 1.0, "b": 1.5}, 1.0, {"a": 0.75, "b": 1.75, "c": 3.0}),
        ({"c": 2.0, "a": 1.0, "b": 1.2}, 1.0, {"a": 0.4, "b": 1.4, "c": 2.4}),
    ],
)
def test_labels_move_no_further_than_they_must(heights, gap, expected):
    assert apart(heights, gap) == pytest.approx(expected)


# ---- who can be told from a figure ----


def test_small_classes_are_neither_drawn_nor_in_the_table(demo, tmp_path):
    points = demo.primary.points
    few = points[0].model_copy(update={"students": demo.pilot.smallest_group - 1, "mean_posttest": 12.345})
    blocks = assert_well_drawn(changed(demo, points=(few, *points[1:])), tmp_path)
    assert any("2 classes are not drawn, so that no mean of fewer than 10 students" in block.markdown for block in blocks)
    assert "12.3" not in (tmp_path / "classes-mathematics.csv").read_text() + (tmp_path / "classes-mathematics.svg").read_text()
    assert len(rows_of(tmp_path / "classes-mathematics.csv")) == len(points) - 2, "alone it could be told from the arm's mean"


def test_few_users_of_a_part_are_not_in_the_table(demo, tmp_path):
    features = demo.usage.features
    few = features[0].model_copy(update={"students": 2, "events": 98765})
    usage = demo.usage.model_copy(update={"features": (few, *features[1:])})
    assert_well_drawn(demo.model_copy(update={"usage": usage}), tmp_path)
    assert len(rows_of(tmp_path / "features.csv")) == len(features) - 1
    assert "98765" not in "".join(path.read_text() for path in tmp_path.glob("features.[cs]*v*"))


def test_licences_are_not_drawn_where_they_tell_of_few(demo, tmp_path):
    students = demo.usage.students.model_copy(update={"some": demo.usage.students.of - 2})
    hidden = demo.model_copy(update={"usage": demo.usage.model_copy(update={"students": students})})
    assert registry.licence_figure(demo, tmp_path) is not None
    assert registry.licence_figure(hidden, tmp_path) is None


def test_teachers_are_drawn_only_where_they_agreed(demo, tmp_path):
    surveys = tuple(
        survey.model_copy(update={"subscales": tuple(s.model_copy(update={"teachers": ()}) for s in survey.subscales)})
        for survey in demo.surveys
    )
    assert registry.teacher_figures(demo, tmp_path) is not None
    assert registry.teacher_figures(demo.model_copy(update={"surveys": surveys}), tmp_path) is None
    assert {row["teacher"] for row in rows_of(tmp_path / "teachers-ttis.csv")} == {"T1", "T2", "T3", "T4", "T5"}


# ---- extremes ----


def without_errors(findings: Findings) -> Findings:
    reliability = findings.reliability
    hours = reliability.hours
    weeks = tuple(w.model_copy(update={"errors": 0, "rate": poisson_rate(0, w.hours)}) for w in reliability.weeks)
    update = {
        "errors": 0,
        "rate": poisson_rate(0, hours),
        "weeks": weeks,
        "calendar": tuple(cell.model_copy(update={"errors": 0}) for cell in reliability.calendar),
        "periods": tuple(period.model_copy(update={"errors": 0}) for period in reliability.periods),
        "concentration": None,
        "worst_period": None,
        "trend": None,
    }
    return findings.model_copy(update={"reliability": reliability.model_copy(update=update)})


def a_year_long(findings: Findings) -> Findings:
    """Forty weeks, told by weeks, and thirteen periods with names."""
    mondays = [date.fromordinal(date(2026, 9, 7).toordinal() + 7 * week) for week in range(40)]
    names = [f"Advisory and lunch {letter}" for letter in "ABCDEFGHIJKLM"]
    cells = tuple(
        CalendarCell(day=day, period=name, errors=(n * k) % 11, hours=float(k + 1), lessons=1)
        for n, day in enumerate(mondays)
        for k, name in enumerate(names)
    )
    reliability = findings.reliability
    weeks = tuple(
        reliability.weeks[0].model_copy(update={"monday": day, "errors": n, "hours": 100.0, "rate": poisson_rate(n, 100.0)})
        for n, day in enumerate(mondays)
    )
    periods = tuple(reliability.periods[0].model_copy(update={"period": name}) for name in names)
    update = {"calendar_by": "week", "calendar": cells, "weeks": weeks, "periods": periods}
    return findings.model_copy(update={"reliability": reliability.model_copy(update=update)})


def scores_far_lower(findings: Findings) -> Findings:
    effect = findings.primary.effect
    interval = effect.interval.__class__(low=-1.4, high=-0.9, confidence=0.95)
    return changed(findings, effect=effect.__class__(**{**vars_of(effect), "estimate": -1.15, "interval": interval}))


def test_without_errors_and_without_a_test_no_figure_speaks_of_chance(demo, tmp_path):
    assert "**No error was reported in any period.**" in registry.error_figure(without_errors(demo), tmp_path).markdown
    untested = demo.reliability.model_copy(update={"concentration": None})
    text = registry.error_figure(demo.model_copy(update={"reliability": untested}), tmp_path).markdown
    assert "too few to tell whether they gather" in text and "chance" not in text.casefold()


def vars_of(frozen: object) -> dict[str, object]:
    return {name: getattr(frozen, name) for name in frozen.__dataclass_fields__}


def large_enough(findings: Findings) -> Findings:
    """A little more than is needed, near the end of the curve."""
    plan = findings.primary.next_pilot
    here = plan.sizes[-1]
    return changed(findings, next_pilot=plan.model_copy(update={"units": here.units}), mdes_sd=here.mdes_sd)


def out_of_reach(findings: Findings) -> Findings:
    return changed(findings, units_needed=None)


def almost_large_enough(findings: Findings) -> Findings:
    """Seven of ten classes that are needed: two marks close to each other."""
    plan = findings.primary.next_pilot
    here, needed = plan.sizes[-5], plan.sizes[-3]
    return changed(
        findings, next_pilot=plan.model_copy(update={"units": here.units}), mdes_sd=here.mdes_sd, units_needed=needed.units
    )


def of_students(findings: Findings) -> Findings:
    """Lots drew students one by one."""
    plan = findings.primary.next_pilot
    sizes = tuple(one.model_copy(update={"units": 20 * one.units, "mdes_sd": 9 / (20 * one.units) ** 0.6}) for one in plan.sizes)
    update = {"units": sizes[9].units, "sizes": sizes}
    return changed(
        findings,
        unit_of_inference="student",
        next_pilot=plan.model_copy(update=update),
        mdes_sd=sizes[9].mdes_sd,
        units_needed=sizes[-3].units,
    )


def almost_no_licence_used(findings: Findings) -> Findings:
    usage = findings.usage
    licences = usage.licences.model_copy(update={"used": 12, "dormant": 138})
    return findings.model_copy(update={"usage": usage.model_copy(update={"licences": licences})})


def nothing_but_scores(findings: Findings) -> Findings:
    absent = {"surveys": (), "reliability": None, "lesson_coding": None, "observations": None, "usage": None}
    return findings.model_copy(update=absent)


EXTREMES = (
    without_errors, a_year_long, scores_far_lower, large_enough, out_of_reach, of_students,
    almost_large_enough, almost_no_licence_used,     nothing_but_scores,
)  # fmt: skip


@pytest.mark.parametrize("extreme", EXTREMES, ids=lambda function: function.__name__)
def test_extremes_are_well_drawn_too(demo, tmp_path, extreme):
    assert assert_well_drawn(extreme(demo), tmp_path)


def test_messages_follow_the_findings(demo, tmp_path):
    def said(figure: registry.Figure, findings: Findings = demo) -> str:
        return figure(findings, tmp_path).markdown

    assert "**230 of 264 students, in 11 of 12 classes, are in the analysis.**" in said(registry.flow_figure)
    needed = f"takes about {demo.primary.units_needed} classes, half of them with the tool; this pilot had 11.**"
    assert needed in said(registry.power_figure)
    assert "was large enough to find a difference of 0.20 SD" in said(registry.power_figure, large_enough(demo))
    assert "Not even 2,000 classes would find" in said(registry.power_figure, out_of_reach(demo))
    assert "**30 of 150 licenses lay dormant.**" in said(registry.licence_figure)
    assert "No week of the window had an error" in said(registry.week_figure, without_errors(demo))


def test_a_pilot_of_students_is_planned_in_students(demo, tmp_path):
    drawn = of_students(demo)
    said = registry.power_figure(drawn, tmp_path).markdown
    assert f"takes about {drawn.primary.units_needed:,} students, half of them with the tool; this pilot had" in said
    assert "students_in_both_arms" in (tmp_path / "power.csv").read_text(encoding="utf-8")
