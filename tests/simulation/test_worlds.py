"""Invented worlds are what they say: size of noise, memory, link, season."""

from __future__ import annotations

import numpy as np
import pytest

from valuelab.simulation.worlds import INDICATORS, LONGEST_LEAD, NOISES, SEASONS, World, calendar, noise_path

PLAIN = dict(season="none", trend=False)


def memory_of(values: np.ndarray) -> float:
    return float(np.corrcoef(values[1:], values[:-1])[0, 1])


@pytest.mark.parametrize("noise", [n for n in NOISES if n not in ("random walk", "local level")])
def test_noise_is_about_one_in_size(noise):
    rng = np.random.default_rng(1)
    sizes = [np.sqrt((noise_path(noise, 0.5, 400, rng) ** 2).mean()) for _ in range(40)]
    assert np.median(sizes) == pytest.approx(1.0 if noise != "break" else 1.7, abs=0.35)


@pytest.mark.parametrize("memory", [0.0, 0.3, 0.9])
def test_memory_is_what_was_asked(memory):
    rng = np.random.default_rng(2)
    assert memory_of(noise_path("ar", memory, 20_000, rng)) == pytest.approx(memory, abs=0.03)
    assert memory_of(noise_path("moving average", 0.5, 20_000, rng)) == pytest.approx(0.4, abs=0.03)


@pytest.mark.parametrize("lead", [-3, 0, 5, LONGEST_LEAD])
@pytest.mark.parametrize("kind", ["same", "score"])
def test_the_link_has_its_lag_its_strength_and_its_slope(lead, kind):
    world = World(6000, memory=0.0, indicators=2, kind=kind, lead=lead, **PLAIN)
    outcome, indicators = world.draw(np.random.default_rng(3))
    y, x = np.log(outcome.to_numpy()), indicators["x0"].to_numpy()
    early, late = (x[: len(x) - lead], y[lead:]) if lead >= 0 else (x[-lead:], y[:lead])
    assert np.corrcoef(early, late)[0, 1] ** 2 == pytest.approx(world.strength, abs=0.05)
    assert np.polyfit(early, late, 1)[0] == pytest.approx(world.slope, rel=0.05)
    assert abs(np.corrcoef(indicators["x1"], y)[0, 1]) < 0.06


def test_nothing_is_linked_unless_asked():
    outcome, indicators = World(6000, memory=0.0, **PLAIN).draw(np.random.default_rng(4))
    y = np.log(outcome.to_numpy())
    assert max(abs(np.corrcoef(x.to_numpy()[: 6000 - lag], y[lag:])[0, 1]) for x in indicators.values() for lag in range(13)) < 0.06
    assert World(24).slope == 0.0


def test_seasons():
    rng = np.random.default_rng(5)
    rough = calendar("rough", 36, rng)
    assert (rough[:24] == rough[12:]).all() and np.abs(np.fft.rfft(rough)[[3, 6, 18]]).min() > 1e-3
    smooth = calendar("smooth", 48, rng)
    assert np.allclose(smooth[:36], smooth[12:]) and np.abs(np.fft.rfft(smooth)[[2, 3, 8]]).max() < 1e-9
    assert not calendar("none", 24, rng).any()
    flat = World(48, noise="ar", memory=0.0, season="rough", trend=False)
    pairs = [flat.draw(np.random.default_rng(k)) for k in range(40)]
    shared = [np.corrcoef(np.log(y), x["x0"])[0, 1] for y, x in pairs]
    assert np.mean(shared) > 0.3, "all series share the rough calendar"


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("season", SEASONS)
def test_every_world_can_be_drawn_twice_alike(noise, season):
    world = World(30, noise=noise, season=season, kind=INDICATORS[len(noise) % 4], lead=2)
    (y, xs), (again, _) = (world.draw(np.random.default_rng(6)) for _ in range(2))
    assert y.equals(again) and (y > 0).all() and len(y) == 30 and list(xs) == ["x0", "x1", "x2"]
    assert all(x.index.equals(y.index) and np.isfinite(x).all() for x in xs.values())
    if world.kind == "score":
        assert all(x.between(0, 10).all() and np.allclose(x * 10, np.round(x * 10)) for x in xs.values())


def test_related_indicators_go_together():
    _, xs = World(6000, memory=0.0, kind="related", **PLAIN).draw(np.random.default_rng(7))
    assert np.corrcoef(xs["x0"], xs["x1"])[0, 1] == pytest.approx(0.7, abs=0.05)


def test_an_unknown_noise_is_named():
    with pytest.raises(ValueError, match="noise='pink'"):
        noise_path("pink", 0.5, 24, np.random.default_rng(0))
