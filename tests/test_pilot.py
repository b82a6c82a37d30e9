"""params/<pilot>.yaml is read strictly, and every problem is reported at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pilotproof import strict_yaml
from pilotproof.errors import ParamsError, PilotproofError
from pilotproof.instrument import load_instrument
from pilotproof.pilot import ObservationSource, Pilot, load_pilot
from pilotproof.workspace import Workspace

PROJECT = Path(__file__).resolve().parents[1]
PILOTS = Workspace.open(PROJECT).pilots()


def spoil(workspace: Workspace, *changes: tuple[str, str]) -> None:
    path = workspace.params("nearpod")
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"the params file no longer holds {old!r}"
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def message(workspace: Workspace) -> str:
    with pytest.raises(ParamsError) as caught:
        load_pilot("nearpod", workspace)
    return str(caught.value)


@pytest.mark.parametrize("name", PILOTS)
def test_every_params_file_loads(name):
    pilot = load_pilot(name, Workspace.open(PROJECT))
    assert pilot.primary in pilot.outcomes


@pytest.mark.parametrize("path", sorted((PROJECT / "params" / "instruments").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_codebook_loads(path):
    assert load_instrument(path.stem, Workspace.open(PROJECT)).items


def test_the_manual_names_every_key():
    """params/nearpod.yaml promises to hold every key there is."""
    text = (PROJECT / "params" / "nearpod.yaml").read_text(encoding="utf-8")
    missing = [key for key in _keys(Pilot) if f"{key}:" not in text]
    assert missing == []


def _keys(model: type) -> set[str]:
    found = set()
    for name, field in model.model_fields.items():
        found.add(name)
        stack = [field.annotation]
        while stack:
            annotation = stack.pop()
            if hasattr(annotation, "model_fields"):
                found |= _keys(annotation)
            stack.extend(getattr(annotation, "__args__", ()))
    return found


def test_all_problems_are_reported_together_with_their_lines(workspace):
    spoil(
        workspace,
        ("smallest_group: 10", "smalest_group: 10"),
        ("end: 2026-10-09", "end: 10/09/2026"),
        ("assignment: comparison-classes", "assignment: randomized"),
        ("is_primary: true", "is_primary: maybe"),
        ("district: Maple Valley School District", "# district left out"),
    )
    said = message(workspace)
    assert "params/nearpod.yaml cannot be used:" in said
    assert "disclosure.smalest_group: found an unknown key" in said and "Did you mean 'smallest_group'?" in said
    assert "window.end: found '10/09/2026'; expected a date such as 2026-09-14" in said
    assert "design.assignment: found 'randomized'" in said and "'comparison-classes'" in said
    assert "outcomes.1.is_primary: found 'maybe'; expected true or false" in said
    assert "district: found nothing; expected this key" in said
    assert said.count("\n  - ") == 5
    line = next(n for n, text in enumerate(workspace.params("nearpod").read_text().splitlines(), 1) if "smalest" in text)
    assert f"row {line}, disclosure.smalest_group" in said


@pytest.mark.parametrize("path", ["../secret.csv", "/etc/passwd", "sub/../../x.csv", "C:/x.csv", "..\\x.csv"])
def test_a_path_that_leaves_the_raw_folder_is_refused(workspace, path):
    spoil(workspace, ("file: outcomes.csv", f"file: '{path}'"))
    assert "sources.outcomes.file" in message(workspace)
    assert "inside the pilot's own folder" in message(workspace)


def test_the_smallest_group_can_be_raised_but_not_lowered(workspace):
    spoil(workspace, ("smallest_group: 10", "smallest_group: 15"))
    assert load_pilot("nearpod", workspace).disclosure.smallest_group == 15
    spoil(workspace, ("smallest_group: 15", "smallest_group: 9"))
    assert "disclosure.smallest_group: found 9; expected greater than or equal to 10" in message(workspace)


def test_a_key_written_twice_is_refused(workspace):
    spoil(workspace, ("tool: Nearpod ", "tool: Nearpod\ntool: Other "))
    assert "the key 'tool' is written twice" in message(workspace)


def test_aliases_are_refused_because_they_can_grow_without_bound(workspace):
    spoil(workspace, ("tool: Nearpod ", "tool: &a Nearpod\ndistrict: *a #"))
    assert "aliases (*name) are not read" in message(workspace)


def test_a_broken_line_is_named(workspace):
    spoil(workspace, ("design:\n", "design: [\n"))
    assert "YAML" in message(workspace) and "row " in message(workspace)


def test_params_cannot_run_code(workspace):
    spoil(workspace, ("tool: Nearpod ", "tool: !!python/object/apply:os.system ['touch hacked'] "))
    assert "tags (!!name) are not read here" in message(workspace)


def test_two_primary_outcomes_are_refused(workspace):
    spoil(workspace, ("is_primary: true", "is_primary: false"))
    assert "exactly one outcome with is_primary: true (there are 0)" in message(workspace)


def test_one_class_in_both_arms_is_refused(workspace):
    spoil(workspace, ("comparison: [MATH6-07", "comparison: [MATH6-01"))
    assert "each entry in one arm only (in both: MATH6-01)" in message(workspace)


@pytest.mark.parametrize("name", ["nope", "../nearpod", "Nearpod"])
def test_an_unknown_pilot_lists_those_that_exist(workspace, name):
    with pytest.raises(ParamsError, match=r"one of the pilots that exist .*nearpod"):
        load_pilot(name, workspace)


def test_no_pilot_at_all_is_asked_for(workspace):
    with pytest.raises(PilotproofError, match="Say which pilot, for example: make report PILOT=nearpod"):
        workspace.require_pilot("")


def test_another_folder_is_not_a_project(tmp_path):
    with pytest.raises(PilotproofError, match="not a Pilotproof project"):
        Workspace.open(tmp_path)


def test_a_codebook_with_an_item_in_two_subscales_is_refused(workspace):
    path = workspace.instrument("ttis")
    path.write_text(path.read_text().replace("PB1, PB2", "RC1, PB2"), encoding="utf-8")
    with pytest.raises(ParamsError, match=r"each item in one subscale only \(twice: RC1\)"):
        load_instrument("ttis", workspace)


def test_on_and_off_are_words_and_only_true_and_false_are_truth_values(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("codes: {on: on, off: off, no: not-observed}\nfile: o.csv\nprocedure: whole\n", encoding="utf-8")
    source = strict_yaml.read(path, ObservationSource, shown_as="x.yaml")
    assert source.codes == {"on": "on", "off": "off", "no": "not-observed"}


def test_the_confidence_of_intervals_cannot_be_chosen_apart_from_alpha(workspace):
    """An interval of 80% could leave out zero where the text says that chance explains the difference."""
    spoil(workspace, ("  class_icc: 0.20", "  confidence: 0.80\n  class_icc: 0.20"))
    text = message(workspace)
    assert "analysis.confidence" in text and "an unknown key" in text


def test_an_outcome_is_named_in_the_logic_model_only_if_it_is(workspace):
    relevant = ("relevance: student-outcome ", "relevance: named-in-logic-model ")
    spoil(workspace, relevant)  # its label, district mathematics benchmark, is a short-term outcome of the demo
    assert load_pilot("nearpod", workspace).primary.relevance == "named-in-logic-model"
    spoil(
        workspace,
        ("Higher scores on the district mathematics benchmark after", "Higher scores after"),
        ("- name: mathematics", "- name: maths"),
    )
    assert "an evidence.logic_model that names the outcome maths" in message(workspace)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("2026-09-14", "2026-10-10", None),  # the first day of the window itself
        ("2026-09-15", "2026-10-10", "before_until in sources.outcomes not after the window's start (2026-09-14)"),
        ("2026-09-01", "2026-09-14", "after_from in sources.outcomes after the window's start (2026-09-14)"),
    ],
)
def test_a_pretest_lies_before_the_tool(workspace, before, after, expected):
    days = (f"before_until: {before} ", f"after_from: {after} ")
    wide = (
        ("    pretest_column: Pretest ", "    pretest_column: null "),
        ("    posttest_column: Posttest\n", "    posttest_column: null\n"),
    )
    spoil(
        workspace,
        ("    before_until: null              # or by the day of the testing", f"    {days[0]}   # by the day"),
        ("    after_from: null ", f"    {days[1]}"),
        *wide,
    )
    if expected is None:
        assert load_pilot("nearpod", workspace).primary.is_primary
    else:
        assert expected in message(workspace)
