"""Somebody at a browser, who looks at each page with the eyes of everybody it has to work for.

What they find wrong is collected, so that one walk tells everything; a fixture asks for it at the end.
"""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response

from tests.browser.installation import wait_for

PHONE, DESK, SMALLEST = (360, 740), (1280, 800), (320, 600)
AXE = Axe()
AXE_OPTIONS = {
    "preload": False,
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
NOT_OURS = {"exclude": [[".inline-group thead th:empty"]]}
"""Django's own empty heads beside the rows of another model."""
DRAWN = """async () => {
    for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations().map(animation => animation.finished));
}"""
SHOTS = os.environ.get("BROWSER_SHOTS")
"""A directory for a picture of every page at every width; none are taken if it is not set."""
OTHER_LANGUAGE = {"zh-hans": "en", "en": "zh-hans"}


class PagesSeen:
    """Which pages somebody has looked at before, in any process of the tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def is_new(self, *page: object) -> bool:
        """Whether nobody has asked this about the page before."""
        try:
            (self._folder / "~".join(map(str, page)).replace("/", "_")).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


class Visitor:
    """One browser context with one page."""

    def __init__(
        self,
        browser: Browser,
        url: str,
        language: str = "en",
        *,
        seen: PagesSeen,
        name: str = "",
        is_scripted: bool = True,
        screen: tuple[int, int] = DESK,
        **more: Any,
    ) -> None:
        self.url, self.language, self.name, self.is_scripted, self.screen = url, language, name, is_scripted, screen
        self._seen = seen
        self.findings: list[str] = []
        self.context = browser.new_context(
            base_url=url,
            viewport=size(screen),
            locale="zh-CN" if language == "zh-hans" else "en-GB",
            java_script_enabled=is_scripted,
            **more,
        )
        self.context.set_default_timeout(30_000)
        self._speak(language)
        self.page = self.context.new_page()
        self._watch(self.page)

    def _speak(self, language: str) -> None:
        self.language = language
        self.context.add_cookies([{"name": "django_language", "value": language, "url": self.url}])

    def _watch(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.find(f"script failed: {error}"))
        page.on("response", self._receive)

    def _hear(self, message: ConsoleMessage) -> None:
        """Warnings count too; a page that was not found is no fault of itself."""
        if message.type in ("error", "warning") and "the server responded with a status of 4" not in message.text:
            self.find(f"console: {message.text}")

    def _receive(self, response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and response.request.resource_type != "document"):
            self.find(f"{response.status} for {response.url}")

    def find(self, what: str) -> None:
        self.findings.append(f"{self.name} {self.language} {self.page.url}: {what}")

    def look(self, name: str, *, dark: bool = False) -> None:
        """Look at the page as it is, small and large: nothing to complain about for axe, nothing that scrolls sideways.

        A page that somebody has looked at before in this language is not looked at again.
        """
        place = "bank" if self.path.startswith("/bank/") else "site"
        if not self._seen.is_new(place, name, self.language, self.is_scripted):
            return
        self.page.wait_for_load_state()
        for width in (PHONE, DESK):
            self.page.set_viewport_size(size(width))
            self._settle()
            self._look_at(f"{name}-{width[0]}")
        if dark:
            self.page.emulate_media(color_scheme="dark")
            self._settle()
            self._look_at(f"{name}-{DESK[0]}-dark")
            self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(size(SMALLEST))
        self._settle()
        self._measure(name)
        self.page.set_viewport_size(size(self.screen))

    def look_in_both(self, name: str) -> None:
        """The same in both languages, on a page that may be loaded again; nothing may have been typed."""
        self.look(name)
        own = self.language
        self._speak(OTHER_LANGUAGE[own])
        self.page.reload()
        self.look(name)
        self._speak(own)
        self.page.reload()

    def _settle(self) -> None:
        """Wait until the page is drawn as it now is: a colour or a width on its way to another is not one to judge."""
        if self.is_scripted:
            self.page.evaluate(DRAWN)

    def _look_at(self, name: str) -> None:
        if SHOTS:
            path = Path(SHOTS) / f"{self.name}-{name}-{self.language}.png"
            self.page.screenshot(path=path, full_page=True, animations="disabled")
        if self.is_scripted:
            for violation in AXE.run(self.page, NOT_OURS, options=AXE_OPTIONS).response["violations"]:
                nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
                self.find(f"{name}: axe {violation['id']}: {violation['help']}: {nodes}")

    def _measure(self, name: str) -> None:
        too_wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if too_wide > 0:
            self.find(f"{name}: scrolls sideways by {too_wide} px at {SMALLEST[0]} px")

    def go(self, path: str) -> None:
        self.page.goto(path)

    def press(self, selector: str) -> None:
        """Press a button or a link of the page's own part."""
        self.page.locator(f"main {selector}").first.click()

    def fill(self, **fields: str) -> None:
        """Fill in fields of the page by their names."""
        for name, value in fields.items():
            self.page.locator(f"#id_{name}").fill(value)

    def reload_until(self, sought: Locator) -> None:
        """What somebody without scripts does while they wait."""

        def look_again() -> bool:
            self.page.reload()
            return sought.is_visible()

        wait_for(look_again, f"{sought} on {self.page.url}")

    @property
    def path(self) -> str:
        return self.page.url.partition("://")[2].partition("/")[2].join(("/", ""))

    def text(self, selector: str = "main") -> str:
        return self.page.locator(selector).first.inner_text()

    def close(self) -> None:
        self.context.close()


def size(width_and_height: tuple[int, int]) -> Any:
    return {"width": width_and_height[0], "height": width_and_height[1]}
