"""Hands that never leave the keys."""

from playwright.sync_api import expect

from tests.browser.visitor import Visitor

MOST_TABS = 80


class Keyboard:
    """One visitor's. Every control is reached by Tab alone, and has to show that it has the focus."""

    def __init__(self, visitor: Visitor) -> None:
        self.page = visitor.page

    def to(self, selector: str) -> None:
        """Tab until the sought control has the focus, and see that one can see it has."""
        sought = self.page.locator(selector).first
        expect(sought).to_be_visible()
        for _ in range(MOST_TABS):
            if sought.evaluate("control => control === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        expect(sought).to_be_focused()
        shown = sought.evaluate(
            "control => { const look = getComputedStyle(control);"
            " return look.outlineStyle !== 'none' || look.boxShadow !== 'none' }"
        )
        assert shown, f"{selector} does not show that it has the focus"

    def press(self, selector: str, key: str = "Enter") -> None:
        """Press a key on a control."""
        self.to(selector)
        self.page.keyboard.press(key)

    def type(self, selector: str, text: str) -> None:
        """In place of what the field holds."""
        self.press(selector, "Control+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)
