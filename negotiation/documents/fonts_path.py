"""Where the vendored fonts lie."""

from pathlib import Path

FONTS = Path(__file__).resolve().parent / "fonts"
REGULAR = FONTS / "NotoSansSC-Regular.ttf"
BOLD = FONTS / "NotoSansSC-Bold.ttf"
CONFIGURATION = FONTS / "fonts.conf"
