"""Small simulated pilots of the designs in which every class had the tool: params, raw files and passports."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from copy import deepcopy
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from pilotproof.analyse.outcomes import analyse_outcome
from pilotproof.clean.probes import clean_probes
from pilotproof.clean.students import clean_students
from pilotproof.clean.usage import clean_usage
from pilotproof.clean.users import minutes_of_students
from pilotproof.findings import OutcomeFinding
from pilotproof.pilot import Pilot
from pilotproof.sources.raw import RawTable
from pilotproof.sources.usage_layouts import events_of

PARAMS = Path(__file__).parents[2] / "params" / "nearpod.yaml"
DAYS = tuple(date(2026, 9, 7) + timedelta(days=n) for n in range(33) if n % 7 < 5)  # 25 school days, five weeks
Rows = list[dict[str, Any]]


@cache
def _demo() -> dict[str, Any]:
    return yaml.safe_load(PARAMS.read_text(encoding="utf-8"))


def params_of(design: dict[str, Any], sources: dict[str, Any], outcome: dict[str, Any] | None = None) -> dict[str, Any]:
    """The demo's params with another design, and a file of scores that says where each student is."""
    params = deepcopy(_demo())
    params["design"] = design
    columns = {"student": "Student", "class": "Class", "school": "School", "district": "District"}
    scores = {f"{what}_column": column for what, column in columns.items()}
    params["sources"] = {"outcomes": {"file": "outcomes.csv", **scores}} | sources
    params["outcomes"][0] |= outcome or {}
    params["checklist"]["accessible"] = "met"
    return params


def staggered(seed: int, *, classes: int = 5, size: int = 12, effect: float = 0.0, drawn: bool = True) -> tuple[dict, dict]:
    """Params and files of a staggered start: 25 days, class k starts on day 7 + 3 k, in an order drawn by lot.

    Class means drift with the day and the class; every class is measured on all days.
    """
    rng = np.random.default_rng(seed)
    names = [f"K{n}" for n in range(1, classes + 1)]
    starts = {name: DAYS[7 + 3 * place] for name, place in zip(names, rng.permutation(classes).tolist(), strict=True)}
    of_day, of_class = rng.normal(scale=2, size=len(DAYS)), rng.normal(scale=5, size=classes)
    outcomes, probes = [], []
    for number, name in enumerate(names):
        for student in (f"{name}-{n:02d}" for n in range(size)):
            own = rng.normal(scale=4)
            outcomes.append(_scores(student, name, 50 + own, 55 + own + effect))
            for day, shift in zip(DAYS, of_day, strict=True):
                score = 50 + of_class[number] + shift + own + effect * (day >= starts[name]) + rng.normal(scale=6)
                probes.append({"Student": student, "Date": day.isoformat(), "Score": f"{np.clip(score, 0, 100):.1f}"})
    design = {"assignment": "staggered-start", "treated": names, "starts": starts, "starts_drawn": drawn}
    sources = {"probes": {"file": "probes.csv", "student_column": "Student", "date_column": "Date"}}
    params = params_of(design | {"baseline_from": DAYS[0]}, sources, {"probe_column": "Score"})
    return params, {"outcomes.csv": outcomes, "probes.csv": probes}


def users(seed: int, *, classes: int = 8, size: int = 24, effect: float = 0.0) -> tuple[dict, dict]:
    """Params and files of a pilot in which better students used the tool more: half of a class for 30 minutes and over."""
    rng = np.random.default_rng(seed)
    names = [f"K{n}" for n in range(1, classes + 1)]
    outcomes, usage = [], []
    for name in names:
        of_class = rng.normal(scale=4)
        for student in (f"{name}-{n:02d}" for n in range(size)):
            pre = 50 + of_class + rng.normal(scale=10)
            minutes = max(0.0, 30 + 0.2 * (pre - 50 - of_class) + rng.normal(scale=15))
            post = 22 + 0.6 * pre + rng.normal(scale=8) + effect * (minutes >= 30)
            outcomes.append(_scores(student, name, pre, post))
            if minutes >= 5:
                usage.append({"User": student, "Day": "2026-09-15", "Minutes": f"{minutes:.3f}"})
    design = {"assignment": "users-compared", "treated": names, "fewest_minutes": 30}
    source = {"file": "usage.csv", "user_column": "User", "time_column": "Day", "minutes_column": "Minutes"}
    return params_of(design, {"usage": source}), {"outcomes.csv": outcomes, "usage.csv": usage}


def before_after(seed: int, *, classes: int = 6, size: int = 20, rise: float = 0.0) -> tuple[dict, dict]:
    """Params and files of a pilot without anything to compare with: every class has the tool, scores rise by `rise`."""
    rng = np.random.default_rng(seed)
    names = [f"K{n}" for n in range(1, classes + 1)]
    outcomes = []
    for name in names:
        of_class, of_change = rng.normal(scale=4), rng.normal(scale=1)
        for student in (f"{name}-{n:02d}" for n in range(size)):
            pre = 50 + of_class + rng.normal(scale=10)
            outcomes.append(_scores(student, name, pre, pre + rise + of_change + rng.normal(scale=4)))
    return params_of({"assignment": "before-after", "treated": names}, {}), {"outcomes.csv": outcomes}


def drawn_students(seed: int, *, classes: int = 6, size: int = 20, effect: float = 0.0) -> tuple[dict, dict]:
    """Params and files of a pilot whose students were drawn by lot, half of each class."""
    rng = np.random.default_rng(seed)
    rows = []
    for name in (f"K{n}" for n in range(1, classes + 1)):
        of_class, lot = rng.normal(scale=4), rng.permutation(size) < size / 2
        for number, is_treated in enumerate(lot):
            pre = 50 + of_class + rng.normal(scale=10)
            post = 22 + 0.6 * pre + rng.normal(scale=8) + effect * is_treated
            arm = {"Group": "tool" if is_treated else "usual"}
            rows.append(_scores(f"{name}-{number:02d}", name, pre, post) | arm)
    design = {"assignment": "randomised-students", "arm_column": "arm", "treated": ["tool"], "comparison": ["usual"]}
    params = params_of(design, {})
    params["sources"]["outcomes"]["arm_column"] = "Group"
    return params, {"outcomes.csv": rows}


def passed(seed: int, *, classes: int = 16, size: int = 20, effect: float = 0.0) -> tuple[dict, dict]:
    """Params and files of classes compared on a test that a student passes or fails; half of the classes had the tool."""
    rng = np.random.default_rng(seed)
    names = [f"K{n}" for n in range(1, classes + 1)]
    treated, comparison = names[: classes // 2], names[classes // 2 :]
    rows = []
    for name in names:
        of_class = rng.normal(scale=0.3)
        for student in (f"{name}-{n:02d}" for n in range(size)):
            able = of_class + rng.normal()
            place = {"Student": student, "Class": name, "School": "S1", "District": "D1"}
            after = able + effect * (name in treated) + rng.normal(scale=0.6)
            wrote = rng.random() > 0.04
            rows.append(place | {"Passed": ("Proficient" if after > 0 else "Basic") if wrote else ""})
    design = {"assignment": "comparison-classes", "treated": treated, "comparison": comparison}
    binary = {"kind": "binary", "yes_values": ["Proficient"], "no_values": ["Basic"], "label": "state test of mathematics"}
    columns = {"pretest_column": None, "posttest_column": "Passed", "low": None, "high": None, "unit": None}
    params = params_of(design, {}, binary | columns)
    for key in ("low", "high", "unit"):
        del params["outcomes"][0][key]
    return params, {"outcomes.csv": rows}


def write_pilot(root: Path, name: str, params: dict[str, Any], files: dict[str, Rows]) -> None:
    """Params, raw files and their passports of the pilot `name` in the project at `root`."""
    (root / f"params/{name}.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    folder = root / "data/raw" / name
    folder.mkdir(parents=True)
    (folder / "source.yaml").write_text(yaml.safe_dump({"files": list(_written(folder, files))}), encoding="utf-8")


def _written(folder: Path, files: dict[str, Rows]) -> Iterable[dict[str, Any]]:
    for file, rows in files.items():
        with (folder / file).open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        digest = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        said = {"received": date(2026, 10, 16), "sent_by": "test", "one_row_is": "one record", "agreement": "none"}
        yield {"file": file, "rows": len(rows), "sha256": digest, "delete_by": date(2027, 10, 16)} | said


def _scores(student: str, name: str, pre: float, post: float) -> dict[str, Any]:
    place = {"Student": student, "Class": name, "School": "S1", "District": "D1"}
    return place | {column: f"{np.clip(score, 0, 100):.3f}" for column, score in (("Pretest", pre), ("Posttest", post))}


def tidy_tables(params: dict[str, Any], files: dict[str, Rows]) -> tuple[Pilot, dict[str, pd.DataFrame]]:
    """The pilot and its tidy tables, cleaned in memory as Intake does it."""
    pilot = Pilot.model_validate(params)
    tables = {
        file: RawTable(file, pd.DataFrame(rows, dtype="str", index=range(2, len(rows) + 2))) for file, rows in files.items()
    }
    tidy: dict[str, pd.DataFrame] = {}
    minutes = None
    if source := pilot.sources.usage:
        events = events_of(tables["usage.csv"], source)
        tidy |= clean_usage(events, source=source, window=pilot.window, timezone=None, people=None).tables
        minutes = minutes_of_students(tidy["usage"])
    tidy |= clean_students([tables["outcomes.csv"]], None, pilot, minutes=minutes).tables
    if pilot.sources.probes:
        class_of = dict(zip(tidy["students"]["student_id"], tidy["students"]["class_id"], strict=True))
        tidy |= clean_probes(tables["probes.csv"], pilot=pilot, class_of=class_of, enrolled=None).tables
    return pilot, tidy


def found_in(params: dict[str, Any], files: dict[str, Rows]) -> tuple[Pilot, OutcomeFinding]:
    """The pilot and the finding on its primary outcome."""
    pilot, tidy = tidy_tables(params, files)
    return pilot, analyse_outcome(tidy["students"], pilot.primary, pilot, probes=tidy.get("probes"), usage=tidy.get("usage"))
