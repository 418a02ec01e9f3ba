"""Invented monthly worlds whose truth is known: with memory, trend and season, linked or not."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.signal import lfilter


def months(count: int, start: str = "2021-01") -> pd.PeriodIndex:
    return pd.period_range(start, periods=count, freq="M")


def memory(phi: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """AR(1) with standard deviation 1."""
    return np.sqrt(1 - phi**2) * lfilter([1.0], [1.0, -phi], rng.normal(size=count + 60))[60:]


def calendar(count: int, rng: np.random.Generator) -> np.ndarray:
    """A trend and a season of one's own."""
    time = np.arange(count)
    wave = rng.normal() * np.cos(2 * np.pi * time / 12) + rng.normal() * np.sin(2 * np.pi * time / 12)
    return wave + 0.04 * rng.normal() * time


def world(count: int, rng: np.random.Generator, *, indicators: int = 3, lead: int | None = None,
          phi: float = 0.6) -> tuple[pd.Series, dict[str, pd.Series]]:
    """An outcome and indicators; with ``lead`` half of the outcome's surprise is the first indicator's, so many months before."""
    whole = count + 12
    sources = [memory(phi, whole, rng) for _ in range(indicators)]
    noise = memory(phi, whole, rng)
    if lead is not None:
        noise = np.sqrt(0.5) * np.roll(sources[0], lead) + np.sqrt(0.5) * noise
    outcome = np.exp(7 + 0.05 * (noise + calendar(whole, rng)))
    named = {f"x{j}": 60 + 4 * (s + calendar(whole, rng)) for j, s in enumerate(sources)}
    index = months(count)
    return pd.Series(outcome[12:], index, name="clients"), {k: pd.Series(v[12:], index, name=k) for k, v in named.items()}
