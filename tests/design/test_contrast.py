"""The colours of the style sheet have enough contrast, in light and dark."""

import re
from pathlib import Path

import pytest

SHEET = Path(__file__).parents[2] / "static" / "portal.css"
TOKEN = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
TOKENS = {
    scheme: {found[1]: found[place] for found in TOKEN.finditer(SHEET.read_text())}
    for place, scheme in ((2, "light"), (3, "dark"))
}
SURFACES = ("paper", "ground")
TEXT = [
    *((ink, surface) for ink in ("ink", "ink-soft", "accent", "bad") for surface in SURFACES),
    *((kind, f"{kind}-wash") for kind in ("accent", "good", "warn", "bad")),
    *(("ink", f"{kind}-wash") for kind in ("accent", "good", "warn", "bad")),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-deep"),
    ("accent-deep", "paper"),
    ("bad-ink", "bad"),
]
# Shapes without text: a field's border, a switch, a dot, a focus ring.
SHAPES = [
    *(("edge", surface) for surface in SURFACES),
    *(("accent", surface) for surface in SURFACES),
    *(("warn", surface) for surface in (*SURFACES, "accent-wash")),
]
READABLE = 4.5
VISIBLE = 3.0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "surface"), TEXT)
def test_text_is_readable(scheme: str, ink: str, surface: str) -> None:
    tokens = TOKENS[scheme]

    ratio = contrast(tokens[ink], tokens[surface])

    assert ratio >= READABLE


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "surface"), SHAPES)
def test_shape_is_visible(scheme: str, shape: str, surface: str) -> None:
    tokens = TOKENS[scheme]

    ratio = contrast(tokens[shape], tokens[surface])

    assert ratio >= VISIBLE


def test_pages_take_every_colour_from_a_token() -> None:
    rules = re.sub(r":root \{.*?\n\}", "", SHEET.read_text(), count=1, flags=re.S)

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", rules) == []


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
