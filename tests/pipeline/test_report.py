"""The main job end to end on the demo pilot: what was put in is found, nothing else changes, pages are whole."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from pypdf import PdfReader

from pilotproof.findings import Findings, read_findings
from pilotproof.report.strands import strands
from pilotproof.report.strings import ENGLISH
from pilotproof.workspace import Workspace
from tests.conftest import copy_project
from tests.golden.update import GOLDEN, without_provenance

FIGURES = 17  # of the demo report
PDF_WORDS = (
    "Recommendation:",
    "ESSA evidence ladder",
    "The five strands at a glance",
    "Did students learn more?",
    "Were students on task?",
    "Was the tool used?",
    "Who was left out, and why",
    "Where it all comes from",
)

FORMATS = ("--formats", "pdf,html,docx")


def run(root: Path, *arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """`pilotproof …` as a user would run it, in `root`."""
    return subprocess.run(
        [sys.executable, "-m", "pilotproof", *arguments],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)} | (env or {}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def findings(made: Path) -> Findings:
    return read_findings(made / "data" / "processed" / "nearpod")


@pytest.fixture(scope="module")
def truth(made: Path) -> dict:
    return json.loads((made / "data/raw/nearpod/truth.json").read_text())


@pytest.fixture(scope="module")
def pdf(made: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(made / "reports/nearpod/nearpod.pdf").pages]


def test_all_outputs_are_there(made):
    report = made / "reports" / "nearpod"
    names = {path.relative_to(report).as_posix() for path in report.rglob("*") if path.is_file()}
    assert {"nearpod.pdf", "nearpod.html", "nearpod.docx", "report.qmd", "evidence.json", "manifest.json"} <= names
    assert {f"notebooks/{stem}.ipynb" for stem in ("01-clean", "02-test", "03-report")} <= names
    left = [path.name for path in (made / "reports").iterdir() if "partial" in path.name]
    assert left == []


def test_cleaning_leaves_exactly_what_the_simulator_says(findings, truth):
    left = truth["outcomes"]["left_after_cleaning"]
    primary = findings.primary
    assert primary.treated.analysed == left["students"]["treated"]
    assert primary.comparison.analysed == left["students"]["comparison"]
    assert primary.treated.clusters_analysed == left["classes"]["treated"]
    assert primary.comparison.clusters_analysed == left["classes"]["comparison"]
    surveys = {survey.name: survey for survey in findings.surveys}
    assert surveys["ttis"].paired == truth["teacher_survey"]["left_after_cleaning"]["teachers_with_both_waves"]
    answered = truth["acceptance_survey"]["left_after_cleaning"]
    assert surveys["tam"].answered_after == surveys["buy_in"].answered_after == answered["teachers"]
    assert surveys["buy_in"].subscales[0].target.buy_in.agree == answered["favourable"]
    assert findings.reliability.errors == truth["error_log"]["left_after_cleaning"]["errors"]


def test_every_row_is_kept_or_left_out_by_a_rule(findings):
    tables = {step.table for step in findings.flow}
    of_files = {"score rows", "survey responses", "lessons", "error reports", "events of use", "observed intervals"} | {
        "coded lessons"
    }
    of_more = {f"{kind} {survey}" for kind in ("survey responses", "teachers") for survey in ("tam", "buy_in")}
    assert of_files | of_more | {"mathematics", "teachers"} == tables
    for table in tables:
        steps = [step for step in findings.flow if step.table == table]
        start = sum(step.remaining for step in steps if step.step == 0)
        last = max(step.step for step in steps)
        end = sum(step.remaining for step in steps if step.step == last)
        assert start == end + sum(step.removed for step in steps)


def test_every_record_of_every_file_is_accounted_for(findings, truth):
    records = {file.file: file.rows for file in findings.provenance.inputs}
    for file, rows in records.items():
        counted = [count.records for count in findings.account if count.file == f"data/raw/nearpod/{file}"]
        assert sum(counted) == rows, file


def test_the_true_effect_lies_in_the_interval(findings, truth):
    points = truth["outcomes"]["true_effect"]["points"]
    assert findings.primary.verdict.interval.low <= points <= findings.primary.verdict.interval.high
    assert findings.primary.second.interval.low <= points <= findings.primary.second.interval.high


def test_true_teacher_changes_lie_in_their_intervals(findings):
    # true change .3 (0 for support and access); 95 % intervals of six areas, at most one may miss
    true = {"support_access": 0.0}
    missed = [
        s.name
        for s in findings.surveys[0].changed
        if not s.change.interval.low <= true.get(s.name, 0.3) <= s.change.interval.high
    ]
    assert len(missed) <= 1


def test_the_true_change_on_task_lies_in_its_interval_and_every_user_is_counted(findings, truth):
    treated, comparison = findings.observations.procedures[0].changes
    assert treated.change.interval.low <= truth["truth"]["on_task_change"] <= treated.change.interval.high
    assert comparison.change.interval.low <= 0 <= comparison.change.interval.high
    usage = findings.usage
    assert usage.students.some + usage.others == truth["usage"]["students"]
    assert usage.comparison.some == truth["usage"]["comparison_students"]


def test_the_planted_fault_is_found(findings, truth):
    assert findings.reliability.worst_period == str(truth["truth"]["hot_period"])
    assert findings.reliability.concentration.p_value < 0.01
    assert not findings.reliability.recurrence.is_daily


def test_the_claim_is_an_honest_one(findings):
    assert findings.tier.tier == 4
    assert {gate.name for gate in findings.tier.closed(3)} == {"significant"}
    assert findings.primary.claim == "association"
    assert findings.decision.choice == "adjust"


def test_the_pdf_has_every_section_and_no_loose_end(pdf, findings):
    text = " ".join(" ".join(pdf).split())
    assert "We cannot tell from this pilot whether Nearpod changed scores" in " ".join(pdf[0].split())
    for words in PDF_WORDS:
        assert words in text
    assert "?@" not in text and "@tbl-" not in text and "@fig-" not in text and "{{<" not in text
    assert "p = 0.000" not in text and "nan" not in text.lower().split()
    assert f"Page {len(pdf)} of {len(pdf)}" in text


def test_page_one_alone_is_sufficient(pdf, findings):
    first = " ".join(pdf[0].split())
    for words in ("Nearpod in grade 6 mathematics", "Maple Valley", "September 14 to October 9, 2026", "October 16, 2026"):
        assert words in first
    for words in ("Recommendation:", "Tier 1: strong", "350 are needed", "2 districts are needed", "all 3 passed"):
        assert words in first
    assert first.count("supported") >= 4
    for strand in strands(findings):
        for words in (ENGLISH.say(f"strand.{strand.name}"), strand.value, strand.measured, strand.may, strand.never):
            assert " ".join(words.split()) in first
    assert (
        first.index("Recommendation:") < first.index("Tier 1") < first.index("Learning") < first.index("SD, standard deviation")
    )


def test_simulated_data_are_marked_on_every_page(pdf, made):
    assert all("Simulated data: not a real pilot" in page for page in pdf)
    assert "Simulated data: not a real pilot" in (made / "reports/nearpod/nearpod.html").read_text()


def test_the_pdf_is_us_letter_tagged_and_titled(made):
    reader = PdfReader(made / "reports/nearpod/nearpod.pdf")
    assert (float(reader.pages[0].mediabox.width), float(reader.pages[0].mediabox.height)) == (612, 792)  # 8.5 x 11 in
    assert reader.metadata.title == "Nearpod in grade 6 mathematics"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"].startswith("en")


class Page(HTMLParser):
    """Collects what an HTML page loads, and its images' alternative texts."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.alts: list[str | None] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.scripts += tag == "script"
        if tag == "img":
            self.alts.append(values.get("alt"))
        if tag == "svg" and values.get("role") == "img":
            self.alts.append(values.get("aria-label"))
        if tag in {"img", "script", "link", "iframe"}:
            self.loads += [values[name] for name in ("src", "href") if values.get(name)]


def test_the_html_page_is_one_file_with_alt_texts(made):
    page = Page()
    page.feed((made / "reports/nearpod/nearpod.html").read_text(encoding="utf-8"))
    assert page.scripts == 0
    assert all(target.startswith("data:") for target in page.loads)
    assert len(page.alts) == FIGURES and all(page.alts)


def test_every_number_of_the_contrast_on_the_page_comes_from_findings(pdf, findings):
    text = " ".join(" ".join(pdf).split())
    contrast = findings.primary.verdict
    assert f"{contrast.estimate:+.2f}" in text
    assert f"{contrast.p_value:.3f}" in text
    assert f"{findings.reliability.rate.estimate:.2f}" in text


def test_evidence_is_public_and_complete(made, findings):
    evidence = json.loads((made / "reports/nearpod/evidence.json").read_text())
    assert evidence["tier"]["tier"] == 4 and evidence["pilot"]["is_simulated"] is True
    outcome = evidence["outcomes"][0]
    verdict = next(contrast for contrast in outcome["contrasts"] if contrast["role"] == "verdict")
    assert verdict["p_value"] == findings.primary.verdict.p_value
    assert "points" not in outcome, "means of single classes stay out of the public file"
    assert not re.search(r"S-\d{5}|T-1\d{3}", json.dumps(evidence))


def test_no_student_id_reaches_a_page_or_an_executed_notebook(made):
    for path in (made / "reports/nearpod").rglob("*"):
        if path.suffix in {".html", ".qmd", ".json", ".ipynb", ".svg"}:
            assert not re.search(r"\bS-\d{5}\b", path.read_text(encoding="utf-8")), path.name


def test_executed_notebooks_hold_no_path_of_this_machine(made):
    for path in (made / "reports/nearpod/notebooks").glob("*.ipynb"):
        assert str(made) not in path.read_text(encoding="utf-8"), path.name


def test_figures_are_valid_svg(made):
    figures = list((made / "reports/nearpod/figures").glob("*.svg"))
    assert len(figures) == FIGURES
    for figure in figures:
        assert ET.parse(figure).getroot().tag.endswith("svg")


def test_values_of_the_figures_stand_in_the_page(made):
    """A browser shows titles of marks only for a drawing in the page itself."""
    html = (made / "reports/nearpod/nearpod.html").read_text(encoding="utf-8")
    drawings = re.findall(r'<svg role="img" aria-label="[^"]{40,}".*?</svg>', html, flags=re.DOTALL)
    assert len(drawings) >= 12 and all("<title>" in drawing and "<image" not in drawing for drawing in drawings)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_a_second_run_says_that_nothing_has_changed(made):
    before = (made / "reports/nearpod/nearpod.pdf").stat().st_mtime_ns
    done = run(made, "report", "nearpod", "--renderer", "embedded", *FORMATS)
    assert done.returncode == 0 and "nothing has changed" in done.stdout
    assert (made / "reports/nearpod/nearpod.pdf").stat().st_mtime_ns == before


def test_from_scratch_elsewhere_the_bytes_are_the_same(made, tmp_path):
    other = copy_project(tmp_path / "elsewhere" / "with a space")
    done = run(other, "report", "nearpod", "--renderer", "embedded", *FORMATS)
    assert done.returncode == 0, done.stderr
    for name in ("nearpod.pdf", "nearpod.html", "nearpod.docx", "report.qmd", "evidence.json"):
        assert (other / "reports/nearpod" / name).read_bytes() == (made / "reports/nearpod" / name).read_bytes(), name
    processed = "data/processed/nearpod"
    for path in (made / processed).iterdir():
        assert path.read_bytes() == (other / processed / path.name).read_bytes(), path.name


def test_a_damaged_output_is_made_again(made, tmp_path):
    root = shutil.copytree(made, tmp_path / "copy")
    good = (root / "reports/nearpod/nearpod.pdf").read_bytes()
    (root / "reports/nearpod/nearpod.pdf").write_bytes(b"damaged")
    assert run(root, "report", "nearpod", "--renderer", "embedded", *FORMATS).returncode == 0
    assert (root / "reports/nearpod/nearpod.pdf").read_bytes() == good


def test_clean_deletes_what_can_be_made_again_and_nothing_else(made, tmp_path):
    root = shutil.copytree(made, tmp_path / "copy")
    done = run(root, "clean")
    assert done.returncode == 0 and "deleted reports/nearpod" in done.stdout
    assert not (root / "reports/nearpod").exists() and not (root / "data/processed/nearpod").exists()
    assert (root / "data/raw/nearpod/outcomes.csv").is_file() and (root / "reports/_template").is_dir()


def test_findings_are_the_golden_ones(made):
    """Numbers to nine digits, words exactly; `make golden` changes them, and the change is read before it is committed."""
    found = flat(without_provenance(made / "data/processed/nearpod/findings.json"))
    golden = flat(json.loads(GOLDEN.read_text(encoding="utf-8")))
    numbers = {path for path, leaf in golden.items() if isinstance(leaf, float)}
    assert {path: found.pop(path) for path in numbers} == pytest.approx(
        {path: golden.pop(path) for path in numbers}, rel=1e-9, abs=1e-12
    )
    assert found == golden


def flat(content: object, path: str = "") -> dict[str, object]:
    """Nested findings as one dictionary of leaves."""
    if isinstance(content, dict):
        return {key: leaf for name, part in content.items() for key, leaf in flat(part, f"{path}.{name}").items()}
    if isinstance(content, list):
        return {key: leaf for i, part in enumerate(content) for key, leaf in flat(part, f"{path}[{i}]").items()}
    return {path: content}


def test_each_notebook_runs_by_itself_as_in_jupyterlab(project, monkeypatch):
    monkeypatch.setenv("PILOTPROOF_PILOT", "nearpod")
    monkeypatch.setenv("PYTHONPATH", str(project))
    for stem in ("01-clean", "02-test", "03-report"):
        notebook = nbformat.read(project / "notebooks" / f"{stem}.ipynb", as_version=4)
        NotebookClient(notebook, resources={"metadata": {"path": project / "notebooks"}}).execute()
    assert (project / "data/processed/nearpod/findings.json").is_file()
    assert (project / "reports/nearpod/figures/effect.svg").is_file()
    previews = [output.data for cell in notebook.cells for output in cell.get("outputs", []) if "text/html" in output.data]
    assert len(previews) == FIGURES - 1, "figures are shown in JupyterLab too; two of the answers stand in one cell"


def test_the_workspace_knows_its_pilots(made):
    assert "nearpod" in Workspace.open(made).pilots()
