"""What the models of projections need of a series' length alone, for the lengths that are usual: worked out before any data are there, for all notebooks.

Nothing depends on whether this was done but how soon an answer is there.
"""

from __future__ import annotations

import numpy as np

from valuelab.analysis.covariance_models import factors_for

MONTHS = (48, 96)  # known and projected together; the models are kept in steps of four years


def prepare() -> None:
    """Factor the covariances of every model for monthly series of usual lengths."""
    for size in MONTHS:
        used = np.arange(size) < size - 12
        factors_for(12, used, ~used, None)
