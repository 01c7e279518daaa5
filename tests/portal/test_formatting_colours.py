"""Every colour of the brand can be read on every ground it stands on: contrast by WCAG 2.2, in light and dark."""

import itertools
import re

import pytest
from django.conf import settings

TEXT = 4.5  # WCAG 1.4.3, text
SHAPE = 3.0  # WCAG 1.4.11, borders of inputs and the focus ring
GROUNDS = ("paper", "surface", "sunken")
PAIRS = [
    *itertools.product(("ink", "quiet", "accent", "accent-strong", "due", "overdue", "good"), GROUNDS, [TEXT]),
    *((name, f"{name}-soft", TEXT) for name in ("accent", "due", "overdue", "good")),
    *((name, soft, TEXT) for name in ("ink", "accent") for soft in ("accent-soft", "due-soft", "good-soft")),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    *itertools.product(("line-strong", "focus"), GROUNDS, [SHAPE]),
]


def colours(scheme: str) -> dict[str, str]:
    """The tokens of ``light``, or those with what ``dark`` replaces."""
    css = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    light, _, dark = css.partition("prefers-color-scheme: dark")
    found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", light))
    return found | dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", dark)) if scheme == "dark" else found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


class TestContrast:
    def test_is_measured_as_the_standard_does(self) -> None:
        assert contrast("#ffffff", "#000000") == pytest.approx(21)
        assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
    def test_is_enough(self, scheme: str, front: str, ground: str, least: float) -> None:
        palette = colours(scheme)
        assert contrast(palette[front], palette[ground]) >= least
