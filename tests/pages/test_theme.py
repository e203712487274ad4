"""The colours with a meaning: seen on both backgrounds, told apart by the colour-blind, never the only cue."""

from itertools import combinations

import pytest

from ui.theme import BANDS, PARTS, SCORES, STATES, Look

Rgb = tuple[float, float, float]
BACKGROUNDS = {"light": "#ffffff", "dark": "#12171e"}
# Machado, Oliveira and Fernandes (2009), full severity, on linear RGB
BLIND = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
SIDE_BY_SIDE = [("met", "missed"), ("met", "overdue"), ("met", "paused"), ("running", "overdue"), ("running", "paused")]


def _linear(color: str) -> Rgb:
    parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return r, g, b


def _luminance(rgb: Rgb) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def _lab(rgb: Rgb) -> Rgb:
    r, g, b = (min(1.0, max(0.0, c)) for c in rgb)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y, z = 0.2126 * r + 0.7152 * g + 0.0722 * b, (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = (c ** (1 / 3) if c > 0.008856 else 7.787 * c + 16 / 116 for c in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _seen(color: str, by: str) -> Rgb:
    rgb = _linear(color)
    l_, a, b = (sum(w * c for w, c in zip(row, rgb, strict=True)) for row in BLIND[by])
    return _lab((l_, a, b))


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("state", STATES)
def test_a_state_stands_out(state: str, background: str) -> None:
    lights = sorted(_luminance(_linear(c)) for c in (STATES[state].color, BACKGROUNDS[background]))
    assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 3  # WCAG 1.4.11, graphical objects


@pytest.mark.parametrize("by", BLIND)
@pytest.mark.parametrize("pair", SIDE_BY_SIDE)
def test_states_side_by_side_are_told_apart(pair: tuple[str, str], by: str) -> None:
    one, other = (_seen(STATES[state].color, by) for state in pair)
    assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 >= 15


def test_no_colour_is_the_only_cue() -> None:
    assert len({look.sign for look in STATES.values()}) == len(STATES)
    for one, other in combinations(STATES.values(), 2):
        assert (one.color, one.pattern) != (other.color, other.pattern)
    assert {STATES[s].pattern for s in ("met", "missed", "overdue", "paused")} == {"", "/", "x", "\\"}


@pytest.mark.parametrize("looks", [PARTS, BANDS, SCORES], ids=["parts", "bands", "scores"])
def test_what_stands_side_by_side_is_told_apart(looks: dict[str, Look]) -> None:
    assert len({look.pattern for look in looks.values()}) == len(looks)
    for look in looks.values():
        for background in BACKGROUNDS.values():
            lights = sorted(_luminance(_linear(c)) for c in (look.color, background))
            assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 3, look.words
