"""NIST's Statistical Reference Datasets: certified values on data that break careless arithmetic.

Univariate sets are written out by their rule; analysis of variance and Norris are read from the data that SciPy's wheel carries.
Accuracy is stated as NIST does: the log relative error, the number of correct digits of 15.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.stats

from pilotproof.stats.agreement import icc_one_way
from pilotproof.stats.cluster_data import least_squares
from pilotproof.stats.effect_size import pooled_sd
from pilotproof.stats.paired import paired_change

DATA = Path(scipy.stats.__file__).parent / "tests" / "data"
NORRIS_B0, NORRIS_B1 = -0.262323073774029, 1.00211681802045
NORRIS_SD_B0, NORRIS_SD_B1 = 0.232818234301152, 0.000429796848199937


def correct_digits(found: float, certified: float) -> float:
    """Log relative error; 15 when equal."""
    return 15.0 if found == certified else -np.log10(abs(found - certified) / abs(certified))


def alternating(middle: float) -> np.ndarray:
    """NumAcc2 to 4: the middle once, then 500 times a tenth below it and a tenth above it."""
    return np.array([middle, *([middle - 0.1, middle + 0.1] * 500)])


UNIVARIATE = {
    # name: values, certified mean, certified SD, digits that the values themselves hold
    "NumAcc1": (np.array([10000001.0, 10000003.0, 10000002.0]), 10000002.0, 1.0, 15),
    "NumAcc2": (alternating(1.2), 1.2, 0.1, 13),
    "NumAcc3": (alternating(1000000.2), 1000000.2, 0.1, 9),  # 1000000.2 is stored to 1e-10, the SD is 0.1
    "NumAcc4": (alternating(10000000.2), 10000000.2, 0.1, 8),
}


@pytest.mark.parametrize("name", UNIVARIATE)
def test_mean_and_sd_of_large_numbers_with_small_differences(name):
    values, mean, sd, digits = UNIVARIATE[name]
    change = paired_change(before=np.zeros(len(values)), after=values, draws=1_000)
    assert correct_digits(change.mean_change, mean) >= 14
    assert correct_digits(change.sd_change, sd) >= digits - 1
    assert correct_digits(pooled_sd(treated=values, comparison=values[::-1]), sd) >= digits - 1 - np.log10(len(values)) / 3


def anova(name: str) -> tuple[np.ndarray, float]:
    """Values, one row a treatment, and the certified F, of a file that SciPy carries."""
    lines = (DATA / "nist_anova" / f"{name}.dat").read_text(encoding="utf-8").splitlines()
    certified = float(next(line for line in lines if line.startswith("Between")).split()[-1])
    rows = np.array([[float(field) for field in line.split()] for line in lines[60:] if line.strip()])
    return np.array([rows[rows[:, 0] == treatment, 1] for treatment in np.unique(rows[:, 0])]), certified


@pytest.mark.skipif(not (DATA / "nist_anova").is_dir(), reason="this SciPy carries no NIST data")
@pytest.mark.parametrize(
    ("name", "digits"),
    [("SiRstv", 12), ("SmLs01", 13), ("SmLs02", 12), ("SmLs04", 7), ("SmLs05", 7)],
    # 04, 05: seven leading digits are the same for all values; what is stored allows no more
)
def test_the_f_of_a_one_way_analysis(name, digits):
    values, certified = anova(name)
    assert correct_digits(icc_one_way(values).f, certified) >= digits


@pytest.mark.skipif(not (DATA / "nist_anova").is_dir(), reason="this SciPy carries no NIST data")
def test_thirteen_digits_that_all_values_share_are_refused_and_not_taken_for_a_result():
    with pytest.raises(ValueError, match="float noise only; take off the part that all of them share"):
        icc_one_way(anova("SmLs07")[0])


@pytest.mark.skipif(not (DATA / "nist_linregress").is_dir(), reason="this SciPy carries no NIST data")
def test_a_regression_line_and_its_standard_errors():
    lines = (DATA / "nist_linregress" / "Norris.dat").read_text(encoding="utf-8").splitlines()[60:]
    y, x = np.array([[float(field) for field in line.split()] for line in lines if line.strip()]).T
    design = np.column_stack([np.ones(len(x)), x])
    coefficients, inverse = least_squares(design, y)
    residuals = y - design @ coefficients
    errors = np.sqrt(residuals @ residuals / (len(y) - 2) * np.diag(inverse))
    for found, certified in zip([*coefficients, *errors], [NORRIS_B0, NORRIS_B1, NORRIS_SD_B0, NORRIS_SD_B1], strict=True):
        assert correct_digits(found, certified) >= 12
