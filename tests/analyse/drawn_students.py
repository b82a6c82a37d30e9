"""Small tidy tables of students, and the pilot that they belong to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from pilotproof.pilot import Pilot

PARAMS = Path(__file__).parents[2] / "params" / "nearpod.yaml"


def pilot_with(*, design: dict[str, Any] | None = None, analysis: dict[str, Any] | None = None) -> Pilot:
    """The demo's params with another design or other settings."""
    params = yaml.safe_load(PARAMS.read_text(encoding="utf-8"))
    params["design"] |= design or {}
    params["analysis"] |= analysis or {}
    return Pilot.model_validate(params)


def students_of(scores: dict[str, Any], **columns: Any) -> pd.DataFrame:
    """Columns.STUDENTS from outcome, pretest, cluster and is_treated (tests/stats/cluster_designs); a gap in a score is NaN."""
    post, pre = np.asarray(scores["outcome"], dtype=float), np.asarray(scores["pretest"], dtype=float)
    frame = pd.DataFrame(
        {
            "student_id": [f"S{n:04d}" for n in range(len(post))],
            "class_id": np.asarray(scores["cluster"]).astype(str),
            "teacher_id": np.asarray(scores["cluster"]).astype(str),
            "school_id": "one",
            "district_id": "one",
            "is_treated": np.asarray(scores["is_treated"], dtype=bool),
            "outcome": "mathematics",
            "pretest_score": pre,
            "posttest_score": post,
            "is_analysed": ~(np.isnan(post) | np.isnan(pre)),
        }
    )
    return frame.assign(**columns)
