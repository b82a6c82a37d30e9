"""Checks at the door of every statistic: a ValueError that names the argument, never a NaN."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def numbers(values: ArrayLike, name: str, *, fewest: int = 1) -> Floats:
    """`values` as a one-dimensional float array without missing or infinite values, at least `fewest` of them."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold numbers only") from error
    if array.ndim != 1:
        raise ValueError(f"{name} must be one column of numbers, not {array.ndim} dimensions")
    if len(array) < fewest:
        raise ValueError(f"{name} needs at least {fewest} values; it has {len(array)}")
    if bad := int((~np.isfinite(array)).sum()):
        raise ValueError(f"{name} has {bad} missing or infinite values; leave them out in cleaning, where they are counted")
    return array


def same_length(**arrays: Sequence[Any] | NDArray[Any]) -> None:
    """Raise ValueError unless all arrays are equally long."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError("these must be equally long: " + ", ".join(f"{k} ({v})" for k, v in lengths.items()))


def count(value: int, name: str, *, least: int = 0) -> int:
    """`value` as a whole number of at least `least`."""
    if isinstance(value, bool) or int(value) != value or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")
    return int(value)


def share(value: float, name: str) -> float:
    """`value` strictly between 0 and 1."""
    if not 0 < value < 1:
        raise ValueError(f"{name} must lie between 0 and 1, not {value!r}")
    return float(value)
