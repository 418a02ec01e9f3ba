"""What is believed about a slope, on a grid: from many models to one interval, with the pull of selection and of survey noise undone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from valuelab.analysis.pairing import sampling_error
from valuelab.analysis.slope_models import SlopeModels
from valuelab.types import Measure

POINTS = 241
REACH = 3.2  # of the grid, in asinh: ten standard deviations to either side
CALLED_FROM = 3.5  # standard errors of this slope at which the scan for leads calls about half: set by simulation
CALLED_WITHIN = 1.7  # how far, in the same units, one call lies from another
LEAST_RELIABLE = 0.35  # under this share of real movement a correction for sampling error would be mostly guess
WORTH_CORRECTING = 0.03  # share of sampling error that is worth a word
SPREADS = ((0.6, 0.1), (0.8, 0.2), (1.0, 0.4), (1.2, 0.2), (1.4, 0.1))  # (times the assumed spread, chance): what is assumed may be wrong
SHARE_UNITS = ("fraction", "percentage points", "%", "percent")


@dataclass(frozen=True, slots=True, eq=False)
class SlopeBelief:
    """A distribution of the slope: its density is a broken line over ``values``, ``cumulative`` (same length) ends in 1."""

    values: np.ndarray
    cumulative: np.ndarray
    mean: float

    def quantile(self, share: float) -> float:
        return float(np.interp(share, self.cumulative, self.values))

    def draws(self, size: int, rng: np.random.Generator) -> np.ndarray:
        return np.interp(rng.random(size), self.cumulative, self.values)


@dataclass(frozen=True, slots=True)
class SurveyError:
    """Sampling error of one month's value, in the indicator's unit. ``basis``: given | share of answers | assumed spread."""

    value: float
    basis: str

    def guesses(self, freedom: float) -> tuple[tuple[float, float], ...]:
        """(factor on the value, chance): how far the noise in these months may lie from what is expected, by chance alone where
        the error is known (three points of a normal), else because the spread of answers is assumed."""
        if self.basis == "assumed spread":
            return SPREADS
        apart = min(np.sqrt(3 * 2 / freedom), 0.9)
        return ((np.sqrt(1 - apart), 1 / 6), (1.0, 2 / 3), (np.sqrt(1 + apart), 1 / 6))


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """A mixture of t distributions: (components,) each."""

    centres: np.ndarray
    errors: np.ndarray
    weights: np.ndarray
    freedom: np.ndarray

    @classmethod
    def of(cls, models: SlopeModels) -> Components:
        return cls(models.centres, models.errors, models.weights, models.freedom)

    @property
    def mean(self) -> float:
        return float(self.weights @ self.centres)

    @property
    def spread(self) -> float:
        variance = self.errors**2 * self.freedom / (self.freedom - 2) + (self.centres - self.mean) ** 2
        return float(np.sqrt(self.weights @ variance))


def believe(parts: Components, *, selected: bool = False, standard_error: float | None = None) -> SlopeBelief:
    """One distribution from the mixture.

    Parameters
    ----------
    selected
        The slope is looked at only because the scan called this lag on the same data. Slopes that would seldom have been called
        then count for more: the likelihood of a slope is divided by its chance of being called (two-sided, a normal threshold
        of 3.5 standard errors, itself uncertain by 1.7).
    standard_error
        The slope's, where survey noise has widened ``parts`` since the call; else their own spread.

    Notes
    -----
    Zhong & Prentice (2008), Biostatistics 9: 621–634, and Ghosh, Zou & Wright (2008), AJHG 82: 1064–1074: the likelihood given
    that a threshold was passed, normalised. The flat prior of the slope is kept.
    """
    values = parts.mean + parts.spread * np.sinh(np.linspace(-REACH, REACH, POINTS)) / np.sinh(1.0)
    t = (values[:, None] - parts.centres) / parts.errors
    half = (parts.freedom + 1) / 2
    height = special.gammaln(half) - special.gammaln(parts.freedom / 2) - 0.5 * np.log(np.pi * parts.freedom) - np.log(parts.errors)
    scale = height.max()  # very small or large units stay inside what a float can hold
    density = np.exp(height - scale - half * np.log1p(t**2 / parts.freedom)) @ parts.weights
    if selected:
        units = values / (standard_error or parts.spread)
        density /= special.ndtr((units - CALLED_FROM) / CALLED_WITHIN) + special.ndtr((-units - CALLED_FROM) / CALLED_WITHIN)
    mass = (density[1:] + density[:-1]) / 2 * np.diff(values)
    cumulative = np.concatenate([[0.0], np.cumsum(mass)]) / mass.sum()
    return SlopeBelief(values, cumulative, float(mass @ (values[1:] + values[:-1]) / 2 / mass.sum()))


def survey_error(indicator: Measure | pd.Series, standard_error: float | None, *, name: str) -> SurveyError | None:
    """The sampling error of a month's value: as given; from shares of answers (p(1 − p)/n); else from answers and scale by an
    assumed spread (``pairing.ANSWERS_SPREAD``); None where there is none or nothing is known.
    """
    error, assumed = sampling_error(indicator, standard_error, name=name)
    if error is not None and not assumed:
        return SurveyError(error, "given") if error else None
    if isinstance(indicator, Measure) and indicator.answers is not None and indicator.unit in SHARE_UNITS:
        whole = 1.0 if indicator.unit == "fraction" else 100.0
        share = indicator.series.to_numpy(float) / whole
        answers = pd.to_numeric(indicator.answers.reindex(indicator.series.index), errors="coerce").to_numpy(float)
        known = np.isfinite(share) & np.isfinite(answers) & (answers > 0) & (share >= 0) & (share <= 1)
        if known.any():
            return SurveyError(float(whole * np.sqrt(np.mean(share[known] * (1 - share[known]) / answers[known]))), "share of answers")
    return SurveyError(error, "assumed spread") if error else None


def reliability(models: SlopeModels, error: float) -> np.ndarray:
    """(models,) share of the indicator's movement, as each model sees it, that is not sampling error."""
    return 1 - error**2 * models.noise / models.information


def without_survey_noise(models: SlopeModels, error: SurveyError) -> Components | None:
    """The slopes with the pull of sampling error towards 0 undone, or None where too little would be left to go by.

    Fuller (1987), *Measurement Error Models*, §2.2: the noise's expected squares are taken off the indicator's. How much noise fell
    into these months is not known: the slope is averaged over it, so that the interval carries it. An assumed spread of answers
    varies over 0.6 to 1.4 of itself, as far as the months allow it.
    """
    if error.basis != "assumed spread" and models.weights @ reliability(models, error.value) < LEAST_RELIABLE:
        return None
    parts, chances = [], []
    for factor, chance in error.guesses(float(models.weights @ models.freedom)):
        real = reliability(models, factor * error.value)
        if models.weights @ real < LEAST_RELIABLE:
            continue
        real = np.clip(real, LEAST_RELIABLE, 1.0)
        centres = models.centres / real
        # what the attenuated fit took for the indicator's doing is noise of the outcome's equation
        variance = models.errors**2 + (centres - models.centres) ** 2 / models.freedom
        parts.append((centres, np.sqrt(variance) / real))
        chances.append(chance)
    if not parts:
        return None
    weights = np.concatenate([models.weights * c for c in chances]) / sum(chances)
    return Components(np.concatenate([c for c, _ in parts]), np.concatenate([e for _, e in parts]), weights, np.tile(models.freedom, len(parts)))
