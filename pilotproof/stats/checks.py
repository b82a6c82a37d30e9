"""Checks at the door of every statistic: a ValueError that names the argument, never a NaN."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
LARGEST = 1e100  # squares of larger numbers overflow, and those of numbers below one over it vanish
MOST = 10**12  # of anything that a school counts
MOST_UNITS = 100_000  # whose assignments are enumerated or counted
LARGEST_SEED = 2**64
LEAST_DF = 0.1  # below it quantiles of t overflow
ROUNDING = 1e-12  # differences below this part of the numbers' size are float noise


def numbers(values: ArrayLike, name: str, *, fewest: int = 1) -> Floats:
    """`values` as a one-dimensional float array without missing or infinite values, at least `fewest` of them."""
    try:
        raw = np.ma.filled(values.astype(np.float64), np.nan) if isinstance(values, np.ma.MaskedArray) else np.asarray(values)
        is_text = raw.dtype.kind == "O" and any(isinstance(value, str) for value in raw.flat)
        if is_text or raw.dtype.kind not in "biufO":  # numpy would turn "7" and dates into numbers
            raise TypeError(raw.dtype)
        array = np.asarray(raw if isinstance(values, np.ma.MaskedArray) else values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold numbers only") from error
    if array.ndim != 1:
        raise ValueError(f"{name} must be one column of numbers, not {array.ndim} dimensions")
    if len(array) < fewest:
        raise ValueError(f"{name} needs at least {fewest} values; it has {len(array)}")
    if bad := int((~np.isfinite(array)).sum()):
        raise ValueError(f"{name} has {bad} missing or infinite values; leave them out in cleaning, where they are counted")
    if np.abs(array).max(initial=0) > LARGEST:
        raise ValueError(f"{name} holds a number beyond {LARGEST:g}; correct it or use a larger unit")
    return array


def noise(*columns: Floats) -> float:
    """The largest difference between numbers of these columns that is float noise, or that vanishes when squared."""
    return max(1 / LARGEST, ROUNDING * max(float(np.abs(column).max()) for column in columns))


def labels(values: ArrayLike, name: str) -> NDArray[np.intp]:
    """`values` numbered from 0 in the order of their text. Raises ValueError for a missing or empty label."""
    distinct, index = _distinct(values, _column(values, name))
    is_missing = np.array([_is_missing(value) for value in np.asarray(distinct, dtype=object)], dtype=bool)
    if bad := int(is_missing[index].sum()):
        raise ValueError(f"{name} has {bad} missing labels; leave those rows out in cleaning, where they are counted")
    return np.unique(np.asarray(distinct).astype(str), return_inverse=True)[1][index]


def _distinct(values: ArrayLike, array: NDArray[Any]) -> tuple[ArrayLike, NDArray[np.intp]]:
    """Values that hold every label, and which of them each entry is; whole numbers and text only once, which is faster.

    array : `values` as numpy takes them; it makes text of a missing label between texts
    """
    if array.dtype.kind in "iu":
        return _distinct_numbers(array)
    entries = np.asarray(values, dtype=object).tolist()
    if set(map(type, entries)) != {str}:
        return values, np.arange(len(array))
    place = {text: number for number, text in enumerate(dict.fromkeys(entries))}
    return list(place), np.array([place[text] for text in entries], dtype=np.intp)


def _distinct_numbers(array: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Whole numbers once each, and the place of each entry; without sorting where no number is above that of the rows."""
    if not len(array) or array.min() < 0 or array.max() > len(array):
        return np.unique(array, return_inverse=True)
    index = array.astype(np.intp)
    is_there = np.bincount(index) > 0
    return np.flatnonzero(is_there), (np.cumsum(is_there) - 1)[index]


def booleans(values: ArrayLike, name: str) -> NDArray[np.bool_]:
    """`values` as true and false. Raises ValueError for anything but these, 0 and 1."""
    array = _column(values, name)
    if array.dtype != bool and (any(map(_is_missing, array)) or not np.isin(array, (0, 1)).all()):
        raise ValueError(f"{name} must hold true and false only")
    return array.astype(bool)


def _column(values: ArrayLike, name: str) -> NDArray[Any]:
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one column, not {array.ndim} dimensions")
    return array


def _is_missing(value: Any) -> bool:
    try:
        return value is None or bool(value != value) or not str(value).strip()
    except TypeError:  # pandas' NA cannot say whether it differs from itself
        return True


def same_length(**arrays: Sequence[Any] | NDArray[Any]) -> None:
    """Raise ValueError unless all arrays are equally long."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError("these must be equally long: " + ", ".join(f"{k} ({v})" for k, v in lengths.items()))


def count(value: int, name: str, *, least: int = 0, most: int = MOST) -> int:
    """`value` as a whole number from `least` to `most`."""
    try:
        whole = int(value)
        is_whole = whole == value and not isinstance(value, bool | np.bool_)
    except (TypeError, ValueError, OverflowError):
        is_whole = False
    if not is_whole or whole < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")
    if whole > most:
        raise ValueError(f"{name} must be at most {most:g}, not {value!r}; correct it")
    return whole


def counts(values: Sequence[int], name: str, *, least: int = 0, most: int = MOST) -> list[int]:
    """`values` as whole numbers from `least` to `most`, at least one of them."""
    if isinstance(values, str) or np.ndim(np.asarray(values, dtype=object)) != 1:
        raise ValueError(f"{name} must be a list of whole numbers, not {values!r}")
    return [count(value, name, least=least, most=most) for value in values]


def generator(seed: int) -> np.random.Generator:
    """The random numbers that start at `seed`, a whole number."""
    return np.random.default_rng(count(seed, "seed", most=LARGEST_SEED))


def one_of(value: str, name: str, allowed: Collection[str]) -> str:
    """`value` where it is one of the words that are allowed."""
    if not isinstance(value, str) or value not in allowed:
        *others, last = (f"'{word}'" for word in allowed)
        raise ValueError(f"{name} must be {', '.join(others)} or {last}, not {value!r}")
    return value


def flag(value: bool, name: str) -> bool:
    """`value` where it is true or false."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be true or false, not {value!r}")
    return bool(value)


def made_by(value: Any, name: str, kinds: type | tuple[type, ...], maker: str) -> Any:
    """`value` where it is what `maker` returns."""
    if not isinstance(value, kinds):
        raise ValueError(f"{name} must be what {maker} returns, not {value!r}")
    return value


def function(value: Callable[..., Any], name: str) -> Callable[..., Any]:
    """`value` where it can be called."""
    if not callable(value):
        raise ValueError(f"{name} must be a function, not {value!r}")
    return value


def finite(value: float, name: str) -> float:
    """`value` as a float that is neither missing nor infinite, and that can be squared."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if isinstance(value, str) or not np.isfinite(number):
        raise ValueError(f"{name} must be a number, neither missing nor infinite, not {value!r}")
    if abs(number) > LARGEST:
        raise ValueError(f"{name} is beyond {LARGEST:g}; correct it or use a larger unit")
    return number


def positive(value: float, name: str) -> float:
    """`value` as a finite float above 0."""
    number = finite(value, name)
    if number <= 0:
        raise ValueError(f"{name} must be above 0, not {value!r}")
    if number < 1 / LARGEST:
        raise ValueError(f"{name} must be at least {1 / LARGEST:g}, not {value!r}; correct it or use a smaller unit")
    return number


def degrees(value: float, name: str = "df") -> float:
    """`value` as degrees of freedom, which need not be whole."""
    number = positive(value, name)
    if number < LEAST_DF:
        raise ValueError(f"{name} must be at least {LEAST_DF:g}, not {value!r}: so few degrees of freedom tell nothing")
    return number


def part(value: float, name: str) -> float:
    """`value` from 0 up to, but not including, 1."""
    number = finite(value, name)
    if not 0 <= number < 1:
        raise ValueError(f"{name} must lie from 0 to below 1, not {value!r}")
    return number


def share(value: float, name: str) -> float:
    """`value` strictly between 0 and 1."""
    number = finite(value, name)
    if not ROUNDING <= number <= 1 - ROUNDING:
        raise ValueError(f"{name} must lie between 0 and 1, not {value!r}")
    return number


def columns(named: Mapping[str, ArrayLike] | None, rows: int) -> Floats:
    """The named columns side by side, `rows` long and none of them constant; no columns for None."""
    if named is not None and not isinstance(named, Mapping):
        raise ValueError("covariates must be a mapping of names to columns of numbers, such as {'age': ages}")
    if not named:
        return np.empty((rows, 0))
    checked = {str(name): numbers(values, f"covariate {name}", fewest=1) for name, values in named.items()}
    for name, column in checked.items():
        if len(column) != rows:
            raise ValueError(f"covariate {name} has {len(column)} values and outcome {rows}; they must be equally long")
        if np.ptp(column) <= ROUNDING * np.abs(column).max():
            raise ValueError(f"covariate {name}: all values are equal; leave it out")
    return np.column_stack(list(checked.values()))


def gapped(values: ArrayLike, name: str, *, fewest: int = 1) -> Floats:
    """`values` as floats in which NaN marks a missing one; at least `fewest` are there. Raises ValueError as `numbers` does."""
    column = np.asarray(values, dtype=object) if not isinstance(values, np.ma.MaskedArray) else values.astype(object).filled(None)
    if column.ndim != 1:
        raise ValueError(f"{name} must be one column of numbers, not {column.ndim} dimensions")
    is_missing = np.array([value is None or (not isinstance(value, str) and _is_missing(value)) for value in column], dtype=bool)
    if fewest > (there := int((~is_missing).sum())):
        raise ValueError(f"{name} needs at least {fewest} values that are not missing; it has {there}")
    array = np.full(len(column), np.nan)
    array[~is_missing] = numbers(column[~is_missing], name)
    return array
