"""Regression with AR(1) errors, averaged over how strongly the errors persist.

The usual intervals (least squares, Newey–West, one estimated rho) are too narrow on 24 to 60 months. Here every rho of
a grid gives a generalised least squares fit; its weight is its restricted likelihood times a prior (Jeffreys',
1 / sqrt(1 − rho²), negative rho counts for less), and an interval is taken from the weighted mixture of t distributions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

RHO = np.concatenate([np.arange(-0.6, 0.875, 0.075), [0.9, 0.925, 0.95, 0.97, 0.985, 0.995]])
NEGATIVE_PRIOR = 0.35  # business series seldom swing from month to month
# Jeffreys: dense near 1, where a short series is most easily mistaken for one that returns quickly
_PRIOR = np.log(np.gradient(RHO)) - 0.5 * np.log(1 - RHO**2) + np.where(RHO < 0, np.log(NEGATIVE_PRIOR), 0.0)


@dataclass(frozen=True, slots=True)
class AutoregressiveFit:
    """``coefficients`` (rho, columns), ``covariances`` (rho, columns, columns), ``weight`` (rho,), ``freedom``."""

    coefficients: np.ndarray
    covariances: np.ndarray
    weight: np.ndarray
    freedom: int

    def intervals(self, contrasts: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(value, low, high) of linear combinations, shape (m, columns) → three of (m,)."""
        centre = self.coefficients @ contrasts.T
        error = np.sqrt(np.maximum(np.einsum("mi,rij,mj->rm", contrasts, self.covariances, contrasts), 1e-30))
        value = self.weight @ centre
        return value, _mixture_quantile(self, centre, error, (1 - level) / 2), _mixture_quantile(self, centre, error, (1 + level) / 2)


def _mixture_quantile(fit: AutoregressiveFit, centre: np.ndarray, error: np.ndarray, share: float) -> np.ndarray:
    """Bisection on the distribution function of the weighted t mixture; each column is one combination."""
    each = centre + error * special.stdtrit(fit.freedom, share)
    low, high = each.min(0), each.max(0)
    for _ in range(50):
        middle = (low + high) / 2
        below = fit.weight @ special.stdtr(fit.freedom, (middle - centre) / error) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


def _whitened(times: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(rho, n, columns) without autocorrelation, and the log determinants; holes in ``times`` are allowed.

    Between neighbours that are k periods apart the correlation is rho^k, so each value less what its predecessor
    foretells is independent of all before: no n × n matrix is needed.
    """
    gap = np.diff(times)
    tie = np.sign(RHO)[:, None] ** gap * np.abs(RHO)[:, None] ** gap
    rest = np.sqrt(1 - tie**2)
    result = np.empty((len(RHO), *columns.shape))
    result[:, 0] = columns[0]
    result[:, 1:] = (columns[1:] - tie[:, :, None] * columns[:-1]) / rest[:, :, None]
    return result, 2 * np.log(rest).sum(1)


def regress(values: np.ndarray, design: np.ndarray, times: np.ndarray) -> AutoregressiveFit:
    """Fit ``values`` (n,) on the columns of ``design`` (n, columns), known at the whole-numbered ``times`` (n,)."""
    n, columns = design.shape
    freedom = n - columns
    white, log_determinant = _whitened(times, np.column_stack([design, values]))
    q, r = np.linalg.qr(white[:, :, :-1])
    response = white[:, :, -1]
    inner = np.einsum("rnc,rn->rc", q, response)
    inverse = np.linalg.inv(r)
    rest = np.maximum((response**2).sum(1) - (inner**2).sum(1), 1e-24 * n)
    score = _PRIOR - 0.5 * (log_determinant + freedom * np.log(rest)) - np.log(np.abs(np.diagonal(r, axis1=1, axis2=2))).sum(1)
    weight = np.exp(score - score.max())
    variance = rest / freedom
    return AutoregressiveFit(
        np.einsum("rij,rj->ri", inverse, inner),
        np.einsum("rij,rkj->rik", inverse, inverse) * variance[:, None, None],
        weight / weight.sum(),
        freedom,
    )


def surprise_of_added(values: np.ndarray, design: np.ndarray, times: np.ndarray, added: np.ndarray) -> np.ndarray:
    """Two-sided p values (m,) of each column of ``added`` (n, m), joined to the design one at a time."""
    n, columns = design.shape
    freedom = n - columns - 1
    white, log_determinant = _whitened(times, np.column_stack([design, values, added]))
    q, r = np.linalg.qr(white[:, :, :columns])
    rest = white[:, :, columns:]
    rest = rest - q @ (q.transpose(0, 2, 1) @ rest)
    response, extra = rest[:, :, :1], rest[:, :, 1:]
    information = np.maximum((extra**2).sum(1), 1e-12)
    slope = (response * extra).sum(1) / information
    squares = np.maximum((response**2).sum(1) - slope**2 * information, 1e-24 * n)
    t = slope / np.sqrt(squares / freedom / information)
    score = _PRIOR - 0.5 * log_determinant - np.log(np.abs(np.diagonal(r, axis1=1, axis2=2))).sum(1)
    score = score[:, None] - 0.5 * freedom * np.log(squares) - 0.5 * np.log(information)
    weight = np.exp(score - score.max(0))
    weight /= weight.sum(0)
    upper = (weight * special.stdtr(freedom, t)).sum(0)
    return 2 * np.minimum(upper, 1 - upper)
