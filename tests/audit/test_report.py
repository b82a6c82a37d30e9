"""A whole run: the audit stands before the page, and no group below a raised limit comes through."""

from __future__ import annotations

import json

import pytest
from pypdf import PdfReader

from tests.pipeline.test_report import run


def test_a_report_that_names_somebody_is_not_made(project):
    params = project / "params/nearpod.yaml"
    params.write_text(params.read_text().replace("The exports come from the simulator.", "The one called S-20015 was ill."))
    done = run(project, "report", "nearpod", "--renderer", "embedded")
    assert done.returncode == 1
    assert "nearpod.pdf (page" in done.stderr and "an identifier of the raw data, of the form A-99999" in done.stderr
    assert "20015" not in done.stderr + done.stdout
    assert not (project / "reports/nearpod/nearpod.pdf").exists()
    assert not (project / "data/processed/nearpod").exists()


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """The demo with a limit of 200 students, so that both of its arms (126 and 104) and all its parts are too small."""
    from tests.conftest import copy_project

    root = copy_project(tmp_path_factory.mktemp("strict") / "project")
    params = root / "params/nearpod.yaml"
    params.write_text(params.read_text().replace("smallest_group: 10 ", "smallest_group: 200 "))
    done = run(root, "report", "nearpod", "--renderer", "embedded")
    assert done.returncode == 0, done.stderr
    return root


def test_a_raised_limit_holds_on_every_page(strict):
    findings = json.loads((strict / "data/processed/nearpod/findings.json").read_text())
    outcome, usage = findings["outcomes"][0], findings["usage"]
    small = {outcome[arm][key] for arm in ("treated", "comparison") for key in ("assigned", "analysed")}
    small |= {usage[key][part] for key in ("students", "comparison") for part in ("some", "of")} - {0, 1, 120}  # 120 licences
    folder = strict / "reports/nearpod"
    pages = {"pdf": "\n".join(page.extract_text() for page in PdfReader(folder / "nearpod.pdf").pages)}
    pages |= {name: (folder / name).read_text() for name in ("report.qmd", "evidence.json")}
    for name, text in pages.items():
        told = {
            number for number in small if any(sign in text for sign in (f" {number} students", f": {number},", f"| {number} |"))
        }
        assert not told, (name, told)
    means = {f"{outcome[arm]['mean_posttest']:.1f}" for arm in ("treated", "comparison")}
    assert not means & set(pages["pdf"].split())


def test_no_class_is_drawn_under_a_raised_limit(strict):
    assert not (strict / "reports/nearpod/figures/classes-mathematics.svg").exists()
    assert not (strict / "reports/nearpod/figures/dose.svg").exists()
