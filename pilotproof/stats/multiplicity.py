"""Several outcomes, several chances to find one by luck: p-values adjusted for how many were looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pilotproof.stats.checks import ROUNDING, Floats, booleans, labels, numbers, one_of, same_length, share

Method = Literal["Benjamini-Hochberg", "Holm", "Bonferroni"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """P-values of one family, in the order given, with the decision at `alpha` on each."""

    method: Method
    family_size: int
    alpha: float
    p_values: tuple[float, ...]
    adjusted: tuple[float, ...]
    is_rejected: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDecision:
    """One outcome among those of its domain.

    adjusted_p : within the domain, of `family_size` outcomes
    is_significant : `p_value` below alpha, and for exploratory outcomes `adjusted_p` at most alpha as well
    survives_both : `p_value` below and `adjusted_p` at most alpha
    """

    role: Literal["confirmatory", "exploratory"]
    method: Method
    family_size: int
    p_value: float
    adjusted_p: float
    is_significant: bool
    survives_both: bool


def adjust(p_values: ArrayLike, *, method: Method = "Benjamini-Hochberg", alpha: float = 0.05) -> Adjusted:
    """P-values adjusted for their number; an outcome is rejected when its adjusted p is at most `alpha`.

    p_values : from 0 to 1, at least one, in any order; equal ones get equal adjusted ones
    An adjusted p within a 1e-12th part of `alpha` is at it: .030 * 5 / 3 may come out as .05 and a last bit, and no p-value is
    known to twelve digits.
    Source: Benjamini & Hochberg (1995): least over j >= i of p_(j) M / j; Holm (1979): greatest over j <= i of
    p_(j) (M - j + 1); Bonferroni: p M; none above 1.
    """
    p, level = _checked(p_values), share(alpha, "alpha")
    order, size = np.argsort(p, kind="stable"), len(p)
    rank = np.arange(1, size + 1)
    one_of(method, "method", get_args(Method))
    match method:
        case "Benjamini-Hochberg":
            stepped = np.minimum.accumulate((p[order] * size / rank)[::-1])[::-1]
        case "Holm":
            stepped = np.maximum.accumulate(p[order] * (size - rank + 1))
        case "Bonferroni":
            stepped = p[order] * size
    adjusted = np.empty(size)
    adjusted[order] = np.minimum(stepped, 1.0)
    return Adjusted(
        method=method,
        family_size=size,
        alpha=level,
        p_values=tuple(p.tolist()),
        adjusted=tuple(adjusted.tolist()),
        is_rejected=tuple(_is_at_most(adjusted, level).tolist()),
    )


def within_domains(
    p_values: ArrayLike,
    domains: ArrayLike,
    is_primary: ArrayLike,
    *,
    method: Method = "Benjamini-Hochberg",
    alpha: float = 0.05,
) -> tuple[OutcomeDecision, ...]:
    """The decision on each outcome, in the order given.

    p_values : one an outcome; domains : label of each; is_primary : bool, true for at most one, declared before the data
    The primary outcome alone is confirmatory: its own p decides. The others are exploratory: their p adjusted within the domain
    does. The primary one counts as one of its domain, because that is the family a reviewer adjusts; so it has an adjusted p
    as well, and a claim on it must survive both.
    """
    p, family, primary = _checked(p_values), labels(domains, "domains"), booleans(is_primary, "is_primary")
    same_length(p_values=p, domains=family, is_primary=primary)
    if primary.sum() > 1:
        raise ValueError(f"is_primary: one outcome may be primary, not {int(primary.sum())}; the others are adjusted")
    adjusted, size = np.empty(len(p)), np.bincount(family)[family]
    for domain in range(int(family.max()) + 1):
        adjusted[family == domain] = adjust(p[family == domain], method=method, alpha=alpha).adjusted
    raw, survives = p < alpha, _is_at_most(adjusted, alpha)
    return tuple(
        OutcomeDecision(
            role="confirmatory" if primary[i] else "exploratory",
            method=method,
            family_size=int(size[i]),
            p_value=float(p[i]),
            adjusted_p=float(adjusted[i]),
            is_significant=bool(raw[i] and (primary[i] or survives[i])),
            survives_both=bool(raw[i] and survives[i]),
        )
        for i in range(len(p))
    )


def _checked(p_values: ArrayLike) -> Floats:
    p = numbers(p_values, "p_values")
    if bad := p[(p < 0) | (p > 1)].tolist():
        raise ValueError(f"p_values must lie from 0 to 1, not {bad[0]!r}")
    return p


def _is_at_most(p: Floats, alpha: float) -> NDArray[np.bool_]:
    return p <= alpha * (1 + ROUNDING)
