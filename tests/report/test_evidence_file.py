"""evidence.json: written, read and described by its schema alike; nothing of a small group is in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotproof.errors import DataError
from pilotproof.findings import AttritionFinding, Findings
from pilotproof.findings.evidence_file import EVIDENCE_VERSION, evidence_schema, read_evidence
from pilotproof.report.evidence_file import evidence_of, write_evidence
from pilotproof.stats.cluster_data import Refusal
from tests.report.conftest import demo_findings

PROJECT = Path(__file__).parents[2]
SCHEMA = json.loads((PROJECT / "docs" / "evidence.schema.json").read_text(encoding="utf-8"))
COUNTS = {"students", "n_treated", "n_comparison"}


def test_the_schema_is_up_to_date():
    assert (PROJECT / "docs" / "evidence.schema.json").read_text(encoding="utf-8") == evidence_schema(), "run `make schema`"


def test_what_is_written_is_read_back_and_fits_the_schema(demo, tmp_path):
    path = write_evidence(demo, tmp_path)
    assert read_evidence(path, shown_as="evidence.json") == evidence_of(demo)
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), SCHEMA)


def test_it_says_what_the_findings_say(demo):
    found, outcome = evidence_of(demo), evidence_of(demo).outcomes[0]
    assert (found.tier, found.decision) == (demo.tier, demo.decision)
    assert outcome.students == demo.primary.treated.analysed + demo.primary.comparison.analysed == 230
    assert outcome.effect.estimate == demo.primary.effect.estimate
    assert outcome.effect.df == 9  # 11 classes - 2 arms
    assert [one.p_value for one in outcome.contrasts] == [one.p_value for one in demo.primary.methods]


def _nested(content: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(content, dict):
        for name, value in content.items():
            yield from _nested(value, name)
    elif isinstance(content, list):
        for value in content:
            yield from _nested(value, key)
    else:
        yield key, content


def with_arms(demo: Findings, treated: int, comparison: int | None, *, by_students: bool) -> Findings:
    """The demo with other numbers of students; `by_students`, they are the units too."""
    outcome = demo.primary
    units = {"clusters_treated": treated, "clusters_comparison": comparison or 0} if by_students else {}
    counts = {"n_treated": treated, "n_comparison": comparison} | units
    lost = AttritionFinding.model_validate(
        {"level": "students", "overall": 0.125, "differential": 0.0625, **_both_verdicts(low=True, distance=0.03125)}
    )
    changed = outcome.model_copy(
        update={
            "treated": outcome.treated.model_copy(update={"analysed": treated}),
            "comparison": None if comparison is None else outcome.comparison.model_copy(update={"analysed": comparison}),
            "methods": tuple(one.model_copy(update=counts) for one in outcome.methods),
            "method": replace(outcome.method, design="students randomised") if by_students else outcome.method,
            "attrition": (lost,),
        }
    )
    total = treated + (comparison or 0)
    gates = tuple(
        replace(gate, observed={"students": total}) if gate.name == "large sample" else gate for gate in demo.tier.gates
    )
    return demo.model_copy(update={"outcomes": (changed,), "tier": replace(demo.tier, gates=gates)})


def _both_verdicts(*, low: bool, distance: float) -> dict[str, Any]:
    verdict = {"is_low": low, "boundary": 0.09375, "distance": distance}
    return {name: verdict | {"assumption": name} for name in ("cautious", "optimistic")}


SIZES = st.integers(1, 9) | st.integers(10, 40)


@given(treated=SIZES, comparison=st.none() | SIZES, by_students=st.booleans())
def test_no_number_from_1_to_9_students_is_told_nor_can_be_subtracted(treated, comparison, by_students):
    found = evidence_of(with_arms(demo_findings(), treated, comparison, by_students=by_students))
    content = found.model_dump(mode="json")
    keys = COUNTS | ({"clusters_treated", "clusters_comparison"} if by_students else set())
    told = {value for key, value in _nested(content) if key in keys and value}
    assert not told & set(range(1, 10))
    total, arms = treated + (comparison or 0), [arm for arm in (treated, comparison) if arm is not None]
    assert told <= {total, *arms}
    if min(arms) < 10:  # then neither arm is told, because the total would give the other one away
        assert told <= ({total} if total >= 10 else set()) and not (set(arms) - {total}) & told
        assert found.outcomes[0].treated.mean_posttest is None
        values = {value for _, value in _nested(content["outcomes"][0]["attrition"])}
        assert not {0.125, 0.0625, 0.03125} & values  # from rates and a total the arms could be reckoned
    if total < 10:
        assert (found.outcomes[0].contrasts, found.outcomes[0].effect, found.outcomes[0].baseline) == ((), None, None)
        observed = [gate["observed"] for gate in content["tier"]["gates"] if gate["tier"] < 4]
        assert not any(isinstance(value, int | float) for seen in observed for value in seen.values())


def test_the_limit_follows_the_pilot(demo):
    strict = demo.model_copy(update={"pilot": demo.pilot.model_copy(update={"smallest_group": 116})})
    arms = (demo.primary.treated.analysed, demo.primary.comparison.analysed)
    assert min(arms) < 116 <= sum(arms)
    found = evidence_of(strict).outcomes[0]
    assert (found.treated.students, found.comparison.students, found.students) == (None, None, sum(arms))
    assert all(one.n_treated is None and one.n_comparison is None for one in found.contrasts)
    assert all(one.clusters_treated == 6 for one in found.contrasts)  # classes are not students


def test_a_refused_contrast_gives_its_reason(demo):
    refusal = Refusal(reason="one cluster in an arm", clusters_treated=1, clusters_comparison=3)
    refused = {"verdict": refusal, "second": refusal, "methods": (), "effect": None}
    outcome = evidence_of(demo.model_copy(update={"outcomes": (demo.primary.model_copy(update=refused),)})).outcomes[0]
    assert (outcome.refusal, outcome.contrasts, outcome.effect) == ("one cluster in an arm", (), None)


def _version_1(content: dict[str, Any]) -> None:
    content["evidence_version"] = 1


def _no_version(content: dict[str, Any]) -> None:
    del content["evidence_version"]


def _key_of_an_outcome(content: dict[str, Any]) -> None:
    content["outcomes"][0]["points"] = []


def _key_of_a_gate(content: dict[str, Any]) -> None:
    content["tier"]["gates"][2]["note"] = "x"


def _no_tool(content: dict[str, Any]) -> None:
    del content["pilot"]["tool"]


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (_version_1, "version 1"),
        (_no_version, "a file without evidence_version"),
        (_key_of_an_outcome, "an unknown key, outcomes.0.points"),
        (_key_of_a_gate, "an unknown key, tier.gates.2.note"),
        (_no_tool, "pilot.tool: Field required"),
    ],
)
def test_what_is_not_of_this_form_is_refused_with_one_reason(demo, tmp_path, spoil: Callable[[dict[str, Any]], None], found: str):
    path = write_evidence(demo, tmp_path)
    content = json.loads(path.read_text(encoding="utf-8"))
    spoil(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_evidence(path, shown_as="data/raw/x/evidence.json")
    assert [problem.found for problem in caught.value.problems] == [found]
    assert f"expected an evidence.json of version {EVIDENCE_VERSION}" in str(caught.value)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, SCHEMA)


@pytest.mark.parametrize(("text", "found"), [("not JSON", "no JSON text"), ("[1]", "a file without evidence_version")])
def test_another_file_is_refused(tmp_path, text, found):
    path = tmp_path / "evidence.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=found):
        read_evidence(path, shown_as="evidence.json")
    with pytest.raises(DataError, match="no such file"):
        read_evidence(tmp_path / "absent.json", shown_as="absent.json")
