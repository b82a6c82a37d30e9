"""PDF and HTML say the same numbers, and those are the numbers of findings.json at the rounding that is printed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.expected_rows import between, df, p, rounded, rows_of
from tests.pipeline.page_numbers import disagreements, numbers, tables_of, text_of_pdf


@pytest.fixture(scope="module")
def findings(made: Path) -> dict[str, Any]:
    return json.loads((made / "data/processed/nearpod/findings.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def report(made: Path) -> Path:
    return made / "reports/nearpod/nearpod"


def test_both_pages_say_what_the_findings_say(report, findings):
    assert disagreements(report, findings) == []


def test_every_kind_of_result_is_looked_at(findings):
    names = {name for name, _ in rows_of(findings)}
    assert names == {
        "tbl-full-groups",
        "tbl-full-difference",
        "tbl-full-effect",
        "tbl-methods-mathematics",
        "tbl-coefficients-mathematics",
        "tbl-change-ttis",
        "tbl-level-tam",
        "tbl-on-task-class-scan",
        "tbl-adoption",
    }


@pytest.mark.parametrize("path", [("effect", "estimate"), ("verdict", "p_value"), ("treated", "sd_pretest"), ("mdes_sd",)])
def test_a_number_that_is_not_on_the_page_is_noticed(report, findings, path):
    changed = json.loads(json.dumps(findings))
    place = changed["outcomes"][0]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = 77.7777
    assert disagreements(report, changed)


def test_a_number_that_only_one_page_has_is_noticed(report, findings, tmp_path):
    for form in ("pdf", "html"):
        shutil.copyfile(report.with_suffix(f".{form}"), tmp_path / f"x.{form}")
    page = tmp_path / "x.html"
    page.write_text(page.read_text(encoding="utf-8").replace("</main>", "<p>8,765.4</p></main>"), encoding="utf-8")
    assert disagreements(tmp_path / "x", findings) == ["only in the HTML: 8,765.4, 1 times"]


def test_numbers_are_read_with_sign_thousands_and_percent_sign_and_hashes_are_none():
    text = "−4.45 to 6.83; 1,191 rows, 78%, +0.10 (p = 0.644). 3500cd5f4d7d T1 9f"
    assert set(numbers(text)) == {"−4.45", "6.83", "1,191", "78%", "+0.10", "0.644"}


def test_the_test_rounds_as_it_says():
    assert [rounded(-0.004), rounded(-0.005001), rounded(1234.5, 1), rounded(2.5, 0)] == ["0.00", "−0.01", "1,234.5", "2"]
    assert [p(0.0004), p(0.0496), p(0.6441), p(None)] == ["< 0.001", "0.0496", "0.644", "–"]
    assert [df(9.0), df(12.345), between({"low": -1.0, "high": 2.0})] == ["9.00", "12.3", "−1.00 to 2.00"]


def test_a_heading_is_on_every_page_that_its_table_runs_over(report):
    """The flow and record tables of the demo run over pages; each sheet that goes on with one says its heading again."""
    heading = " ".join(tables_of(report.with_suffix(".html"))["tbl-records"][0])
    assert text_of_pdf(report.with_suffix(".pdf")).count(heading) >= 2
