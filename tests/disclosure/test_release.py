"""Two releases of one pilot: what differs by few is refused until a person answers for it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from pilotproof.disclosure.release import (
    Release,
    check_against_releases,
    differences,
    published_counts,
    read_releases,
    record_release,
)
from pilotproof.errors import PilotproofError
from pilotproof.pilot import load_pilot
from tests.report.conftest import demo_findings

TODAY = date(2026, 11, 2)


def with_treated(analysed: int):
    findings = demo_findings()
    primary = findings.primary
    changed = primary.model_copy(update={"treated": primary.treated.model_copy(update={"analysed": analysed})})
    others = tuple(changed if outcome.name == primary.name else outcome for outcome in findings.outcomes)
    return findings.model_copy(update={"outcomes": others})


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "releases" / "nearpod.json"
    record_release(demo_findings(), path, today=TODAY)
    return path


def test_what_is_recorded_holds_nothing_small(path):
    counts = read_releases(path)[0].counts
    assert counts["mathematics, treated, analysed"] == demo_findings().primary.treated.analysed
    assert all(count >= 10 for count in counts.values())
    assert "students of the comparison group, with use" not in counts  # fewer than ten


@pytest.mark.parametrize(("change", "is_refused"), [(0, False), (1, True), (-1, True), (9, True), (10, False), (-10, False)])
def test_a_change_by_few_is_refused(path, change, is_refused):
    new = with_treated(demo_findings().primary.treated.analysed + change)
    if not is_refused:
        check_against_releases(new, path, confirmed=None)
        return
    with pytest.raises(PilotproofError, match="differs by few students") as caught:
        check_against_releases(new, path, confirmed=None)
    assert "mathematics, treated, analysed" in str(caught.value) and "2026-11-02" in str(caught.value)


def test_a_person_can_answer_for_it_until_the_next_release(path):
    new = with_treated(demo_findings().primary.treated.analysed + 1)
    check_against_releases(new, path, confirmed="2026-11-02")
    record_release(new, path, today=date(2026, 12, 1))
    newer = with_treated(demo_findings().primary.treated.analysed + 2)
    with pytest.raises(PilotproofError, match="2026-12-01"):
        check_against_releases(newer, path, confirmed="2026-11-02")


def test_every_earlier_release_counts():
    releases = [Release("2026-01-01", {"a": 100}), Release("2026-02-01", {"a": 150})]
    assert [one.released for one in differences({"a": 103}, releases, least=10)] == ["2026-01-01"]
    assert differences({"b": 103}, releases, least=10) == []


def test_the_same_report_given_out_again_is_one_release(path):
    record_release(demo_findings(), path, today=date(2026, 12, 1))
    assert [one.released for one in read_releases(path)] == ["2026-12-01"]


def test_without_a_release_nothing_is_held_against(tmp_path):
    check_against_releases(demo_findings(), tmp_path / "none.json", confirmed=None)


def test_a_damaged_record_is_said(path):
    path.write_text("{}")
    with pytest.raises(PilotproofError, match="no record of releases"):
        read_releases(path)


def test_published_counts_leave_out_small_arms():
    assert "mathematics, treated, analysed" not in published_counts(with_treated(8))


def test_the_params_take_a_confirmation(workspace):
    path = workspace.params("nearpod")
    said = "differences_confirmed: {released: 2026-11-02, by: A. Clerk, because: a class was missing}"
    path.write_text(path.read_text().replace("differences_confirmed: null ", f"{said} "))
    assert load_pilot("nearpod", workspace).disclosure.differences_confirmed.released == TODAY


def test_the_record_is_json_with_sorted_keys(path):
    content = json.loads(path.read_text())
    assert list(content["releases"][0]) == ["counts", "released"]


def test_a_student_who_moved_within_an_arm_is_seen(path):
    """The arms are as before, and the means of two classes tell the score."""
    findings = demo_findings()
    primary = findings.primary
    first, second, *rest = sorted(primary.points, key=lambda one: (one.arm == "comparison", one.students))
    assert first.arm == second.arm
    moved = (
        first.model_copy(update={"students": first.students - 1}),
        second.model_copy(update={"students": second.students + 1}),
        *rest,
    )
    changed = primary.model_copy(update={"points": moved})
    others = tuple(changed if outcome.name == primary.name else outcome for outcome in findings.outcomes)
    with pytest.raises(PilotproofError, match="by size"):
        check_against_releases(findings.model_copy(update={"outcomes": others}), path, confirmed=None)
