"""Rules count what they remove, by arm."""

from __future__ import annotations

from functools import partial

import pandas as pd

from pilotproof.clean.flow import apply_rules, label_of


def passed(frame, *, limit):
    """Scored below {limit}."""
    return frame["score"] >= limit


FRAME = pd.DataFrame(
    {
        "arm": ["treated", "treated", "comparison", "neither"],
        "cluster": ["A", "A", "B", "C"],
        "score": [1, 5, 2, 9],
    }
)


def test_a_rule_s_docstring_is_its_label():
    assert label_of(partial(passed, limit=3)) == "Scored below 3"


def test_each_step_counts_removed_remaining_and_clusters_by_arm():
    kept, flow = apply_rules(FRAME, [partial(passed, limit=3)], table="scores", start="Rows")
    assert list(kept["score"]) == [5, 9]
    last = flow[flow["step"] == 1].set_index("arm")
    # treated: 1 of 2 goes; comparison: its only row goes, and with it its only cluster
    assert last.loc["treated", ["removed", "remaining", "clusters"]].tolist() == [1, 1, 1]
    assert last.loc["comparison", ["removed", "remaining", "clusters"]].tolist() == [1, 0, 0]
    assert last.loc["neither", ["removed", "remaining", "clusters"]].tolist() == [0, 1, 1]


def test_what_is_removed_and_what_remains_add_up_to_what_was_there():
    _, flow = apply_rules(FRAME, [partial(passed, limit=3), partial(passed, limit=6)], table="scores", start="Rows")
    start = flow[flow["step"] == 0]["remaining"].sum()
    end = flow[flow["step"] == 2]["remaining"].sum()
    assert start == end + flow["removed"].sum() == 4
